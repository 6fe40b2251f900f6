"""``--record`` and ``dirigent replay`` as a person or a script meets them."""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from desktop.app.cli import build_parser, main
from desktop.app.recording import Recording
from desktop.backends.files.backend import FilesBackend
from desktop.backends.files.folder import Folder
from desktop.backends.files.manifest import BEFORE, FORMAT, MANIFEST, VERSION, Line, Manifest, Source, written
from desktop.backends.files.recorder import Recorder
from desktop.domain.agent import Agent
from desktop.domain.channels import Channel
from desktop.domain.customer import Customer
from desktop.domain.ids import AgentId, CustomerId, InteractionId, MessageId
from desktop.domain.interaction import Author, Interaction, InteractionState, Message
from desktop.session.accounts import Account
from desktop.wire import records
from desktop.wire.shapes import Change

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KIM = Agent(id=AgentId("kim"), user="kim", name="Kim Berg")


def _row(row: records.Record) -> bytes:
    raw = msgspec.Raw(records.encode(row))
    change = Change(seq=1, op="upsert", type=records.type_of(row), id=row.id, record=raw)
    return msgspec.json.encode(Line(change=msgspec.Raw(msgspec.json.encode(change)))) + b"\n"


@pytest.fixture
def reel(tmp_path: Path) -> Path:
    """A recording of one chat."""
    folder = tmp_path / "a bad day"
    folder.mkdir()
    manifest = Manifest(
        format=FORMAT,
        version=VERSION,
        id="r1",
        product="1.0",
        started_at=AT,
        agent=KIM,
        length_ms=60_000,
        source=Source(kind="hub", has_brain=True, has_presence=True),
    )
    (folder / MANIFEST).write_bytes(written(manifest))
    jana = Customer(id=CustomerId("jana"), name="Jana Weber", version=1)
    chat = Interaction(
        id=InteractionId("c1"),
        channel=Channel.CHAT,
        state=InteractionState.ACTIVE,
        assignee=KIM.id,
        customer_id=jana.id,
        customer_name=jana.name,
        created_at=AT,
        updated_at=AT,
        version=1,
    )
    hello = Message(
        id=MessageId("m1"), interaction_id=chat.id, author=Author.CUSTOMER, sent_at=AT, text="Hello?", version=1
    )
    (folder / BEFORE).write_bytes(b"".join(map(_row, (KIM, jana, chat, hello))))
    return folder


def _run(*args: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "desktop", *args]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.timeout(90)
def test_a_recording_is_shown_without_hub_profile_or_network(qapp: QApplication, reel: Path, tmp_path: Path) -> None:
    picture = tmp_path / "shot.png"
    before = {path.name: path.read_bytes() for path in reel.iterdir()}
    done = _run("replay", str(reel), "--lang", "en", "--size", "1280x800", "--screenshot", str(picture), "--after", "1")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    image = QImage(str(picture))
    assert (image.width(), image.height()) == (1280, 800)
    middle = {image.pixel(x, y) for x in range(345, 940, 2) for y in range(60, 300, 2)}
    assert len(middle) > 20, "the contact is not shown"
    assert {path.name: path.read_bytes() for path in reel.iterdir()} == before


@pytest.mark.parametrize(
    ("what", "said"),
    [("nowhere", "there is no such folder"), (".", "this is no recording")],
)
def test_what_is_no_recording_is_told_without_a_window(
    tmp_path: Path, what: str, said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.app.launch.run_window", lambda *args: pytest.fail("the window was opened"))
    assert main(["replay", str(tmp_path / what)]) == 1
    assert said in capsys.readouterr().err


def test_one_with_a_way_out_of_its_folder_is_not_opened(
    reel: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.app.launch.run_window", lambda *args: pytest.fail("the window was opened"))
    (reel / BEFORE).rename(tmp_path / "outside")
    (reel / BEFORE).symlink_to(tmp_path / "outside")
    assert main(["replay", str(reel)]) == 1
    assert "cannot be read" in capsys.readouterr().err


def test_how_it_is_to_be_played_goes_with_its_address(reel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Any] = []
    monkeypatch.setattr("desktop.app.launch.run_window", lambda args, begin: opened.append(args) or 0)
    assert main(["replay", str(reel), "--speed", "8", "--from", "90", "--practise"]) == 0
    assert main(["replay", str(reel), "--watch"]) == 0
    assert main(["replay", str(reel)]) == 0
    assert opened[0].url == f"{reel.as_uri()}?speed=8&from=90&practise=1"
    assert opened[1].url.endswith("?speed=1&from=0&practise=0")
    assert opened[2].url.endswith("?speed=1&from=0")
    assert opened[0].title == "a bad day"
    assert not Path(opened[0].profile).exists(), "its profile goes with it"


@pytest.mark.parametrize(
    "given",
    [
        ["replay"],
        ["replay", "x", "--speed", "0"],
        ["replay", "x", "--from", "-1"],
        ["replay", "x", "--practise", "--watch"],
        ["--with-texts"],
        ["--record", "x", "--with-files"],
        ["demo", "--with-history"],
    ],
    ids=" ".join,
)
def test_what_makes_no_sense_is_refused(
    given: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.app.launch.run_window", lambda *args: pytest.fail("the window was opened"))
    with pytest.raises(SystemExit) as ended:
        main(given)
    assert ended.value.code == 2
    assert "error:" in capsys.readouterr().err


def test_replay_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["replay", "--help"])
    assert capsys.readouterr().out.startswith("usage: dirigent replay")


# --- recording ----------------------------------------------------------------------------------------------------------


def _account(key: str = "") -> Account:
    return Account(id=f"a{key}", url="file:///x", user="kim", kind="files", key=key, title="Bad day")


def test_without_a_folder_nothing_is_recorded(reel: Path) -> None:
    recording = Recording.of(build_parser().parse_args([]))
    backend = FilesBackend(str(reel))
    assert recording.wrapped(backend, _account()) is backend


async def test_each_account_of_a_desk_goes_into_a_folder_of_its_own(reel: Path, tmp_path: Path) -> None:
    told: list[tuple[str, str]] = []
    recording = Recording.of(argparse.Namespace(record=str(tmp_path / "out"), with_texts=True))
    recording.on_told = lambda folder, code: told.append((Path(folder).name, code))
    wrapped = [recording.wrapped(FilesBackend(str(reel)), _account(key)) for key in ("", "rt", "")]
    for one in wrapped:
        assert isinstance(one, Recorder)
        await one.changes(0, limit=500)
        await one.close()
    assert told == [("out", ""), ("out-rt", ""), ("out-2", "")]
    for name in ("out", "out-rt", "out-2"):
        manifest = Folder(tmp_path / name).manifest()
        assert (manifest.title, manifest.agent.name, manifest.is_anonymised) == ("Bad day", "Kim Berg", False)


async def test_why_a_recording_ended_is_told_on_the_window_s_thread(reel: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "diary.txt").touch()
    told: list[str] = []
    recording = Recording(tmp_path / "out", on_told=lambda folder, code: told.append(code))
    wrapped = recording.wrapped(FilesBackend(str(reel)), _account())
    await wrapped.changes(0, limit=500)
    await asyncio.sleep(0)
    assert told == ["", "recording_not_empty"]
    await wrapped.close()

"""Folders that are no recording, or were damaged, cut off, or made by somebody who means harm."""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.backends.base import Refused
from desktop.backends.files import tape as tapes
from desktop.backends.files.backend import FilesBackend
from desktop.backends.files.folder import Folder, place_of
from desktop.backends.files.manifest import BEFORE, CHANGES, FILES, MANIFEST, Line, read
from desktop.backends.files.tape import Tape
from desktop.domain.changes import Table
from desktop.wire.shapes import ChangesPage

from .conftest import Reel, contact, said

Play = Callable[..., FilesBackend]


async def page(backend: FilesBackend, after: int = 0, limit: int = 500) -> ChangesPage:
    return msgspec.json.decode(await backend.changes(after, limit=limit), type=ChangesPage)


def ids(told: ChangesPage) -> list[str]:
    return [change.id for change in told.changes if change.type in ("interaction", "message")]


async def refusal(backend: FilesBackend) -> str:
    with pytest.raises(Refused) as refused:
        await backend.sign_in("", "")
    return refused.value.code


async def test_a_folder_that_is_not_there_or_no_recording_says_so(tmp_path: Path, reel: Reel, play: Play) -> None:
    assert await refusal(play((tmp_path / "nowhere").as_uri())) == "recording_missing"
    assert await refusal(play((reel.path / MANIFEST).as_uri())) == "recording_missing"
    assert await refusal(play(tmp_path.as_uri())) == "not_a_recording"
    for content in (
        b"",
        b"[]",
        b"{}",
        b'{"format": "dirigent-recording"}',
        b"\xff\xfe",
        b"[" * 100_000,
        b"x" * 2_000_000,
    ):
        (reel.path / MANIFEST).write_bytes(content)
        assert await refusal(play()) == "not_a_recording"


async def test_a_recording_of_a_later_version_says_so(reel: Reel, play: Play) -> None:
    reel.label(version=2)
    assert await refusal(play()) == "recording_too_new"


@pytest.mark.parametrize("fields", [{"id": ""}, {"started_at": datetime(2026, 1, 1)}, {"length_ms": -1}])
async def test_a_label_that_makes_no_sense_is_none(reel: Reel, play: Play, fields: dict[str, Any]) -> None:
    reel.label(**fields)
    assert await refusal(play()) == "not_a_recording"


async def test_one_that_cannot_be_read_spoils_nothing_else(reel: Reel, play: Play, seat: Callable[..., Any]) -> None:
    (reel.path / MANIFEST).unlink()
    desk = await seat(play())
    await desk.until(lambda: desk.status.pull_error == "not_a_recording", 5)


async def test_a_recording_that_was_killed_is_played_as_far_as_it_goes(reel: Reel, play: Play) -> None:
    reel.label(length_ms=None)
    reel.before(contact())
    reel.at(10, said("One", "m1"))
    reel.at(700, said("Two", "m2"))
    whole = (reel.path / CHANGES).read_bytes()
    (reel.path / CHANGES).write_bytes(whole[:-20])
    backend = play(begin_s=60)
    assert ids(await page(backend)) == ["c1", "m1"]
    assert backend.playback is not None
    assert backend.playback.length_ms == 10


async def test_lines_that_are_none_are_passed_over(reel: Reel, play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tapes, "LONGEST_LINE", 4096)
    reel.before(contact())
    for line in (
        b"\n",
        b"not json\n",
        b"{}\n",
        b'{"at_ms": 1, "later_version": {"x": 1}}\n',
        b'{"at_ms": -5, "change": {"seq": 1, "op": "upsert"}}\n',
        b'{"at_ms": 1e400}\n',
        b'{"change": ' + b"[" * 3000 + b"\n",
        b'{"at_ms": 2, "change": "' + b"x" * 100_000 + b'"}\n',
        b"\xff\x00\xfe\n",
    ):
        reel.write(CHANGES, line)
    reel.at(3, said("Still here"))
    reel.write(CHANGES, msgspec.json.encode(Line(at_ms=4)) + b"\n")
    told = await page(play(begin_s=60))
    assert ids(told) == ["c1", "m1"]


async def test_records_that_are_none_go_to_the_store_which_passes_them_over(
    reel: Reel, play: Play, seat: Callable[..., Any]
) -> None:
    for raw in (b'{"id": 7}', b'{"id": "other"}', b"[]", b"null", b'"text"'):
        change = b'{"seq": 1, "op": "upsert", "type": "message", "id": "m9", "record": ' + raw + b"}"
        reel.write(CHANGES, b'{"change": ' + change + b"}\n")
    reel.write(CHANGES, b'{"change": {"seq": 1, "op": "upsert", "type": "unheard_of", "id": "u1", "record": {}}}\n')
    reel.at(0, contact(), said("Still here"))
    desk = await seat(play())
    await desk.until(lambda: desk.texts("c1") == ["Still here"], 5)


@pytest.mark.parametrize(
    "html",
    [
        '<p onclick="x()">Hi</p><script>alert(1)</script><iframe src="https://t.example"></iframe>',
        '<img src="https://t.example/pixel.png"><a href="javascript:x()">Hi</a>',
        "<b>" * 30_000 + "Hi",
    ],
)
async def test_pages_in_it_can_neither_run_nor_fetch(
    reel: Reel, play: Play, seat: Callable[..., Any], html: str
) -> None:
    reel.at(0, contact(), said("Hi", html=html))
    # One that would hide its page from who only looks for an empty one.
    hidden = reel._change(said("Hi", "m2"))
    page = b'{"\\u0068tml":' + msgspec.json.encode(html) + b',"values":{"html":""},'
    raw = bytes(hidden.record).replace(b"{", page, 1)  # type: ignore[arg-type]
    hidden = msgspec.structs.replace(hidden, record=msgspec.Raw(raw))
    reel.write(CHANGES, Line(at_ms=0, change=msgspec.Raw(msgspec.json.encode(hidden))))
    desk = await seat(play())
    await desk.until(lambda: desk.count(Table.MESSAGE) == 2, 5)
    for id_ in ("m1", "m2"):
        told = desk.row(Table.MESSAGE, id_).html
        assert not re.search(r"script|onclick|iframe| src=|<b><b>", told)


async def test_time_never_goes_back(reel: Reel, play: Play) -> None:
    reel.at(500, said("Late", "m1"))
    reel.at(5, said("Later", "m2"))
    reel.label(length_ms=None)
    backend = play()
    assert ids(await page(backend)) == []
    assert backend.playback is not None
    assert backend.playback.length_ms == 500


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
@pytest.mark.parametrize("name", [MANIFEST, BEFORE, CHANGES])
async def test_nothing_outside_the_folder_is_read(reel: Reel, play: Play, tmp_path: Path, name: str) -> None:
    (reel.path / CHANGES).touch()
    outside = tmp_path / "outside"
    outside.write_bytes((reel.path / name).read_bytes())
    (reel.path / name).unlink()
    (reel.path / name).symlink_to(outside)
    assert await refusal(play()) == "recording_unreadable"
    (reel.path / name).unlink()
    os.mkfifo(reel.path / name)
    assert await refusal(play()) == "recording_unreadable"


async def test_only_files_of_the_recording_are_given_out(reel: Reel, play: Play, tmp_path: Path) -> None:
    secret = b"not yours"
    digest = hashlib.sha256(secret).hexdigest()
    (tmp_path / "outside").write_bytes(secret)
    files = reel.path / FILES
    files.mkdir()
    (files / digest).write_bytes(b"something else")
    (files / hashlib.sha256(b"rt~file-7").hexdigest()).write_bytes(b"of another system")
    (files / ("0" * 64)).symlink_to(tmp_path / "outside")
    backend = play()
    assert (await backend.download("rt~file-7")).getvalue() == b"of another system"
    for name in (digest, "0" * 64, "1" * 64, "../outside", "../../outside", "/etc/passwd", "", "\x00", "\ud800"):
        with pytest.raises(Refused) as refused:
            await backend.download(name)
        assert refused.value.code in ("recording_unreadable", "recording_without_file")
    elsewhere = tmp_path / "elsewhere"
    files.rename(elsewhere)
    files.symlink_to(elsewhere)
    with pytest.raises(Refused, match="recording_unreadable"):
        await backend.download("rt~file-7")


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_no_label_whatsoever_makes_it_fall_over(data: bytes) -> None:
    read(data)


@given(st.lists(st.binary(max_size=80), max_size=8), st.integers(0, 2**50))
@settings(max_examples=60, deadline=None)
def test_no_lines_whatsoever_make_it_fall_over(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], after: int
) -> None:
    path = tmp_path_factory.mktemp("reel")
    (path / CHANGES).write_bytes(b"\n".join(lines))
    tape = Tape(Folder(path))
    try:
        place, turns = 0, 0
        while (piece := tape.read(place, until_ms=2**60, limit=2)).more:
            assert piece.end > place
            place, turns = piece.end, turns + 1
        tape.read(after, until_ms=2**60, limit=500)
        tape.latest("message", "m1", before=2**60)
        tape.length_ms()
    finally:
        tape.close()


@pytest.mark.parametrize("url", ["{path}", "file://{path}", "file://localhost{path}", "file://{path}?speed=2"])
def test_a_path_will_do_for_a_place(tmp_path: Path, url: str) -> None:
    folder = tmp_path / "with blank and ünïcode"
    quoted = folder.as_uri().removeprefix("file://")
    given = url.format(path=folder if url == "{path}" else quoted)
    assert place_of(given)[0] == folder


@pytest.mark.parametrize("asked", ["speed=nan", "speed=", "speed=-4", "speed=x&from=y", "from=1e999", "speed=1e9"])
async def test_what_is_asked_for_in_its_address_may_be_nonsense(reel: Reel, play: Play, asked: str) -> None:
    backend = play(f"{reel.path.as_uri()}?{asked}")
    await backend.warm_up()
    assert backend.playback is not None
    assert 0.1 <= backend.playback.speed <= 1000


async def test_a_large_one_is_begun_at_once_and_read_piece_by_piece(reel: Reel, play: Play) -> None:
    change = msgspec.json.encode(Line(change=msgspec.Raw(msgspec.json.encode(reel._change(said("x" * 200))))))
    (reel.path / BEFORE).write_bytes((change + b"\n") * 40_000)
    size = (reel.path / BEFORE).stat().st_size
    backend = play()
    began = time.perf_counter()
    told = await page(backend, limit=500)
    assert time.perf_counter() - began < 1.0
    assert (len(told.changes), told.more, told.latest) == (500, True, size)
    count, turns = len(told.changes), 1
    while told.more:
        told = await page(backend, told.next, 1000)
        count, turns = count + len(told.changes), turns + 1
    assert count == 40_000
    assert turns >= 40

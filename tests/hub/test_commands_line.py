"""The hub's command line as an operator types it: accounts, tokens, and a server that starts and stops as a program."""

from __future__ import annotations

import argparse
import getpass
import io
import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from desktop.hub import commands_line

PROGRAM = """
import argparse, sys
from desktop.hub.commands_line import add_parsers
parser = argparse.ArgumentParser()
add_parsers(parser.add_subparsers(required=True))
args = parser.parse_args()
sys.exit(args.run(args))
"""
Run = Callable[..., int]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Type a command against a data folder of this test; ``stdin`` is what is piped in."""

    def typed(*words: str, stdin: str = "") -> int:
        parser = argparse.ArgumentParser()
        commands_line.add_parsers(parser.add_subparsers(required=True))
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        args = parser.parse_args([*words, "--data", str(tmp_path / "data")])
        return args.run(args)

    return typed


def test_accounts_are_added_listed_and_disabled(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--role", "agent", "--team", "north", "--skill", "billing:4", "--skill", "lang:de:5", "--password-stdin"]
    assert run("user", "add", "anna", *words, stdin="correct horse\n") == 0
    assert run("user", "add", "otto", "--role", "admin", "--password-stdin", stdin="correct horse") == 0
    assert run("user", "disable", "Otto") == 0
    capsys.readouterr()
    assert run("user", "list") == 0
    assert capsys.readouterr().out.splitlines() == [
        "anna\tagent\tnorth\tactive\tbilling:4 lang:de:5",
        "otto\tadmin\t-\tdisabled\t-",
    ]


def test_what_cannot_be_done_is_said_and_exits_1(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("user", "add", "anna", "--password-stdin", stdin="correct horse") == 0
    for words, stdin, why in (
        (("user", "add", "ANNA", "--password-stdin"), "correct horse", "already"),
        (("user", "add", "bert", "--password-stdin"), "", "empty"),
        (("user", "add", "\x07", "--password-stdin"), "correct horse", "visible"),
        (("user", "disable", "nobody"), "", "no account"),
        (("token", " ", "--role", "crm"), "", "name"),
    ):
        capsys.readouterr()
        assert run(*words, stdin=stdin) == 1
        said = capsys.readouterr()
        assert why in said.err
        assert "correct horse" not in said.err + said.out


@pytest.mark.parametrize(
    "words",
    [
        ("user", "add", "anna", "--role", "channel"),
        ("user", "add", "anna", "--skill", "billing:9"),
        ("token", "shop"),
        ("token", "shop", "--role", "agent"),
        ("serve", "--port", "99999"),
        ("serve", "--port", "http"),
    ],
)
def test_what_is_typed_wrongly_exits_2(run: Run, words: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(*words)
    assert ended.value.code == 2


def test_a_typed_password_is_asked_for_twice(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["correct horse", "correct hoarse", "correct horse", "correct horse"])
    monkeypatch.setattr(getpass, "getpass", lambda prompt: next(answers))
    assert run("user", "add", "anna") == 1
    assert run("user", "add", "anna") == 0


def test_a_disabled_account_can_be_taken_up_again(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run("user", "add", "anna", "--password-stdin", stdin="correct horse")
    run("user", "disable", "anna")
    assert run("user", "add", "anna", "--role", "lead", "--password-stdin", stdin="another horse") == 0
    capsys.readouterr()
    run("user", "list")
    assert capsys.readouterr().out == "anna\tlead\t-\tactive\t-\n"


@pytest.mark.parametrize(
    ("text", "name", "level"), [("billing:4", "billing", 4), ("lang:de:5", "lang:de", 5), ("lang:de", "lang:de", 3)]
)
def test_skills_are_read_with_their_level(text: str, name: str, level: int) -> None:
    skill = commands_line.parse_skill(text)
    assert (skill.name, skill.level) == (name, level)


def test_the_data_folder_is_that_of_the_profile(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DIRIGENT_PROFILE", raising=False)
    given = argparse.Namespace(data=tmp_path, profile="p")
    assert commands_line.data_folder(given) == tmp_path
    assert commands_line.data_folder(argparse.Namespace(data=None, profile="p")) == Path("p/hub")
    monkeypatch.setenv("DIRIGENT_PROFILE", "e")
    assert commands_line.data_folder(argparse.Namespace(data=None)) == Path("e/hub")
    monkeypatch.delenv("DIRIGENT_PROFILE")
    assert commands_line.data_folder(argparse.Namespace(data=None)).name == "hub"


def test_building_the_parser_loads_nothing_heavy() -> None:
    program = (
        "import argparse, sys; from desktop.hub.commands_line import add_parsers;"
        "add_parsers(argparse.ArgumentParser().add_subparsers());"
        "print([m for m in ('msgspec', 'sqlalchemy', 'litestar', 'uvicorn', 'argon2', 'asyncio') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def start(data: Path, *words: str, **environment: str) -> tuple[subprocess.Popen[bytes], dict]:
    """Start a hub as a program and return it with what its endpoint file says."""
    file = data / "endpoint.json"
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "serve", "--data", data, "--port", "0", "--endpoint-file", file, *words],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | environment,
    )
    return process, endpoint_of(file, process)


def endpoint_of(file: Path, process: subprocess.Popen[bytes] | None = None) -> dict:
    deadline = time.monotonic() + 30
    while not file.exists():
        assert time.monotonic() < deadline, "the hub did not start"
        assert process is None or process.poll() is None, process.communicate()[1].decode()
        time.sleep(0.01)
    return json.loads(file.read_bytes())


def ended(process: subprocess.Popen[bytes]) -> int:
    code = process.wait(15)
    for pipe in (process.stdin, process.stderr):
        if pipe is not None:
            pipe.close()
    return code


def test_a_hub_beside_a_window_serves_with_its_private_tokens_and_ends_with_it(tmp_path: Path) -> None:
    process, endpoint = start(tmp_path, "--with-parent", DIRIGENT_HUB_TOKEN="private")
    file = tmp_path / "endpoint.json"
    assert endpoint["pid"] == process.pid
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for token, role in ((endpoint["token"], "channel"), ("private", "admin")):
        me = httpx.get(f"{endpoint['url']}/v1/me", headers={"Authorization": f"Bearer {token}"})
        assert me.json()["role"] == role
    queues = httpx.get(f"{endpoint['url']}/v1/queues", headers={"Authorization": "Bearer private"}).json()
    assert queues, "a new centre has queues"
    if Path("/proc").exists():
        assert b"private" not in Path(f"/proc/{process.pid}/cmdline").read_bytes()
    assert process.stdin is not None
    process.stdin.close()
    assert ended(process) == 0
    assert not file.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="there a process is ended without being asked")
def test_a_hub_ends_well_on_a_signal_and_finds_its_data_again(tmp_path: Path) -> None:
    process, endpoint = start(tmp_path, DIRIGENT_HUB_TOKEN="one")
    before = httpx.get(f"{endpoint['url']}/v1/changes", headers={"Authorization": "Bearer one"}).json()
    process.send_signal(signal.SIGTERM)
    assert ended(process) == 0
    assert not (tmp_path / "endpoint.json").exists()
    process, endpoint = start(tmp_path, DIRIGENT_HUB_TOKEN="other")
    headers = {"Authorization": "Bearer other"}
    again = httpx.get(f"{endpoint['url']}/v1/changes", headers=headers).json()
    assert again["epoch"] == before["epoch"]
    assert again["changes"] == before["changes"]
    assert httpx.get(f"{endpoint['url']}/v1/me", headers={"Authorization": "Bearer one"}).status_code == 401
    process.send_signal(signal.SIGINT)
    assert ended(process) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is what this is about")
def test_a_hub_does_not_outlive_a_window_that_was_killed(tmp_path: Path) -> None:
    file = tmp_path / "endpoint.json"
    window = (
        "import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', sys.argv[1], 'serve', '--data', sys.argv[2],"
        "'--port', '0', '--with-parent', '--endpoint-file', sys.argv[3]], stdin=subprocess.PIPE); p.wait()"
    )
    parent = subprocess.Popen([sys.executable, "-c", window, PROGRAM, tmp_path, file], stderr=subprocess.DEVNULL)
    endpoint = endpoint_of(file)
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 15
    while file.exists():
        assert time.monotonic() < deadline, "the hub is still there"
        time.sleep(0.01)
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{endpoint['url']}/healthz")


def test_a_taken_port_and_a_bad_folder_are_said_and_not_a_traceback(tmp_path: Path) -> None:
    process, endpoint = start(tmp_path / "first", "--with-parent")
    port = endpoint["url"].rsplit(":", 1)[1]
    words = [sys.executable, "-c", PROGRAM, "serve"]
    taken = subprocess.run([*words, "--data", tmp_path / "second", "--port", port], capture_output=True, text=True)
    assert taken.returncode == 1
    assert port in taken.stderr
    assert "Traceback" not in taken.stderr
    (tmp_path / "file").write_text("not a folder")
    bad = subprocess.run([*words, "--data", tmp_path / "file", "--port", "0"], capture_output=True, text=True)
    assert bad.returncode == 1
    assert "Traceback" not in bad.stderr
    secret = "postgresql://hub:hunter2@127.0.0.1:1/none"
    away = subprocess.run(
        [*words, "--database", secret, "--data", tmp_path / "third", "--port", "0"], capture_output=True, text=True
    )
    assert away.returncode == 1
    assert "hunter2" not in away.stderr
    assert "Traceback" not in away.stderr
    assert process.stdin is not None
    process.stdin.close()
    assert ended(process) == 0


def test_an_account_made_while_the_hub_runs_can_sign_in_and_is_heard_of(tmp_path: Path, run: Run) -> None:
    process, endpoint = start(tmp_path / "data", "--with-parent", DIRIGENT_HUB_TOKEN="private")
    client = httpx.Client(base_url=endpoint["url"], headers={"Authorization": "Bearer private"}, timeout=20)
    with client:
        after = client.get("/v1/changes", params={"after": 10**9}).json()["next"]
        assert run("user", "add", "anna", "--password-stdin", stdin="correct horse") == 0
        page = client.get("/v1/changes", params={"after": after, "wait": 10}).json()
        assert [change["record"]["user"] for change in page["changes"]] == ["anna"]
        tokens = client.post("/v1/sign-in", json={"user": "anna", "password": "correct horse"}).json()
        assert run("user", "disable", "anna") == 0
        mine = {"Authorization": f"Bearer {tokens['access_token']}"}
        assert client.get("/v1/me", headers=mine).status_code == 401
    assert process.stdin is not None
    process.stdin.close()
    assert ended(process) == 0

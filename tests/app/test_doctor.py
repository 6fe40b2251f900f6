"""What the doctor says of a machine, well or not; and that it gives nothing away."""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.app import doctor
from desktop.app.doctor import Level
from desktop.session.accounts import Account, Accounts, VaultKind
from desktop.session.vault import NoVault


@pytest.fixture
def healthy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A profile on a machine whose keyring works and whose environment says nothing."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.startswith(("DIRIGENT_", "SSL_CERT_")):
            monkeypatch.delenv(name)

    class Keyring:
        def get(self, account_id: str, name: str) -> None:
            return None

    monkeypatch.setattr(doctor, "KeyringVault", Keyring)
    return tmp_path / "profile"


@pytest.fixture
def account(healthy: Path) -> Account:
    return Accounts(healthy).remember("https://hub.example.org", "anna")


def findings(profile: Path) -> dict[str, doctor.Finding]:
    return {one.name: one for one in doctor.examine(str(profile), os.environ)}


def test_a_healthy_machine_has_one_line_for_each_thing_and_exits_0(
    healthy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert doctor.run(argparse.Namespace(profile=str(healthy))) == 0
    lines = capsys.readouterr().out.splitlines()
    names = [line[6:].split()[0] for line in lines if line[:4].strip() in ("ok", "warn", "fail")]
    assert names == [
        "Python",
        "Qt",
        "display",
        "font",
        "profile",
        "policy",
        "keyring",
        "database",
        "proxy",
        "certificates",
        "backend",
        "sound",
    ]
    assert not any(line.startswith("fail") for line in lines)
    assert lines[-1].endswith("0 failed")


def test_something_broken_is_a_line_with_its_mend_and_exits_1(
    healthy: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/no/such/file.pem")
    assert doctor.run(argparse.Namespace(profile=str(healthy))) == 1
    said = capsys.readouterr().out
    assert "fail  certificates  SSL_CERT_FILE names /no/such/file.pem" in said
    assert "-> correct SSL_CERT_FILE, or unset it" in said


def test_the_command_runs_it(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "desktop", "doctor", "--profile", str(tmp_path)],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SQLCipher" in done.stdout


# --- the program itself ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "interpreter", "level"),
    [
        ("6.11.3", (3, 11), Level.OK),
        ("6.11.9", (3, 13), Level.OK),
        ("6.12.0", (3, 11), Level.FAIL),
        ("6.12.0", (3, 12), Level.WARN),
        ("6.9.0", (3, 11), Level.WARN),
        ("", (3, 11), Level.FAIL),
    ],
)
def test_the_qt_that_aborts_on_python_3_11_is_flagged(version: str, interpreter: tuple[int, int], level: Level) -> None:
    found = doctor.qt(version, interpreter)
    assert found.level is level
    assert ("6.11.3,<6.12" in found.mend) == (level is not Level.OK)


def test_a_python_too_old_is_told() -> None:
    assert doctor.python((3, 10, 14)).level is Level.FAIL
    assert doctor.python((3, 11, 0)).level is Level.OK


def test_a_platform_plugin_that_is_not_there_is_told_and_the_setting_named() -> None:
    (found,) = doctor.display({**os.environ, "QT_QPA_PLATFORM": "nonsense"})
    assert found.level is Level.FAIL
    assert "QT_QPA_PLATFORM" in found.mend


# --- what is kept -----------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_a_profile_others_can_read_is_a_warning_with_the_command_that_closes_it(healthy: Path) -> None:
    healthy.mkdir()
    healthy.chmod(0o755)
    found, root = doctor.profile_folder(str(healthy))
    assert found.level is Level.WARN
    assert found.mend == f"chmod go-rwx '{healthy}'"
    assert root == healthy
    subprocess.run(found.mend, shell=True, check=True)
    assert doctor.profile_folder(str(healthy))[0].level is Level.OK


def test_a_profile_that_cannot_be_used_fails_and_the_rest_is_still_looked_at(healthy: Path) -> None:
    healthy.write_text("a file in its place")
    found = findings(healthy)
    assert found["profile"].level is Level.FAIL
    assert found["database"].level is Level.OK


def test_little_room_on_the_disk_is_told(healthy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage:
        free = 12_000_000

    monkeypatch.setattr("shutil.disk_usage", lambda path: Usage)
    found, _ = doctor.profile_folder(str(healthy))
    assert found.level is Level.WARN
    assert "12 MB" in found.told


@pytest.mark.parametrize(("code", "told"), [("no_keyring", "DIRIGENT_VAULT=file"), ("locked", "unlock")])
def test_a_keyring_that_is_missing_or_locked_is_told(monkeypatch: pytest.MonkeyPatch, code: str, told: str) -> None:
    def refuse() -> None:
        raise NoVault(code)

    monkeypatch.setattr(doctor, "KeyringVault", refuse)
    found = doctor.keyring(None, {})
    assert found.level is Level.WARN
    assert told in found.mend


def test_secrets_in_a_file_are_a_standing_warning(healthy: Path) -> None:
    account = Accounts(healthy).remember("https://hub.example.org", "anna", vault=VaultKind.FILE)
    assert doctor.keyring(account, {}).level is Level.WARN
    assert doctor.keyring(None, {"DIRIGENT_VAULT": "file"}).level is Level.WARN
    assert doctor.keyring(None, {}).level is Level.OK


# --- the way out ------------------------------------------------------------------------------------------------------------


def test_a_proxy_is_named_without_the_password_in_it() -> None:
    found = doctor.proxy({"HTTPS_PROXY": "http://kim:geheim@proxy.example.org:3128", "NO_PROXY": "localhost"})
    assert found.level is Level.OK
    assert "proxy.example.org:3128" in found.told
    assert "localhost" in found.told
    assert "geheim" not in found.told
    assert "kim" not in found.told


@pytest.mark.parametrize("text", ["http://", "http://host:port", "http://[::1"])
def test_a_proxy_that_is_no_address_fails(text: str) -> None:
    found = doctor.proxy({"http_proxy": text})
    assert found.level is Level.FAIL
    assert "http_proxy" in found.mend


def test_a_file_that_holds_no_certificate_is_told(tmp_path: Path) -> None:
    file = tmp_path / "company.pem"
    file.write_text("not a certificate")
    found = doctor.certificates({"DIRIGENT_CA_FILE": str(file)})
    assert found.level is Level.FAIL
    assert "PEM" in found.told


@pytest.fixture
def silent() -> Iterator[str]:
    """A server that takes calls and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_a_system_that_never_answers_is_given_up_after_a_while(
    healthy: Path, silent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "REACH_S", 0.2)
    found = doctor.backend(Accounts(healthy).remember(silent, "anna"))
    assert found.level is Level.WARN
    assert silent in found.told


def test_a_system_that_is_not_there_is_told_and_is_no_failure(healthy: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    found = doctor.backend(Accounts(healthy).remember(f"http://127.0.0.1:{port}", "anna"))
    assert found.level is Level.WARN
    assert "unreachable" in found.told
    assert "offline" in found.mend


def test_a_machine_without_a_player_beeps() -> None:
    if sys.platform == "win32":
        pytest.skip("Windows plays sounds by itself")
    assert doctor.sound(lambda name: None).level is Level.WARN
    assert doctor.sound(lambda name: "/usr/bin/aplay" if name == "aplay" else None).told == "aplay"


# --- the rules --------------------------------------------------------------------------------------------------------


def test_without_rules_of_the_machine_the_defaults_are_told(tmp_path: Path) -> None:
    found = doctor.rules({}, tmp_path / "policy.json")
    assert found.level is Level.OK
    assert "defaults" in found.told
    assert "10 min" in found.told


def test_where_the_rules_come_from_and_what_is_wrong_in_them_is_told(tmp_path: Path) -> None:
    site = tmp_path / "policy.json"
    site.write_text('{"lock_after_min": "soon", "lock_at_strat": true}', encoding="utf-8")
    found = doctor.rules({}, site)
    assert found.level is Level.WARN
    assert str(site) in found.told
    assert "lock_after_min" in found.told
    assert "lock_at_strat (no such rule)" in found.told
    assert "docs/policy.md" in found.mend

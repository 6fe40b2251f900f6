"""Where secrets are kept, and that they are never kept in the open by accident."""

from __future__ import annotations

import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring
import keyring.backend
import keyring.backends.fail
import keyring.backends.null
import keyring.errors
import pytest

from desktop.session.accounts import VaultKind
from desktop.session.vault import (
    DATABASE_KEY,
    REFRESH_TOKEN,
    FileVault,
    KeyringVault,
    NoVault,
    database_key,
    forget_secrets,
    kept_keys,
    next_key,
    open_vault,
    settle_key,
)


class MemoryKeyring(keyring.backend.KeyringBackend):
    """A keyring that keeps."""

    priority = 1.0  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.is_locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.is_locked:
            raise keyring.errors.KeyringLocked("say nothing of anna")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class Forgetful(MemoryKeyring):
    """A keyring that only pretends."""

    def set_password(self, service: str, username: str, password: str) -> None:
        pass


@pytest.fixture(autouse=True)
def _the_systems_keyring_is_left_alone() -> Iterator[None]:
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


@pytest.fixture
def ring() -> MemoryKeyring:
    ring = MemoryKeyring()
    keyring.set_keyring(ring)
    return ring


@pytest.fixture(params=["keyring", "file"])
def vault(request: Any, tmp_path: Path, ring: MemoryKeyring) -> Any:
    return KeyringVault() if request.param == "keyring" else FileVault(tmp_path)


def test_secrets_are_kept_by_account_and_name(vault: Any) -> None:
    vault.set("a1", REFRESH_TOKEN, "eins")
    vault.set("a2", REFRESH_TOKEN, "zwei")
    vault.set("a1", REFRESH_TOKEN, "drei")
    assert vault.get("a1", REFRESH_TOKEN) == "drei"
    assert vault.get("a2", REFRESH_TOKEN) == "zwei"
    assert vault.get("a1", DATABASE_KEY) is None


def test_signing_out_for_good_leaves_nothing(vault: Any, tmp_path: Path, ring: MemoryKeyring) -> None:
    database_key(vault, "a1")
    vault.set("a1", REFRESH_TOKEN, "geheim")
    forget_secrets(vault, "a1")
    forget_secrets(vault, "a1")
    assert vault.get("a1", REFRESH_TOKEN) is None
    assert ring.kept == {}
    assert not (tmp_path / "secrets.json").exists() or (tmp_path / "secrets.json").read_text() == "{}"


def test_the_key_of_a_database_is_made_once_and_at_random(vault: Any) -> None:
    key = database_key(vault, "a1")
    assert len(key) == 32
    assert database_key(vault, "a1") == key
    assert database_key(vault, "a2") != key


def test_two_keys_are_kept_while_one_takes_the_place_of_the_other(vault: Any) -> None:
    assert kept_keys(vault, "a1") == ()
    old = database_key(vault, "a1")
    new = next_key(vault, "a1")
    assert kept_keys(vault, "a1") == (old, new)
    settle_key(vault, "a1", new)
    assert kept_keys(vault, "a1") == (new,)
    next_key(vault, "a1")
    settle_key(vault, "a1", new)
    assert kept_keys(vault, "a1") == (new,), "a change that came to nothing leaves nothing"
    next_key(vault, "a1")
    forget_secrets(vault, "a1")
    assert kept_keys(vault, "a1") == ()


def test_a_key_that_was_damaged_is_not_replaced(vault: Any) -> None:
    """A new key would make the unsent work in the database unreadable for good."""
    for damaged in ("not hex", "abcd"):
        vault.set("a1", DATABASE_KEY, damaged)
        with pytest.raises(NoVault):
            database_key(vault, "a1")
        with pytest.raises(NoVault):
            kept_keys(vault, "a1")
        assert vault.get("a1", DATABASE_KEY) == damaged


@pytest.mark.parametrize("backend", [keyring.backends.null.Keyring, keyring.backends.fail.Keyring])
def test_a_keyring_that_keeps_nothing_is_none(backend: type, tmp_path: Path) -> None:
    keyring.set_keyring(backend())
    with pytest.raises(NoVault) as caught:
        open_vault(tmp_path, environ={})
    assert caught.value.code == "no_keyring"
    assert "DIRIGENT_VAULT=file" in str(caught.value)


def test_a_keyring_of_plain_text_is_none(tmp_path: Path) -> None:
    plain = type("PlaintextKeyring", (MemoryKeyring,), {"__module__": "keyrings.alt.file"})
    keyring.set_keyring(plain())
    with pytest.raises(NoVault):
        open_vault(tmp_path, environ={})


def test_a_keyring_that_only_pretends_is_found_out_before_anything_depends_on_it() -> None:
    keyring.set_keyring(Forgetful())
    with pytest.raises(NoVault):
        database_key(KeyringVault(), "a1")


def test_a_locked_keyring_is_said_without_its_words(ring: MemoryKeyring) -> None:
    ring.is_locked = True
    with pytest.raises(NoVault) as caught:
        KeyringVault().get("a1", REFRESH_TOKEN)
    assert caught.value.code == "locked"
    assert "anna" not in str(caught.value)


def test_the_file_is_used_only_when_somebody_chose_it(tmp_path: Path, ring: MemoryKeyring) -> None:
    assert open_vault(tmp_path, environ={}).kind is VaultKind.KEYRING
    assert open_vault(tmp_path, VaultKind.FILE, environ={}).kind is VaultKind.FILE
    chosen = open_vault(tmp_path, environ={"DIRIGENT_VAULT": "file"})
    assert (chosen.kind, chosen.warning) == (VaultKind.FILE, "secrets_in_file")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps profiles apart by other means")
def test_the_file_is_closed_to_others_even_if_it_was_open(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    vault = FileVault(tmp_path)
    vault.set("a1", REFRESH_TOKEN, "geheim")
    file = tmp_path / "secrets.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o644)
    assert vault.get("a1", REFRESH_TOKEN) == "geheim"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "closed to them now" in caplog.text


def test_a_damaged_file_is_said_and_kept(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text("{half")
    with pytest.raises(NoVault) as caught:
        FileVault(tmp_path).set("a1", REFRESH_TOKEN, "x")
    assert caught.value.code == "unreadable"
    assert (tmp_path / "secrets.json").read_text() == "{half"


def test_without_a_keyring_service_it_says_so(tmp_path: Path) -> None:
    """In a process of its own, with the real keyring library and no D-Bus."""
    code = (
        "import os, pathlib\n"
        "from desktop.session.vault import open_vault, NoVault\n"
        "try:\n"
        "    open_vault(pathlib.Path('.'), environ={}).get('a', 'b')\n"
        "    print('there is one')\n"
        "except NoVault as error:\n"
        "    print(error.code)\n"
    )
    environment = {"PATH": "", "HOME": str(tmp_path), "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent"}
    if sys.platform != "linux":
        pytest.skip("the other systems always have a keyring")
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert result.stdout.strip() == "no_keyring", result.stderr


def test_accounts_that_write_their_secrets_at_once_lose_none(tmp_path: Path) -> None:
    def renew(account_id: str) -> None:
        vault = FileVault(tmp_path)
        for turn in range(40):
            vault.set(account_id, REFRESH_TOKEN, str(turn))

    names = [f"account-{n}" for n in range(4)]
    threads = [threading.Thread(target=renew, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [FileVault(tmp_path).get(name, REFRESH_TOKEN) for name in names] == ["39"] * 4

"""Opening an account whose key, file or disk is not as it should be: nothing is lost, nothing is deleted unasked."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from desktop.app import opening
from desktop.app.opening import Choice, Opened, Trouble, database_of
from desktop.domain import commands as c
from desktop.domain.changes import Cause
from desktop.domain.ids import AgentId, CommandId, InteractionId
from desktop.session.accounts import Account, Accounts, VaultKind
from desktop.session.vault import DATABASE_KEY, DATABASE_KEY_NEXT, REFRESH_TOKEN, FileVault, NoVault, open_vault
from desktop.store import journal, outbox, quarantine, rekey
from desktop.store.database import Store
from desktop.store.rows import Draft


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    return Accounts(tmp_path)


@pytest.fixture
def account(accounts: Accounts) -> Account:
    return accounts.remember("hub.example", "anna", agent_id=AgentId("me"), vault=VaultKind.FILE)


@pytest.fixture
def vault(tmp_path: Path) -> FileVault:
    return FileVault(tmp_path)


def _open(accounts: Accounts, account: Account) -> Opened:
    found = asyncio.run(opening.open_store(accounts, account))
    assert isinstance(found, Opened), found
    return found


def _trouble(accounts: Accounts, account: Account) -> Trouble:
    found = asyncio.run(opening.open_store(accounts, account))
    assert isinstance(found, Trouble)
    return found


def _work(store: Store, text: str = "Sehr geehrte") -> None:
    def write(w: Any) -> None:
        journal.save_draft(w, Draft(InteractionId("i1"), "reply", text))
        outbox.enqueue(w, c.SendMessage(interaction_id=InteractionId("i1"), text=text), CommandId(f"k-{text}"))

    store.write(write, Cause.AGENT).result()


def _used(accounts: Accounts, account: Account) -> Path:
    """An account somebody has worked with, closed."""
    opened = _open(accounts, account)
    _work(opened.store)
    opened.store.close()
    return database_of(accounts, account)


def _drafts(store: Store) -> list[str]:
    return [draft.text for draft in store.query(journal.drafts)]


# --- keys ---------------------------------------------------------------------------------------------------------------


def test_a_lost_key_is_said_and_nothing_is_touched(accounts: Accounts, account: Account, vault: FileVault) -> None:
    path = _used(accounts, account)
    before = path.read_bytes()
    key = vault.get(account.id, DATABASE_KEY)
    assert key is not None
    vault.delete(account.id, DATABASE_KEY)

    trouble = _trouble(accounts, account)
    assert (trouble.code, trouble.choices) == ("key_lost", (Choice.TRY_AGAIN, Choice.BEGIN_ANEW))
    assert vault.get(account.id, DATABASE_KEY) is None, "a new key would only hide that the old one is lost"
    assert path.read_bytes() == before

    vault.set(account.id, DATABASE_KEY, key)
    opened = _open(accounts, account)
    assert _drafts(opened.store) == ["Sehr geehrte"]
    opened.store.close()


def test_beginning_anew_keeps_the_old_file_and_a_key_that_turns_up_brings_the_work_back(
    accounts: Accounts, account: Account, vault: FileVault
) -> None:
    path = _used(accounts, account)
    key = bytes.fromhex(vault.get(account.id, DATABASE_KEY) or "")
    vault.delete(account.id, DATABASE_KEY)

    opened = asyncio.run(opening.begin_anew(accounts, account))
    assert isinstance(opened, Opened)
    assert _drafts(opened.store) == []
    assert len(quarantine.aside(path, quarantine.LOCKED)) == 1
    assert asyncio.run(opening.bring_back(accounts, opened)) is None
    _work(opened.store, "neu")

    found = asyncio.run(opening.bring_back(accounts, opened, (key,)))
    assert found is not None
    assert (found.outbox, found.drafts, found.lost_tables) == (1, 0, ()), "what was written since stays as it is"
    assert [entry.id for entry in opened.store.query(outbox.entries)] == ["k-neu", "k-Sehr geehrte"]
    assert _drafts(opened.store) == ["neu"]
    assert asyncio.run(opening.bring_back(accounts, opened, (key,))) is None, "once is enough"
    assert [file.name.split("-")[0] for file in quarantine.aside(path)] == ["cache.returned"]
    opened.store.close()


def test_the_key_of_another_database_is_said(accounts: Accounts, account: Account, vault: FileVault) -> None:
    path = _used(accounts, account)
    before = path.read_bytes()
    vault.set(account.id, DATABASE_KEY, bytes(32).hex())
    trouble = _trouble(accounts, account)
    assert (trouble.code, trouble.choices) == ("wrong_key", (Choice.TRY_AGAIN, Choice.BEGIN_ANEW))
    assert path.read_bytes() == before
    opened = asyncio.run(opening.begin_anew(accounts, account))
    assert isinstance(opened, Opened)
    opened.store.close()
    [aside] = quarantine.aside(path)
    assert aside.read_bytes() == before


def test_a_vault_in_trouble_is_said(accounts: Accounts, account: Account, tmp_path: Path) -> None:
    _used(accounts, account)
    (tmp_path / "secrets.json").write_text("{half")
    assert _trouble(accounts, account).code == "unreadable"


@pytest.mark.parametrize("is_used", [False, True])
def test_without_a_keyring_a_file_is_offered_only_where_no_key_is_waited_for(
    accounts: Accounts, account: Account, monkeypatch: pytest.MonkeyPatch, is_used: bool
) -> None:
    if is_used:
        _used(accounts, account)
    account = accounts.remember(account.url, account.user, vault=VaultKind.KEYRING)

    def none(*args: Any) -> None:
        raise NoVault("no_keyring")

    with monkeypatch.context() as patch:
        patch.setattr(opening, "open_vault", none)
        trouble = _trouble(accounts, account)
    assert trouble.code == "no_keyring"
    assert (Choice.USE_FILE in trouble.choices) is not is_used
    if not is_used:
        opened = asyncio.run(opening.keep_in_file(accounts, account))
        assert isinstance(opened, Opened)
        assert (opened.account.vault, opened.account.agent_id) == (VaultKind.FILE, "me")
        opened.store.close()


def test_changing_the_key(accounts: Accounts, account: Account, vault: FileVault) -> None:
    path = _used(accounts, account)
    before = vault.get(account.id, DATABASE_KEY)
    opened = _open(accounts, account)
    seen: list[float] = []
    assert asyncio.run(opening.change_key(opened, seen.append)) == ""
    assert seen[-1] == 1.0
    assert _drafts(opened.store) == ["Sehr geehrte"]
    opened.store.close()

    assert vault.get(account.id, DATABASE_KEY) not in (None, before)
    assert vault.get(account.id, DATABASE_KEY_NEXT) is None
    opened = _open(accounts, account)
    assert _drafts(opened.store) == ["Sehr geehrte"]
    opened.store.close()
    assert {file.name for file in path.parent.iterdir()} == {"cache.db", "cache.db.seal"}


def test_a_vault_that_fails_in_the_middle_of_a_change_costs_nothing(
    accounts: Accounts, account: Account, vault: FileVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file has its new key, and the vault does not take that this is now the one: twice in a row."""
    _used(accounts, account)
    opened = _open(accounts, account)
    settle = opening.settle_key
    calls: list[bytes] = []

    def fail_at_the_end(vault: Any, account_id: str, key: bytes) -> None:
        calls.append(key)
        if len(calls) == 2:
            raise NoVault("locked")
        settle(vault, account_id, key)

    with monkeypatch.context() as patch:
        patch.setattr(opening, "settle_key", fail_at_the_end)
        assert asyncio.run(opening.change_key(opened)) == "locked"
        assert vault.get(account.id, DATABASE_KEY_NEXT) == opened.store.key.hex()
        assert asyncio.run(opening.change_key(opened)) == ""
    opened.store.close()
    again = _open(accounts, account)
    assert _drafts(again.store) == ["Sehr geehrte"]
    again.store.close()
    assert vault.get(account.id, DATABASE_KEY_NEXT) is None


_CHANGING = """
import asyncio, sys
from pathlib import Path
from desktop.app import opening
from desktop.session.accounts import Accounts
accounts = Accounts(Path(sys.argv[1]))
opened = asyncio.run(opening.open_store(accounts, accounts.latest()))
print("ready", flush=True)
while True:
    assert asyncio.run(opening.change_key(opened)) == ""
    print("changed", flush=True)
"""


def test_killed_while_keys_are_changed_the_account_still_opens(
    accounts: Accounts, account: Account, vault: FileVault, tmp_path: Path
) -> None:
    path = _used(accounts, account)
    rng = random.Random(3)
    keys = set()
    for _ in range(8):
        run = subprocess.Popen(
            [sys.executable, "-c", _CHANGING, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert run.stdout is not None
        assert run.stdout.readline() == b"ready\n"
        time.sleep(rng.uniform(0.0, 0.25))
        run.kill()
        run.wait()
        run.stdout.close()
        opened = _open(accounts, account)
        assert opened.salvage is None
        assert _drafts(opened.store) == ["Sehr geehrte"]
        opened.store.close()
        keys.add(vault.get(account.id, DATABASE_KEY))
        assert vault.get(account.id, DATABASE_KEY_NEXT) is None
        assert not rekey.draft_of(path).exists()
    assert len(keys) > 2


# --- files --------------------------------------------------------------------------------------------------------------


def test_a_damaged_file_opens_with_the_work_in_it_and_says_so(accounts: Accounts, account: Account) -> None:
    path = _used(accounts, account)
    path.write_bytes(bytes(4096) + path.read_bytes()[4096:])
    opened = _open(accounts, account)
    assert opened.salvage is not None
    assert (opened.salvage.outbox, opened.salvage.drafts, opened.salvage.is_whole) == (1, 1, True)
    assert _drafts(opened.store) == ["Sehr geehrte"]
    opened.store.close()
    again = _open(accounts, account)
    assert again.salvage is None
    again.store.close()


def test_a_repair_on_request_brings_the_work_over(accounts: Accounts, account: Account) -> None:
    _used(accounts, account)
    opened = _open(accounts, account)
    found = asyncio.run(opening.repair(opened))
    assert not isinstance(found, str)
    assert (found.outbox, found.drafts) == (1, 1)
    assert _drafts(opened.store) == ["Sehr geehrte"]
    opened.store.close()
    assert asyncio.run(opening.repair(opened)) == "closed"


def test_a_file_of_a_newer_version_is_said_and_left_alone(accounts: Accounts, account: Account) -> None:
    path = _used(accounts, account)
    opened = _open(accounts, account)
    opened.store.write(lambda w: w.conn.execute("PRAGMA user_version = 9001"), Cause.SYSTEM).result()
    opened.store.close()
    before = path.read_bytes()
    assert _trouble(accounts, account).code == "newer"
    assert path.read_bytes() == before


def test_something_else_in_the_place_of_the_folder_is_said(accounts: Accounts, account: Account) -> None:
    accounts.folder(account).rmdir()
    (accounts.profile / "accounts" / account.id).write_text("a file")
    assert _trouble(accounts, account).code == "disk"


# --- removing -----------------------------------------------------------------------------------------------------------


def test_unsent_work_holds_an_account_until_that_is_meant(
    accounts: Accounts, account: Account, vault: FileVault, tmp_path: Path
) -> None:
    path = _used(accounts, account)
    vault.set(account.id, REFRESH_TOKEN, "r")
    aside = path.with_name("cache.locked-20260301T000000000000.db")

    removal = asyncio.run(opening.remove_account(accounts, account))
    assert (removal.code, removal.unsent) == ("unsent", 2)
    assert path.exists()
    aside.write_bytes(b"x")
    assert asyncio.run(opening.remove_account(accounts, account)).unsent is None, "who knows what is in there"

    assert asyncio.run(opening.remove_account(accounts, account, even_unsent=True)).code == ""
    assert not path.parent.exists()
    assert (tmp_path / "secrets.json").read_text() == "{}"
    assert Accounts(tmp_path).latest() is None


def test_an_account_without_unsent_work_goes_at_once(accounts: Accounts, account: Account, tmp_path: Path) -> None:
    _open(accounts, account).store.close()
    assert asyncio.run(opening.remove_account(accounts, account)).code == ""
    assert Accounts(tmp_path).all() == ()


def test_the_keys_go_first(
    accounts: Accounts, account: Account, vault: FileVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever happens to the files then: nobody can read them."""
    path = _used(accounts, account)

    def fail(folder: Path) -> None:
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr("shutil.rmtree", fail)
        assert asyncio.run(opening.remove_account(accounts, account, even_unsent=True)).code == "disk"
    assert path.exists()
    assert vault.get(account.id, DATABASE_KEY) is None
    assert asyncio.run(opening.remove_account(accounts, account, even_unsent=True)).code == ""
    assert not path.exists()


def test_a_vault_that_does_not_forget_stops_the_removal(
    accounts: Accounts, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _used(accounts, account)

    def fail(*args: Any) -> None:
        raise NoVault("locked")

    monkeypatch.setattr(opening, "forget_secrets", fail)
    assert asyncio.run(opening.remove_account(accounts, account, even_unsent=True)).code == "locked"
    assert path.exists()


def test_a_desk_takes_its_further_accounts_along(accounts: Accounts, account: Account) -> None:
    further = accounts.remember("https://rt.example", "anna", kind="rt", desk=account, vault=account.vault)
    vault = open_vault(accounts.profile, account.vault)
    vault.set(further.id, REFRESH_TOKEN, "a token")
    assert asyncio.run(opening.remove_account(accounts, account, even_unsent=True)).code == ""
    assert accounts.all() == ()
    assert vault.get(further.id, REFRESH_TOKEN) is None

"""The whole program around its window, at the real hub: locked and unlocked, started twice, woken, its key lost, its account
removed."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QLockFile, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.app import lock, verifier
from desktop.app.policy import Policy, Ruling
from desktop.app.profile import Profile
from desktop.app.running import Program, begin_with_latest
from desktop.app.session import sign_in
from desktop.domain.changes import Cause
from desktop.session.accounts import Accounts, VaultKind
from desktop.store import journal
from desktop.store.database import Salvage
from desktop.sync.status import Phase
from desktop.ui.lock.sheet import LockSheet
from desktop.ui.trouble.page import TroublePage

Play = Callable[[Coroutine[Any, Any, None]], None]
USER = "anna"
CTRL_ALT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


class Machine:
    """One profile on one machine, and the program running on it, or not."""

    def __init__(self, app: QApplication, root: Path, hub: Any, password: str) -> None:
        self._app = app
        self.profile = Profile.of(str(root))
        self.hub = hub
        self.password = password
        self.accounts = Accounts(self.profile.root)
        self._running: asyncio.Task[int] | None = None
        self.program: Program

    async def sign_in(self) -> None:
        """As by the dialog, once."""
        await sign_in(self.accounts, self.hub.url, USER, self.password, VaultKind.FILE)

    async def start(self, policy: Policy | None = None) -> Program:
        args = argparse.Namespace(lang="en", theme="light", size="1280x800")
        ruling = Ruling(policy=policy or Policy(lock_after_min=0))
        self.program = Program(self._app, self.profile, args, begin_with_latest, ruling)
        self._running = asyncio.get_running_loop().create_task(self.program.run(), name="program")
        await asyncio.sleep(0)
        return self.program

    async def open(self, policy: Policy | None = None) -> Program:
        """Start, and wait until the account is on the screen and up to date."""
        program = await self.start(policy)
        await self.until(lambda: program.open is not None, "the account is open")
        await self.until(self.is_live, "it is up to date")
        return program

    def is_live(self) -> bool:
        account = self.program.open
        is_live = account is not None and account.workplace.status.phase is Phase.LIVE
        return is_live and self.program.window.is_furnished

    async def end(self) -> None:
        if self._running is not None:
            self.program.finish()
            await self._running
            self._running = None

    async def until(self, holds: Callable[[], Any], what: str) -> Any:
        deadline = time.monotonic() + 15
        while not (found := holds()):
            assert time.monotonic() < deadline, f"waited in vain until {what}"
            await asyncio.sleep(0.01)
        return found

    @property
    def sheet(self) -> LockSheet | None:
        sheet = self.program.window.curtain.sheet
        return sheet if isinstance(sheet, LockSheet) else None

    @property
    def page(self) -> TroublePage | None:
        page = self.program.window.centralWidget()
        return page if isinstance(page, TroublePage) else None

    async def type_password(self, password: str) -> None:
        sheet = self.sheet
        assert sheet is not None
        sheet.password.setText(password)
        QTest.keyClick(sheet.password, Qt.Key.Key_Return)
        await self.until(lambda: self.sheet is not sheet or not sheet._is_busy, "the password was checked")

    def lock_by_key(self) -> None:
        window = self.program.window
        window.activateWindow()
        QTest.keyClick(window.focusWidget() or window, Qt.Key.Key_L, CTRL_ALT)


@pytest.fixture
def machine(qapp: QApplication, tmp_path: Path, hub: Any, monkeypatch: pytest.MonkeyPatch) -> Machine:
    from desktop.ui.window.notifier import Notifier

    monkeypatch.setattr(Notifier, "_play", lambda notifier: None)
    monkeypatch.setattr(verifier, "_COST", 2**4)
    monkeypatch.setattr(lock, "_REACH_S", 4.0)
    monkeypatch.setenv("DIRIGENT_VAULT", "file")
    monkeypatch.delenv("DIRIGENT_POLICY", raising=False)
    password = sys.modules["hub_for_journeys"].PASSWORD
    return Machine(qapp, tmp_path / "profile", hub, password)


def story(machine: Machine, play: Play, tell: Callable[[], Coroutine[Any, Any, None]]) -> None:
    async def _to_the_end() -> None:
        try:
            await tell()
        finally:
            await machine.end()

    play(_to_the_end())


def test_locked_by_key_and_opened_by_the_password_at_the_hub_and_without_it(machine: Machine, play: Play) -> None:
    async def tell() -> None:
        await machine.sign_in()
        program = await machine.open()
        machine.lock_by_key()
        await machine.until(lambda: machine.sheet, "it is locked")
        await machine.type_password("wrong")
        assert machine.sheet is not None
        assert machine.sheet.message.text() == "The password is wrong."
        await machine.type_password(machine.password)
        assert machine.sheet is None
        assert program.window.inbox.isVisible()
        # The verifier of this password is kept now: it opens without the hub, too.
        await machine.until(lambda: not _is_busy(program, "verifier"), "the password is kept")
        machine.hub.stop()
        await machine.until(lambda: not machine.is_live(), "the hub is gone")
        machine.lock_by_key()
        await machine.until(lambda: machine.sheet, "it is locked")
        await machine.type_password("wrong")
        assert machine.sheet is not None
        assert "no connection" in machine.sheet.message.text()
        await machine.type_password(machine.password)
        assert machine.sheet is None

    story(machine, play, tell)


def _is_busy(program: Program, name: str) -> bool:
    return any(task.get_name() == name for task in program.tasks._running)


def test_whoever_ends_it_while_it_is_locked_finds_it_locked(machine: Machine, play: Play) -> None:
    async def tell() -> None:
        await machine.sign_in()
        program = await machine.open()
        program.window.lock_requested.emit()
        assert machine.sheet is not None
        await machine.end()
        program = await machine.start()
        await machine.until(lambda: program.open is not None, "the account is open")
        assert machine.sheet is not None
        assert not program.window.inbox.isVisible()
        # Work goes on beneath.
        await machine.until(machine.is_live, "it is up to date")
        await machine.type_password(machine.password)
        assert machine.sheet is None

    story(machine, play, tell)


def test_somebody_else_sees_the_sign_in_and_nothing_more(machine: Machine, play: Play) -> None:
    async def tell() -> None:
        await machine.sign_in()
        program = await machine.open()
        program.window.lock_requested.emit()
        assert machine.sheet is not None
        machine.sheet.other.click()
        dialog = await machine.until(lambda: program.signing_in._dialog, "the sign-in is asked for")
        assert dialog.user.text() == ""
        assert program.open is None
        assert program.window.workplace is None
        dialog.close()
        await machine.end()
        program = await machine.start()
        await machine.until(lambda: program.open is not None, "the account is open")
        assert machine.sheet is not None

    story(machine, play, tell)


def test_waking_up_reaches_for_the_hub_and_locks(machine: Machine, play: Play) -> None:
    async def tell() -> None:
        await machine.sign_in()
        program = await machine.open(Policy(lock_after_min=0, lock_at_sleep=True))
        assert program.open is not None
        woken: list[int] = []
        engine = program.open._syncs[""].engine
        assert engine is not None
        engine.wake = lambda: woken.append(1)  # type: ignore[method-assign]
        program.vigil.woke.emit(3600.0)
        assert woken == [1]
        assert machine.sheet is not None
        program.vigil.network_changed.emit()
        assert woken == [1, 1]
        await machine.type_password(machine.password)

    story(machine, play, tell)


def test_a_second_start_brings_the_first_to_the_front(machine: Machine, play: Play) -> None:
    async def tell() -> None:
        await machine.sign_in()
        held = QLockFile(str(machine.profile.root / "lock"))
        assert held.tryLock(0)
        program = await machine.open()
        await machine.until(lambda: program.first._server is not None, "it listens")
        called: list[int] = []
        program.first.called.connect(lambda: called.append(1))
        program.window.showMinimized()
        began = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "desktop", "--profile", str(machine.profile.root)), stdout=subprocess.PIPE
        )
        said, _ = await process.communicate()
        took_s = time.monotonic() - began
        assert process.returncode == 0
        assert b"brought to the front" in said
        assert called == [1]
        assert not program.window.isMinimized()
        # A process of Python's own takes most of it; the budget itself is measured, not tested.
        assert took_s < 3
        held.unlock()

    story(machine, play, tell)


def test_a_lost_key_is_told_with_its_choices_and_nothing_is_deleted(machine: Machine, play: Play) -> None:
    async def tell() -> None:
        await machine.sign_in()
        await machine.open()
        await machine.end()
        secrets = machine.profile.root / "secrets.json"
        kept = json.loads(secrets.read_text())
        (account_id,) = kept
        lost = {account_id: {name: value for name, value in kept[account_id].items() if "key" not in name}}
        secrets.write_text(json.dumps(lost))
        program = await machine.start()
        page = await machine.until(lambda: machine.page, "the trouble is shown")
        assert page.title.text() == "The key of your local data is missing"
        # The key is there again: everything is as it was.
        secrets.write_text(json.dumps(kept))
        page.buttons["try_again"].click()
        await machine.until(lambda: program.open is not None, "the account is open")
        await machine.end()
        # And once more, for good.
        secrets.write_text(json.dumps(lost))
        program = await machine.start()
        page = await machine.until(lambda: machine.page, "the trouble is shown")
        folder = machine.accounts.folder(machine.accounts.all()[0])
        page.buttons["begin_anew"].click()
        assert program.open is None
        page.buttons["begin_anew"].click()
        await machine.until(lambda: program.open is not None, "the account is open")
        assert len([file for file in folder.iterdir() if file.name.startswith("cache.db") and file.suffix != ".db"]) > 0
        # Whoever begins anew proves who they are: nothing says any longer whether it was locked.
        assert machine.sheet is not None
        await machine.type_password(machine.password)
        assert machine.sheet is None
        await machine.until(machine.is_live, "history comes again")

    story(machine, play, tell)


def test_an_account_is_removed_with_its_key_and_its_files(machine: Machine, play: Play) -> None:
    async def tell() -> None:
        from desktop.ui.account.window import AccountWindow

        await machine.sign_in()
        program = await machine.open()
        assert program.open is not None
        folder = machine.accounts.folder(program.open.account)
        program.window.account_requested.emit()
        (page,) = program.window.findChildren(AccountWindow)
        page.removal.begin.click()
        page.removal.field.setText(USER)
        page.removal.remove.click()
        dialog = await machine.until(lambda: program.signing_in._dialog, "the sign-in is asked for")
        assert not folder.exists()
        assert program.accounts.all() == ()
        secrets = machine.profile.root / "secrets.json"
        assert not secrets.exists() or json.loads(secrets.read_text()) == {}
        dialog.close()

    story(machine, play, tell)


def test_the_key_is_changed_while_work_goes_on(machine: Machine, play: Play) -> None:
    async def tell() -> None:
        from desktop.ui.account.window import AccountWindow

        await machine.sign_in()
        program = await machine.open()
        assert program.open is not None
        secrets = machine.profile.root / "secrets.json"
        before = json.loads(secrets.read_text())
        program.window.account_requested.emit()
        (page,) = program.window.findChildren(AccountWindow)
        page.key.click()
        await machine.until(lambda: page.key.isEnabled(), "the key is changed")
        assert "new key" in page.key_text.text()
        page.close()
        assert json.loads(secrets.read_text()) != before
        program.open.store.write(lambda w: journal.set_setting(w, "still", 1), Cause.AGENT).result()
        await machine.end()
        program = await machine.open()
        assert program.open is not None
        assert program.open.store.query(lambda conn: journal.setting(conn, "still")) == 1

    story(machine, play, tell)


def test_an_error_of_ours_is_told_with_its_report(
    machine: Machine, play: Play, expected_errors: Callable[[str], None]
) -> None:
    expected_errors("task clumsy failed")

    async def tell() -> None:
        from desktop.store import reports
        from desktop.ui.trouble.report import ReportWindow

        await machine.sign_in()
        program = await machine.open()

        async def clumsy() -> None:
            raise LookupError("Jana Weber, +49 171 2345678")

        program.tasks.start("clumsy", clumsy())
        notices = program.window.notices
        await machine.until(lambda: notices.isVisible(), "it is told")
        assert "LookupError" in notices.text.text()
        notices.action.click()
        (window,) = program.window.findChildren(ReportWindow)
        assert "clumsy" in window.text.toPlainText()
        assert "Jana" not in window.text.toPlainText()
        window.discard.click()
        assert program.open is not None
        store = program.open.store
        await machine.until(lambda: store.query(reports.all) == [], "the report is gone")

    story(machine, play, tell)


def test_a_disk_that_fills_up_is_said_until_it_is_free_again(machine: Machine, play: Play) -> None:
    async def tell() -> None:
        await machine.sign_in()
        program = await machine.open()
        assert program.open is not None
        store, banner = program.open.store, program.window.banner
        assert not banner.isVisible()
        await asyncio.to_thread(store.on_trouble, "full", None)
        await machine.until(banner.isVisible, "it is said")
        assert "disk is full" in banner.text.text()
        # Read on, and write: what is written is kept in memory by those who write it.
        program.window.go("customers")
        await asyncio.to_thread(store.on_trouble, "", None)
        await machine.until(lambda: not banner.isVisible(), "it is over")
        await asyncio.to_thread(store.on_trouble, "full", None)
        await machine.until(banner.isVisible, "it is said")
        banner.action.click()
        await machine.until(lambda: not _is_busy(program, "probe"), "it was tried")

    story(machine, play, tell)


def test_a_file_repaired_while_it_was_in_use_is_told_with_what_was_saved(machine: Machine, play: Play) -> None:
    async def tell() -> None:
        await machine.sign_in()
        program = await machine.open()
        assert program.open is not None
        notices = program.window.notices
        await asyncio.to_thread(program.open.store.on_trouble, "damaged", Salvage(outbox=2, drafts=1))
        await machine.until(notices.isVisible, "it is told")
        assert "repaired" in notices.text.text()
        assert "2" in notices.text.text()
        assert not program.window.banner.isVisible()
        await asyncio.to_thread(program.open.store.on_trouble, "damaged", None)
        await machine.until(program.window.banner.isVisible, "that it could not be mended is said")
        assert program.window.banner.action.text() == "Repair it now"
        program.window.banner.action.click()
        await machine.until(lambda: not program.window.banner.isVisible(), "it is repaired")

    story(machine, play, tell)


def test_signing_in_again_goes_on_where_one_was(machine: Machine, play: Play) -> None:
    async def tell() -> None:
        await machine.sign_in()
        program = await machine.open()
        before = program.open
        program.window.go("customers")
        program.signing_in.ask()
        dialog = program.signing_in._dialog
        assert dialog is not None
        assert (dialog.url.text(), dialog.user.text()) == (machine.hub.url, USER)
        dialog.password.setText(machine.password)
        dialog.sign_in.click()
        await machine.until(lambda: program.signing_in._dialog is None, "somebody is signed in")
        assert program.open is before
        assert program.window.left.currentWidget() is program.window.customers

    story(machine, play, tell)


def test_nothing_is_asked_above_a_locked_screen(machine: Machine, play: Play) -> None:
    async def tell() -> None:
        await machine.sign_in()
        program = await machine.open()
        program.window.lock_requested.emit()
        program.signing_in.ask()
        assert program.signing_in._dialog is None
        program.first.called.emit()
        assert machine.sheet is not None
        await machine.type_password(machine.password)
        assert machine.sheet is None

    story(machine, play, tell)


def test_where_the_rules_forbid_it_no_file_is_offered_for_secrets(machine: Machine, play: Play) -> None:
    async def tell() -> None:
        program = await machine.start(Policy(may_keep_secrets_in_file=False))
        dialog = await machine.until(lambda: program.signing_in._dialog, "the sign-in is asked for")
        dialog.url.setText(machine.hub.url)
        dialog.user.setText(USER)
        dialog.password.setText(machine.password)
        dialog.keep_in_file.setChecked(True)
        dialog.sign_in.click()
        await machine.until(lambda: dialog.message.text(), "it is said")
        assert "do not allow secrets in a file" in dialog.message.text()
        assert program.open is None
        dialog.close()

    story(machine, play, tell)


def test_rules_that_forbid_secrets_in_a_file_keep_such_an_account_closed(machine: Machine, play: Play) -> None:
    async def tell() -> None:
        await machine.sign_in()
        await machine.start(Policy(may_keep_secrets_in_file=False))
        page = await machine.until(lambda: machine.page, "the trouble is shown")
        assert page.title.text() == "Secrets in a file are not allowed here"

    story(machine, play, tell)


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX")
def test_kill_9_while_it_is_locked_opens_nothing(machine: Machine, play: Play, tmp_path: Path) -> None:
    rules = tmp_path / "policy.json"
    rules.write_text('{"lock_after_min": 0.01, "lock_sets_away": false}')

    async def tell() -> None:
        await machine.sign_in()
        await machine.open()
        await machine.end()
        environment = {**os.environ, "DIRIGENT_POLICY": str(rules)}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "desktop", "--profile", str(machine.profile.root)),
            env=environment,
            stderr=subprocess.DEVNULL,
        )
        log = machine.profile.logs / "dirigent.log"
        try:
            await machine.until(lambda: log.exists() and "the screen is locked" in log.read_text(), "it locked itself")
            await asyncio.sleep(0.2)
        finally:
            process.kill()
            await process.wait()
        program = await machine.start()
        await machine.until(lambda: program.open is not None, "the account is open")
        assert machine.sheet is not None
        assert not program.window.inbox.isVisible()

    story(machine, play, tell)

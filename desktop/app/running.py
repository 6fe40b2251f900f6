"""The window's life once Qt and asyncio run: an account opened, its store shown at once and then synced, locked and
unlocked, and the way down again. The first paint waits for nothing but the key and the local database.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from msgspec import structs
from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from desktop.app import lock, opening, reporting
from desktop.app.desk import Desk
from desktop.app.lock import ScreenLock
from desktop.app.opened import wipe_all
from desktop.app.policy import Policy, Ruling
from desktop.app.profile import Profile
from desktop.app.recording import Recording
from desktop.app.session import OpenAccount, account_of
from desktop.app.signing_in import SigningIn
from desktop.app.single import FirstWindow
from desktop.app.tasks import Tasks
from desktop.app.troubles import Troubles
from desktop.app.vigil import Vigil
from desktop.session.accounts import Account, Accounts, VaultKind
from desktop.store.connection import Connection
from desktop.store.database import StoreError
from desktop.store.pruning import Limits
from desktop.ui.i18n import language
from desktop.ui.theme.theme import Theme
from desktop.ui.window.main_window import MainWindow
from desktop.ui.window.preferences import Preferences
from desktop.viewmodels import places
from desktop.viewmodels.places import Workspace

Ready = Callable[["Program"], Coroutine[Any, Any, None]]

_FOR_EVER_DAYS = 36_500
# What the first paint need not wait for.
_LATER_MS = 1000


class Program:
    """One run of the window. ``begin`` is awaited once the frame stands: it opens an account, or asks for one."""

    def __init__(
        self, app: QApplication, profile: Profile, args: argparse.Namespace, begin: Ready, ruling: Ruling | None = None
    ) -> None:
        self.app = app
        self.profile = profile
        self.policy = (ruling or Ruling()).policy
        self._limits = _limits(self.policy)
        self.preferences = Preferences(profile.root / "preferences.json")
        chosen_language = language.choose(getattr(args, "lang", None) or self.preferences.language)
        language.install(app, chosen_language)
        self.language = chosen_language
        self.theme = Theme(app, getattr(args, "theme", None) or self.preferences.theme)
        self.theme.is_compact = self.preferences.is_compact
        self.window = MainWindow(self.theme, self.preferences)
        self.accounts = Accounts(profile.root)
        self.troubles = Troubles(self)
        self.tasks = Tasks(self.troubles.on_crash)
        self.recording = Recording.of(args)
        self.recording.on_told = self._on_recorded
        self.open: OpenAccount | None = None
        self.exit_code = 0
        self.screen_lock = ScreenLock(self.window, self.theme, self.policy, self.tasks)
        self.signing_in = SigningIn(self)
        self.desk = Desk(self)
        self.vigil = Vigil(parent=self.window)
        self.first = FirstWindow(profile.root, self.window)
        self._begin = begin
        self._finished = asyncio.Event()
        self._way_down: list[Callable[[], None]] = []
        self.window.closing.connect(self.finish)
        self.window.sign_out_requested.connect(lambda: self.tasks.start("sign out", self.sign_out()))
        self.window.account_requested.connect(self._on_account_requested)
        self.screen_lock.other_requested.connect(lambda: self.tasks.start("change user", self.change_user()))
        self.screen_lock.unlocked.connect(self.signing_in.succeed)
        self.vigil.woke.connect(self._on_woke)
        self.vigil.network_changed.connect(self.wake)
        self.first.called.connect(self.window.activate)
        self._place_window(getattr(args, "size", None))

    def _place_window(self, size: str | None) -> None:
        if size:
            width, _, height = size.partition("x")
            self.window.resize(int(width), int(height))
        elif not self.preferences.restore_geometry(self.window):
            # Without a display there is no screen worth fitting.
            has_screen = self.app.platformName() not in ("offscreen", "minimal")
            area = self.window.screen().availableGeometry().size() if has_screen else QSize(1440, 900)
            self.window.resize(min(1440, area.width()), min(900, area.height()))

    # --- the way up and down ----------------------------------------------------------------------------------------

    async def run(self) -> int:
        """Show the window, begin, and stay until it is finished; returns the exit code."""
        if "DIRIGENT_BENCH_START" in os.environ:
            from desktop.app.bench.probe import StartProbe

            StartProbe.wanted(self.window, self.finish)
        self.window.show()
        QTimer.singleShot(_LATER_MS, self.window, self._keep_watch)
        self.tasks.start("wipe", asyncio.to_thread(wipe_all, self.profile.root))
        self.tasks.start("begin", self._begin(self))
        await self._finished.wait()
        self.window.hide()
        self.vigil.stop()
        self.first.close()
        await self.close_account()
        await self.tasks.stop()
        for step in reversed(self._way_down):
            step()
        self.preferences.flush()
        self.window.deleteLater()
        return self.exit_code

    def finish(self, code: int = 0) -> None:
        """End the program; what is on its way to the disk gets there."""
        self.exit_code = self.exit_code or code
        self._finished.set()

    def at_end(self, step: Callable[[], None]) -> None:
        """Call ``step`` on the way down, the last one given first."""
        self._way_down.append(step)

    def _keep_watch(self) -> None:
        """Listen for a second start, and for sleep and network."""
        if not self._finished.is_set():
            self.first.listen()
            self.vigil.start()

    # --- accounts ---------------------------------------------------------------------------------------------------

    async def use(self, account: Account, *, is_demo: bool = False, password: str = "") -> bool:
        """Open an account of this profile and show it, what was synced before at once; or show what is in the way. The
        secrets of a demo are worth nothing, so that a file of them is not warned of. ``password`` is the one somebody just
        signed in with."""
        if account.vault is VaultKind.FILE and not (is_demo or self.policy.may_keep_secrets_in_file):
            found: opening.Opened | opening.Trouble = opening.Trouble(account, "file_forbidden")
        else:
            found = await opening.open_store(self.accounts, account)
        return await self.show(found, is_demo=is_demo, password=password)

    async def show(
        self,
        found: opening.Opened | opening.Trouble,
        *,
        is_demo: bool = False,
        password: str = "",
        must_prove: bool = False,
    ) -> bool:
        """Show an account that was opened, or the trouble in its place; returns whether it is an account. ``must_prove``:
        what said whether it is locked is gone, so that it is."""
        if isinstance(found, opening.Trouble):
            await self.close_account()
            self.troubles.show(found)
            return False
        try:
            kept, workspace = await asyncio.wrap_future(found.store.read(_remembered))
            if must_prove or (found.salvage is not None and "setting" in found.salvage.lost_tables):
                kept = structs.replace(kept, is_locked=True)
        except StoreError as error:
            await asyncio.to_thread(found.store.close)
            await self.close_account()
            self.troubles.show(opening.Trouble(found.account, error.code))
            return False
        opened = account_of(found, self.language, self.recording)
        opened.limits = self._limits
        opened.workplace.has_open_secrets &= not is_demo
        await self.close_account()
        self.open = opened
        # In one turn of the event loop, so that nothing of a locked account is painted.
        for account in self.accounts.further(opened.account):
            opened.show_further(account)
        self.window.attach(opened.workplace, workspace, inbox_first=not kept.is_locked)
        self.screen_lock.take_over(opened, kept, is_demo=is_demo, password=password)
        self.troubles.watch(found)
        if self.window.is_furnished:
            QTimer.singleShot(0, lambda: self._begin_sync(opened))
        else:
            # What it loads would keep the rows of the inbox waiting.
            once = Qt.ConnectionType.SingleShotConnection
            self.window.furnished.connect(lambda: self._begin_sync(opened), once)
        return True

    def _begin_sync(self, opened: OpenAccount) -> None:
        if self.open is opened:
            self.tasks.start("sync", opened.sync(self.signing_in.ask))
            for account in self.accounts.further(opened.account):
                self.desk.sync(account)

    def wake(self) -> None:
        """Try to reach the backend again at once."""
        if self.open is not None:
            self.open.wake()

    def _on_woke(self, slept_s: float) -> None:
        self.screen_lock.slept(slept_s)
        self.wake()

    async def close_account(self) -> None:
        """Take the account off the screen and close its store."""
        if self.open is not None:
            opened, self.open = self.open, None
            reporting.keep_reports_in(None)
            self.screen_lock.let_go()
            self.window.detach()
            await opened.close()

    async def sign_out(self) -> None:
        """Forget the tokens of the open account and ask again; the local data stays encrypted where it is, and behind the
        lock at the next start."""
        if self.open is not None:
            await self.screen_lock.keep_locked()
            await self.open.forget_tokens()
            await self.close_account()
        self.signing_in.ask()

    async def change_user(self) -> None:
        """Somebody else wants to sign in at a locked screen: the account goes, locked as it is."""
        await self.close_account()
        self.signing_in.ask(as_latest=False)

    def _on_recorded(self, folder: str, code: str) -> None:
        """Say that the window is being recorded, or is no more."""
        if self.window.workplace is None:
            return
        from desktop.ui.window import tape

        if code:
            self.window.notices.tell(tape.ended(code), "bad", stays=True)
        else:
            told = tape.being_recorded(folder, is_anonymised=self.recording.is_anonymised)
            self.window.notices.tell(told, "warn", stays=True)

    def _on_account_requested(self) -> None:
        if self.open is not None and not self.screen_lock.is_locked:
            from desktop.app.custody import Custody

            Custody.show(self)


def _limits(policy: Policy) -> Limits:
    return Limits(
        closed_days=policy.closed_days or None,
        messages_max=policy.messages_max or None,
        files_bytes=policy.files_mb * 1024 * 1024 if policy.files_mb else sys.maxsize,
        drafts_days=policy.drafts_days or None,
        reports_days=policy.reports_days or None,
        quarantine_days=policy.quarantine_days or _FOR_EVER_DAYS,
    )


def _remembered(conn: Connection) -> tuple[lock.Kept, Workspace]:
    return lock.kept_in(conn), places.kept_in(conn)


async def begin_with_latest(program: Program) -> None:
    """Open the account used last, or show what is in its way; without one, ask."""
    account = program.accounts.latest()
    if account is None:
        program.signing_in.ask()
        return
    if (program.profile.hub / "demo.json").exists() and account.url.startswith("http://127.0.0.1:"):
        # The demo centre was chosen in this profile: its hub is ours to start.
        from desktop.app import demo

        await demo.begin_in(program)
        return
    await program.use(account)


def write_png(window: QWidget, file: Path) -> bool:
    """Render the window as it is into a PNG; returns whether the file could be written."""
    file.parent.mkdir(parents=True, exist_ok=True)
    return window.grab().save(str(file), "PNG")

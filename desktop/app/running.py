"""The window's life: Qt and asyncio on the main thread, an account opened, its store shown at once and then synced, and the
way down again. The first paint waits for nothing but the key and the local database.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLockFile, QSize, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from desktop.app import reporting
from desktop.app.garbage import Collector
from desktop.app.profile import Profile
from desktop.app.session import OpenAccount, open_account, sign_in
from desktop.app.tasks import Tasks
from desktop.assets import asset
from desktop.session.accounts import Account, Accounts, VaultKind
from desktop.session.vault import NoVault
from desktop.store.database import StoreError
from desktop.ui.i18n import language
from desktop.ui.theme.theme import Theme
from desktop.ui.window.main_window import MainWindow
from desktop.ui.window.preferences import Preferences

if TYPE_CHECKING:
    from desktop.ui.sign_in import SignInDialog

log = logging.getLogger(__name__)

Ready = Callable[["Program"], Coroutine[Any, Any, None]]


class Program:
    """One run of the window. ``begin`` is awaited once the frame stands: it opens an account, or asks for one."""

    def __init__(self, app: QApplication, profile: Profile, args: argparse.Namespace, begin: Ready) -> None:
        self.app = app
        self.profile = profile
        self.preferences = Preferences(profile.root / "preferences.json")
        chosen_language = language.choose(getattr(args, "lang", None) or self.preferences.language)
        language.install(app, chosen_language)
        self.language = chosen_language
        self.theme = Theme(app, getattr(args, "theme", None) or self.preferences.theme)
        self.theme.is_compact = self.preferences.is_compact
        self.window = MainWindow(self.theme, self.preferences)
        self.accounts = Accounts(profile.root)
        self.tasks = Tasks(self._on_crash)
        self.open: OpenAccount | None = None
        self.exit_code = 0
        self._begin = begin
        self._dialog: SignInDialog | None = None
        self._finished = asyncio.Event()
        self._way_down: list[Callable[[], None]] = []
        self.window.closing.connect(self.finish)
        self.window.sign_out_requested.connect(lambda: self.tasks.start("sign out", self.sign_out()))
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
        self.tasks.start("begin", self._begin(self))
        await self._finished.wait()
        self.window.hide()
        await self.close_account()
        await self.tasks.stop()
        for step in reversed(self._way_down):
            step()
        self.window.deleteLater()
        return self.exit_code

    def finish(self, code: int = 0) -> None:
        """End the program; what is on its way to the disk gets there."""
        self.exit_code = self.exit_code or code
        self._finished.set()

    def at_end(self, step: Callable[[], None]) -> None:
        """Call ``step`` on the way down, the last one given first."""
        self._way_down.append(step)

    def _on_crash(self, name: str, error: BaseException) -> None:
        if self.window.workplace is not None:
            self.window.notices.tell_error(type(error).__name__)
        elif name == "begin":
            self.finish(1)

    # --- accounts ---------------------------------------------------------------------------------------------------

    async def use(self, account: Account, *, is_demo: bool = False) -> None:
        """Open an account of this profile and show it, what was synced before at once. The secrets of a demo are worth
        nothing, so that a file of them is not warned of."""
        opened = await open_account(account, self.accounts, self.language)
        opened.workplace.has_open_secrets &= not is_demo
        await self.close_account()
        self.open = opened
        self.window.attach(opened.workplace)
        QTimer.singleShot(0, lambda: self.tasks.start("sync", opened.sync(self.ask_to_sign_in)))

    def wake(self) -> None:
        """Try to reach the backend again at once."""
        if self.open is not None:
            self.open.wake()

    async def close_account(self) -> None:
        """Take the account off the screen and close its store."""
        if self.open is not None:
            opened, self.open = self.open, None
            self.window.detach()
            await opened.close()

    async def sign_out(self) -> None:
        """Forget the tokens of the open account and ask again; the local data stays encrypted where it is."""
        if self.open is not None:
            await self.open.forget_tokens()
            await self.close_account()
        self.ask_to_sign_in()

    def ask_to_sign_in(self) -> None:
        """Show the sign-in dialog; it stays until somebody is signed in or the window is closed."""
        if self._dialog is not None:
            self._dialog.raise_()
            return
        from desktop.ui.sign_in import SignInDialog

        latest = self.accounts.latest()
        self._dialog = dialog = SignInDialog(
            self.theme, latest.url if latest else "", latest.user if latest else "", self.window
        )
        dialog.submitted.connect(self._on_submitted)
        dialog.demo_requested.connect(self._on_demo_requested)
        dialog.closed.connect(self._on_dialog_closed)
        dialog.open()

    def show_sign_in_error(self, code: str) -> None:
        """Say in the sign-in dialog, if it is there, what went wrong."""
        if self._dialog is not None:
            self._dialog.show_error(code)

    def _on_submitted(self, url: str, user: str, password: str, in_file: bool) -> None:
        vault = VaultKind.FILE if in_file or prefers_file() else VaultKind.KEYRING
        self.tasks.start("sign in", self._sign_in(url, user, password, vault))

    async def _sign_in(self, url: str, user: str, password: str, vault: VaultKind) -> None:
        dialog = self._dialog
        try:
            account = await sign_in(self.accounts, url, user, password, vault)
            await self.use(account)
        except NoVault as error:
            if dialog is not None:
                dialog.offer_file_vault(error.code)
            return
        except StoreError as error:
            if dialog is not None:
                dialog.show_error(error.code)
            return
        except Exception as error:
            code = getattr(error, "code", "")
            if not code:
                raise
            if dialog is not None:
                dialog.show_error(str(code))
            return
        if dialog is not None:
            self._dialog = None
            dialog.succeed()

    def _on_demo_requested(self) -> None:
        from desktop.app import demo

        dialog, self._dialog = self._dialog, None
        if dialog is not None:
            dialog.succeed()
        self.tasks.start("demo", demo.begin_in(self))

    def _on_dialog_closed(self) -> None:
        self._dialog = None
        if self.open is None:
            self.finish()


def prefers_file() -> bool:
    return os.environ.get("DIRIGENT_VAULT", "").strip().lower() == "file"


async def begin_with_latest(program: Program) -> None:
    """Open the account used last; without one, or when it cannot be opened, ask."""
    account = program.accounts.latest()
    if account is None:
        program.ask_to_sign_in()
        return
    if (program.profile.hub / "demo.json").exists() and account.url.startswith("http://127.0.0.1:"):
        # The demo centre was chosen in this profile: its hub is ours to start.
        from desktop.app import demo

        await demo.begin_in(program)
        return
    try:
        await program.use(account)
    except (NoVault, StoreError) as error:
        log.warning("the account could not be opened: %s", error.code)
        program.ask_to_sign_in()
        program.show_sign_in_error(error.code)


def make_app(argv: list[str] | None = None) -> QApplication:
    """Return the application, made or the one there is."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication(argv or ["dirigent"])
    app.setApplicationName("dirigent")
    app.setApplicationDisplayName("Dirigent")
    app.setDesktopFileName("dirigent")
    app.setWindowIcon(QIcon(str(asset("icons", "dirigent.svg"))))
    app.setQuitOnLastWindowClosed(False)
    return app


def run_window(args: argparse.Namespace, begin: Ready = begin_with_latest) -> int:
    """Run the window until it is closed and return the exit code."""
    try:
        profile = Profile.of(getattr(args, "profile", None))
    except OSError as error:
        print(f"dirigent: the profile folder cannot be used: {error.strerror}", file=sys.stderr)
        return 1
    lock = QLockFile(str(profile.root / "lock"))
    if not lock.tryLock(100):
        print("dirigent: this profile is open in another window already", file=sys.stderr)
        return 1
    reporting.start(profile.logs, is_verbose=bool(getattr(args, "verbose", False)))
    app = make_app()
    import qasync

    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    collector = Collector()
    try:
        return int(loop.run_until_complete(_run(app, profile, args, begin)))
    finally:
        collector.stop()
        loop.close()
        asyncio.set_event_loop(None)
        lock.unlock()


async def _run(app: QApplication, profile: Profile, args: argparse.Namespace, begin: Ready) -> int:
    program = Program(app, profile, args, begin)
    reporting.on_uncaught(lambda kind: program._on_crash("window", RuntimeError(kind)))
    return await program.run()


def write_png(window: MainWindow, file: Path) -> bool:
    """Render the window as it is into a PNG; returns whether the file could be written."""
    file.parent.mkdir(parents=True, exist_ok=True)
    return window.grab().save(str(file), "PNG")

"""The screen lock: when it falls (nobody there, sleep, a key, the start after a crash), what it takes to open it, and what is
kept of it in the encrypted store, so that ending the program opens nothing.

Unlocking is signing in again: at the system where it can be reached, whose word then holds; without a connection against a
verifier made at the last sign-in. A try is counted before it is checked. What goes on beneath is nobody's business here: the
account stays open, its store and its sync too.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import Future
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct, structs
from PySide6.QtCore import QObject, Signal

from desktop.app.policy import Policy
from desktop.app.tasks import Tasks
from desktop.app.verifier import OFFLINE_TRIES, Verifier, wait_s
from desktop.domain.agent import PresenceState
from desktop.domain.changes import Cause
from desktop.session.vault import NoVault
from desktop.store import journal
from desktop.store.connection import Connection
from desktop.store.database import StoreError, Write
from desktop.sync.status import Phase
from desktop.ui.lock.idle import IdleWatch
from desktop.ui.theme.theme import Theme
from desktop.ui.window.main_window import MainWindow

if TYPE_CHECKING:
    from desktop.app.session import OpenAccount
    from desktop.ui.lock.sheet import LockSheet

log = logging.getLogger(__name__)

SETTING: Final = "screen_lock"
AWAY_REASON: Final = "locked"
_REACH_S: Final = 8.0
_REACH_OFFLINE_S: Final = 3.0


class Kept(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the store keeps of the lock. ``wrong`` counts the tries that failed since the last that did not."""

    is_locked: bool = False
    since: datetime | None = None
    wrong: int = 0
    verifier: Verifier | None = None


def kept_in(conn: Connection) -> Kept:
    """Read what an account's store keeps of the lock."""
    return msgspec.convert(journal.setting(conn, SETTING, {}), Kept)


class ScreenLock(QObject):
    """The lock of one window. ``other_requested``: somebody else wants to sign in; ``unlocked``: it is open again."""

    other_requested = Signal()
    unlocked = Signal()

    def __init__(self, window: MainWindow, theme: Theme, policy: Policy, tasks: Tasks) -> None:
        super().__init__(window)
        self._window = window
        self._theme = theme
        self._policy = policy
        self._tasks = tasks
        self._account: OpenAccount | None = None
        self._kept = Kept()
        self._is_demo = False
        self._sheet: LockSheet | None = None
        self._next_try_at = 0.0
        self._idle = IdleWatch(policy.lock_after_min * 60, parent=self)
        self._idle.idled.connect(self.lock)
        window.lock_requested.connect(self.lock)

    @property
    def is_locked(self) -> bool:
        return self._sheet is not None

    # --- the account ------------------------------------------------------------------------------------------------

    def take_over(self, account: OpenAccount, kept: Kept, *, is_demo: bool = False, password: str = "") -> None:
        """An account was put on the screen, in this very turn of the event loop: nothing of it has been painted yet.
        ``password`` is the one it was just signed in with, by a person."""
        self._account, self._kept, self._is_demo = account, kept, is_demo
        self._delay()
        self._idle.start()
        if password:
            self.proved(password)
        elif kept.is_locked or self._policy.lock_at_start:
            self.lock()

    def let_go(self) -> None:
        """The account is about to leave the screen; locked it stays locked for the next start."""
        self._idle.stop()
        self._open_curtain()
        self._account = None

    def proved(self, password: str) -> None:
        """The system took this password: it opens the lock, and is what opens it without a connection from now on."""
        self._tasks.start("verifier", self._renew(password))
        self._unlock()

    async def keep_locked(self) -> None:
        """Have the next start begin locked: whoever signed out is not to be shown to whoever comes next."""
        await self._keep(structs.replace(self._kept, is_locked=True))

    # --- locking ----------------------------------------------------------------------------------------------------

    def lock(self) -> None:
        """Lock now; with no account open there is nothing to lock."""
        account = self._account
        if account is None or self.is_locked:
            return
        from desktop.ui.lock.sheet import LockSheet

        self._idle.stop()
        since = self._kept.since if self._kept.is_locked and self._kept.since else account.workplace.now()
        name = account.account.name or account.account.user
        system = "" if self._is_demo else account.account.url
        with_token = account.account.with_token
        self._sheet = sheet = LockSheet(name, system, since, self._theme, is_demo=self._is_demo, with_token=with_token)
        sheet.submitted.connect(self._on_submitted)
        sheet.demo_requested.connect(self._unlock)
        sheet.other_requested.connect(self.other_requested)
        if self._policy.lock_sets_away and self._window.presence.state is PresenceState.READY:
            self._window.presence.set(PresenceState.AWAY, AWAY_REASON)
        self._window.lock(sheet)
        account.wipe_opened()
        self._kept = structs.replace(self._kept, is_locked=True, since=since)
        _note(self._write(self._kept))
        log.info("the screen is locked")

    def slept(self, seconds: float) -> None:
        """The machine was asleep for so long."""
        if self._policy.lock_at_sleep:
            self.lock()
        elif not self.is_locked:
            self._idle.slept(seconds)

    def _unlock(self) -> None:
        self._kept = structs.replace(self._kept, is_locked=False, since=None, wrong=0)
        _note(self._write(self._kept))
        if not self.is_locked:
            return
        self._open_curtain()
        presence = self._window.presence
        if (presence.state, presence.reason) == (PresenceState.AWAY, AWAY_REASON):
            presence.set(PresenceState.READY)
        self._idle.start()
        log.info("the screen is unlocked")
        self.unlocked.emit()

    def _open_curtain(self) -> None:
        if self._sheet is not None:
            self._sheet = None
            self._window.unlock()

    # --- trying -----------------------------------------------------------------------------------------------------

    def _on_submitted(self, password: str) -> None:
        self._tasks.start("unlock", self._try(password))

    async def _try(self, password: str) -> None:
        account, sheet = self._account, self._sheet
        if account is None or sheet is None:
            return
        if asyncio.get_running_loop().time() < self._next_try_at:
            sheet.show_error("busy", wait_s=self._left_s())
            return
        is_offline, code = False, await self._ask_the_system(account, password)
        if code == "offline":
            is_offline, code = True, await self._ask_the_verifier(password)
        if self._sheet is not sheet:
            return
        if not code:
            if is_offline:
                self._unlock()
            else:
                self.proved(password)
            return
        if code == "unauthenticated" and not is_offline:
            await self._keep(structs.replace(self._kept, wrong=self._kept.wrong + 1))
        self._delay()
        left = max(0, OFFLINE_TRIES - self._kept.wrong) if is_offline else None
        sheet.show_error("online_only" if left == 0 else code, wait_s=self._left_s(), tries_left=left)

    async def _ask_the_system(self, account: OpenAccount, password: str) -> str:
        """Return nothing where the password is good, ``offline`` where nobody can be asked, else why it is not."""
        # Like everything of the network, not loaded before the first paint.
        from desktop.backends.base import BackendError, Offline, Throttled

        is_offline = account.workplace.status.phase is Phase.OFFLINE
        try:
            async with asyncio.timeout(_REACH_OFFLINE_S if is_offline else _REACH_S):
                await account.sign_in_again(password)
        except TimeoutError:
            return "offline"
        except NoVault as error:
            # It was good; what is missing is a place for the new token, and the old one may do.
            log.warning("the new token could not be kept: %s", error.code)
        except Throttled as error:
            return error.code
        except Offline:
            return "offline"
        except BackendError as error:
            return error.code
        return ""

    async def _ask_the_verifier(self, password: str) -> str:
        kept = self._kept
        if kept.verifier is None:
            return "never_checked"
        if kept.wrong >= OFFLINE_TRIES:
            return "online_only"
        # Counted first: ending the program in the middle of a check is no way to more tries.
        if not await self._keep(structs.replace(kept, wrong=kept.wrong + 1)):
            return "store"
        return "" if await asyncio.to_thread(kept.verifier.fits, password) else "unauthenticated"

    def _delay(self) -> None:
        self._next_try_at = asyncio.get_running_loop().time() + wait_s(self._kept.wrong)

    def _left_s(self) -> float:
        return max(0.0, self._next_try_at - asyncio.get_running_loop().time())

    # --- keeping ----------------------------------------------------------------------------------------------------

    async def _renew(self, password: str) -> None:
        verifier = await asyncio.to_thread(Verifier.of, password)
        await self._keep(structs.replace(self._kept, verifier=verifier, wrong=0))

    async def _keep(self, kept: Kept) -> bool:
        """Keep it, and return whether the disk took it."""
        self._kept = kept
        future = self._write(kept)
        if future is None:
            return False
        try:
            await asyncio.wrap_future(future)
        except StoreError as error:
            log.warning("the lock could not be kept: %s", error.code)
            return False
        return True

    def _write(self, kept: Kept) -> Future[None] | None:
        if self._account is None:
            return None
        value: Any = msgspec.to_builtins(kept)

        def _set(w: Write) -> None:
            journal.set_setting(w, SETTING, value)

        try:
            return self._account.store.write(_set, Cause.SYSTEM)
        except StoreError:
            return None


def _note(future: Future[None] | None) -> None:
    """Log it where a write nobody waits for fails."""

    def _on_done(done: Future[None]) -> None:
        if not done.cancelled() and (error := done.exception()) is not None:
            log.warning("the lock could not be kept: %s", getattr(error, "code", type(error).__name__))

    if future is not None:
        future.add_done_callback(_on_done)

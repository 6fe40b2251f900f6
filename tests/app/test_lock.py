"""The screen lock: when it falls, what opens it with and without a connection, and that no way around it is left open."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from desktop.app import lock, verifier
from desktop.app.lock import Kept, ScreenLock
from desktop.app.policy import Policy
from desktop.app.tasks import Tasks
from desktop.app.verifier import OFFLINE_TRIES, Verifier
from desktop.backends.base import Offline, Refused, Throttled
from desktop.domain.agent import PresenceState
from desktop.domain.changes import Cause
from desktop.domain.commands import SetPresence
from desktop.session.accounts import Account
from desktop.session.vault import NoVault
from desktop.store.database import Store
from desktop.ui.lock.sheet import LockSheet

PASSWORD = "correct horse"


class System:
    """The account on the screen, and the system behind it: ``answer`` is what it says to a password."""

    def __init__(self, store: Store, workplace: Any) -> None:
        self.account = Account(id="a-1", url="https://desk.example.com", user="anna", name="Anna Berger")
        self.store = store
        self.workplace = workplace
        self.password = PASSWORD
        self.error: Exception | None = None
        self.asked = 0
        self.wiped = 0

    def wipe_opened(self) -> None:
        self.wiped += 1

    async def sign_in_again(self, password: str) -> None:
        self.asked += 1
        if self.error is not None:
            raise self.error
        if password != self.password:
            raise Refused("unauthenticated", status=401)


class Desk:
    """A window with a lock, and the hands of whoever sits there."""

    def __init__(self, window: Any, theme: Any, system: System, loop: Any) -> None:
        self.window = window
        self.system = system
        self._theme = theme
        self._loop = loop
        self.crashes: list[str] = []
        self.tasks = Tasks(lambda name, error: self.crashes.append(name))
        self.lock: ScreenLock

    def start(self, policy: Policy | None = None, *, is_demo: bool = False, password: str = "") -> ScreenLock:
        """The account is put on the screen, as at a start of the program."""

        async def _start() -> None:
            self.lock = ScreenLock(self.window, self._theme, policy or Policy(), self.tasks)
            self.lock.take_over(self.system, self.kept, is_demo=is_demo, password=password)  # type: ignore[arg-type]
            await self._idle()

        self.run(_start())
        return self.lock

    def end(self) -> None:
        """The program ends, as by closing the window."""
        self.lock.let_go()
        self.lock.deleteLater()

    def run(self, story: Coroutine[Any, Any, Any]) -> Any:
        return self._loop.run_until_complete(story)

    async def _idle(self) -> None:
        while self.tasks._running:
            await asyncio.sleep(0.005)
        self.system.store.write(lambda w: None, Cause.SYSTEM).result()

    def settle(self) -> None:
        """Wait until the store has everything."""
        self.system.store.write(lambda w: None, Cause.SYSTEM).result()

    def tries(self, password: str) -> None:
        """Type a password and wait for what it comes to."""
        sheet = self.sheet

        async def _submit() -> None:
            sheet.password.setText(password)
            sheet._wait_s = 0
            sheet._submit()
            await self._idle()

        self.run(_submit())

    @property
    def sheet(self) -> LockSheet:
        sheet = self.window.curtain.sheet
        assert isinstance(sheet, LockSheet)
        return sheet

    @property
    def is_open(self) -> bool:
        return self.window.curtain.sheet is None and self.window.inbox.isVisible()

    @property
    def kept(self) -> Kept:
        return self.system.store.query(lock.kept_in)

    @property
    def said(self) -> str:
        return self.sheet.message.text()


@pytest.fixture
def desk(
    qt_loop: Any, window: Any, shift: Any, theme: Any, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    monkeypatch.setattr(verifier, "_COST", 2**4)
    monkeypatch.setattr(lock, "wait_s", lambda wrong: 0.0)
    made = Desk(window, theme, System(shift.store, shift.workplace), qt_loop)
    yield made
    made.lock.let_go()
    assert made.crashes == []


@pytest.fixture
def seated(desk: Desk) -> Desk:
    """Somebody signed in with a password a while ago."""
    desk.start(password=PASSWORD)
    desk.settle()
    return desk


# --- when it falls ----------------------------------------------------------------------------------------------------


def test_it_locks_when_nobody_is_there(seated: Desk) -> None:
    assert seated.is_open
    seated.lock._idle.idled.emit()
    assert not seated.is_open
    seated.settle()
    assert seated.kept.is_locked


def test_it_locks_by_key_and_from_the_menu(seated: Desk) -> None:
    seated.window.lock_requested.emit()
    assert not seated.is_open


def test_it_locks_at_sleep_unless_the_rules_say_otherwise(desk: Desk) -> None:
    desk.start(Policy(lock_at_sleep=False, lock_after_min=10))
    desk.lock.slept(300)
    assert desk.is_open
    # Asleep nobody was there either.
    desk.lock.slept(400)
    assert not desk.is_open


def test_waking_up_locks(seated: Desk) -> None:
    seated.lock.slept(60)
    assert not seated.is_open


def test_with_no_time_it_never_locks_by_itself(desk: Desk) -> None:
    desk.start(Policy(lock_after_min=0))
    assert not desk.lock._idle._timer.isActive()


def test_it_locks_at_the_start_where_the_rules_say_so(desk: Desk) -> None:
    desk.start(Policy(lock_at_start=True))
    assert not desk.is_open


def test_ending_the_program_while_it_is_locked_opens_nothing(seated: Desk) -> None:
    seated.lock.lock()
    seated.settle()
    seated.end()
    assert seated.kept.is_locked
    seated.start()
    assert not seated.is_open
    seated.tries(PASSWORD)
    assert seated.is_open
    assert not seated.kept.is_locked


def test_signing_out_leaves_it_locked_for_the_next_start(seated: Desk) -> None:
    seated.run(seated.lock.keep_locked())
    seated.end()
    seated.start()
    assert not seated.is_open


def test_signing_in_opens_what_was_locked(seated: Desk) -> None:
    seated.lock.lock()
    seated.settle()
    seated.end()
    seated.start(password=PASSWORD)
    seated.settle()
    assert seated.is_open
    assert not seated.kept.is_locked


# --- what opens it ----------------------------------------------------------------------------------------------------


def test_the_system_is_asked_and_its_word_holds(seated: Desk) -> None:
    seated.lock.lock()
    # Changed there since: the old password, which the verifier knows, is good no longer.
    seated.system.password = "new"
    seated.tries(PASSWORD)
    assert not seated.is_open
    assert seated.said == "The password is wrong."
    seated.tries("new")
    assert seated.is_open
    assert seated.system.asked == 2


def test_the_new_password_opens_it_without_a_connection_from_then_on(seated: Desk) -> None:
    seated.system.password = "new"
    seated.lock.lock()
    seated.tries("new")
    seated.system.error = Offline("unreachable")
    seated.lock.lock()
    seated.tries(PASSWORD)
    assert not seated.is_open
    seated.tries("new")
    assert seated.is_open


def test_without_a_connection_the_last_good_password_opens_it(seated: Desk) -> None:
    seated.system.error = Offline("unreachable")
    seated.lock.lock()
    seated.tries("wrong")
    assert not seated.is_open
    assert "9" in seated.said
    seated.tries(PASSWORD)
    assert seated.is_open
    assert seated.kept.wrong == 0


def test_after_ten_wrong_tries_only_the_system_can_open_it(seated: Desk) -> None:
    seated.system.error = Offline("unreachable")
    seated.lock.lock()
    for number in range(OFFLINE_TRIES):
        seated.tries(f"guess {number}")
    seated.tries(PASSWORD)
    assert not seated.is_open
    assert "needs a connection" in seated.said
    # Starting the program anew gives no more tries.
    seated.end()
    seated.start()
    seated.tries(PASSWORD)
    assert not seated.is_open
    seated.system.error = None
    seated.tries(PASSWORD)
    assert seated.is_open


def test_a_try_is_counted_before_it_is_checked(seated: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    seated.system.error = Offline("unreachable")
    seated.lock.lock()
    counted: list[int] = []

    def fits(made: Verifier, password: str) -> bool:
        counted.append(seated.system.store.query(lock.kept_in).wrong)
        return False

    monkeypatch.setattr(Verifier, "fits", fits)
    seated.tries("guess")
    assert counted == [1]


def test_each_wrong_try_makes_the_next_one_wait(seated: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "wait_s", verifier.wait_s)
    seated.lock.lock()
    for number in range(3):
        seated.tries(f"guess {number}")
    assert not seated.sheet.unlock.isEnabled()
    asked = seated.system.asked
    # Also for who gets around the button.
    seated.tries(PASSWORD)
    assert seated.system.asked == asked
    assert not seated.is_open
    # And for who starts the program anew.
    seated.settle()
    seated.end()
    seated.start()
    seated.tries(PASSWORD)
    assert seated.system.asked == asked


def test_an_account_whose_password_was_never_seen_needs_a_connection(desk: Desk) -> None:
    desk.start(Policy(lock_at_start=True))
    desk.system.error = Offline("unreachable")
    desk.tries(PASSWORD)
    assert "has not seen your password" in desk.said
    desk.system.error = None
    desk.tries(PASSWORD)
    assert desk.is_open
    assert desk.kept.verifier is not None


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (Throttled("rate_limited", 30), "Too many tries"),
        (Refused("forbidden", status=403), "may not sign in"),
    ],
)
def test_what_the_system_says_is_said(seated: Desk, error: Exception, sentence: str) -> None:
    seated.system.error = error
    seated.lock.lock()
    seated.tries(PASSWORD)
    assert not seated.is_open
    assert sentence in seated.said


def test_a_keyring_that_fails_meanwhile_keeps_nobody_out(seated: Desk) -> None:
    seated.lock.lock()
    seated.system.error = NoVault("locked")
    seated.tries(PASSWORD)
    assert seated.is_open


def test_a_system_that_never_answers_is_as_good_as_none(seated: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "_REACH_S", 0.05)
    monkeypatch.setattr(lock, "_REACH_OFFLINE_S", 0.05)

    async def silence(password: str) -> None:
        await asyncio.Event().wait()

    seated.system.sign_in_again = silence  # type: ignore[method-assign]
    seated.lock.lock()
    seated.tries(PASSWORD)
    assert seated.is_open


def test_the_demo_is_unlocked_by_its_button(desk: Desk) -> None:
    desk.start(is_demo=True)
    desk.lock.lock()
    assert not hasattr(desk.sheet, "password")
    desk.sheet.unlock.click()
    assert desk.is_open


# --- beneath ----------------------------------------------------------------------------------------------------------


def test_who_was_ready_is_away_meanwhile_and_ready_again_after(desk: Desk, shift: Any) -> None:
    shift.workplace.perform(SetPresence(state=PresenceState.READY))
    shift.settle()
    shift.until(lambda: desk.window.presence.state is PresenceState.READY)
    desk.start(password=PASSWORD)
    desk.lock.lock()
    shift.settle()
    presence = desk.window.presence
    assert (presence.state, presence.reason) == (PresenceState.AWAY, lock.AWAY_REASON)
    desk.tries(PASSWORD)
    shift.settle()
    assert presence.state is PresenceState.READY


def test_who_was_at_lunch_stays_at_lunch(desk: Desk, shift: Any) -> None:
    shift.workplace.perform(SetPresence(state=PresenceState.AWAY, reason="lunch"))
    shift.settle()
    desk.start(password=PASSWORD)
    desk.lock.lock()
    desk.tries(PASSWORD)
    shift.settle()
    assert (desk.window.presence.state, desk.window.presence.reason) == (PresenceState.AWAY, "lunch")


def test_where_the_rules_leave_the_state_alone_it_stays(desk: Desk, shift: Any) -> None:
    shift.workplace.perform(SetPresence(state=PresenceState.READY))
    shift.settle()
    desk.start(Policy(lock_sets_away=False))
    desk.lock.lock()
    shift.settle()
    assert desk.window.presence.state is PresenceState.READY


def test_somebody_else_is_asked_for(seated: Desk, qtbot: QtBot) -> None:
    seated.lock.lock()
    with qtbot.waitSignal(seated.lock.other_requested):
        seated.sheet.other.click()


def test_attachments_that_lie_open_go_with_it(seated: Desk) -> None:
    seated.lock.lock()
    assert seated.system.wiped == 1


def test_nothing_of_the_password_is_kept(seated: Desk) -> None:
    seated.lock.lock()
    seated.tries(PASSWORD)
    kept = seated.kept
    assert kept.verifier is not None
    assert PASSWORD not in repr(kept)


def test_a_disk_that_takes_nothing_gives_no_free_tries(seated: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    seated.system.error = Offline("unreachable")
    seated.lock.lock()
    seated.settle()

    async def fails(kept: Kept) -> bool:
        return False

    monkeypatch.setattr(seated.lock, "_keep", fails)
    seated.tries(PASSWORD)
    assert not seated.is_open

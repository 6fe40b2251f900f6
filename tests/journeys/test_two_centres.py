"""An agent works for two centres in one window: both inboxes in one, answered each where it came from, one customer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.app.session import sign_in
from desktop.domain.commands import Take
from desktop.domain.ids import InteractionId, account_of, foreign_id
from desktop.session.accounts import Accounts, VaultKind
from desktop.store import outbox, projections
from desktop.store.rows import InboxView
from desktop.sync.status import Phase
from desktop.ui.accounts.window import AccountsWindow

Play = Callable[[Any], None]
PASSWORD = "correct horse"


@pytest.fixture
def second_hub(hub: Any, tmp_path: Path, password_hash: str) -> Iterator[Any]:
    running = type(hub)(tmp_path / "second").start()
    running.populate(password_hash)
    yield running
    running.stop()


async def _join(seat: Any, hub: Any, password: str, title: str) -> Any:
    """Add a further account at another hub to the desk that is open, as the program does."""
    accounts = Accounts(seat._folder)
    desk = accounts.get(seat.account.account.id)
    account = await sign_in(accounts, hub.url, "anna", password, VaultKind.FILE, desk=desk, title=title)
    work = seat.account.sync_further(account, lambda: None)
    task = asyncio.get_running_loop().create_task(work, name="sync of a further account")
    of = seat.account.workplace.accounts.of
    await seat.until(lambda: of(f"{account.key}~").status.phase is Phase.LIVE, "the second centre is up to date")
    return account, task


def test_both_are_in_one_inbox_and_each_answer_goes_home(
    play: Play, hub: Any, second_hub: Any, seat: Callable[[str], Any], customer: Any
) -> None:
    async def story() -> None:
        anna = await seat("anna").sit_down(hub.url, "anna", None)
        account, task = await _join(anna, second_hub, PASSWORD, "Second centre")
        workplace, window = anna.account.workplace, anna.window
        here = customer(hub, channel="email", address="jana.weber@example.org")
        there = customer(second_hub, channel="email", address="jana.weber@example.org")
        first = str((await here.writes("Wo ist mein Paket?", subject="Paket"))["interaction_id"])
        native = str((await there.writes("Meine Rechnung ist falsch.", subject="Rechnung"))["interaction_id"])
        second = InteractionId(foreign_id(account.key, native))
        model = window.inbox.model
        window.inbox.show_view(InboxView.QUEUES)
        await anna.until(lambda: min(model.row_of(first), model.row_of(second)) >= 0, "both wait in one list")
        assert workplace.accounts.title_of(second) == "Second centre"
        window.inbox.show_account(account.key)
        await anna.until(lambda: model.row_of(first) < 0 <= model.row_of(second), "the list is narrowed")
        window.inbox.show_account(None)
        workplace.perform(Take(interaction_id=second))
        workplace.open(second)
        await anna.all_sent()
        chip = window.interaction.header.account
        await anna.until(lambda: chip.text() == "Second centre", "the header says where it is from")
        await anna.answer("Ich sehe nach.")
        await anna.all_sent()
        assert [message["text"] for message in await there.received(native)] == ["Ich sehe nach."]
        # The page of accounts: paused, then removed, with the first one as it was.
        page = AccountsWindow(workplace, anna._theme, window)
        assert page.list.count() == 2
        page.list.setCurrentRow(1)
        assert page.remove.isEnabled()
        page.list.setCurrentRow(0)
        assert not page.remove.isEnabled()
        page.close()
        await anna.account.leave(account)
        await asyncio.gather(task, return_exceptions=True)
        store = anna.account.store
        found = store.query(lambda conn: [row[0] for row in conn.execute("SELECT id FROM interaction")])
        assert first in found
        assert {account_of(id_) for id_ in found} == {""}
        assert store.query(outbox.entries) == []
        assert store.query(projections.accounts) == [""]
        assert not workplace.accounts.are_several

    play(story())


def test_one_centre_that_goes_away_is_named_and_the_other_works_on(
    play: Play, hub: Any, second_hub: Any, seat: Callable[[str], Any], customer: Any
) -> None:
    async def story() -> None:
        anna = await seat("anna").sit_down(hub.url, "anna", None)
        await _join(anna, second_hub, PASSWORD, "Second centre")
        strip = anna.window.strip
        await asyncio.to_thread(second_hub.stop)
        await anna.until(lambda: "Second centre" in strip.sync.text(), "the strip names who is away")
        visitor = customer(hub)
        contact = InteractionId(str((await visitor.writes("Noch da?"))["interaction_id"]))
        await anna.until(lambda: anna.window.inbox.model.counts[InboxView.QUEUES], "the other one's customer is there")
        anna.account.workplace.perform(Take(interaction_id=contact))
        await anna.all_sent()

    play(story())

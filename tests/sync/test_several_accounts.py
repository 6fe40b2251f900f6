"""Two hubs in one window: their contacts in one inbox, each command to where it belongs, one away without the other."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from desktop.backends.hub import HubBackend
from desktop.domain.agent import PresenceState
from desktop.domain.changes import Cause, Table
from desktop.domain.commands import LinkCustomer, SendMessage, SetPresence, Take
from desktop.domain.ids import AgentId, CommandId, CustomerId, InteractionId, account_of, foreign_id, new_beside, new_id
from desktop.domain.interaction import InteractionState, MessageId
from desktop.session.auth import TokenFlow
from desktop.session.vault import FileVault
from desktop.store import departure, outbox, projections
from desktop.store.apply import sync_state
from desktop.store.database import Store
from desktop.store.rows import InboxView, OutboxState
from desktop.sync.engine import Engine
from desktop.sync.status import Phase, SyncStatus, combined
from desktop.wire.records import decode

KEY = "beta"


class TwoAccounts:
    """One store; an engine for each of two hubs, by key."""

    def __init__(self, store: Store, me: AgentId) -> None:
        self.store = store
        self.me = me
        self.engines: dict[str, Engine] = {}
        self._backends: list[HubBackend] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def join(self, centre: Any, key: str, profile: Path) -> None:
        backend = HubBackend(centre.url, TokenFlow("a", FileVault(profile)), key=key, me=self.me)
        tokens = await backend.sign_in("anna", centre.password)
        await TokenFlow("a", FileVault(profile)).adopt(tokens)
        engine = self.engines[key] = Engine(self.store, backend, me=self.me, account=key)
        self._backends.append(backend)
        self._tasks.append(asyncio.create_task(engine.run()))

    async def close(self) -> None:
        for engine in self.engines.values():
            await engine.stop()
        for task in self._tasks:
            await asyncio.gather(task, return_exceptions=True)
        for backend in self._backends:
            await backend.close()

    def status(self, key: str) -> SyncStatus:
        return self.engines[key].status

    def give(self, command: Any, account: str | None = None) -> CommandId:
        id_ = CommandId(new_id())
        self.store.write(lambda w: outbox.enqueue(w, command, id_, account=account), Cause.AGENT).result()
        return id_

    def row(self, table: Table, id_: str) -> Any:
        def read(conn: Any) -> Any:
            found = conn.execute(f"SELECT body FROM {table} WHERE id = ?", (id_,)).fetchone()
            return None if found is None else decode(table, found[0])

        return self.store.query(read)

    def ids(self, table: Table) -> list[str]:
        return self.store.query(lambda conn: [row[0] for row in conn.execute(f"SELECT id FROM {table}")])

    async def until(self, is_so: Callable[[], object], within_s: float = 20.0) -> None:
        async with asyncio.timeout(within_s):
            while not is_so():
                await asyncio.sleep(0.02)


@pytest.fixture
async def both(two_centres: tuple[Any, Any], tmp_path: Path) -> AsyncIterator[tuple[TwoAccounts, Any, Any]]:
    first, second = two_centres
    store = Store.open(tmp_path / "cache.db", b"k" * 32)
    accounts = TwoAccounts(store, AgentId(first.agents["anna"].id))
    await accounts.join(first, "", tmp_path / "one")
    await accounts.join(second, KEY, tmp_path / "two")
    await accounts.until(lambda: all(accounts.status(key).phase is Phase.LIVE for key in ("", KEY)))
    yield accounts, first, second
    with contextlib.suppress(Exception):
        await accounts.close()
    store.close()


async def _written(centre: Any, text: str) -> str:
    return str(await asyncio.to_thread(lambda: centre.customer_writes(text)))


def _listed(accounts: TwoAccounts, view: InboxView, account: str | None = None) -> set[str]:
    rows = accounts.store.query(lambda conn: projections.inbox(conn, view, accounts.me, account=account))
    return {row.interaction.id for row in rows}


async def test_customers_of_both_centres_wait_in_one_inbox_that_can_be_narrowed(both: Any) -> None:
    accounts, first, second = both
    here = await _written(first, "Wo ist mein Paket?")
    there = foreign_id(KEY, await _written(second, "Meine Rechnung stimmt nicht."))
    await accounts.until(lambda: {here, there} <= _listed(accounts, InboxView.QUEUES))
    assert _listed(accounts, InboxView.QUEUES, KEY) == {there}
    assert here in _listed(accounts, InboxView.QUEUES, "")
    assert there not in _listed(accounts, InboxView.QUEUES, "")
    # What belongs to a contact is told apart like itself.
    contact = accounts.row(Table.INTERACTION, there)
    assert account_of(contact.customer_id) == account_of(contact.queue) == KEY
    assert accounts.row(Table.CUSTOMER, contact.customer_id) is not None
    assert accounts.row(Table.QUEUE, contact.queue) is not None


async def test_a_contact_of_the_second_centre_is_mine_and_answered_there_once(both: Any) -> None:
    accounts, _first, second = both
    native = await _written(second, "Bitte um Rückruf.")
    there = InteractionId(foreign_id(KEY, native))
    await accounts.until(lambda: accounts.row(Table.INTERACTION, there) is not None)
    accounts.give(Take(interaction_id=there))
    await accounts.until(lambda: accounts.row(Table.INTERACTION, there).state is InteractionState.ACTIVE)
    assert accounts.row(Table.INTERACTION, there).assignee == accounts.me
    message_id = MessageId(new_beside(there))
    accounts.give(SendMessage(interaction_id=there, text="Gern, um zehn.", message_id=message_id))
    await accounts.until(lambda: not accounts.store.query(outbox.entries))
    # The echo and the message it became are one.
    message = accounts.row(Table.MESSAGE, message_id)
    assert (message.text, message.agent_id) == ("Gern, um zehn.", accounts.me)
    assert second.agent_texts(native) == ["Gern, um zehn."]


async def test_one_centre_away_stops_nothing_of_the_other(both: Any) -> None:
    accounts, first, second = both
    here = InteractionId(await _written(first, "Guten Tag"))
    there = InteractionId(foreign_id(KEY, await _written(second, "Guten Abend")))
    await accounts.until(lambda: {here, there} <= _listed(accounts, InboxView.QUEUES))
    await asyncio.to_thread(second.stop)
    await accounts.until(lambda: accounts.status(KEY).phase is Phase.OFFLINE)
    accounts.give(Take(interaction_id=there))
    accounts.give(Take(interaction_id=here))
    await accounts.until(lambda: accounts.row(Table.INTERACTION, here).state is InteractionState.ACTIVE)
    assert accounts.status("").phase is Phase.LIVE
    assert combined([accounts.status(""), accounts.status(KEY)]).phase is Phase.OFFLINE
    left = accounts.store.query(outbox.entries)
    assert [(entry.account, entry.interaction_id) for entry in left] == [(KEY, there)]
    assert accounts.store.query(lambda conn: outbox.summary(conn, "")).to_send == 0


async def test_a_state_is_told_to_both(both: Any) -> None:
    accounts, first, second = both
    for key in ("", KEY):
        accounts.give(SetPresence(state=PresenceState.READY), account=key)
    await accounts.until(lambda: not accounts.store.query(outbox.entries))
    assert first.presence() == second.presence() == PresenceState.READY


async def test_nothing_of_one_centre_is_carried_into_the_other(both: Any) -> None:
    accounts, first, second = both
    there = InteractionId(foreign_id(KEY, await _written(second, "Hallo")))
    here = InteractionId(await _written(first, "Hallo"))
    await accounts.until(lambda: {here, there} <= {*accounts.ids(Table.INTERACTION)})
    stranger = CustomerId(accounts.row(Table.INTERACTION, here).customer_id)
    command_id = accounts.give(LinkCustomer(interaction_id=there, customer_id=stranger))
    entry = accounts.store.query(lambda conn: outbox.entry(conn, command_id))
    assert (entry.state, entry.error) == (OutboxState.WEDGED, outbox.OTHER_ACCOUNT)


async def test_an_account_leaves_with_all_that_was_its_own_and_nothing_else(both: Any) -> None:
    accounts, first, second = both
    here = await _written(first, "Bleibt")
    there = InteractionId(foreign_id(KEY, await _written(second, "Geht")))
    await accounts.until(lambda: {here, there} <= {*accounts.ids(Table.INTERACTION)})
    await accounts.engines[KEY].stop()
    accounts.give(Take(interaction_id=there))
    assert accounts.store.query(lambda conn: departure.held(conn, KEY)).unsent == 1
    accounts.store.write(lambda w: departure.begin(w, KEY), Cause.SYSTEM).result()
    while accounts.store.write(lambda w: departure.step(w, KEY), Cause.SYSTEM).result():
        pass
    for table in (Table.INTERACTION, Table.MESSAGE, Table.CUSTOMER, Table.QUEUE, Table.AGENT, Table.INTENT):
        owners = {account_of(id_) for id_ in accounts.ids(table)}
        assert owners == {""}, table
    assert here in accounts.ids(Table.INTERACTION)
    assert not accounts.store.query(outbox.entries)
    assert accounts.store.query(lambda conn: sync_state(conn, KEY)).cursor == 0
    assert accounts.store.query(sync_state).cursor > 0

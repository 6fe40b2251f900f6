"""The feed by watermark: nothing missed, nothing twice, whatever is lost on the way and however much happens at once."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from desktop.backends.base import Throttled
from desktop.backends.chatwoot.feed import Habits
from desktop.domain.changes import Table
from desktop.wire.shapes import NEWEST, ChangesPage

from ...peers.chatwoot.office import Office
from ...peers.chatwoot.server import ChatwootStandIn
from .conftest import BEN


def read(raw: bytes) -> ChangesPage:
    return msgspec.json.decode(raw, type=ChangesPage)


class Follower:
    """Follows a feed as the puller does, and keeps the newest version of each row."""

    def __init__(self, backend: Any, cursor: int = 0) -> None:
        self.backend = backend
        self.cursor = cursor
        self.rows: dict[tuple[str, str], Any] = {}
        self.news: list[tuple[str, str]] = []

    async def begin(self) -> Follower:
        before, scope = NEWEST, "open"
        while True:
            page = read(await self.backend.history(before, scope=scope, limit=500))
            assert page.before == before
            assert page.latest >= self.cursor
            self.cursor = self.cursor or page.latest
            self.keep(page)
            if page.more:
                assert 0 < page.next < before
                before = page.next
            elif scope == "open":
                before, scope = self.cursor + 1, "all"
            else:
                return self

    async def pull(self, *, is_lost: bool = False) -> ChangesPage:
        page = read(await self.backend.changes(self.cursor, limit=500))
        assert page.after == self.cursor
        assert page.next >= self.cursor
        if not is_lost:
            self.keep(page)
            self.cursor = page.next
        return page

    async def catch_up(self) -> None:
        self.news.clear()
        while (await self.pull()).more:
            pass

    def keep(self, page: ChangesPage) -> None:
        for change in page.changes:
            key = (change.type, change.id)
            if change.op == "delete":
                if self.rows.pop(key, None) is not None:
                    self.news.append(key)
                continue
            row = msgspec.json.decode(change.record)
            if key not in self.rows or row["version"] > self.rows[key]["version"]:
                self.rows[key] = row
                self.news.append(key)

    def texts(self, conversation: int) -> list[str]:
        found = [
            (int(id_), row["text"])
            for (table, id_), row in self.rows.items()
            if table == Table.MESSAGE and row["interaction_id"] == str(conversation)
        ]
        return [text for _, text in sorted(found)]


@pytest.fixture
async def follower(connect: Any, office: Office) -> Follower:
    jana = office.add_contact("Jana")
    for number in range(30):
        office.begin(jana, f"case {number}")
    return await Follower(connect()).begin()


async def test_a_quiet_feed_brings_no_news_and_asks_little(follower: Follower, server: ChatwootStandIn) -> None:
    await follower.catch_up()
    await follower.catch_up()
    before = len(server.requests)
    for _ in range(5):
        await follower.catch_up()
        assert follower.news == []
    assert len(server.requests) - before == 5


async def test_each_change_comes_once(follower: Follower, office: Office) -> None:
    await follower.catch_up()
    office.say(7, "more")
    await follower.catch_up()
    assert follower.texts(7) == ["case 6", "more"]
    assert sorted(follower.news).count((Table.INTERACTION, "7")) == 1
    await follower.catch_up()
    assert follower.news == []


async def test_a_page_that_was_never_written_comes_again(follower: Follower, office: Office) -> None:
    await follower.catch_up()
    office.say(7, "more")
    for _ in range(3):
        assert b"more" in msgspec.json.encode((await follower.pull(is_lost=True)).changes)
    await follower.catch_up()
    assert follower.texts(7) == ["case 6", "more"]


async def test_changes_within_one_second_are_told_apart(follower: Follower, office: Office) -> None:
    await follower.catch_up()
    for number in range(6):
        office.say(7, f"m{number}")
        await follower.catch_up()
        assert follower.texts(7)[-1] == f"m{number}"


async def test_after_a_gap_everything_is_read_that_was_missed(follower: Follower, connect: Any, office: Office) -> None:
    await follower.catch_up()
    for number in range(70):
        office.say(2, f"long {number}")
    for number in range(1, 31):
        office.say(number, "short")
    later = Follower(connect(), follower.cursor)
    later.rows = dict(follower.rows)
    # The program ends in the middle of it, and takes it up where it is written.
    page = await later.pull()
    assert page.more
    last = Follower(connect(), later.cursor)
    last.rows = later.rows
    await last.catch_up()
    assert last.texts(2) == ["case 1", *(f"long {number}" for number in range(70)), "short"]
    assert all(last.texts(number)[-1] == "short" for number in range(1, 31))


async def test_being_turned_away_in_the_middle_loses_nothing(follower: Follower, office: Office, server: Any) -> None:
    await follower.catch_up()
    for number in range(1, 16):
        office.say(number, "short")
    server.throttle(3.0, times=2, marker="/conversations/5/messages")
    waits = []
    for _ in range(10):
        try:
            if not (await follower.pull()).more:
                break
        except Throttled as error:
            waits.append(error.retry_after_s)
    assert waits == [3.0]
    assert all(follower.texts(number)[-1] == "short" for number in range(1, 16))


async def test_history_goes_on_in_the_middle_of_a_page(connect: Any, office: Office, server: ChatwootStandIn) -> None:
    jana = office.add_contact("Jana")
    for number in range(10):
        office.begin(jana, f"case {number}")
    backend = connect()
    first = read(await backend.history(NEWEST, scope="open", limit=500))
    server.throttle(1.0, marker="/conversations/4/messages")
    with pytest.raises(Throttled):
        await backend.history(first.latest + 1, scope="all", limit=500)
    before = len(server.requests)
    page = read(await backend.history(first.latest + 1, scope="all", limit=500))
    assert sum(change.type == Table.MESSAGE for change in page.changes) == 10
    assert len(server.requests) - before < 10, "what was read already is not read again"


async def test_two_at_once_change_the_same_and_the_listing_moves_meanwhile(connect: Any, office: Office) -> None:
    """Conversations move to the front while the history is read: none may fall between two pages."""
    jana = office.add_contact("Jana")
    for number in range(120):
        office.begin(jana, f"case {number}", status="resolved")
    backend = connect()
    follower = Follower(backend)
    chance = iter(range(120, 0, -3))
    shown = office.listed

    def moves(status: str, updated_within: int | None) -> Any:
        found = shown(status, updated_within)
        number = next(chance, None)
        if number is not None:
            office.change(number, "touched")
        return found

    office.listed = moves  # type: ignore[method-assign]
    await follower.begin()
    office.listed = shown  # type: ignore[method-assign]
    await follower.catch_up()
    assert all(follower.texts(number)[0] == f"case {number - 1}" for number in range(1, 121))


async def test_a_colleague_who_left_and_a_label_that_went_are_gone_here_too(connect: Any, office: Office) -> None:
    backend = connect(habits=Habits(set_up_s=0.0))
    follower = await Follower(backend).begin()
    assert (Table.AGENT, str(BEN)) in follower.rows
    del office.users[BEN]
    office.labels.remove("refund")
    await follower.catch_up()
    assert (Table.AGENT, str(BEN)) not in follower.rows
    assert (Table.DISPOSITION, "label-refund") not in follower.rows
    assert (Table.DISPOSITION, "label-delivery") in follower.rows


async def test_what_the_socket_names_is_looked_at_though_no_date_moved(follower: Follower, office: Office) -> None:
    await follower.catch_up()
    message = office.messages[3][0]
    message["content"] = "rewritten"
    office.delete(9)
    follower.backend._feed.name_conversation(3)
    follower.backend._feed.name_conversation(9)
    await follower.catch_up()
    assert follower.texts(3) == ["rewritten"]
    assert (Table.INTERACTION, "9") not in follower.rows
    assert (Table.INTERACTION, "10") in follower.rows


async def test_two_questions_at_once_do_not_get_in_each_others_way(follower: Follower, office: Office) -> None:
    await follower.catch_up()
    office.say(7, "more")
    pages = await asyncio.gather(*(follower.backend.changes(follower.cursor, limit=500) for _ in range(3)))
    for page in pages:
        assert b"more" in page

"""The client of the hub against the hub, over a loopback socket."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Any

import msgspec
import pytest

from desktop.backends.base import HintKind, Offline, Refused, SignInNeeded, Throttled
from desktop.backends.hub import HubBackend
from desktop.domain.agent import PresenceState
from desktop.domain.commands import SetPresence, Take
from desktop.domain.ids import CommandId, InteractionId, new_id
from desktop.wire.shapes import NEWEST, Change, ChangesPage

PASSWORD = "correct horse"


@pytest.fixture
async def backend(shared_hub: Any, keyholder: Any) -> AsyncIterator[HubBackend]:
    backend = HubBackend(shared_hub.url, keyholder(shared_hub.token("anna")))
    await backend.warm_up()
    yield backend
    await backend.close()


async def test_signing_in_tells_who_one_is(shared_hub: Any, keyholder: Any) -> None:
    backend = HubBackend(shared_hub.url)
    tokens = await backend.sign_in("anna", PASSWORD)
    await backend.close()
    assert tokens.agent.user == "anna"
    again = HubBackend(shared_hub.url, keyholder(tokens.access_token))
    assert (await again.me()).id == tokens.agent.id
    await again.close()


async def test_a_wrong_password_is_refused_and_many_are_slowed_down(hub: Any) -> None:
    backend = HubBackend(hub.url)
    codes, waits = set(), []
    for _ in range(20):
        try:
            await backend.sign_in("anna", "falsch")
        except Refused as error:
            codes.add(error.code)
        except Throttled as error:
            waits.append(error.retry_after_s)
            break
    assert codes == {"unauthenticated"}
    assert waits
    assert waits[0] > 0
    await backend.close()


async def test_without_a_token_only_signing_in_helps(shared_hub: Any, keyholder: Any) -> None:
    for tokens in (None, keyholder(), keyholder("long-expired")):
        backend = HubBackend(shared_hub.url, tokens)
        with pytest.raises(SignInNeeded):
            await backend.changes(0, limit=10)
        with pytest.raises(SignInNeeded):
            async for _ in backend.events(0):
                pass
        await backend.close()


async def test_a_token_that_is_good_no_longer_is_renewed_without_anybody_noticing(
    shared_hub: Any, keyholder: Any
) -> None:
    backend = HubBackend(shared_hub.url, keyholder("expired", shared_hub.token("anna")))
    page = msgspec.json.decode(await backend.changes(0, limit=10), type=ChangesPage)
    assert page.changes
    await backend.close()
    backend = HubBackend(shared_hub.url, keyholder("expired", shared_hub.token("anna")))
    async with aclosing(backend.events(page.next)) as hints:
        assert (await anext(hints)).kind is HintKind.OPENED
    await backend.close()


async def test_pages_follow_one_another_without_a_gap(backend: HubBackend) -> None:
    whole = msgspec.json.decode(await backend.changes(0, limit=1000), type=ChangesPage)
    parts: list[Change] = []
    after = 0
    while True:
        page = msgspec.json.decode(await backend.changes(after, limit=2), type=ChangesPage)
        assert page.after == after
        parts += page.changes
        after = page.next
        if not page.more:
            break
    assert [change.seq for change in parts] == [change.seq for change in whole.changes]


async def test_history_is_read_from_the_newest_on_and_the_feed_goes_on_from_its_head(backend: HubBackend) -> None:
    whole = msgspec.json.decode(await backend.changes(0, limit=1000), type=ChangesPage)
    back: list[Change] = []
    before = NEWEST
    while True:
        page = msgspec.json.decode(await backend.history(before, scope="all", limit=2), type=ChangesPage)
        assert page.before == before
        back += page.changes
        before = page.next
        if not page.more:
            break
    assert back == [change for change in whole.changes if change.op == "upsert"][::-1]
    assert page.latest == whole.next
    assert page.now is not None
    open_work = msgspec.json.decode(await backend.history(NEWEST, scope="open", limit=1000), type=ChangesPage)
    of_the_company = {"agent", "queue", "template", "intent", "disposition", "playbook", "article", "verification"}
    of_the_company |= {"routing"}
    assert {change.type for change in open_work.changes} == of_the_company


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
async def test_told_to_come_back_later_each_call_says_when(canned: Any, keyholder: Any, status: str) -> None:
    canned.answer(status, '{"status":0,"code":"unavailable"}', "application/problem+json", Retry_After="17")
    backend = HubBackend(canned.url, keyholder("t"))

    async def listen() -> None:
        async for _ in backend.events(0):
            pass

    calls: list[Callable[[], Any]] = [
        listen,
        lambda: backend.changes(0, limit=10),
        lambda: backend.history(NEWEST, scope="open", limit=10),
        lambda: backend.perform(CommandId(new_id()), SetPresence(state=PresenceState.READY)),
        lambda: backend.sign_in("anna", "x"),
        lambda: backend.refresh("x"),
    ]
    for call in calls:
        with pytest.raises(Throttled) as caught:
            await call()
        assert caught.value.retry_after_s == 17
    asked = len(canned.requests)
    with pytest.raises(Throttled) as caught:
        await backend.refresh("x")
    assert 16 < caught.value.retry_after_s <= 17
    assert len(canned.requests) == asked, "all parts of the client want a token, and none asks before it may"
    await backend.close()


async def test_what_happens_is_pushed_and_a_stream_resumes_where_it_ended(backend: HubBackend, shared_hub: Any) -> None:
    cursor = msgspec.json.decode(await backend.changes(0, limit=1000), type=ChangesPage).next
    async with aclosing(backend.events(cursor)) as hints:
        assert (await anext(hints)).kind is HintKind.OPENED
        shared_hub.set_presence("anna", PresenceState.AWAY)
        hint = await anext(hints)
    change = msgspec.json.decode(hint.data, type=Change)
    assert (hint.kind, change.type, change.id) == (HintKind.CHANGE, "agent", shared_hub.agents["anna"].id)
    assert hint.seq == change.seq > cursor
    async with aclosing(backend.events(cursor)) as hints:
        await anext(hints)
        assert await anext(hints) == hint


async def test_a_command_sent_twice_has_one_effect_and_one_answer(backend: HubBackend) -> None:
    key = CommandId(new_id())
    first = await backend.perform(key, SetPresence(state=PresenceState.AWAY, reason="lunch"))
    assert first.outcome == "applied"
    again = await backend.perform(key, SetPresence(state=PresenceState.AWAY, reason="lunch"))
    assert [change.seq for change in again.changes] == [change.seq for change in first.changes]
    assert await backend.look_up(key, SetPresence(state=PresenceState.AWAY, reason="lunch")) == again


async def test_a_key_used_for_something_else_is_refused(backend: HubBackend) -> None:
    key = CommandId(new_id())
    await backend.perform(key, SetPresence(state=PresenceState.AWAY))
    answer = await backend.perform(key, SetPresence(state=PresenceState.READY))
    assert answer.outcome == "refused"
    assert answer.error is not None
    assert answer.error.code == "key_reused"


async def test_taking_what_is_not_there_is_an_outcome_and_no_accident(backend: HubBackend) -> None:
    answer = await backend.perform(CommandId(new_id()), Take(interaction_id=InteractionId(new_id())))
    assert answer.outcome in ("gone", "refused")
    assert answer.error is not None


async def test_an_attachment_comes_back_as_it_went(backend: HubBackend) -> None:
    data = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 50
    blob = await backend.upload(data, media_type="image/png", name="Größe & Maß.png")
    assert blob.size == len(data)
    assert (await backend.download(blob.sha256)).getvalue() == data


class Pieces:
    """A large file that is not in memory as a whole; ``readings`` counts how often it was asked for."""

    size = 40 * 65536

    def __init__(self) -> None:
        self.readings = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        self.readings += 1
        for number in range(40):
            yield (b"%PDF-" + bytes([number]) * 65536)[:65536]


async def test_a_large_file_goes_up_in_pieces_and_comes_down_with_word_of_how_far_it_is(backend: HubBackend) -> None:
    pieces = Pieces()
    blob = await backend.upload(pieces, media_type="application/pdf", name="Handbuch.pdf")
    assert (blob.size, pieces.readings) == (pieces.size, 1)
    heard: list[tuple[int, int]] = []
    data = await backend.download(blob.sha256, on_progress=lambda *so_far: heard.append(so_far))
    assert hashlib.sha256(data.getvalue()).hexdigest() == blob.sha256
    assert heard[-1] == (pieces.size, pieces.size)
    assert [so_far for so_far, _ in heard] == sorted(so_far for so_far, _ in heard)
    assert len(heard) > 1


async def test_of_what_is_not_there_no_progress_is_told(backend: HubBackend) -> None:
    heard: list[tuple[int, int]] = []
    with pytest.raises(Refused):
        await backend.download("0" * 64, on_progress=lambda *so_far: heard.append(so_far))
    assert heard == []


async def test_a_file_that_cannot_be_read_to_its_end_is_no_trouble_of_the_network(backend: HubBackend) -> None:
    class Broken(Pieces):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield b"%PDF-"
            raise Refused("unreadable")

    with pytest.raises(Refused, match="unreadable"):
        await backend.upload(Broken(), media_type="application/pdf", name="x.pdf")


@pytest.mark.parametrize("name", ["0" * 64, "../hub.key", "", "A" * 64])
async def test_no_other_file_can_be_fetched(backend: HubBackend, name: str) -> None:
    with pytest.raises(Refused):
        await backend.download(name)


async def test_a_file_that_changed_on_the_way_is_not_taken(canned: Any, keyholder: Any) -> None:
    canned.answer("200 OK", "not what was asked for", "application/octet-stream")
    backend = HubBackend(canned.url, keyholder("t"))
    with pytest.raises(Offline):
        await backend.download("ab" * 32)
    await backend.close()


async def test_a_sign_in_page_of_the_hotel_is_not_the_hub(canned: Any, keyholder: Any) -> None:
    canned.answer("200 OK", "<html>Willkommen im Hotel</html>", "text/html")
    backend = HubBackend(canned.url, keyholder("t"))
    with pytest.raises(Offline):
        await backend.changes(0, limit=10)
    with pytest.raises(Offline):
        async for _ in backend.events(0):
            pass
    with pytest.raises(Offline) as caught:
        await backend.perform(CommandId(new_id()), SetPresence(state=PresenceState.READY))
    assert caught.value.code == "unexpected_answer"
    await backend.close()


async def test_a_stream_that_falls_silent_is_broken(canned: Any, keyholder: Any) -> None:
    canned.answers.append(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: ping\n\n")
    backend = HubBackend(canned.url, keyholder("t"), silent_s=0.05)
    hints = backend.events(0)
    assert (await anext(hints)).kind is HintKind.OPENED
    with pytest.raises(Offline) as caught:
        await anext(hints)
    assert caught.value.code == "timed_out"
    await backend.close()

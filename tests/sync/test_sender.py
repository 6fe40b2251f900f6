"""What becomes of what the agent does, whatever happens on the way."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from desktop.backends.base import Capabilities
from desktop.domain.agent import PresenceState
from desktop.domain.changes import Cause
from desktop.domain.commands import Accept, AddNote, SetPresence
from desktop.domain.ids import InteractionId
from desktop.store import outbox
from desktop.store.rows import OutboxState
from desktop.sync.backoff import Growth
from desktop.sync.status import Phase


def _accept(contact_id: str) -> Accept:
    return Accept(interaction_id=InteractionId(contact_id))


async def test_a_reply_reaches_the_customer_and_nothing_is_left_to_send(desk: Any, fake: Any, a_contact: Any) -> None:
    fake.put(a_contact("c1"))
    desk.start()
    desk.reply("c1", "Guten Tag")
    await desk.until(lambda: desk.texts("c1") == ["Guten Tag"])
    assert fake.texts == ["Guten Tag"]
    assert desk.outbox() == []


async def test_the_reply_never_blinks_between_echo_and_row(desk: Any, fake: Any, store: Any) -> None:
    """In every commit either the echo or the message is there, never both or neither."""
    desk.start()
    await desk.until(lambda: desk.status.is_streaming)
    seen: list[int] = []

    def count(conn: Any) -> int:
        waiting = conn.execute("SELECT count(*) FROM outbox").fetchone()[0]
        shown = conn.execute("SELECT count(*) FROM message").fetchone()[0]
        return int(waiting + shown)

    fake.is_stream_mute = True
    unsubscribe = store.subscribe(lambda _: seen.append(store.query(count)))
    desk.reply("c1", "Moment bitte")
    await desk.until(lambda: desk.texts("c1"))
    unsubscribe()
    store.write(lambda w: None, Cause.SYSTEM).result()  # whoever was being told has been
    # What was committed before there was a reply does not count.
    assert set(seen[seen.index(1) :]) == {1}


async def test_what_was_written_offline_goes_out_in_order_once_there_is_a_way(desk: Any, fake: Any) -> None:
    fake.is_offline = True
    desk.start()
    for text in ("eins", "zwei", "drei"):
        desk.reply("c1", text)
    await desk.until(lambda: desk.status.send_error == "unreachable")
    assert [entry.state for entry in desk.outbox()].count(OutboxState.WEDGED) == 0
    fake.is_offline = False
    await desk.until(lambda: not desk.outbox())
    assert fake.texts == ["eins", "zwei", "drei"]
    assert desk.status.send_error == ""


async def test_a_lost_answer_is_no_second_message(desk: Any, fake: Any) -> None:
    fake.loses_answers = 2
    desk.start()
    command_id = desk.reply("c1", "nur einmal")
    await desk.until(lambda: not desk.outbox())
    assert fake.texts == ["nur einmal"]
    assert [sent for sent, _ in fake.sent] == [command_id] * 3


async def test_a_backend_that_cannot_deduplicate_is_asked_before_a_second_send(
    desk: Any, make_desk: Any, fake: Any
) -> None:
    fake.capabilities = Capabilities(has_idempotent_send=False)
    fake.loses_answers = 1
    one = make_desk(fake)
    one.engine._sender._ask_growth = Growth(first_s=0.01, cap_s=0.02, least_s=0.001)
    one.start()
    command_id = one.reply("c1", "nur einmal")
    await one.until(lambda: not one.outbox())
    assert fake.texts == ["nur einmal"]
    assert fake.looked_up == [command_id]
    assert len(fake.sent) == 1


async def test_what_never_arrived_there_is_sent_after_looking(make_desk: Any, fake: Any, store: Any) -> None:
    """The program ended while sending to a backend that cannot deduplicate."""
    fake.capabilities = Capabilities(has_idempotent_send=False)
    one = make_desk(fake)
    command_id = one.reply("c1", "hallo")
    store.write(lambda w: outbox.mark_sending(w, command_id), Cause.SYSTEM).result()
    one.start()
    await one.until(lambda: not one.outbox())
    assert fake.looked_up == [command_id]
    assert fake.texts == ["hallo"]


async def test_what_was_being_sent_when_the_program_ended_is_sent_again_under_its_key(
    make_desk: Any, fake: Any, store: Any
) -> None:
    one = make_desk(fake)
    command_id = one.reply("c1", "hallo")
    store.write(lambda w: outbox.mark_sending(w, command_id), Cause.SYSTEM).result()
    one.start()
    await one.until(lambda: not one.outbox())
    assert fake.sent[0][0] == command_id
    assert fake.texts == ["hallo"]


async def test_a_refused_command_waits_with_its_reason_and_others_go_on(desk: Any, fake: Any) -> None:
    fake.refuses["accept"] = "already_taken"
    desk.start()
    desk.give(_accept("c1"))
    desk.reply("c1", "bleibt hinter dem abgelehnten")
    desk.reply("c2", "geht durch")
    await desk.until(lambda: fake.texts == ["geht durch"])
    await desk.until(lambda: [entry.state for entry in desk.outbox()] == [OutboxState.WEDGED, OutboxState.QUEUED])
    assert desk.outbox()[0].error == "already_taken"
    assert desk.status.send_error == ""


async def test_a_command_the_backend_cannot_read_is_wedged(desk: Any, fake: Any) -> None:
    fake.refuses["accept"] = "unreadable"
    desk.start()
    desk.give(_accept("c1"))
    await desk.until(lambda: desk.outbox() and desk.outbox()[0].state is OutboxState.WEDGED)
    assert desk.outbox()[0].error == "bad_request"


async def test_a_command_the_backend_stumbles_over_waits_alone_and_ends_up_wedged(desk: Any, fake: Any) -> None:
    fake.stumbles["accept"] = 1000
    desk.start()
    desk.give(_accept("c1"))
    desk.reply("c2", "ungerührt")
    await desk.until(lambda: fake.texts == ["ungerührt"])
    await desk.until(lambda: [entry.state for entry in desk.outbox()] == [OutboxState.WEDGED])
    assert desk.outbox()[0].error == "internal"


async def test_one_it_stumbles_over_is_given_up_where_each_try_has_to_be_looked_up_too(
    make_desk: Any, fake: Any
) -> None:
    fake.capabilities = Capabilities(has_idempotent_send=False)
    fake.stumbles["accept"] = 1000
    one = make_desk(fake)
    one.engine._sender._ask_growth = Growth(first_s=0.01, cap_s=0.02, least_s=0.001)
    one.start()
    one.give(_accept("c1"))
    one.reply("c2", "ungerührt")
    await one.until(lambda: fake.texts == ["ungerührt"])
    await one.until(lambda: [entry.state for entry in one.outbox()] == [OutboxState.WEDGED])
    assert one.outbox()[0].error == "internal"
    assert len(fake.looked_up) == 6, "it was sent again without looking, or looked for without end"


async def test_what_is_gone_is_dropped_and_told(desk: Any, fake: Any) -> None:
    told: list[Any] = []
    desk.engine._sender._on_gone = told.append
    fake.done["k"] = msgspec.json.decode(b'{"outcome":"gone"}', type=type(fake._effect("x", _accept("c0"), "accept")))
    desk.start()
    command_id = desk.give(_accept("c1"))
    fake.done[command_id] = fake.done["k"]
    await desk.until(lambda: bool(told))
    assert desk.outbox() == []
    assert told == [_accept("c1")]


async def test_commands_of_one_contact_go_in_order_and_contacts_side_by_side(desk: Any, fake: Any) -> None:
    all_there = asyncio.Barrier(3)

    async def meet() -> None:
        if len(fake.sent) <= 3:
            await all_there.wait()

    fake.perform_hook = meet
    desk.start()
    for contact_id in ("c1", "c2", "c3"):
        desk.reply(contact_id, f"{contact_id} eins")
        desk.reply(contact_id, f"{contact_id} zwei")
    await desk.until(lambda: not desk.outbox())
    for contact_id in ("c1", "c2", "c3"):
        assert [text for text in fake.texts if text.startswith(contact_id)] == [
            f"{contact_id} eins",
            f"{contact_id} zwei",
        ]


async def test_a_held_message_leaves_when_its_undo_time_is_over_and_not_before(desk: Any, fake: Any) -> None:
    desk.start()
    until = datetime.now(UTC) + timedelta(milliseconds=120)
    desk.reply("c1", "mit Bedenkzeit", not_before=until)
    undone = desk.reply("c2", "doch nicht", not_before=until)
    assert desk.store.write(lambda w: outbox.cancel(w, undone), Cause.AGENT).result()
    await desk.until(lambda: fake.texts)
    assert datetime.now(UTC) >= until
    await desk.until(lambda: not desk.outbox())
    assert fake.texts == ["mit Bedenkzeit"]


async def test_only_the_agents_last_presence_counts(desk: Any, fake: Any) -> None:
    fake.is_offline = True
    desk.start()
    for state in (PresenceState.AWAY, PresenceState.READY, PresenceState.OFFLINE):
        desk.give(SetPresence(state=state))
    await desk.until(lambda: desk.status.send_error)
    fake.is_offline = False
    await desk.until(lambda: not desk.outbox())
    assert [command.state for _, command in fake.sent] == [PresenceState.OFFLINE]


async def test_a_refused_presence_that_was_taken_back_meanwhile_is_forgotten(desk: Any, fake: Any) -> None:
    fake.refuses["set_presence"] = "illegal_state"
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        arrived.set()
        await go_on.wait()

    fake.perform_hook = hold
    desk.start()
    desk.give(SetPresence(state=PresenceState.READY))
    await arrived.wait()
    desk.give(SetPresence(state=PresenceState.AWAY))
    fake.perform_hook = None
    go_on.set()
    await desk.until(lambda: [entry.state for entry in desk.outbox()] == [OutboxState.WEDGED])
    assert desk.outbox()[0].command == SetPresence(state=PresenceState.AWAY)


async def test_what_is_pending_is_asked_about_and_not_sent_again(desk: Any, fake: Any) -> None:
    desk.engine._sender._ask_growth = Growth(first_s=0.01, cap_s=0.02, least_s=0.001)
    fake.is_pending = True
    desk.start()
    command_id = desk.give(AddNote(interaction_id=InteractionId("c1"), text="Rückruf"))
    await desk.until(lambda: len(fake.looked_up) >= 2)
    assert desk.outbox()[0].state is OutboxState.PENDING
    fake.done[command_id] = msgspec.structs.replace(fake.done[command_id], outcome="applied")
    await desk.until(lambda: not desk.outbox())
    assert len(fake.sent) == 1


async def test_a_busy_backend_is_left_alone_for_as_long_as_it_asks(desk: Any, fake: Any) -> None:
    fake.throttles = [0.15]
    desk.start()
    before = asyncio.get_running_loop().time()
    desk.reply("c1", "eilig")
    await desk.until(lambda: desk.status.send_error == "rate_limited")
    desk.engine.wake()
    await desk.until(lambda: not desk.outbox())
    assert asyncio.get_running_loop().time() - before >= 0.15
    assert fake.texts == ["eilig"]


async def test_without_a_sign_in_everything_waits_and_goes_out_after_it(desk: Any, fake: Any) -> None:
    fake.is_signed_out = True
    desk.start()
    desk.reply("c1", "wartet")
    await desk.until(lambda: desk.status.phase is Phase.SIGN_IN_NEEDED and desk.status.send_error)
    await desk.until(lambda: desk.outbox()[0].state is OutboxState.QUEUED)
    fake.is_signed_out = False
    desk.engine.wake()
    await desk.until(lambda: not desk.outbox())
    await desk.until(lambda: desk.status.phase is Phase.LIVE)


async def test_after_a_long_outage_a_wake_sends_at_once(make_desk: Any, fake: Any) -> None:
    one = make_desk(fake, growth=Growth(first_s=3600.0, cap_s=3600.0, least_s=3600.0))
    fake.is_offline = True
    one.start()
    one.reply("c1", "nach dem Zuklappen")
    await one.until(lambda: one.status.send_error and one.status.pull_error)
    fake.is_offline = False
    one.engine.wake()
    await one.until(lambda: not one.outbox())
    assert fake.texts == ["nach dem Zuklappen"]

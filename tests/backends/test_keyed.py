"""Ids of a further account: every one that comes in gets the key, every one that goes back loses it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from desktop.backends.keyed import Keyed, without_key
from desktop.domain import commands as c
from desktop.domain.agent import Agent
from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.customer import Customer, Identity, IdentityKind
from desktop.domain.ids import AgentId, CustomerId, InteractionId, MessageId, QueueId
from desktop.domain.interaction import Attachment, Interaction, InteractionState
from desktop.domain.routing import RoutingDecision, RoutingPolicy, Weighed
from desktop.domain.verification import VerifiedAnswer
from desktop.wire.records import decode, encode, type_of
from desktop.wire.shapes import Change, ChangesPage, CommandAnswer, CustomerSignal

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
ME, NATIVE = AgentId("me-at-home"), AgentId("u-17")


@pytest.fixture
def keyed() -> Keyed:
    return Keyed("rt", ME, NATIVE)


def told(keyed: Keyed, record: Any) -> Any:
    change = Change(seq=3, op="upsert", type=type_of(record), id=record.id, record=msgspec.Raw(encode(record)))
    raw = keyed.page(msgspec.json.encode(ChangesPage(epoch="e", changes=[change], next=3, more=False)))
    (came,) = msgspec.json.decode(raw, type=ChangesPage).changes
    found = decode(came.type, came.record)
    assert found.id == came.id
    return found


def test_every_id_of_a_contact_is_of_the_account_and_no_word_of_it_is_changed(keyed: Keyed) -> None:
    contact = Interaction(
        id=InteractionId("i1"),
        channel=Channel.EMAIL,
        state=InteractionState.ACTIVE,
        created_at=NOW,
        updated_at=NOW,
        customer_id=CustomerId("c1"),
        queue=QueueId("billing"),
        assignee=NATIVE,
        observers=(AgentId("u-2"), NATIVE),
        intent="invoice",
        intent_ranked=(("invoice", 0.9), ("contract", 0.1)),
        intent_also=("contract",),
        verified=(VerifiedAnswer(question="name", is_right=True, customer_id=CustomerId("c1"), by=NATIVE),),
        disposition="solved",
        subject="i1 c1 billing",
        last_text="invoice",
        thread="<i1@example.org>",
    )
    found = told(keyed, contact)
    assert (found.id, found.customer_id, found.queue) == ("rt~i1", "rt~c1", "rt~billing")
    assert (found.assignee, found.observers) == (ME, ("rt~u-2", ME))
    assert (found.intent, found.intent_also, found.disposition) == ("rt~invoice", ("rt~contract",), "rt~solved")
    assert found.intent_ranked == (("rt~invoice", 0.9), ("rt~contract", 0.1))
    assert found.verified == (VerifiedAnswer(question="name", is_right=True, customer_id=CustomerId("rt~c1"), by=ME),)
    assert (found.subject, found.last_text, found.thread) == ("i1 c1 billing", "invoice", "<i1@example.org>")
    assert (found.created_at, found.channel) == (NOW, Channel.EMAIL)


def test_ids_within_lists_of_values_are_found_too(keyed: Keyed) -> None:
    decision = RoutingDecision(
        id="d1",  # type: ignore[arg-type]
        interaction_id=InteractionId("i1"),
        at=NOW,
        considered=(Weighed(agent_id=AgentId("u-2"), score=0.5), Weighed(agent_id=NATIVE)),
    )
    assert [one.agent_id for one in told(keyed, decision).considered] == ["rt~u-2", ME]


def test_what_a_customer_is_called_elsewhere_is_no_id(keyed: Keyed) -> None:
    number = Identity(kind=IdentityKind.CUSTOMER_NO, value="c1", normalised="c1")
    found = told(keyed, Customer(id=CustomerId("c1"), number="c1", identities=(number,), sources={"name": "c1"}))
    assert (found.id, found.number, found.identities, found.sources) == ("rt~c1", "c1", (number,), {"name": "c1"})


def test_the_agent_who_is_signed_in_there_is_the_one_at_this_desk(keyed: Keyed) -> None:
    assert told(keyed, Agent(id=NATIVE, user="jo", name="Jo")).id == ME
    assert told(keyed, Agent(id=AgentId("u-2"), user="li", name="Li")).id == "rt~u-2"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            c.SendMessage(
                interaction_id=InteractionId("rt~i1"),
                text="rt~i1 bleibt so",
                channel=Channel.CHAT,
                message_id=MessageId("rt~m1"),
                attachments=(Attachment(sha256="ab" * 32, name="rt~x.pdf"),),
            ),
            c.SendMessage(
                interaction_id=InteractionId("i1"),
                text="rt~i1 bleibt so",
                channel=Channel.CHAT,
                message_id=MessageId("m1"),
                attachments=(Attachment(sha256="ab" * 32, name="rt~x.pdf"),),
            ),
        ),
        (
            c.Transfer(interaction_id=InteractionId("rt~i1"), to_agent=ME, note="rt~i1"),
            c.Transfer(interaction_id=InteractionId("i1"), to_agent=NATIVE, note="rt~i1"),
        ),
        (
            c.SetIntent(interaction_id=InteractionId("rt~i1"), intent="rt~invoice", also=("rt~contract",)),
            c.SetIntent(interaction_id=InteractionId("i1"), intent="invoice", also=("contract",)),
        ),
        (
            c.WrapUp(interaction_id=InteractionId("rt~i1"), disposition="rt~solved", summary="rt~solved"),
            c.WrapUp(interaction_id=InteractionId("i1"), disposition="solved", summary="rt~solved"),
        ),
        (
            c.Snooze(interaction_id=InteractionId("rt~i1"), until=NOW + timedelta(days=1)),
            c.Snooze(interaction_id=InteractionId("i1"), until=NOW + timedelta(days=1)),
        ),
        (
            c.UpdateCustomer(customer_id=CustomerId("rt~c1"), fields={"name": "rt~c1"}, before={"name": None}),
            c.UpdateCustomer(customer_id=CustomerId("c1"), fields={"name": "rt~c1"}, before={"name": None}),
        ),
        (c.TakeNext(queues=(QueueId("rt~q"),)), c.TakeNext(queues=(QueueId("q"),))),
    ],
)
def test_a_command_goes_back_as_the_system_knows_it(keyed: Keyed, given: c.Command, expected: c.Command) -> None:
    assert keyed.command(given) == expected


def test_every_id_in_every_command_is_known_to_be_one(keyed: Keyed) -> None:
    """A field that ends in ``_id`` and is not renamed would reach the system with a key that it does not know."""
    for kind in c.Command.__args__:  # type: ignore[attr-defined]
        values = {name: "rt~x" for name in kind.__struct_fields__ if re.search(r"(_id|_queue|_agent)$", name)}
        try:
            command = msgspec.convert({"type": kind.__struct_config__.tag, **_needed(kind), **values}, kind)
        except msgspec.ValidationError as error:  # pragma: no cover - a new command with a field of a new type
            pytest.fail(f"{kind.__name__}: {error}")
        back = keyed.command(command)
        assert {getattr(back, name) for name in values} <= {"x"}, kind.__name__


def _needed(kind: type[Any]) -> dict[str, Any]:
    known = {
        "state": "open" if kind is c.SetFlowStep else "ready",
        "until": NOW.isoformat(),
        "at": NOW.isoformat(),
        "fields": {},
        "priority": 1,
        "is_right": True,
        "rule": {"id": "r", "title": "", "measure": "waiting", "threshold": 1, "clear_at": 0},
    }
    return {name: known.get(name, "x") for name in kind.__struct_fields__ if _is_required(kind, name)}


def _is_required(kind: type[Any], name: str) -> bool:
    field = next(one for one in msgspec.structs.fields(kind) if one.name == name)
    return field.default is msgspec.NODEFAULT and field.default_factory is msgspec.NODEFAULT


def test_an_id_that_goes_without_saying_is_of_the_account_too(keyed: Keyed) -> None:
    assert told(keyed, RoutingPolicy(ageing_s=5)).id == "rt~policy"


def test_without_the_key_it_is_what_its_system_calls_it(keyed: Keyed) -> None:
    row = Interaction(
        id=InteractionId("17"), channel=Channel.CHAT, state=InteractionState.ACTIVE, created_at=NOW, updated_at=NOW
    )
    change = Change(seq=3, op="upsert", type=type_of(row), id=row.id, record=msgspec.Raw(encode(row)))
    back = without_key(keyed.change(change))
    assert (back.id, decode(Table.INTERACTION, back.record)) == ("17", row)


def test_answers_and_signals_come_in_like_everything_else(keyed: Keyed) -> None:
    gone = Change(seq=1, op="delete", type=Table.MESSAGE, id="m1")
    assert keyed.answer(CommandAnswer(outcome="applied", changes=[gone])).changes[0].id == "rt~m1"
    signal = keyed.signal(msgspec.json.encode(CustomerSignal(interaction_id="i1", kind="typing")))
    assert msgspec.json.decode(signal, type=CustomerSignal).interaction_id == "rt~i1"


def test_a_type_that_is_not_known_here_stays_as_it_is(keyed: Keyed) -> None:
    strange = Change(seq=1, op="upsert", type="weather", id="w1", record=msgspec.Raw(b'{"id":"w1"}'))
    assert keyed.change(strange).record == msgspec.Raw(b'{"id":"w1"}')


@pytest.mark.parametrize("raw", [b"", b"[]", b'{"epoch": 1}', b"\xff\xfe"])
def test_what_is_no_page_is_refused(keyed: Keyed, raw: bytes) -> None:
    with pytest.raises((msgspec.MsgspecError, UnicodeDecodeError)):
        keyed.page(raw)

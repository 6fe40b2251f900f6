"""What a contact teaches: what people said it was about, and the words it was said in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from desktop.domain.channels import Channel
from desktop.domain.ids import CustomerId, InteractionId, MessageId
from desktop.domain.interaction import Author, Interaction, InteractionState, Message, MessageKind
from desktop.domain.template import Disposition
from desktop.hub.training.history import (
    CLOSED_AS,
    CONFIRMED,
    CORRECTED,
    Contact,
    contact_of,
    frequent,
    labelled,
    meanings,
    words,
)
from desktop.hub.training.intent_lesson import split

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MEANT = {"refund_arranged": "refund_status"}


def contact(**fields: Any) -> Interaction:
    given = {"state": InteractionState.CLOSED, "channel": Channel.CHAT, "created_at": AT, "updated_at": AT, **fields}
    return Interaction(id=InteractionId("c"), **given)


def said(text: str, author: Author = Author.CUSTOMER, **fields: Any) -> Message:
    return Message(
        id=MessageId(text[:20]), interaction_id=InteractionId("c"), author=author, sent_at=AT, text=text, **fields
    )


def test_who_said_what_it_was_about_decides_how_much_it_counts() -> None:
    ranked = (("praise", 0.6), ("refund_status", 0.2))
    corrected = contact(intent="refund_status", intent_confirmed=True, intent_ranked=ranked)
    confirmed = contact(intent="praise", intent_confirmed=True, intent_ranked=ranked)
    closed = contact(intent="praise", intent_ranked=ranked, disposition="refund_arranged")
    assert labelled(corrected, MEANT) == ("refund_status", CORRECTED)
    assert labelled(confirmed, MEANT) == ("praise", CONFIRMED)
    assert labelled(closed, MEANT) == ("refund_status", CLOSED_AS)
    assert CORRECTED > CONFIRMED > CLOSED_AS


def test_a_verdict_nobody_looked_at_teaches_nothing() -> None:
    assert labelled(contact(intent="praise", intent_probability=0.99), MEANT) == (None, 0.0)
    unfinished = contact(state=InteractionState.ACTIVE, disposition="refund_arranged")
    assert labelled(unfinished, MEANT) == (None, 0.0)


def test_none_of_the_known_is_a_label_too() -> None:
    assert labelled(contact(intent="other", intent_confirmed=True), {})[0] == ""


def test_only_a_disposition_for_one_request_type_says_what_it_was() -> None:
    found = meanings(
        [
            Disposition(id="solved"),
            Disposition(id="refund_arranged", intents=("refund_status",)),
            Disposition(id="changed", intents=("change_address", "change_bank_details")),
        ]
    )
    assert found == {"refund_arranged": "refund_status"}


def test_the_words_are_the_customers_own_from_before_the_first_answer() -> None:
    talk = [
        said("Hallo zusammen,\nmeine Rechnung ist doppelt.\n\nViele Grüße\nJana"),
        said("rang", kind=MessageKind.EVENT, author=Author.SYSTEM),
        said("Und zwar die vom Mai"),
        said("Ich sehe nach.", Author.AGENT),
        said("Danke, und ich ziehe um"),
    ]
    found = words(talk)
    assert "Rechnung ist doppelt" in found
    assert "vom Mai" in found
    assert "Jana" not in found
    assert "ziehe um" not in found
    late = words([said("Guten Tag, was kann ich tun?", Author.AGENT), said("Ich ziehe um")])
    assert late == "Ich ziehe um"
    assert words([]) == ""
    assert len(words([said("a " * 500_000)])) <= 4000


def test_a_request_type_of_one_persons_contacts_is_not_learned() -> None:
    def one(intent: str, customer: str) -> Contact:
        return Contact(interaction=contact(), customer=customer, at=AT, text="x", intent=intent, weight=1)

    many = [one("praise", f"c{n}") for n in range(5)]
    single = [one("my_dog", "c1") for _ in range(9)]
    assert frequent([*many, *single], 5, 3) == {"praise"}


def test_the_newest_fifth_judges_and_at_least_fifty() -> None:
    def told(n: int) -> list[Contact]:
        given = contact(customer_id=CustomerId("c"))
        return [
            contact_of(Interaction(**{**_fields(given), "created_at": AT + timedelta(hours=i)}), (), {})
            for i in range(n)
        ]

    def _fields(one: Interaction) -> dict[str, Any]:
        return {name: getattr(one, name) for name in one.__struct_fields__}

    for count, held in ((1000, 200), (120, 50), (60, 30)):
        older, newest = split(told(count))
        assert (len(older), len(newest)) == (count - held, held)
        assert max(one.at for one in older) < min(one.at for one in newest)

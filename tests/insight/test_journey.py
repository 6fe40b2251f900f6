from __future__ import annotations

from datetime import UTC, datetime, timedelta

from desktop.domain.channels import Channel
from desktop.domain.ids import CustomerId, InteractionId, TouchpointId
from desktop.domain.interaction import Interaction, InteractionState
from desktop.domain.journey import Stage, Touchpoint
from desktop.insight.journey import current_stage, mood_curve, of_contact, pain_points, stage_of, summary

NOW = datetime(2024, 5, 20, 12, tzinfo=UTC)


def touch(days_ago: float, kind: str = "contact", channel: Channel = Channel.CHAT, **fields: object) -> Touchpoint:
    return Touchpoint(
        id=TouchpointId(f"{kind}-{days_ago}"),
        customer_id=CustomerId("jana"),
        channel=channel,
        kind=kind,
        at=NOW - timedelta(days=days_ago),
        **fields,  # type: ignore[arg-type]
    )


def test_who_asks_again_within_two_weeks_is_a_repeat_contact() -> None:
    past = [touch(5, intent="delivery_late"), touch(9, intent="delivery_late"), touch(30, intent="delivery_late")]
    found = summary(past, NOW, "delivery_late")
    assert found.repeat_contact
    assert (found.repeat_intent, found.repeat_count) == ("delivery_late", 2)
    assert not summary(past, NOW, "praise").repeat_contact
    assert not summary(past[2:], NOW, "delivery_late").repeat_contact


def test_without_a_contact_at_hand_the_newest_is_compared_with_those_before() -> None:
    assert summary([touch(1, intent="refund_status"), touch(8, intent="refund_status")], NOW).repeat_contact
    assert not summary([touch(1, intent="refund_status")], NOW).repeat_contact


def test_contacts_are_counted_apart_from_visits_and_the_future_is_not() -> None:
    found = summary(
        [
            touch(1, channel=Channel.EMAIL),
            touch(2, channel=Channel.CALL),
            touch(3, channel=Channel.CALL),
            touch(4, "visit", Channel.WEB),
            touch(10, "purchase", Channel.WEB),
            touch(-3),
        ],
        NOW,
    )
    assert found.contact_count == 3
    assert found.channels == (Channel.CALL, Channel.EMAIL)
    assert found.last_contact_at == NOW - timedelta(days=1)
    assert found.last_contact_channel is Channel.EMAIL
    assert found.purchase_count == 1
    assert summary([], NOW).contact_count == 0


def test_where_it_hurt_is_named_with_why() -> None:
    found = pain_points(
        [
            touch(20, intent="technical_fault", mood=-0.8),
            touch(12, intent="technical_fault", channel=Channel.CALL, duration_s=1500),
            touch(3, "survey", rating=1),
            touch(1, mood=0.4),
        ]
    )
    assert [[reason.code for reason in one.reasons] for one in found] == [
        ["pain.mood"],
        ["pain.repeat", "pain.long_call"],
        ["pain.rating"],
    ]


def test_the_mood_curve_forgets_the_distant_past() -> None:
    curve = mood_curve([touch(300, mood=-1.0), touch(1, mood=0.5), touch(0.5, "survey", rating=5)])
    assert [point.mood for point in curve] == [-1.0, 0.5, 1.0]
    assert curve[1].smoothed > 0.45
    assert 0.5 < curve[2].smoothed < 1


def test_stages() -> None:
    assert stage_of(touch(1, intent="cancel_contract")) is Stage.LEAVE
    assert stage_of(touch(1, intent="technical_fault")) is Stage.SUPPORT
    assert stage_of(touch(1, "visit", Channel.WEB)) is Stage.AWARE
    assert stage_of(touch(1, "visit", Channel.WEB, stage=Stage.CONSIDER)) is Stage.CONSIDER
    assert current_stage([touch(9, "purchase"), touch(1, "visit", Channel.WEB)]) is Stage.USE
    assert current_stage([]) is None


def contact(**fields: object) -> Interaction:
    given: dict[str, object] = {
        "channel": Channel.EMAIL,
        "state": InteractionState.CLOSED,
        "created_at": NOW,
        "updated_at": NOW,
        "customer_id": CustomerId("jana"),
        "version": 4,
    }
    return Interaction(id=InteractionId("rt~7"), **(given | fields))  # type: ignore[arg-type]


def test_a_contact_is_one_touchpoint_as_a_hub_notes_it_down() -> None:
    row = contact(subject="  Rechnung\n vom Mai ", intent="invoice", intent_also=("praise",), mood=-0.5)
    point = of_contact(row, TouchpointId("local:rt~7"), first_words="Guten Tag", source="local")
    assert (point.kind, point.channel, point.at, point.title) == ("contact", Channel.EMAIL, NOW, "Rechnung vom Mai")
    assert (point.interaction_id, point.customer_id, point.intent, point.mood) == ("rt~7", "jana", "invoice", -0.5)
    assert (point.values, point.version, point.source) == ({"also": "praise"}, 4, "local")
    assert summary([point], NOW).contact_count == 1


def test_without_a_subject_the_first_words_are_its_title_however_long() -> None:
    point = of_contact(contact(), TouchpointId("x"), first_words="Wo\tbleibt " + "mein Paket " * 100_000)
    assert point.title.startswith("Wo bleibt mein Paket mein")
    assert len(point.title) == 80
    assert of_contact(contact(), TouchpointId("x")).title == ""

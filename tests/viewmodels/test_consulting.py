"""Who else is at the open contact: asked for advice, asking me, reading along."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from desktop.domain import commands as c
from desktop.domain.agent import Agent, Role
from desktop.domain.interaction import Author, Interaction, Message, MessageKind
from desktop.store import projections
from desktop.viewmodels.composer import ComposerModel
from desktop.viewmodels.consulting import ConsultingModel
from desktop.viewmodels.interaction import InteractionModel
from desktop.viewmodels.reach import NOTE


@pytest.fixture
def others(work: Any) -> ConsultingModel:
    return ConsultingModel(InteractionModel(work.workplace, work.workplace), work.workplace)


@pytest.fixture
def composing(work: Any) -> ComposerModel:
    return ComposerModel(work.workplace, work.workplace)


def stored(work: Any, id_: str) -> Interaction:
    return work.store.query(lambda conn: projections.interaction_row(conn, id_, work.sample.ME)).interaction


def made_lead(work: Any) -> None:
    work.arrives(Agent(id=work.sample.ME, user="anna", name="Anna Berger", role=Role.LEAD, version=9))


def test_those_who_are_signed_in_can_be_asked_who_is_ready_first(work: Any, others: ConsultingModel) -> None:
    work.opens(work.sample.CHAT)
    assert [one.name for one in others.colleagues()] == ["Ben Adler", "Carla Friedrichsen-Baumgärtner"]


def test_a_colleague_is_asked_and_the_contact_handed_over_to_them(work: Any, others: ConsultingModel) -> None:
    work.opens(work.sample.CHAT)
    others.ask(work.sample.BEN, " Kulanz? ")
    work.settle()
    assert others.asked == work.sample.BEN
    others.hand_over()
    work.settle()
    assert work.commands == [
        c.Consult(interaction_id=work.sample.CHAT, agent_id=work.sample.BEN, note="Kulanz?"),
        c.Transfer(interaction_id=work.sample.CHAT, to_agent=work.sample.BEN),
    ]
    assert others.asked is None


def test_asking_ends_when_i_say_so(work: Any, others: ConsultingModel) -> None:
    work.opens(work.sample.CHAT)
    others.ask(work.sample.BEN)
    work.settle()
    others.end()
    work.settle()
    assert work.commands[-1] == c.Consult(interaction_id=work.sample.CHAT, agent_id=None)
    assert others.asked is None
    others.end()
    work.settle()
    assert len(work.commands) == 2


def test_who_is_asked_may_answer_with_a_note_but_not_the_customer(
    work: Any, others: ConsultingModel, composing: ComposerModel
) -> None:
    work.opens(work.sample.BENS)
    assert composing.block == "not_mine"
    work.arrives(replace(stored(work, work.sample.BENS), consulting=work.sample.ME, version=9))
    assert others.asks_me == work.sample.BEN
    assert composing.block == "asked"
    composing.choose_kind(NOTE)
    assert composing.block == ""


def test_leads_who_read_along_are_named(work: Any, others: ConsultingModel) -> None:
    work.opens(work.sample.CHAT)
    work.arrives(replace(stored(work, work.sample.CHAT), observers=(work.sample.DAVID,), version=9))
    assert [others.name(one) for one in others.readers] == ["David Okafor"]
    assert not others.can_lead


def test_a_lead_reads_along_then_joins_and_may_write(
    work: Any, others: ConsultingModel, composing: ComposerModel
) -> None:
    made_lead(work)
    work.opens(work.sample.BENS)
    assert others.can_lead
    assert others.can_whisper
    assert (others.observing.is_on, composing.block) == (False, "not_mine")
    others.leading.observe(work.sample.BENS)
    work.settle()
    assert (others.observing.is_on, composing.block) == (True, "reading")
    others.leading.observe(work.sample.BENS, joined=True)
    work.settle()
    assert (others.observing.is_joined, composing.block) == (True, "")


def test_a_lead_who_is_not_told_of_learns_it_from_the_stream(work: Any, others: ConsultingModel) -> None:
    made_lead(work)
    work.opens(work.sample.BENS)
    event = Message(
        id="m-silent",  # type: ignore[arg-type]
        interaction_id=work.sample.BENS,
        author=Author.SYSTEM,
        kind=MessageKind.EVENT,
        event="silent_observing",
        agent_id=work.sample.ME,
        sent_at=work.workplace.now(),
        version=1,
    )
    work.arrives(event)
    assert others.observing.is_on
    work.opens(work.sample.CHAT)
    assert not others.observing.is_on

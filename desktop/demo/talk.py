"""A dialogue cast: one customer, one matter, one channel, every text ready but for the name of whoever answers. History
plays it from beginning to end, live traffic turn by turn."""

from __future__ import annotations

from datetime import datetime
from random import Random

from msgspec import Struct

from desktop.demo.centre import Centre, address_on
from desktop.demo.people import Person
from desktop.demo.slots import Filled, Subject, fill
from desktop.demo.texts import Dialogue, Wording
from desktop.domain.channels import Channel


class Talk(Struct, frozen=True, kw_only=True):
    """``lines`` are the customer's turns in order, ``answers`` what a colleague says between them."""

    dialogue: Dialogue
    channel: Channel
    person: Person
    language: str
    address: str
    lines: tuple[str, ...]
    answers: tuple[str, ...]
    impatient: str
    subject: str
    summary: str
    slots: Filled

    def answer(self, place: int, agent: str) -> str:
        """Return what ``agent`` says at a turn; an empty text where the dialogue has nothing more."""
        if place >= len(self.answers):
            return ""
        return self.answers[place].format_map(Filled(self.slots, agent=agent))

    @property
    def customer_no(self) -> str:
        """The number the customer is signed in with, in the company's own app."""
        return self.person.customer.number if self.channel is Channel.IN_APP else ""


def cast(
    centre: Centre, dialogue: Dialogue, channel: Channel, person: Person, subject: Subject, rng: Random, at: datetime
) -> Talk:
    """Return ``dialogue`` as this customer holds it about ``subject``."""
    wording = dialogue.wording(person.language)
    slots = fill(person, subject, centre.records.get(person.id, []), rng, at)
    lines = tuple(_said(rng.choice(turn).format_map(slots), channel) for turn in wording.customer_turns)
    return Talk(
        dialogue=dialogue,
        channel=channel,
        person=person,
        language=person.language,
        address=address_on(person, channel),
        lines=lines,
        answers=tuple(_said(answer, channel) for answer in wording.agent_turns),
        impatient=_said(rng.choice(wording.impatient).format_map(slots), channel),
        subject=_subject(wording, slots) if channel is Channel.EMAIL else "",
        summary=wording.summary.format_map(slots),
        slots=slots,
    )


def _subject(wording: Wording, slots: Filled) -> str:
    return wording.subject.format_map(slots)


def _said(text: str, channel: Channel) -> str:
    """A dialogue written as a letter and held by chat or telephone loses the letter's line breaks."""
    return text if channel is Channel.EMAIL else " ".join(text.split())

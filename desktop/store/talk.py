"""What is said in a generated conversation: sentences about its matter, with its own numbers, products and names in them.

Deterministic by the random generator it is handed. Called by ``generate``.
"""

from __future__ import annotations

from random import Random
from typing import Final

from desktop.domain.channels import Channel
from desktop.domain.interaction import Attachment
from desktop.store import phrases
from desktop.store.phrases import Matter, People

_MEDIA: Final = {"pdf": "application/pdf", "jpg": "image/jpeg", "docx": "application/msword"}
# Of written words, how many messages have one with a slip of the finger.
_SLIPS: Final = 0.03


class Talk:
    """One conversation: its language, its matter, and the values that its sentences share."""

    def __init__(self, rng: Random, people: dict[str, People], matter: Matter, language: str, customer: str) -> None:
        self._rng = rng
        self._matter = matter
        self.language = language
        self._asked = matter.asked[language]
        self._answered = matter.answered[language]
        where = people[language]
        month = rng.randrange(12)
        self.values = {
            "customer": customer,
            "title": matter.titles[language],
            "number": str(rng.randint(100_000, 999_999)),
            "tracking": f"{rng.randint(10**11, 10**12 - 1)}",
            "serial": f"{rng.choice('ABCDEFGHKLMNPRSTUVWXYZ')}{rng.randint(1_000, 99_999)}-{rng.randint(10, 99)}",
            "amount": f"{rng.randint(5, 400)},{rng.randint(0, 99):02}",
            "phone": f"0{rng.randint(30, 991)} {rng.randint(100_000, 9_999_999)}",
            "product": rng.choice(phrases.PRODUCTS[language]),
            "model": f"{rng.choice(phrases.PRODUCT_LINES)} {rng.randint(2, 990)}",
            "compound": rng.choice(phrases.FRONTS) + rng.choice(phrases.BACKS),
            "street": rng.choice(where.streets),
            "house": str(rng.randint(1, 120)),
            "city": rng.choice(where.cities)[1],
            "day": str(rng.randint(1, 28)),
            "month": phrases.MONTHS[language][month],
            "monthno": str(month + 1),
            "agent": rng.choice(phrases.AGENT_NAMES),
            "neighbour": f"{rng.choice(where.given)} {rng.choice(where.family)}",
        }

    def subject(self) -> str:
        return self._rng.choice(phrases.SUBJECTS[self.language]).format_map(self.values)

    def said(self, channel: Channel, *, is_customer: bool, name: str) -> str:
        """Return what one side says: a mail is longer than a line of a chat."""
        rng, language = self._rng, self.language
        about = self._asked if is_customer else self._answered
        more = phrases.DETAILS[language] if is_customer else phrases.ANSWERS[language]
        chance = rng.random()
        if channel is Channel.EMAIL:
            sentences = [rng.choice(phrases.GREETINGS[language]), rng.choice(about)]
            sentences += [rng.choice(more) for _ in range(1 + int(chance * 5))]
            sentences += [rng.choice(phrases.CLOSINGS[language]), name or rng.choice(phrases.AGENT_NAMES)]
            text = "\n".join(sentences)
        elif chance < 0.35:
            text = rng.choice(phrases.SMALL_TALK[language])
        elif chance < 0.65:
            text = rng.choice(about)
        elif chance < 0.85:
            text = rng.choice(more)
        else:
            text = f"{rng.choice(about)} {rng.choice(more)}"
        text = text.format_map(self.values)
        return self._slip(text) if is_customer and chance * 100 % 1 < _SLIPS else text

    def note(self) -> str:
        return self._rng.choice(phrases.NOTES[self.language]).format_map(self.values)

    def wordings(self) -> list[str]:
        """Return answers that could be suggested."""
        return [wording.format_map(self.values) for wording in (*self._answered, *phrases.ANSWERS[self.language])]

    def attachments(self) -> tuple[Attachment, ...]:
        rng = self._rng
        name = rng.choice(phrases.FILES[self.language]).format_map(self.values)
        ending = name.rpartition(".")[2]
        return (
            Attachment(
                sha256=f"{rng.getrandbits(256):064x}",
                name=name,
                media_type=_MEDIA[ending],
                size=rng.randint(20_000, 4_000_000),
            ),
        )

    def _slip(self, text: str) -> str:
        at = self._rng.randrange(len(text))
        return f"{text[:at]}{text[at + 1 : at + 2]}{text[at : at + 1]}{text[at + 2 :]}"

"""Reading ``resources/demo``: who the company is, what it sells, what its customers say. Checked on reading, so that a
copywriter's slip is told with file and place; nothing here makes anything up."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from msgspec import Struct, ValidationError, convert

from desktop.assets import asset
from desktop.domain.channels import Channel

T = TypeVar("T")
Names = dict[str, str]
"""A text by ISO 639-1 language."""

LANGUAGES = ("de", "en")


class TextError(ValueError):
    """A file of ``resources/demo`` cannot be used; the message names the file and the place."""


class _Strict(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class QueueText(_Strict, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: str
    names: Names
    priority: int
    intents: tuple[str, ...] = ()
    channels: tuple[Channel, ...] = ()
    answer_s: dict[str, int] = {}


class Colleague(_Strict, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``skills`` and ``languages`` map a name to a level, 1 to 5."""

    name: str
    user: str
    team: str
    skills: dict[str, int]
    languages: dict[str, int]
    role: Literal["agent", "lead"] = "agent"


class Ending(_Strict, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: str
    titles: Names
    intents: tuple[str, ...] = ()


class Company(_Strict, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Names
    mailbox: str
    hotline: Names
    handle: str
    queues: tuple[QueueText, ...]
    teams: dict[str, Names]
    agent: Colleague
    lead: Colleague
    colleagues: tuple[Colleague, ...]
    dispositions: tuple[Ending, ...]
    breaks: tuple[str, ...]
    declines: tuple[str, ...]


class CannedText(_Strict, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: str
    shortcut: str
    titles: Names
    de: str
    en: str
    channels: tuple[Channel, ...] = ()


class Product(_Strict, frozen=True, kw_only=True, forbid_unknown_fields=True):
    short: Names
    gender: Literal["f", "m", "n"]
    model: str
    price: float
    fault: Names
    fix: Names
    damage: Names
    large: bool = False

    def name(self, language: str) -> str:
        return f"{self.short[language]} {self.model}"


class Tariff(_Strict, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Names
    kind: str
    monthly: float
    months: int


class Catalogue(_Strict, frozen=True, kw_only=True, forbid_unknown_fields=True):
    products: tuple[Product, ...]
    contracts: tuple[Tariff, ...]
    cases: tuple[Names, ...]
    appointments: tuple[Names, ...]


class JourneyTexts(_Strict, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pages: dict[str, Names]
    shops: dict[str, tuple[str, ...]]
    shop_visits: tuple[Names, ...]
    purchase: Names
    delivery: Names
    delivery_late: Names
    payment: Names
    payment_failed: Names
    contract: Names
    survey: Names
    survey_comments: dict[str, dict[str, tuple[str, ...]]]


class Region(_Strict, frozen=True, kw_only=True, forbid_unknown_fields=True):
    country: str
    female: tuple[str, ...]
    male: tuple[str, ...]
    family: tuple[str, ...]
    long_family: tuple[str, ...]
    companies: tuple[str, ...]
    streets: tuple[str, ...]
    cities: tuple[tuple[str, str], ...]
    landlines: tuple[str, ...]
    mobiles: tuple[str, ...]


class People(_Strict, frozen=True, kw_only=True, forbid_unknown_fields=True):
    domains: tuple[str, ...]
    company_domains: tuple[str, ...]
    regions: dict[str, Region]


class Turn(_Strict, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One side's turn: variants of what the customer says, or what a simulated colleague answers."""

    customer: tuple[str, ...] = ()
    agent: str = ""


class Wording(_Strict, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A dialogue in one language."""

    summary: str
    impatient: tuple[str, ...]
    turns: tuple[Turn, ...]
    subject: str = ""

    @property
    def customer_turns(self) -> tuple[tuple[str, ...], ...]:
        return tuple(turn.customer for turn in self.turns if turn.customer)

    @property
    def agent_turns(self) -> tuple[str, ...]:
        return tuple(turn.agent for turn in self.turns if turn.agent)


class Dialogue(_Strict, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``needs`` is what the customer must have on record (see ``slots``), ``mood`` theirs at the beginning and the end."""

    id: str
    intent: str
    channels: tuple[Channel, ...]
    needs: str
    weight: int
    mood: tuple[float, float]
    rating: int
    pages: tuple[str, ...]
    steps: tuple[str, ...]
    disposition: str
    de: Wording
    en: Wording

    def wording(self, language: str) -> Wording:
        return self.en if language == "en" else self.de


def _read(path: Path, kind: type[T] | Any) -> T:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        found: T = convert(yaml.load(path.read_text("utf-8"), Loader=loader), kind)  # noqa: S506 (a safe loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise TextError(f"{path.name}, line {line}: {error.problem}") from error
    except ValidationError as error:
        raise TextError(f"{path.name}: {error}") from error
    return found


@functools.cache
def company() -> Company:
    return _read(asset("demo", "company.yaml"), Company)


@functools.cache
def canned_texts() -> tuple[CannedText, ...]:
    return _read(asset("demo", "templates.yaml"), tuple[CannedText, ...])


@functools.cache
def goods() -> Catalogue:
    return _read(asset("demo", "catalogue.yaml"), Catalogue)


@functools.cache
def journey_texts() -> JourneyTexts:
    return _read(asset("demo", "journey.yaml"), JourneyTexts)


@functools.cache
def people() -> People:
    return _read(asset("demo", "people.yaml"), People)


@functools.cache
def dialogues() -> tuple[Dialogue, ...]:
    """Return every dialogue, by file and place in it. Raises ``TextError`` for two of one id, or turns that do not
    alternate beginning with the customer."""
    found: dict[str, Dialogue] = {}
    for path in sorted(asset("demo", "dialogues").glob("*.yaml")):
        many: tuple[Dialogue, ...] = _read(path, tuple[Dialogue, ...])
        for dialogue in many:
            if dialogue.id in found:
                raise TextError(f"{path.name}: the id {dialogue.id} is there twice")
            for language in LANGUAGES:
                if not _alternates(dialogue.wording(language)):
                    raise TextError(f"{path.name}: {dialogue.id}, {language}: turns must alternate, customer first")
            found[dialogue.id] = dialogue
    return tuple(found.values())


def _alternates(wording: Wording) -> bool:
    return len(wording.turns) > 1 and all(
        bool(turn.customer) == (place % 2 == 0) and bool(turn.agent) != bool(turn.customer)
        for place, turn in enumerate(wording.turns)
    )

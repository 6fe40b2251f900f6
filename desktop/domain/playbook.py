"""What the company prescribes for a kind of request: a playbook as a business person writes it in YAML, as a value. Read
and checked by ``insight.playbook``; the hub sends each to the desktops, which advise by them offline too."""

from __future__ import annotations

from msgspec import Struct

from desktop.domain.channels import Channel
from desktop.domain.flow import Need


class When(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """All that is given must hold; within one list any one is enough, except ``journey``, ``records`` and ``customer``,
    of which all must. ``mood_at_most`` and ``mood_at_least`` are from -1 to 1. ``intents`` left empty: any.
    ``steps_at_least``: so many steps were taken in this contact already."""

    intents: tuple[str, ...] = ()
    channels: tuple[Channel, ...] = ()
    mood_at_most: float | None = None
    mood_at_least: float | None = None
    journey: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    customer: tuple[str, ...] = ()
    steps_at_least: int = 0


class Unless(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Any one of these rules the playbook or step out. ``missing_consent`` names purposes the customer must have agreed
    to (``advertising``, ``call``, …)."""

    missing_consent: tuple[str, ...] = ()
    channels: tuple[Channel, ...] = ()
    mood_at_most: float | None = None
    journey: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    customer: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()


class Step(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One action. ``wordings`` is a reply ready to be edited, where the action is one; in it ``{customer}`` and
    ``{number}`` are filled in. ``needs`` is the data it takes. ``callback_h``: the action is to come back to this contact
    after so many hours. ``is_sensitive``: it gives, takes or locks something, and is never put forward just to try it."""

    action: str
    titles: dict[str, str]
    wordings: dict[str, str] = {}
    needs: tuple[Need, ...] = ()
    callback_h: float | None = None
    is_sensitive: bool = False
    when: When = When()
    unless: Unless = Unless()


class Playbook(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """``edition`` is raised by whoever edits it; ``weight`` (0 to 1) is how strongly its first step is advised, with 0 it
    is out of use. ``version`` is the record's in the feed and is written by nobody."""

    id: str
    edition: int
    titles: dict[str, str]
    steps: tuple[Step, ...]
    when: When = When()
    unless: Unless = Unless()
    weight: float = 0.7
    version: int = 0

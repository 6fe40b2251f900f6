"""What a centre prepares for its agents: canned texts and the dispositions a contact can end with."""

from __future__ import annotations

from msgspec import Struct

from desktop.domain.channels import Channel


class Template(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A canned text, found by typing ``/shortcut``. ``{customer}``, ``{agent}`` and ``{number}`` are filled in."""

    id: str
    shortcut: str
    titles: dict[str, str] = {}
    texts: dict[str, str] = {}
    channels: tuple[Channel, ...] = ()
    version: int = 0


class Disposition(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a contact ended: the label the models learn from. ``intents`` are the request types it is offered first for."""

    id: str
    titles: dict[str, str] = {}
    intents: tuple[str, ...] = ()
    version: int = 0


class IntentLabel(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The name of a request type for people, by language; ``id`` is the code the models use."""

    id: str
    titles: dict[str, str] = {}
    version: int = 0

"""The neutral value every reader of a history yields, so that importer and replay need not know where it came from.

A reader promises the same items in the same order for the same input, each with its ``position``; an import that was
broken off goes on from there. Readers hold no database and decide nothing about customers beyond what the source says.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from desktop.domain.channels import Channel
from desktop.domain.interaction import Author


class HistoricFile(Struct, frozen=True, kw_only=True):
    """A file that came with a message, with its bytes."""

    name: str
    data: bytes
    media_type: str = "application/octet-stream"


class HistoricMessage(Struct, frozen=True, kw_only=True):
    """One thing said. ``external_id`` is unique within the source; ``html`` is already harmless (``mail.markup``).

    ``step`` is the code of the action the agent took by saying it, ``options`` what else was proposed to them.
    """

    external_id: str
    author: Author
    sent_at: datetime
    text: str = ""
    html: str = ""
    subject: str = ""
    author_name: str = ""
    attachments: tuple[HistoricFile, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    step: str = ""
    options: tuple[str, ...] = ()


class HistoricStep(Struct, frozen=True, kw_only=True):
    """One action an agent took, by its code, and the codes that were proposed."""

    at: datetime
    code: str
    options: tuple[str, ...] = ()


class HistoricLookup(Struct, frozen=True, kw_only=True):
    """One question an agent asked a business system, and its answer; ``is_found`` is false for an empty one."""

    at: datetime
    name: str
    constraints: dict[str, str] = {}
    result: dict[str, str] = {}
    is_found: bool = True


class HistoricCustomer(Struct, frozen=True, kw_only=True):
    """What the source says of who it was: ``key`` is its own, ``address`` as the channel knows them."""

    key: str
    name: str = ""
    address: str = ""
    number: str = ""


class Contact(Struct, frozen=True, kw_only=True):
    """One contact about one matter, from first to last word.

    ``disposition`` is how it ended and ``intent`` what it was about, as the source's codes; ``also`` names further request
    types of the same contact. ``queue_hint`` may name a queue.
    """

    position: int
    external_id: str
    channel: Channel
    started_at: datetime
    closed_at: datetime
    customer: HistoricCustomer | None = None
    messages: tuple[HistoricMessage, ...] = ()
    steps: tuple[HistoricStep, ...] = ()
    lookups: tuple[HistoricLookup, ...] = ()
    queue_hint: str = ""
    subject: str = ""
    thread: str = ""
    language: str = ""
    disposition: str = ""
    intent: str = ""
    also: tuple[str, ...] = ()


class BadRow(Struct, frozen=True, kw_only=True):
    """What could not be read. ``where`` finds it again (file, line), ``why`` is a code; neither quotes its content."""

    position: int
    where: str
    why: str


class UnreadableSource(Exception):
    """The input as a whole cannot be read: not there, or not of this format. The text says which and names no content."""


class Reader(Protocol):
    """A history. ``source`` names its kind and goes into ids, ``total`` how many items there are, if that is known."""

    @property
    def source(self) -> str: ...

    @property
    def total(self) -> int | None: ...

    def fingerprint(self) -> str:
        """Return a short text that is the same as long as the input is."""
        ...

    def read(self, start: int = 0) -> Iterator[Contact | BadRow]:
        """Yield the items from position ``start`` on, ascending; several bad rows may share the next contact's.

        Raises ``UnreadableSource`` where there is nothing to read from.
        """
        ...

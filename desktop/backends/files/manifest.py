"""What a recording says of itself, the lines it is made of, and the codes for what can be wrong with one. Values only; read
by ``folder``, written by ``writer``. ``docs/recordings.md`` describes the format for people.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from desktop.domain.agent import Agent

FORMAT: Final = "dirigent-recording"
VERSION: Final = 1
MANIFEST: Final = "recording.json"
BEFORE: Final = "before.jsonl"
CHANGES: Final = "changes.jsonl"
FILES: Final = "files"


class Code(StrEnum):
    """Why a folder cannot be played or written; ``ui.i18n.reasons`` has the sentences."""

    MISSING = "recording_missing"
    NOT_ONE = "not_a_recording"
    TOO_NEW = "recording_too_new"
    UNREADABLE = "recording_unreadable"
    READ_ONLY = "recording_only_shown"
    NO_FILE = "recording_without_file"
    NOT_EMPTY = "recording_not_empty"


class Source(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the recorded system does by itself (see ``backends.base.Capabilities``); ``kind`` is what sort it is."""

    kind: str = ""
    has_brain: bool = False
    has_presence: bool = False
    has_dispositions: bool = False
    has_typing: bool = False
    has_channels: bool = True
    has_journey: bool = True


class Manifest(Struct, frozen=True, kw_only=True):
    """``recording.json``. ``started_at`` is by the clock of the recorded system, and so are all instants in the records;
    ``length_ms`` is ``None`` where the recording was not ended properly. ``agent`` is who was signed in.
    ``is_anonymised``: names, addresses, numbers and words are invented; ``has_files``: attachments' bytes are here.
    ``changes`` counts the lines of both files, where it was ended."""

    format: str
    version: int
    id: str
    product: str
    started_at: datetime
    agent: Agent
    title: str = ""
    length_ms: int | None = None
    is_anonymised: bool = False
    has_files: bool = False
    source: Source = Source()
    changes: int | None = None


class Line(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line: ``at_ms`` after the start (0 in ``before.jsonl``) came a ``wire.shapes.Change``, or a
    ``wire.shapes.CustomerSignal``. A line with neither is of a later version and passed over."""

    at_ms: int = 0
    change: Raw | UnsetType = UNSET
    signal: Raw | UnsetType = UNSET


class _Head(Struct, frozen=True):
    format: str
    version: int


def read(data: bytes) -> Manifest | Code:
    """Return the manifest that ``data`` is, or why it is none."""
    try:
        head = msgspec.json.decode(data, type=_Head)
        if head.format != FORMAT:
            return Code.NOT_ONE
        if head.version > VERSION:
            return Code.TOO_NEW
        found = msgspec.json.decode(data, type=Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return Code.NOT_ONE
    if not found.id or not found.agent.id or found.started_at.tzinfo is None or (found.length_ms or 0) < 0:
        return Code.NOT_ONE
    return found


def written(manifest: Manifest) -> bytes:
    """Return the manifest as JSON for people."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"

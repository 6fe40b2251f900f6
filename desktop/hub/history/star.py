"""Reads the STAR data set (Mosig, Mehri & Kober 2020, *STAR: A Schema-Guided Dialog Dataset for Transfer Learning*):
chats between two people, with time stamps, the replies the agent chose and the look-ups they made. Instructions to the
crowd worker who played the customer (``UserGuide``) were never said to anybody and are left out.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

import msgspec
from msgspec import Struct

from desktop.domain.channels import Channel
from desktop.domain.interaction import Author
from desktop.hub.history.contact import (
    BadRow,
    Contact,
    HistoricCustomer,
    HistoricLookup,
    HistoricMessage,
    HistoricStep,
    UnreadableSource,
)
from desktop.hub.mail.markup import plain

CUSTOM_STEP = "custom"
"""The agent wrote a reply of their own instead of taking a proposed one."""

_FILES = ("dialogues.jsonl.xz", "dialogues.jsonl")
_NAME_FIELDS = ("FullName", "PatientName", "CustomerName", "RenterName", "GuestName", "UserName", "HostName")
_NO_NAMES = frozenset({"", "test", "user", "customer", "none", "n/a", "me", "name"})
_COMPARISON = re.compile(r"api\.is_?(\w*?)\((.*)\)|api\.(contains)\((.*)\)", re.DOTALL)
_SIGNS = {
    "equal_to": "",
    "one_of": "",
    "at_least": "≥ ",
    "at_most": "≤ ",
    "less_than": "< ",
    "greater_than": "> ",
    "not": "≠ ",
    "contains": "∋ ",
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_YEAR_3000 = 32_503_680_000


class _Event(Struct, frozen=True, rename="pascal"):
    agent: str
    action: str
    text: str = ""
    unix_time: float | None = None
    action_label: str = ""
    action_label_options: tuple[str, ...] = ()
    api: str = msgspec.field(default="", name="APIName")
    constraints: tuple[dict[str, Any], ...] = ()
    item: dict[str, Any] | None = None


class _Capability(Struct, frozen=True, rename="pascal"):
    task: str
    domain: str | None = None


class _Scenario(Struct, frozen=True, rename="pascal"):
    wizard_capabilities: tuple[_Capability, ...] = ()


class _Dialogue(Struct, frozen=True):
    id: int = msgspec.field(name="DialogueID")
    customer: str = msgspec.field(name="AnonymizedUserWorkerID")
    agent: str = msgspec.field(name="AnonymizedWizardWorkerID")
    events: tuple[_Event, ...] = msgspec.field(name="Events")
    scenario: _Scenario = msgspec.field(name="Scenario")
    batch: str = msgspec.field(default="", name="BatchID")


_decoder = msgspec.json.Decoder(_Dialogue)


class StarReader:
    """``path`` is the data set's folder or its file of dialogues, packed or not."""

    source = "star"

    def __init__(self, path: Path) -> None:
        self._file = next((path / name for name in _FILES if (path / name).is_file()), path)
        if not self._file.is_file():
            raise UnreadableSource(f"no {_FILES[0]} in this folder")
        self._names: dict[str, str] | None = None
        self._total: int | None = None

    @property
    def total(self) -> int | None:
        return self._total

    def fingerprint(self) -> str:
        with self._file.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:24]

    def read(self, start: int = 0) -> Iterator[Contact | BadRow]:
        if self._names is None:
            self._names = self._read_names()
        for position, line in self._lines():
            if position < start:
                continue
            where = f"{self._file.name}:{position + 1}"
            if line is None:
                yield BadRow(position=position, where=where, why="truncated")
                continue
            try:
                yield _contact(position, _decoder.decode(line), self._names)
            except msgspec.ValidationError:
                yield BadRow(position=position, where=where, why="not_a_dialogue")
            except (msgspec.DecodeError, UnicodeDecodeError):
                yield BadRow(position=position, where=where, why="bad_json")
            except (OverflowError, ValueError):
                yield BadRow(position=position, where=where, why="bad_time")

    def _lines(self) -> Iterator[tuple[int, bytes | None]]:
        """Yield each line that is not blank with its number; ``None`` where the packed file breaks off."""
        number = -1
        with self._open() as file:
            try:
                for number, line in enumerate(file):
                    if line.strip():
                        yield number, line
            except (EOFError, lzma.LZMAError):
                yield number + 1, None

    def _open(self) -> IO[bytes]:
        return lzma.open(self._file, "rb") if self._file.suffix == ".xz" else self._file.open("rb")

    def _read_names(self) -> dict[str, str]:
        """The name each customer gave most often: it is only found in what agents looked up for them."""
        given: defaultdict[str, Counter[str]] = defaultdict(Counter)
        total = 0
        for _, line in self._lines():
            total += 1
            try:
                dialogue = _decoder.decode(line or b"")
            except (msgspec.DecodeError, UnicodeDecodeError):
                continue
            given[dialogue.customer].update(_names_in(dialogue.events))
        self._total = total
        return {key: min(names, key=lambda name: (-names[name], name)) for key, names in given.items() if names}


def _names_in(events: Sequence[_Event]) -> Iterator[str]:
    for event in events:
        for constraint in event.constraints:
            for field in _NAME_FIELDS:
                if isinstance(value := constraint.get(field), str):
                    name = " ".join(plain(_constraint(value)).split())
                    if name.lower() not in _NO_NAMES and len(name) <= 40 and not any(map(str.isdigit, name)):
                        yield name.title() if name.islower() else name


def _contact(position: int, dialogue: _Dialogue, names: dict[str, str]) -> Contact:
    times = interpolated([event.unix_time for event in dialogue.events])
    key = str(dialogue.id)
    messages: list[HistoricMessage] = []
    steps: list[HistoricStep] = []
    lookups: list[HistoricLookup] = []
    asked: tuple[_Event, datetime] | None = None
    name = names.get(dialogue.customer, f"Customer {dialogue.customer[:8]}")
    for number, (event, at) in enumerate(zip(dialogue.events, times, strict=True)):
        match event.agent, event.action:
            case "User", "utter":
                messages.append(
                    HistoricMessage(
                        external_id=f"star:{key}:{number}",
                        author=Author.CUSTOMER,
                        author_name=name,
                        sent_at=at,
                        text=plain(event.text),
                    )
                )
            case "Wizard", "utter" | "pick_suggestion":
                code = event.action_label or CUSTOM_STEP
                steps.append(HistoricStep(at=at, code=code, options=event.action_label_options))
                messages.append(
                    HistoricMessage(
                        external_id=f"star:{key}:{number}",
                        author=Author.AGENT,
                        author_name=f"Agent {dialogue.agent[:8]}",
                        sent_at=at,
                        text=plain(event.text),
                        step=code,
                        options=event.action_label_options,
                    )
                )
            case "Wizard", "query":
                if asked is not None:
                    lookups.append(_lookup(*asked, None))
                asked = event, at
            case "KnowledgeBase", "return_item":
                lookups.append(_lookup(*(asked or (event, at)), event))
                asked = None
            case _:
                pass
    if asked is not None:
        lookups.append(_lookup(*asked, None))
    tasks = tuple(dict.fromkeys(capability.task for capability in dialogue.scenario.wizard_capabilities))
    # Whoever left before anything happened left a dialogue without events: it began some time in its batch.
    began = times[0] if times else _batch_time(dialogue.batch)
    return Contact(
        position=position,
        external_id=key,
        channel=Channel.CHAT,
        started_at=messages[0].sent_at if messages else began,
        closed_at=times[-1] if times else began,
        customer=HistoricCustomer(key=dialogue.customer, name=name, address=dialogue.customer),
        messages=tuple(messages),
        steps=tuple(steps),
        lookups=tuple(lookups),
        queue_hint=next((c.domain for c in dialogue.scenario.wizard_capabilities if c.domain), ""),
        language="en",
        disposition=tasks[0] if tasks else "",
        intent=tasks[0] if tasks else "",
        also=tasks[1:],
    )


def _batch_time(batch: str) -> datetime:
    """A batch is named after the Unix time it was started at (``woz_1589355382``)."""
    return interpolated([float(batch.rpartition("_")[2])])[0]


def _lookup(asked: _Event, at: datetime, answer: _Event | None) -> HistoricLookup:
    constraints: dict[str, str] = {}
    for constraint in asked.constraints:
        for field, value in constraint.items():
            shown = plain(_constraint(value) if isinstance(value, str) else _shown(value))
            constraints[field] = f"{constraints[field]}, {shown}" if field in constraints else shown
    item = answer.item if answer is not None else None
    return HistoricLookup(
        at=at,
        name=asked.api,
        constraints=constraints,
        result={field: plain(_shown(value)) for field, value in (item or {}).items() if field != "APIName"},
        is_found=bool(item),
    )


def _constraint(value: str) -> str:
    """Return ``"\\"Alexis\\""`` and ``api.is_at_least(3)`` as a person would write them."""
    if (match := _COMPARISON.fullmatch(value.strip())) and (match[1] or match[3]) in _SIGNS:
        return _SIGNS[match[1] or match[3]] + _literal(match[2] or match[4] or "")
    return _literal(value)


def _literal(value: str) -> str:
    try:
        return _shown(json.loads(value))
    except (ValueError, RecursionError):
        return value.strip().strip('"')


def _shown(value: Any) -> str:
    match value:
        case str():
            return value
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(_shown(element) for element in value)
        case None:
            return ""
        case _:
            return str(value)


def interpolated(times: Sequence[float | None]) -> list[datetime]:
    """Return Unix times as instants; a missing one lies evenly between its neighbours, or on the only one it has.

    Raises ``ValueError`` where none is known at all or one lies outside 1970 to 3000.
    """
    known = [(index, time) for index, time in enumerate(times) if time is not None]
    if not all(0 <= time < _YEAR_3000 for _, time in known):
        raise ValueError("time out of range")
    if times and not known:
        raise ValueError("no time known")
    found: list[datetime] = []
    right = 0
    for index, time in enumerate(times):
        while right < len(known) and known[right][0] < index:
            right += 1
        if time is None:
            before = known[right - 1] if right else known[0]
            after = known[right] if right < len(known) else known[-1]
            share = (index - before[0]) / (after[0] - before[0]) if after[0] != before[0] else 0.0
            time = before[1] + (after[1] - before[1]) * share
        found.append(_EPOCH + timedelta(microseconds=round(time * 1_000_000)))
    return found

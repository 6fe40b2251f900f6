"""A record as somebody else's: each text in it replaced by what ``pseudonyms`` invents, by what the field holds. Texts are
replaced unless a field is named here as one of codes or of the company's own set-up, so that a field that is new, or one
that nobody thought of, tells nothing; what this version does not know is left out. Times, states, counts and verdicts stay.
"""

from __future__ import annotations

import functools
import typing
from collections.abc import Callable, Iterable
from datetime import date, datetime
from enum import Enum
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from desktop.backends.files.pseudonyms import Pseudonyms
from desktop.domain import ids
from desktop.domain.changes import Table
from desktop.domain.customer import Identity, IdentityKind
from desktop.domain.interaction import Attachment, Message
from desktop.domain.suggestion import Suggestion
from desktop.wire import records
from desktop.wire.shapes import Change, CustomerSignal

_NAMES: Final = frozenset({"name", "customer_name", "author_name", "given_name", "family_name", "by_name"})
_ADDRESSES: Final = frozenset({"from_address", "callback_to"})
_TOKENS: Final = frozenset({"number", "postcode"})
_IDS: Final = frozenset({"thread", "external_id", "in_reply_to", "references", "subject_id"})
_LABELS: Final = frozenset(
    {
        "action",
        "also",
        "code",
        "country",
        "currency",
        "disposition",
        "edition",
        "event",
        "failure",
        "field",
        "fields",
        "intent",
    }
    | {"intent_also", "intents", "kind", "label", "language", "measure", "obstacle", "playbook", "purpose", "question"}
    | {"reason", "records", "rule", "segment", "sensitive", "exempt_channels", "source", "steps", "stage", "teams"}
    | {"team", "zone", "opens", "closes", "journey", "customer", "missing_consent", "account", "shortcut"}
)
_AMOUNTS: Final = frozenset({"amount_cents", "value_cents"})
_SET_UP: Final = frozenset(
    {"Queue", "Disposition", "IntentLabel", "Template", "Playbook", "Step", "Article", "Question"}
    | {"Flow", "FlowStep", "Need"}
)
_SET_UP_TEXTS: Final = frozenset({"names", "titles"})
_CODES: Final = frozenset(
    {
        "article",
        "channel",
        "disposition",
        "edition",
        "event",
        "field",
        "intent",
        "is_mine",
        "playbook",
        "priority",
        "purpose",
    }
    | {"reason", "state", "step", "template", "to_queue", "from_queue", "why"}
)
"""Names of ``values`` under which stand codes."""
_NAMED_IDS: Final = frozenset({"to_agent", "from_agent", "lead", "agent_id", "message_id", "flow", "interaction_id"})
_NAMED_NAMES: Final = frozenset({"to_name", "from_name", "agent"})
_PLAIN: Final = frozenset(
    {"account", "at", "bytes", "capacity", "days", "from", "hours", "k", "kept_here", "n", "number", "percent", "score"}
    | {"seconds", "skills", "title.de", "title.en", "to", "value", "word", "words", "working"}
)
_KNOWN: Final = _CODES | _NAMED_IDS | _NAMED_NAMES | _PLAIN
"""Names of ``values`` that this program gives; others may be somebody's."""
_MEDIA: Final = frozenset(
    {"application/pdf", "application/zip", "application/json", "text/plain", "text/csv", "text/html", "text/calendar"}
    | {"image/png", "image/jpeg", "image/gif", "image/webp", "image/heic", "audio/mpeg", "audio/ogg", "audio/wav"}
    | {"video/mp4", "message/rfc822", "application/msword"}
)
_ID_TYPES: Final = frozenset(kind for kind in vars(ids).values() if isinstance(kind, typing.NewType))
_LABELLED_IDS: Final = frozenset({ids.QueueId})

Rule = Callable[["Disguise", Any], Any]


class Disguise:
    """What goes into one anonymised recording."""

    def __init__(self, pseudonyms: Pseudonyms | None = None) -> None:
        self.pseudonyms = pseudonyms or Pseudonyms()
        self._titles: set[str] = set()

    def change(self, change: Change) -> Change | None:
        """Return a change with everything replaced; ``None`` for what this version cannot read."""
        kind = next((kind for kind in records.TYPES if kind == change.type), None)
        if kind is None:
            return None
        id_ = self._row_id(kind, change.id)
        if isinstance(change.record, msgspec.UnsetType):
            return replace(change, id=id_)
        try:
            record = self.record(records.decode(kind, change.record))
        except (ValueError, msgspec.MsgspecError, RecursionError):
            return None
        return replace(change, id=record.id, record=msgspec.Raw(records.encode(record)))

    def record(self, record: Any) -> Any:
        """Return a record, or a part of one, with everything replaced."""
        kind = type(record)
        if kind.__name__ in _SET_UP:
            for name in _SET_UP_TEXTS & set(kind.__struct_fields__):
                self._titles.update(getattr(record, name).values())
        changed = {name: rule(self, getattr(record, name)) for name, rule in _rules_of(kind).items()}
        told = replace(record, **changed)
        match record:
            case Message():
                kept = self.pseudonyms.text(record.text[: record.quoted_from])
                text = kept + self.pseudonyms.text(record.text[record.quoted_from :])
                return replace(told, text=text, html=self.pseudonyms.html(record.html), quoted_from=len(kept))
            case Identity():
                by = self.pseudonyms.token if record.kind is IdentityKind.CUSTOMER_NO else self.pseudonyms.address
                return replace(told, value=by(record.value), normalised=by(record.normalised))
            case Attachment():
                media_type = record.media_type if record.media_type in _MEDIA else "application/octet-stream"
                name, digest = self.pseudonyms.file_name(record.name), self.pseudonyms.digest(record.sha256)
                return replace(told, name=name, sha256=digest, media_type=media_type)
            case Suggestion():
                titles = {key: t if t in self._titles else self.pseudonyms.text(t) for key, t in record.titles.items()}
                return replace(told, titles=titles)
        return told

    def signal(self, signal: CustomerSignal) -> CustomerSignal:
        return replace(signal, interaction_id=self.pseudonyms.id(signal.interaction_id))

    def notice(self, changes: Iterable[Change]) -> None:
        """Learn the names in rows before their texts are replaced: what is said of somebody may come first."""
        for change in changes:
            if change.type in (Table.CUSTOMER, Table.AGENT) and not isinstance(change.record, msgspec.UnsetType):
                self.change(change)

    def values(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return a dictionary of anything: codes, ids and small numbers stay what they are under names known for them."""
        made = self.pseudonyms
        return {
            name if name in _KNOWN else made.token(name): self._value(name, value) for name, value in values.items()
        }

    def _value(self, name: str, value: Any) -> Any:
        made = self.pseudonyms
        if not isinstance(value, str):
            return value if isinstance(value, bool | float | None) else None
        if len(value) <= 4 and value.isascii() and value.replace(".", "", 1).isdecimal():
            return value
        if name in _CODES:
            return made.label(value)
        if name in _NAMED_IDS:
            return made.id(value)
        return made.name(value) if name in _NAMED_NAMES else made.text(value)

    def _row_id(self, kind: Table, id_: str) -> str:
        return self.pseudonyms.id(id_) if _has_id(kind) else self.pseudonyms.label(id_)


@functools.cache
def _has_id(kind: Table) -> bool:
    """Whether rows of a kind are called by ids; else by labels of the company."""
    return typing.get_type_hints(records.TYPES[kind])["id"] in _ID_TYPES - _LABELLED_IDS


def _text(disguise: Disguise, value: str) -> str:
    return disguise.pseudonyms.text(value)


_rules: Final[dict[type[Any], dict[str, Rule]]] = {}


def _rules_of(kind: type[Any]) -> dict[str, Rule]:
    """Return what becomes of each field of a kind of record."""
    if kind not in _rules:
        hints = typing.get_type_hints(kind)
        _rules[kind] = {name: _rule(kind, name, hints[name]) for name in kind.__struct_fields__}
    return _rules[kind]


def _rule(kind: type[Any], name: str, hint: Any) -> Rule:
    if (name, kind) in (("text", Message), ("html", Message)):
        # Both are made with the place at which the quotation begins.
        return lambda disguise, value: ""
    words = _of_word(kind, name, hint)

    def told(disguise: Disguise, value: Any) -> Any:
        match value:
            case None | bool() | float() | datetime() | Enum():
                return value
            case int():
                return disguise.pseudonyms.amount(value) if name in _AMOUNTS else value
            case date():
                return disguise.pseudonyms.day(value)
            case str():
                return words(disguise, value)
            case Struct():
                return disguise.record(value)
            case tuple():
                return tuple(told(disguise, one) for one in value)
            case dict() if name in _SET_UP_TEXTS and kind.__name__ in _SET_UP:
                return value
            case dict() if name == "sources":
                # Which system knew which field: its keys are fields, its values labels.
                return {disguise.pseudonyms.label(k): disguise.pseudonyms.label(v) for k, v in value.items()}
            case dict() if name in ("answer_s", "capacity", "counts", "figures", "interrupts", "away_reasons"):
                return {disguise.pseudonyms.label(key): one for key, one in value.items()}
            case dict():
                return disguise.values(value)
        return None

    return told


def _of_word(kind: type[Any], name: str, hint: Any) -> Rule:
    """Return what becomes of a text in a field."""
    id_types = {part for part in (hint, *typing.get_args(hint)) if part in _ID_TYPES}
    if id_types:
        is_label = bool(id_types & _LABELLED_IDS)
        return lambda disguise, value: disguise.pseudonyms.label(value) if is_label else disguise.pseudonyms.id(value)
    if name in _LABELS or name == "id" or (name, kind.__name__) == ("name", "Skill"):
        return lambda disguise, value: disguise.pseudonyms.label(value)
    if name == "intent_ranked":
        return lambda disguise, value: disguise.pseudonyms.label(value)
    if name in _IDS or (name, kind.__name__) == ("subject", "Alert"):
        return lambda disguise, value: disguise.pseudonyms.id(value)
    if name in _NAMES:
        return lambda disguise, value: disguise.pseudonyms.name(value)
    if (name, kind.__name__) == ("user", "Agent"):
        return lambda disguise, value: disguise.pseudonyms.name(value).lower()
    if name in _ADDRESSES:
        return lambda disguise, value: disguise.pseudonyms.address(value)
    if name in _TOKENS:
        return lambda disguise, value: disguise.pseudonyms.token(value)
    return _text

"""Ids of a further account of a desk: every id that its system sends gets the account's key, every id that goes back
loses it, and the agent who is signed in there is the agent of the desk. Where ids are is read off the types of
``domain``; labels that each company makes for itself (request types, dispositions, playbooks) count as ids too.

For backends that speak ``domain`` records themselves, as the hub does; connectors to other systems make their ids with
``domain.ids.foreign_id`` as they translate. Pure: no network in here.
"""

from __future__ import annotations

import functools
import typing
from collections.abc import Callable
from typing import Any, Final, cast

import msgspec

from desktop.domain import ids
from desktop.domain.commands import Command
from desktop.domain.ids import AgentId, account_of, foreign_id, native_id
from desktop.wire.records import TYPES
from desktop.wire.shapes import Change, ChangesPage, CommandAnswer, CustomerSignal

Rename = Callable[[str], str]
Walk = Callable[[Any, Rename], Any]

_IDS: Final = frozenset(
    {
        ids.InteractionId,
        ids.MessageId,
        ids.CustomerId,
        ids.AgentId,
        ids.QueueId,
        ids.TouchpointId,
        ids.RecordId,
        ids.SuggestionId,
        ids.FlowId,
        ids.DuplicateId,
        ids.DecisionId,
    }
)
# Plain texts that are ids nevertheless: those of records, and the company's own labels.
_LABELS: Final = frozenset(
    {
        *("intent", "intents", "intent_also", "also", "disposition", "playbook"),
        *("rule", "rule_id", "alert_id", "broadcast_id"),
    }
)
_RANKED: Final = "intent_ranked"
# Their ids are known by name to whoever reads them, and say nothing about a company.
_UNNAMED: Final = frozenset({"Question", "VerifiedAnswer"})


class Keyed:
    """Renames for one account. ``me`` is the desk's agent; ``native_me`` what the system calls them, once that is known."""

    def __init__(self, key: str, me: AgentId | None, native_me: str = "") -> None:
        self._key = key
        self._me = me
        self.native_me = native_me

    def page(self, raw: bytes) -> bytes:
        """Return the JSON of a page with the account's ids. Raises ``msgspec.MsgspecError`` for what is no page."""
        page = msgspec.json.decode(raw, type=ChangesPage)
        # Most ids come again and again in a page.
        rename = _Names(self.inwards).__getitem__
        changes = [_changed(change, rename) for change in page.changes]
        return msgspec.json.encode(msgspec.structs.replace(page, changes=changes))

    def pushed(self, data: bytes) -> bytes:
        """Return the JSON of one change with the account's ids."""
        return msgspec.json.encode(self.change(msgspec.json.decode(data, type=Change)))

    def signal(self, data: bytes) -> bytes:
        """Return the JSON of a customer's signal with the account's ids."""
        signal = msgspec.json.decode(data, type=CustomerSignal)
        return msgspec.json.encode(
            msgspec.structs.replace(signal, interaction_id=foreign_id(self._key, signal.interaction_id))
        )

    def answer(self, answer: CommandAnswer) -> CommandAnswer:
        """Return an answer to a command with the account's ids."""
        return msgspec.structs.replace(answer, changes=[self.change(change) for change in answer.changes])

    def change(self, change: Change) -> Change:
        """Return one change with the account's ids; a record of a type unknown here stays as it is."""
        return _changed(change, self.inwards)

    def command(self, command: Command) -> Command:
        """Return a command as the system understands it."""
        kind: type[Any] = type(command)
        walk = _walk_of(kind)
        if walk is None:
            return command
        return cast("Command", msgspec.convert(walk(msgspec.to_builtins(command), self._outwards), kind))

    def inwards(self, id_: str) -> str:
        """Return what the desk calls an id of the system."""
        if self._me is not None and id_ == self.native_me:
            return self._me
        return foreign_id(self._key, id_)

    def _outwards(self, id_: str) -> str:
        if self.native_me and id_ == self._me:
            return self.native_me
        # What is no id of this account (a file, a word of the agent's) is nobody's to change.
        return native_id(id_) if account_of(id_) == self._key else id_


class _Names(dict[str, str]):
    """What ids were renamed to: each is worked out once."""

    def __init__(self, rename: Rename) -> None:
        super().__init__()
        self._rename = rename

    def __missing__(self, id_: str) -> str:
        renamed = self[id_] = self._rename(id_)
        return renamed


def without_key(change: Change) -> Change:
    """Return one change with the ids that the system of its account uses."""
    return _changed(change, native_id)


def _changed(change: Change, rename: Rename) -> Change:
    record = change.record
    kind = TYPES.get(change.type)  # type: ignore[call-overload]  # a table is its own name
    if kind is not None and not isinstance(record, msgspec.UnsetType):
        fields = msgspec.json.decode(record)
        walk = _walk_of(kind)
        if isinstance(fields, dict) and walk is not None:
            # Of some there is one only, whose id goes without saying.
            fields.setdefault("id", change.id)
            record = msgspec.Raw(msgspec.json.encode(walk(fields, rename)))
    return msgspec.structs.replace(change, id=rename(change.id), record=record)


_walks: Final[dict[type[Any], Walk | None]] = {}


def _walk_of(kind: type[Any]) -> Walk | None:
    """Return what renames the ids in the JSON object of a ``Struct``, in place; ``None`` where it has none."""
    if kind not in _walks:
        _walks[kind] = _made(kind)
    return _walks[kind]


def _made(kind: type[Any]) -> Walk | None:
    hints = typing.get_type_hints(kind)
    found: dict[str, Walk] = {}
    plain: list[str] = []
    for name in kind.__struct_fields__:
        walk = _walk_field(kind, name, hints[name])
        if walk is _renamed:
            plain.append(name)
        elif walk is not None:
            found[name] = walk
    if not found and not plain:
        return None

    def walk_object(fields: Any, rename: Rename) -> Any:
        if not isinstance(fields, dict):
            return fields
        for name in plain:
            value = fields.get(name)
            if value.__class__ is str and value:
                fields[name] = rename(value)
        for name, walk in found.items():
            value = fields.get(name)
            if value is not None:
                fields[name] = walk(value, rename)
        return fields

    return walk_object


def _walk_field(kind: type[Any], name: str, hint: Any) -> Walk | None:
    if name == _RANKED:
        return lambda pairs, rename: [[_renamed(label, rename), *rest] for label, *rest in pairs]
    is_id = name in _LABELS or (name == "id" and kind.__name__ not in _UNNAMED)
    if is_id and hint in (str, str | None):
        return _renamed
    if (is_id and typing.get_origin(hint) in (tuple, typing.Union)) or name == "also":
        return _each
    return _walk_type(hint)


def _walk_type(hint: Any) -> Walk | None:
    if hint in _IDS:
        return _renamed
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return _walk_of(hint)
    for part in typing.get_args(hint):
        walk = _walk_type(part)
        if walk is not None:
            if typing.get_origin(hint) is tuple:
                return functools.partial(_all, walk)
            return walk
    return None


def _all(walk: Walk, values: Any, rename: Rename) -> Any:
    return [walk(value, rename) for value in values]


def _renamed(value: Any, rename: Rename) -> Any:
    return rename(value) if isinstance(value, str) and value else value


def _each(values: Any, rename: Rename) -> Any:
    return [_renamed(value, rename) for value in values]

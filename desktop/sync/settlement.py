"""Commands that are carried out here because the system of their account has nothing for them: what became of a suggestion
that was made here, and what an agent says a contact is about. Says which those are; ``enrich`` does it, with the answer.
"""

from __future__ import annotations

from typing import Final

from desktop.backends.base import Capabilities
from desktop.domain.changes import Table
from desktop.domain.commands import Command, DismissSuggestion, SetIntent, TakeSuggestion, names
from desktop.domain.ids import LOCAL, SuggestionId
from desktop.wire.shapes import Change, CommandAnswer

SETTLED_HERE: Final = names(SetIntent, TakeSuggestion, DismissSuggestion)
# Nothing the feed brought before wins over it.
_LAST: Final = 2**63 - 1


def carried(can: Capabilities) -> frozenset[str] | None:
    """Return the commands that can be given in an account, by the names they have on the wire, with those settled here;
    ``None``: all of them. A system that takes no command at all is only looked at."""
    if not can.commands or can.has_brain:
        return can.commands
    return can.commands | SETTLED_HERE


def keeps_intents(can: Capabilities) -> bool:
    """Whether what an agent says a contact is about is kept here."""
    return not can.has_brain and bool(can.commands) and "set_intent" not in (can.commands or ())


def is_local(suggestion_id: SuggestionId) -> bool:
    """Whether a suggestion was made here."""
    return suggestion_id.startswith(LOCAL)


def settled_here(command: Command, can: Capabilities) -> CommandAnswer | None:
    """Return the answer to a command that no backend is told of, ``None`` for any other command."""
    match command:
        case SetIntent() if keeps_intents(can):
            return CommandAnswer(outcome="applied")
        case TakeSuggestion(suggestion_id=suggestion_id) | DismissSuggestion(suggestion_id=suggestion_id) if is_local(
            suggestion_id
        ):
            return CommandAnswer(outcome="applied", changes=[without_suggestion(suggestion_id)])
        case _:
            return None


def without_suggestion(suggestion_id: SuggestionId) -> Change:
    """Return the end of a suggestion that was made here."""
    return Change(seq=_LAST, op="delete", type=Table.SUGGESTION, id=suggestion_id)

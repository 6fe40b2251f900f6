"""The state machine of an interaction: which step is legal from where, and where it leads. ``docs/architecture.md``
draws it; the hub enforces it; the window asks it which buttons to offer and lays pending commands over rows with it.

A step is a command's tag (``accept``, ``hold`` …) or one of the hub's own: ``offer``, ``expire`` (an offer not answered
in time), ``message_in`` (the customer wrote), ``hang_up`` (the customer left), ``wake`` (a snooze ran out).
"""

from __future__ import annotations

from desktop.domain.interaction import InteractionState as S

_OWNED = (S.ACTIVE, S.ON_HOLD, S.WAITING, S.SNOOZED, S.WRAP_UP)

STEPS: dict[str, dict[S, S]] = {
    "offer": {S.QUEUED: S.OFFERED},
    "accept": {S.OFFERED: S.ACTIVE},
    "decline": {S.OFFERED: S.QUEUED},
    "expire": {S.OFFERED: S.QUEUED},
    "take": {S.QUEUED: S.ACTIVE},
    "hold": {S.ACTIVE: S.ON_HOLD},
    "resume": {S.ON_HOLD: S.ACTIVE, S.WAITING: S.ACTIVE, S.SNOOZED: S.ACTIVE, S.WRAP_UP: S.ACTIVE},
    "wait": {S.ACTIVE: S.WAITING},
    "snooze": {S.ACTIVE: S.SNOOZED, S.ON_HOLD: S.SNOOZED, S.WAITING: S.SNOOZED, S.SNOOZED: S.SNOOZED},
    "wake": {S.SNOOZED: S.ACTIVE},
    "transfer": dict.fromkeys((S.QUEUED, S.OFFERED, *_OWNED), S.QUEUED),
    "requeue": dict.fromkeys((S.OFFERED, *_OWNED), S.QUEUED),
    "reassign": dict.fromkeys((S.QUEUED, S.OFFERED, *_OWNED), S.QUEUED),
    "take_over": dict.fromkeys((S.QUEUED, S.OFFERED, *_OWNED), S.ACTIVE),
    "schedule_callback": dict.fromkeys(_OWNED, S.SNOOZED),
    "end_contact": {S.ACTIVE: S.WRAP_UP, S.ON_HOLD: S.WRAP_UP, S.WAITING: S.WRAP_UP},
    "wrap_up": dict.fromkeys(_OWNED, S.CLOSED),
    "reopen": {S.CLOSED: S.ACTIVE, S.ABANDONED: S.ACTIVE},
    "message_in": {
        S.QUEUED: S.QUEUED,
        S.OFFERED: S.OFFERED,
        S.ACTIVE: S.ACTIVE,
        S.ON_HOLD: S.ON_HOLD,
        S.WAITING: S.ACTIVE,
        S.SNOOZED: S.ACTIVE,
        S.WRAP_UP: S.ACTIVE,
        S.CLOSED: S.QUEUED,
        S.ABANDONED: S.QUEUED,
    },
    "hang_up": {
        S.QUEUED: S.ABANDONED,
        S.OFFERED: S.ABANDONED,
        S.ACTIVE: S.WRAP_UP,
        S.ON_HOLD: S.WRAP_UP,
        S.WAITING: S.WRAP_UP,
        S.WRAP_UP: S.WRAP_UP,
    },
    # These change no state, but only make sense where somebody owns the interaction.
    "send_message": {S.ACTIVE: S.ACTIVE, S.ON_HOLD: S.ON_HOLD, S.WAITING: S.WAITING, S.WRAP_UP: S.WRAP_UP},
    "add_note": {state: state for state in S},
    "set_intent": {state: state for state in S if state.is_open},
    "set_priority": {state: state for state in S if state.is_open},
    "observe": {state: state for state in S if state.is_open},
    "whisper": {state: state for state in (S.OFFERED, *_OWNED)},
    "consult": {state: state for state in (S.ACTIVE, S.ON_HOLD, S.WAITING, S.WRAP_UP)},
    "link_customer": {state: state for state in S},
    "verify_customer": {state: state for state in (S.ACTIVE, S.ON_HOLD, S.WAITING, S.WRAP_UP)},
    "take_suggestion": {state: state for state in (S.ACTIVE, S.ON_HOLD, S.WAITING, S.WRAP_UP)},
    "dismiss_suggestion": {state: state for state in (S.ACTIVE, S.ON_HOLD, S.WAITING, S.WRAP_UP)},
    "start_flow": {state: state for state in (S.ACTIVE, S.ON_HOLD, S.WAITING, S.WRAP_UP)},
    "set_flow_step": {state: state for state in (S.ACTIVE, S.ON_HOLD, S.WAITING, S.WRAP_UP)},
    "end_flow": {state: state for state in (S.ACTIVE, S.ON_HOLD, S.WAITING, S.WRAP_UP)},
}


def after(state: S, step: str) -> S | None:
    """Return the state that ``step`` leads to from ``state``, or ``None`` where it is not legal."""
    return STEPS.get(step, {}).get(state)


def allowed(state: S) -> frozenset[str]:
    """Return the steps that are legal in ``state``."""
    return frozenset(step for step, ways in STEPS.items() if state in ways)

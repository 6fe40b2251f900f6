"""An agent's judgement of what a contact is about."""

from __future__ import annotations

from desktop.domain.commands import SetIntent
from desktop.hub.desk.advice import advise_anew
from desktop.hub.desk.codes import must_be_intent
from desktop.hub.desk.guidance import note_contact
from desktop.hub.desk.refusals import Refused
from desktop.hub.desk.work import Work, moved
from desktop.wire.errors import Code

_MOST_ALSO = 5


async def set_intent(work: Work, command: SetIntent) -> None:
    interaction = await work.interaction(command.interaction_id)
    if interaction.state.is_open:
        work.must_own(interaction, or_nobody=True)
    also = interaction.intent_also if command.also is None else command.also
    changed = moved(
        interaction,
        "set_intent",
        intent=command.intent,
        intent_also=tuple(dict.fromkeys(one for one in also if one != command.intent)),
        intent_confirmed=True,
        intent_probability=1.0,
        intent_by=(),
    )
    if len(changed.intent_also) > _MOST_ALSO:
        raise Refused(Code.UNKNOWN_VALUE, f"a contact is about {_MOST_ALSO + 1} things at most")
    for code in (command.intent, *changed.intent_also):
        await must_be_intent(work, code)
    saved = await work.save(changed)
    await note_contact(work, saved)
    await advise_anew(work, saved)

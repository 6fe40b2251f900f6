"""Working a request: hold, resume, wait, snooze, end of contact, wrap-up."""

from __future__ import annotations

from datetime import UTC, timedelta

from desktop.domain.commands import EndContact, Hold, Resume, Snooze, Wait, WrapUp
from desktop.domain.interaction import Interaction, InteractionState
from desktop.hub.desk.advice import advise
from desktop.hub.desk.codes import must_be_disposition
from desktop.hub.desk.guidance import Facts, note_contact
from desktop.hub.desk.refusals import Refused
from desktop.hub.desk.work import Work, moved
from desktop.wire.errors import Code
from desktop.wire.markup import plain

LONGEST_SNOOZE = timedelta(days=366)
LONGEST_SUMMARY = 10_000


async def hold(work: Work, command: Hold) -> None:
    await work.save(moved(await _mine(work, command.interaction_id), "hold"))


async def resume(work: Work, command: Resume) -> None:
    interaction = await _mine(work, command.interaction_id)
    await work.save(moved(interaction, "resume", snoozed_until=None, wrap_up_at=None, callback_at=None))


async def wait(work: Work, command: Wait) -> None:
    interaction = await _mine(work, command.interaction_id)
    await work.save(moved(interaction, "wait"))
    work.has_room(interaction.assignee)


async def snooze(work: Work, command: Snooze) -> None:
    until = command.until.replace(tzinfo=UTC) if command.until.tzinfo is None else command.until.astimezone(UTC)
    interaction = await _mine(work, command.interaction_id)
    if not work.at < until <= work.at + LONGEST_SNOOZE:
        raise Refused(Code.UNKNOWN_VALUE, "snooze until some time within the coming year")
    await work.save(moved(interaction, "snooze", snoozed_until=until))
    work.has_room(interaction.assignee)


async def end_contact(work: Work, command: EndContact) -> None:
    interaction = await _mine(work, command.interaction_id)
    await work.save(moved(interaction, "end_contact", wrap_up_at=work.at, due_at=None))


async def wrap_up(work: Work, command: WrapUp) -> None:
    """Close with the label the models learn from."""
    interaction = await _mine(work, command.interaction_id)
    closed = moved(
        interaction,
        "wrap_up",
        disposition=command.disposition,
        summary=plain(command.summary).strip()[:LONGEST_SUMMARY] or interaction.summary,
        closed_at=work.at,
        wrap_up_at=interaction.wrap_up_at or work.at,
        snoozed_until=None,
        due_at=None,
    )
    await must_be_disposition(work, command.disposition)
    saved = await work.save(closed)
    await work.say(saved, "closed", text=saved.summary, disposition=command.disposition)
    await advise(work, saved, None, Facts())
    await note_contact(work, saved)
    if interaction.state not in (InteractionState.WAITING, InteractionState.SNOOZED):
        work.has_room(interaction.assignee, is_fresh=True)
    work.after_commit.append(lambda: work.guidance.observe(saved))


async def _mine(work: Work, interaction_id: str) -> Interaction:
    interaction = await work.interaction(interaction_id)
    if interaction.state.is_open:
        work.must_own(interaction)
    return interaction

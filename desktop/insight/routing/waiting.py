"""A waiting contact as routing sees it: what its queue asks of an agent, since when it waits, who knows the case."""

from __future__ import annotations

from datetime import datetime

from desktop.domain.agent import Queue
from desktop.domain.interaction import Interaction
from desktop.insight.routing.request import Request


def request_of(interaction: Interaction, queue: Queue | None, segment: str = "") -> Request:
    """Return what routing works on. Who is named as preferred comes before whoever had it last."""
    queue = queue if queue is not None else Queue(id=interaction.queue or "")  # type: ignore[arg-type]
    return Request(
        interaction_id=interaction.id,
        channel=interaction.channel,
        queue=interaction.queue,
        language=interaction.language,
        segment=segment,
        intent=interaction.intent or "",
        skills=queue.skills,
        wished=queue.wished,
        teams=queue.teams,
        rings=queue.rings,
        hours=queue.hours,
        preferred=interaction.preferred or interaction.previous_assignee,
        declined_by=interaction.declined_by,
        priority=interaction.priority,
        created_at=began_at(interaction),
        due_at=interaction.due_at,
    )


def began_at(interaction: Interaction) -> datetime:
    """Return since when an interaction waits for an agent."""
    return interaction.queued_at or interaction.created_at

"""To whom contacts go that a lead takes from somebody: a queue or an agent, with a note for whoever gets them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QPoint
from PySide6.QtWidgets import QWidget

from desktop.domain.agent import Agent, PresenceState
from desktop.domain.ids import InteractionId
from desktop.ui.i18n import words
from desktop.ui.interaction.picker import Choice, PickSheet
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.leading import Leading
from desktop.viewmodels.workplace import Workplace

translate = QCoreApplication.translate

DOTS = {PresenceState.READY: "good", PresenceState.AWAY: "warn", PresenceState.NOT_RESPONDING: "bad"}
_ORDER = (PresenceState.READY, PresenceState.AWAY, PresenceState.NOT_RESPONDING, PresenceState.OFFLINE)


def open_reassign(
    leading: Leading,
    workplace: Workplace,
    ids: Sequence[InteractionId],
    theme: Theme,
    anchor: QWidget,
    at: QPoint | None = None,
) -> PickSheet:
    """Open the choice for some contacts, at least one; agents who are there stand before those who are not."""
    wanted = tuple(ids)
    sheet = PickSheet(
        theme,
        translate("leading", "%n contact(s) to which queue or agent?", None, len(wanted)),
        anchor.window(),
        note=translate("leading", "Note for whoever gets it (optional)"),
        empty=translate("leading", "Nobody and no queue of this name"),
    )
    catalogue = workplace.catalogue
    queues, people = translate("leading", "Queues"), translate("leading", "Agents")
    choices = [Choice(("queue", queue.id), catalogue.queue(queue.id), group=queues) for queue in catalogue.queues]
    choices += [agent_choice(agent, people, ("agent", agent.id)) for agent in staff(workplace)]

    def _on_picked(value: tuple[str, str], note: str) -> None:
        kind, id_ = value
        if kind == "queue":
            leading.reassign(wanted, to_queue=id_, note=note)  # type: ignore[arg-type]
        else:
            leading.reassign(wanted, to_agent=id_, note=note)  # type: ignore[arg-type]

    sheet.picked.connect(_on_picked)
    sheet.drop(anchor, choices, at=at)
    return sheet


def staff(workplace: Workplace) -> list[Agent]:
    """Return who works here, those who are ready first."""
    here = [agent for agent in workplace.catalogue.agents if agent.is_active]
    return sorted(here, key=lambda agent: (_ORDER.index(agent.presence.state), agent.name.casefold()))


def agent_choice(agent: Agent, group: str, value: object) -> Choice:
    """Return an agent as one line of a list: name, state in word and colour."""
    state = words.presence(agent.presence.state, agent.presence.reason)
    return Choice(value, agent.name, state, group, DOTS.get(agent.presence.state, "faint"))

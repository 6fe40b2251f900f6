"""The centre's small lists with the names people see: queues, request types, dispositions, canned texts, colleagues. One for
all panels of a window, read whole and again when one of them changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop.domain.agent import Agent, Queue
from desktop.domain.changes import ChangeSet, Table
from desktop.domain.ids import account_of, native_id
from desktop.domain.template import Disposition, IntentLabel, Template
from desktop.store import projections
from desktop.store.connection import Connection
from desktop.viewmodels.workplace import Ticket, Workplace, in_language


class Catalogue(QObject):
    """``changed`` after each reading. A code without a name of its own is shown in plain words made from it."""

    changed = Signal()

    def __init__(self, workplace: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._ticket: Ticket | None = None
        self.queues: tuple[Queue, ...] = ()
        self.intents: tuple[IntentLabel, ...] = ()
        self.dispositions: tuple[Disposition, ...] = ()
        self.templates: tuple[Template, ...] = ()
        self.agents: tuple[Agent, ...] = ()
        self._names: dict[tuple[str, str], str] = {}
        self._is_shipped = False
        workplace.changed.connect(self._on_changed)
        workplace.accounts.changed.connect(self._on_accounts)
        self._look()

    def queue(self, id_: str | None) -> str:
        """Return the name of a queue."""
        return self._name("queue", id_)

    def intent(self, id_: str | None) -> str:
        """Return the name of a request type."""
        return self._name("intent", id_)

    def disposition(self, id_: str | None) -> str:
        """Return the name of a disposition."""
        return self._name("disposition", id_)

    def agent(self, id_: str | None) -> str:
        """Return the name of a colleague; one who is not known gives nothing."""
        return self._names.get(("agent", id_ or ""), "")

    def titled(self, values: Mapping[str, str]) -> str:
        """Return the title among an event's values (``title.de``, ``title.en``) in the window's language."""
        titles = {name.removeprefix("title."): text for name, text in values.items() if name.startswith("title.")}
        return in_language(titles, self._workplace.language)

    def _name(self, kind: str, id_: str | None) -> str:
        if not id_:
            return ""
        return self._names.get((kind, id_)) or native_id(id_).replace("_", " ").capitalize()

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.touches(Table.QUEUE, Table.INTENT, Table.DISPOSITION, Table.TEMPLATE, Table.AGENT):
            self._look()

    def _on_accounts(self) -> None:
        if self._needs_shipped != self._is_shipped:
            self._look()

    @property
    def _needs_shipped(self) -> bool:
        """Whether contacts of some account are understood here, by the request types that are shipped."""
        return any(not account.has_brain for account in self._workplace.accounts.all)

    def _look(self) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
        self._is_shipped = needs_shipped = self._needs_shipped
        self._ticket = self._workplace.ask(
            lambda conn: (
                projections.queues(conn),
                _intents(conn, needs_shipped=needs_shipped),
                projections.dispositions(conn),
                projections.templates(conn),
                projections.agents(conn),
            ),
            self._on_answer,
        )

    def _on_answer(self, answer: tuple[Any, ...]) -> None:
        self.queues, self.intents, self.dispositions, self.templates, self.agents = map(tuple, answer)
        language = self._workplace.language
        self._names = (
            {("queue", queue.id): in_language(queue.names, language) for queue in self.queues}
            | {("intent", intent.id): in_language(intent.titles, language) for intent in self.intents}
            | {("disposition", item.id): in_language(item.titles, language) for item in self.dispositions}
            | {("agent", agent.id): agent.name for agent in self.agents}
        )
        self.changed.emit()


def _intents(conn: Connection, *, needs_shipped: bool) -> list[IntentLabel]:
    """Return the request types that came, and where the first account brought none and they are needed, those shipped."""
    known = projections.intents(conn)
    if not needs_shipped or any(not account_of(one.id) for one in known):
        return known
    from desktop.insight.catalogue import catalogue  # reading it is not part of the first paint

    return [*catalogue().labels(), *known]

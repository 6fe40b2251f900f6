"""Reading: what the screens show, server rows with the agent's pending commands laid over them. The front of the rooms
behind it; view models import from here. Everything takes a ``Connection`` and is meant for ``Store.read``."""

from __future__ import annotations

from desktop.store.apply import SyncState, sync_state
from desktop.store.centre import agent, agents, dispositions, intents, queues, templates
from desktop.store.customers import customer_card, journey
from desktop.store.finding import find_customers, find_interactions
from desktop.store.journal import drafts, load_draft, setting, settings
from desktop.store.outbox import entries as outbox_entries
from desktop.store.outbox import summary as outbox_summary
from desktop.store.streams import stream, suggestions
from desktop.store.worklists import inbox, inbox_counts, interaction_row, interaction_rows, view_of

__all__ = [
    "SyncState",
    "agent",
    "agents",
    "customer_card",
    "dispositions",
    "drafts",
    "find_customers",
    "find_interactions",
    "inbox",
    "inbox_counts",
    "intents",
    "interaction_row",
    "interaction_rows",
    "journey",
    "load_draft",
    "outbox_entries",
    "outbox_summary",
    "queues",
    "setting",
    "settings",
    "stream",
    "suggestions",
    "sync_state",
    "templates",
    "view_of",
]

"""Reading: what the screens show, server rows with the agent's pending commands laid over them. The front of the rooms
behind it; view models import from here. Everything takes a ``Connection`` and is meant for ``Store.read``. What searches is
loaded when it is first asked for: the first paint does not wait for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop.deferred import deferred
from desktop.store.apply import SyncState, accounts, sync_state
from desktop.store.centre import agent, agents, dispositions, has_live_contact, intents, queues, templates
from desktop.store.conflicts import conflicts
from desktop.store.customers import customer_card, customer_names, journey
from desktop.store.duplicates import holdings_of, like_pairs
from desktop.store.duplicates import pair as like_pair
from desktop.store.guidance import articles, felt_messages, flows, playbooks, verification_policy
from desktop.store.journal import drafts, load_draft, setting, settings
from desktop.store.outbox import entries as outbox_entries
from desktop.store.outbox import summary as outbox_summary
from desktop.store.routing import (
    alert_rules,
    alerts,
    broadcasts,
    decisions,
    last_served,
    observing,
    routing_policy,
    waiting,
)
from desktop.store.streams import message_at, stream, stream_after, suggestions
from desktop.store.worklists import inbox, inbox_counts, interaction_row, interaction_rows, view_of

if TYPE_CHECKING:
    from desktop.store.search.people import find_customers, find_interactions
    from desktop.store.search.searching import search
    from desktop.store.search.within import search_within

__all__ = [
    "SyncState",
    "accounts",
    "agent",
    "agents",
    "alert_rules",
    "alerts",
    "articles",
    "broadcasts",
    "conflicts",
    "customer_card",
    "customer_names",
    "decisions",
    "dispositions",
    "drafts",
    "felt_messages",
    "find_customers",
    "find_interactions",
    "flows",
    "has_live_contact",
    "holdings_of",
    "inbox",
    "inbox_counts",
    "intents",
    "interaction_row",
    "interaction_rows",
    "journey",
    "last_served",
    "like_pair",
    "like_pairs",
    "load_draft",
    "message_at",
    "observing",
    "outbox_entries",
    "outbox_summary",
    "playbooks",
    "queues",
    "routing_policy",
    "search",
    "search_within",
    "setting",
    "settings",
    "stream",
    "stream_after",
    "suggestions",
    "sync_state",
    "templates",
    "verification_policy",
    "view_of",
    "waiting",
]

__getattr__ = deferred(
    "desktop.store.search",
    {
        "find_customers": ".people",
        "find_interactions": ".people",
        "search": ".searching",
        "search_within": ".within",
    },
)

"""Who knows the case of a customer who comes back about the same matter: whoever had it last, for as many days as the
policy says. Reads only; called when a contact begins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from desktop.domain.ids import AgentId
from desktop.domain.interaction import Interaction
from desktop.domain.journey import Touchpoint
from desktop.hub.db.ledger import Ledger
from desktop.insight.catalogue import OTHER


async def last_agent(
    ledger: Ledger, touchpoints: Sequence[Touchpoint], interaction: Interaction, at: datetime, days: int
) -> AgentId | None:
    """Return who had the customer's latest contact about the interaction's matter within ``days``, ``None`` where there is
    nobody. ``touchpoints`` are the customer's, oldest first, without the interaction's own."""
    if not days or interaction.intent in (None, "", OTHER):
        return None
    since = at - timedelta(days=days)
    for one in reversed(touchpoints):
        if one.at < since:
            return None
        if one.interaction_id is None or one.intent != interaction.intent or one.interaction_id == interaction.id:
            continue
        before = await ledger.interaction(one.interaction_id)
        if before is not None:
            return before.assignee or before.previous_assignee
    return None

"""The centre's routing policy: the one that is shipped, put in at the first start, and what of one cannot be used. After
that the record is what holds, as leads change it; a change takes effect with its commit."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import msgspec

from desktop.assets import asset
from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.routing import RoutingPolicy
from desktop.hub.db.ledger import Ledger

log = logging.getLogger(__name__)

POLICY = "policy"
_LONGEST_CODE = 64
_LEAST_SILENCE_S = 5
_NOT_NEGATIVE = ("ageing_s", "preferred_s", "sticky_days", "outcome_cases", "silent_grace_s")


class RoutingPolicyError(ValueError):
    """A policy cannot be used; the message names the file and what is wrong."""


def load_routing(path: Path | None = None) -> RoutingPolicy:
    """Return the policy in ``path`` (YAML), by default the one shipped. Raises ``RoutingPolicyError``, and ``OSError``
    without a file."""
    import yaml

    path = path or asset("policies", "routing.yaml")
    try:
        found: Any = yaml.safe_load(path.read_text("utf-8")) or {}
        policy = msgspec.convert(found, RoutingPolicy)
    except (msgspec.ValidationError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise RoutingPolicyError(f"{path.name}: {error}") from error
    wrong = mistakes(policy)
    if wrong:
        raise RoutingPolicyError(f"{path.name}: {', '.join(wrong)}")
    return policy


def mistakes(policy: RoutingPolicy) -> tuple[str, ...]:
    """Return the names of the fields that cannot be used, none where all can."""
    channels = {str(channel) for channel in Channel if channel.is_interaction}
    wrong = [name for name in _NOT_NEGATIVE if getattr(policy, name) < 0]
    if policy.id != POLICY:
        wrong.append("id")
    if any(new not in channels or not channels.issuperset(held) for new, held in policy.interrupts.items()):
        wrong.append("interrupts")
    if policy.silent_after_s < _LEAST_SILENCE_S:
        wrong.append("silent_after_s")
    for code, titles in policy.away_reasons.items():
        if not code.strip() or len(code) > _LONGEST_CODE or not code.isprintable() or not any(titles.values()):
            wrong.append("away_reasons")
            break
    return tuple(wrong)


def _loaded(own: Path | None) -> RoutingPolicy:
    return load_routing(own if own is not None and own.exists() else None)


async def ensure_routing(ledger: Ledger, own: Path | None = None) -> None:
    """Put in a policy where there is none: the centre's ``own`` file, else the one shipped. A file that cannot be used is
    named in the log."""
    if await ledger.get(Table.ROUTING, POLICY) is not None:
        return
    try:
        policy = _loaded(own)
    except (RoutingPolicyError, OSError) as error:
        log.error("the routing policy cannot be used: %s", error)
        policy = load_routing()
    await ledger.put(policy)

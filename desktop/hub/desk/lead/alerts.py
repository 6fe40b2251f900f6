"""Rules of alerts, which leads edit for queues of theirs, and alerts they have seen. When a rule raises an alert is for
``hub.board``; nothing here is shown to agents (``db.visibility``).
"""

from __future__ import annotations

import math
import re

from msgspec.structs import replace

from desktop.domain.changes import Table
from desktop.domain.commands import PutAlertRule, RemoveAlertRule, SeeAlert
from desktop.domain.routing import Alert, AlertRule
from desktop.hub.desk.lead.authority import lead_of, must_lead_all, must_lead_queues
from desktop.hub.desk.refusals import Gone, Refused
from desktop.hub.desk.work import Work
from desktop.insight.routing.hours import mistakes
from desktop.wire.errors import Code
from desktop.wire.markup import plain

LONGEST_S = 7 * 86400
_LONGEST_TITLE = 120
_MOST_QUEUES = 100
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}")


async def put_alert_rule(work: Work, command: PutAlertRule) -> None:
    """Make a rule, or put it in another's place. One without queues is about all, and for who leads all. Raises ``Refused``:
    ``FORBIDDEN`` where the rule, or what was in its place, is about queues of another team, ``UNKNOWN_VALUE`` for what
    ``wrong_in`` names, ``EMPTY_TEXT`` without a title."""
    rule = command.rule
    await _must_lead(work, rule)
    before: AlertRule | None = await work.ledger.get(Table.ALERT_RULE, rule.id)
    if before is not None:
        await _must_lead(work, before)
    title = plain(rule.title).strip()
    if not title:
        raise Refused(Code.EMPTY_TEXT, "the rule has no title")
    wrong = wrong_in(rule)
    if wrong:
        raise Refused(Code.UNKNOWN_VALUE, f"cannot be used: {', '.join(wrong)}")
    rule = replace(rule, title=" ".join(title.split()), version=before.version if before is not None else 0)
    if rule != before:
        await work.ledger.put(rule)


def wrong_in(rule: AlertRule) -> tuple[str, ...]:
    """Return the names of the fields that cannot be used. An alert must end on the good side of where it was raised, or on
    the same value, and hours of quiet must be readable."""
    wrong = []
    if not _ID.fullmatch(rule.id):
        wrong.append("id")
    if len(rule.title) > _LONGEST_TITLE:
        wrong.append("title")
    if not math.isfinite(rule.threshold):
        wrong.append("threshold")
    is_back = rule.clear_at >= rule.threshold if rule.is_below else rule.clear_at <= rule.threshold
    if not math.isfinite(rule.clear_at) or not is_back:
        wrong.append("clear_at")
    if not 0 <= rule.for_s <= LONGEST_S:
        wrong.append("for_s")
    if len(rule.queues) > _MOST_QUEUES:
        wrong.append("queues")
    if rule.quiet is not None and (mistakes(rule.quiet) or not rule.quiet.openings):
        wrong.append("quiet")
    return tuple(wrong)


async def remove_alert_rule(work: Work, command: RemoveAlertRule) -> None:
    """Raises ``Gone`` without such a rule, ``Refused(FORBIDDEN)`` for one about queues of another team."""
    lead_of(work)
    rule: AlertRule | None = await work.ledger.get(Table.ALERT_RULE, command.rule_id)
    if rule is None:
        raise Gone("no such rule")
    await _must_lead(work, rule)
    await work.ledger.remove(Table.ALERT_RULE, rule.id)


async def see_alert(work: Work, command: SeeAlert) -> None:
    """Who saw it first stays named. Raises ``Gone`` without such an alert, ``Refused(FORBIDDEN)`` for another team's."""
    lead = lead_of(work)
    alert: Alert | None = await work.ledger.get(Table.ALERT, command.alert_id)
    if alert is None:
        raise Gone("no such alert")
    if alert.queue is not None and alert.queue in await work.queues():
        await must_lead_queues(work, [alert.queue])
    if alert.seen_by is None:
        await work.ledger.put(replace(alert, seen_by=lead))


async def _must_lead(work: Work, rule: AlertRule) -> None:
    if rule.queues:
        known = await work.queues()
        # Of an old rule a queue may be gone by now: that keeps nobody from mending it.
        is_old = await work.ledger.get(Table.ALERT_RULE, rule.id) is not None
        await must_lead_queues(work, [id_ for id_ in rule.queues if id_ in known or not is_old])
    else:
        await must_lead_all(work)

"""Alert rules, and the alerts that are raised and ended by them. Alerts are records, so that leads get them through the
change feed and they outlive the hub; what ended a day ago goes. Called by ``live``, once a second at most.

Several processes of a hub may look at the same figures: an alert is raised only where the database holds none yet.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final, NamedTuple

from msgspec import Struct
from msgspec.structs import asdict, replace

from desktop.assets import asset
from desktop.domain.changes import Table
from desktop.domain.ids import QueueId, new_id
from desktop.domain.routing import Alert, AlertMeasure, AlertRule
from desktop.hub.board.hysteresis import Standing, Turn
from desktop.hub.board.watched import OF_QUEUES, Counts, watched
from desktop.hub.board.zones import DAY_S, instant
from desktop.hub.db.database import Database
from desktop.hub.db.ledger import Ledger
from desktop.insight.routing import is_open
from desktop.insight.yaml_source import Source

log = logging.getLogger(__name__)

SLOWLY_S: Final = 5.0
"""So often agents and contacts are looked at; queues each time."""

_SWEEP_S: Final = 60.0
_STAMP: Final = "board.alert_rules"

Key = tuple[str, str]
"""Rule and subject."""


class _Shipped(Struct, forbid_unknown_fields=True):
    """A rule as the file has it."""

    id: str
    measure: AlertMeasure
    threshold: float
    clear_at: float
    is_below: bool = False
    for_s: int = 0


class _News(NamedTuple):
    rule: str
    subject: str
    queue: QueueId | None
    value: float
    since: float


async def ensure_rules(ledger: Ledger) -> None:
    """Put the shipped rules into a centre that never had them; what leads changed or removed stays so."""
    if await ledger.note(_STAMP) is not None:
        return
    for rule in shipped_rules():
        if await ledger.get(Table.ALERT_RULE, rule.id) is None:
            await ledger.put(rule)
    await ledger.set_note(_STAMP, "1")


def shipped_rules() -> tuple[AlertRule, ...]:
    """Return the rules a new centre starts with; a rule's title is its code, put into words by the window."""
    found = Source.of(asset("policies", "alerts.yaml")).read(list[_Shipped])
    return tuple(AlertRule(title=one.id, **asdict(one)) for one in found)


class Alerts:
    """The rules of a centre, the alerts that are open, and where each rule stands."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rules: dict[str, AlertRule] = {}
        self._open: dict[Key, Alert] = {}
        self._ended: dict[str, float] = {}
        self._standing: dict[Key, Standing] = {}
        self._slowly_at = 0.0
        self._swept_at = 0.0

    def took_rule(self, id_: str, rule: AlertRule | None) -> None:
        """A rule has this version now; one that watches something else begins anew."""
        before = self._rules.pop(id_, None)
        if rule is not None:
            self._rules[id_] = rule
        if before is not None and rule is not None and before.measure is not rule.measure:
            for key in [key for key in self._standing if key[0] == id_ and not self._standing[key].is_raised]:
                del self._standing[key]

    def took_alert(self, id_: str, alert: Alert | None) -> None:
        """An alert has this version now."""
        for key in [key for key, known in self._open.items() if known.id == id_]:
            if alert is None or alert.ended_at is not None:
                del self._open[key]
                self._standing.pop(key, None)
        self._ended.pop(id_, None)
        if alert is None:
            return
        if alert.ended_at is not None:
            self._ended[id_] = alert.ended_at.timestamp()
            return
        key = (alert.rule, alert.subject)
        self._open[key] = alert
        self._standing[key] = Standing(beyond_since=alert.since.timestamp(), is_raised=True)

    async def look(self, counts: Counts, now: float) -> None:
        """Raise and end what is to be; remove what ended a day ago."""
        is_slow = now - self._slowly_at >= SLOWLY_S or now < self._slowly_at
        if is_slow:
            self._slowly_at = now
        raised: list[_News] = []
        ended: list[Key] = [key for key in self._open if not self._is_active(key[0])]
        for rule in list(self._rules.values()):
            if rule.is_active and (is_slow or rule.measure in OF_QUEUES):
                self._step(rule, counts, now, raised, ended)
                await asyncio.sleep(0)
        if raised or ended:
            await self._write(raised, ended, now)
        if not 0.0 <= now - self._swept_at < _SWEEP_S:
            self._swept_at = now
            await self._sweep(now)

    def _is_active(self, rule: str) -> bool:
        return rule in self._rules and self._rules[rule].is_active

    def _step(self, rule: AlertRule, counts: Counts, now: float, raised: list[_News], ended: list[Key]) -> None:
        # Quiet hours without openings would be all hours: that is not what an empty field means.
        quiet = rule.quiet if rule.quiet is not None and rule.quiet.openings else None
        is_quiet = quiet is not None and is_open(quiet, instant(now))
        seen: set[str] = set()
        for subject, queue, value in watched(rule, counts, now):
            key = (rule.id, subject)
            standing = self._standing.get(key)
            if standing is None:
                if value is None:
                    continue
                standing = Standing()
            turn = standing.step(rule, value, now, is_quiet=is_quiet)
            if standing.beyond_since is not None or standing.is_raised:
                self._standing[key] = standing
            else:
                self._standing.pop(key, None)
            seen.add(subject)
            if turn is Turn.RAISED and value is not None:
                raised.append(_News(rule.id, subject, queue, value, standing.beyond_since or now))
            elif turn is Turn.ENDED:
                ended.append(key)
        for key in [key for key in self._standing if key[0] == rule.id and key[1] not in seen]:
            if self._standing.pop(key).is_raised:
                ended.append(key)

    async def _write(self, raised: list[_News], ended: list[Key], now: float) -> None:
        try:
            async with self._database.write() as ledger:
                found: list[Alert] = await ledger.find(Table.ALERT)
                open_ = {(one.rule, one.subject): one for one in found if one.ended_at is None}
                for news in raised:
                    if (news.rule, news.subject) not in open_:
                        await ledger.put(
                            Alert(
                                id=new_id(),
                                rule=news.rule,
                                subject=news.subject,
                                queue=news.queue,
                                value=round(news.value, 3),
                                since=instant(news.since),
                            )
                        )
                for key in ended:
                    if key in open_:
                        await ledger.put(replace(open_[key], ended_at=instant(now)))
        except BaseException:
            # Not written is not raised, not ended: the next look comes to it again.
            for news in raised:
                self._standing[news.rule, news.subject] = Standing(beyond_since=news.since)
            for key in ended:
                if key in self._open:
                    since = self._open[key].since.timestamp()
                    self._standing[key] = Standing(beyond_since=since, is_raised=True)
            raise

    async def _sweep(self, now: float) -> None:
        old = [id_ for id_, at in self._ended.items() if now - at >= DAY_S]
        if old:
            async with self._database.write() as ledger:
                for id_ in old:
                    await ledger.remove(Table.ALERT, id_)

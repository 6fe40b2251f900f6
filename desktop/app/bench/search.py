"""``dirigent bench search``: from a question to its results, as it is typed, each further letter a question of its own;
common and rare words, phrases, names, numbers, filters, in German and English. Asked on the store's reading thread, as the
window does. The floor is FTS5 alone: the same expression, newest first, only the numbers of the rows.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from datetime import datetime

from desktop.app.bench.caches import ME, provided
from desktop.app.bench.figures import Report, figure, report
from desktop.app.bench.floors import bare
from desktop.store.connection import Connection
from desktop.store.database import Store
from desktop.store.projections import find_customers, search
from desktop.store.rows import SearchOrder
from desktop.store.search.expression import expression_of
from desktop.store.search.query import parse

_LIMIT = 50
_WARM_UP = 1
_TYPED = (
    "rechnung",
    "Rechnungsnummer",
    "nummer",
    "Größe",
    "groesse",
    "Kündigung bestätigen",
    "wo bleibt meine Bestellung",
    "Guten Tag",
    "danke",
    "ich",
    "the order",
    "refund",
    "delivery address",
    "password reset",
    "thank you",
    '"mit freundlichen Grüßen"',
    '"thank you for your"',
    "von:müller rechnung",
    "from:weber",
    "channel:email invoice",
    "kanal:chat störung",
    "before:2026-01-01 vertrag",
    "is:open lieferung",
    "is:file rechnung",
    "lieferung -paket",
    "xylophon",
    "zzqq",
    "schmidt",
    "anna becker",
    "0171",
    "pdf",
)


def measure(args: argparse.Namespace) -> Report:
    """Type all texts ``runs`` times. Raises ``BenchFailed``."""
    with provided(args) as cache:
        questions = [text[: end + 1] for text in _TYPED for end in range(len(text))]
        store = cache.open()
        try:
            for _ in range(_WARM_UP):
                _asked(store, questions, SearchOrder.NEWEST)
            newest = [ms for _ in range(args.runs) for ms in _asked(store, questions, SearchOrder.NEWEST)]
            best = [ms for _ in range(args.runs) for ms in _asked(store, list(_TYPED), SearchOrder.BEST)]
            people = [ms for _ in range(args.runs) for ms in _people(store, questions)]
        finally:
            store.close()
        conn = bare(cache)
        try:
            _floor(conn, questions)
            floor = _floor(conn, questions)
        finally:
            conn.close()
        figures = [
            figure("as typed, newest first", newest, budget_p95=10.0, floor=floor),
            figure("whole text, best match", best, budget_p95=10.0),
            figure("as typed, customers for the palette", people, budget_p95=10.0),
        ]
        notes = [f"{len(questions)} questions a run", "floor: the same expression asked of FTS5 alone"]
        return report("search", figures, size=cache.size, seed=cache.seed, runs=args.runs, notes=notes)


def _asked(store: Store, questions: Sequence[str], order: SearchOrder) -> list[float]:
    times = []
    for text in questions:
        began = time.perf_counter()
        store.query(lambda conn, text=text: search(conn, text, order=order, limit=_LIMIT, me=ME))  # type: ignore[misc]
        times.append((time.perf_counter() - began) * 1000)
    return times


def _people(store: Store, questions: Sequence[str]) -> list[float]:
    times = []
    for text in questions:
        began = time.perf_counter()
        store.query(lambda conn, text=text: find_customers(conn, text))  # type: ignore[misc]
        times.append((time.perf_counter() - began) * 1000)
    return times


def _floor(conn: Connection, questions: Sequence[str]) -> list[float]:
    times = []
    now = datetime.now().astimezone()
    for text in questions:
        asked = expression_of(conn, parse(text, now), None, ME)
        if asked.is_nothing or not asked.match:
            continue
        began = time.perf_counter()
        conn.execute(
            "SELECT rowid FROM search_text WHERE search_text MATCH ? ORDER BY rowid DESC LIMIT ?", (asked.match, _LIMIT)
        ).fetchall()
        times.append((time.perf_counter() - began) * 1000)
    return times

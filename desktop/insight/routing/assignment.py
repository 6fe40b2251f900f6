"""Minimum-cost assignment of rows to columns where each row may take only some columns: shortest augmenting paths with dual
variables (Jonker & Volgenant 1987, in the rectangular form of Crouse 2016), on sparse rows. Knows nothing of requests.

Rows are placed in the order given, and a row once placed stays placed. So the rows placed are the greedy choice of the
transversal matroid (Edmonds & Fulkerson 1965): as many as can be, and the foremost of them; among all ways to place
these, the cheapest is returned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from heapq import heappop, heappush
from math import inf


def assign(rows: Sequence[Mapping[int, float]]) -> list[int | None]:
    """Return the column of each row, ``None`` where it cannot be placed beside those before it. A row maps the columns it
    may take to their costs (finite). With n rows of at most k columns: O(n² k log n) at worst, close to linear mostly."""
    column_of: list[int | None] = [None] * len(rows)
    row_of: dict[int, int] = {}
    u = [0.0] * len(rows)
    v: dict[int, float] = {}
    for row, costs in enumerate(rows):
        if not costs:
            continue
        u[row] = min(cost - v.get(column, 0.0) for column, cost in costs.items())
        shortest: dict[int, float] = {}
        came_from: dict[int, int] = {}
        done: list[int] = []
        heap: list[tuple[float, int]] = []
        length, at = 0.0, row
        free: int | None = None
        while True:
            for column, cost in rows[at].items():
                reduced = length + max(0.0, cost - u[at] - v.get(column, 0.0))
                if reduced < shortest.get(column, inf):
                    shortest[column], came_from[column] = reduced, at
                    heappush(heap, (reduced, column))
            while heap and heap[0][0] > shortest[heap[0][1]]:
                heappop(heap)
            if not heap:
                break
            length, column = heappop(heap)
            if column not in row_of:
                free = column
                break
            done.append(column)
            at = row_of[column]
        if free is None:
            continue
        u[row] += length
        for column in done:
            rest = length - shortest[column]
            u[row_of[column]] += rest
            v[column] = v.get(column, 0.0) - rest
        step: int | None = free
        while step is not None:
            at = came_from[step]
            row_of[step] = at
            column_of[at], step = step, column_of[at]
    return column_of

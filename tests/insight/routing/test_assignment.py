"""The cheapest way to place as many as can be placed, the foremost first: checked against trying everything."""

from __future__ import annotations

import random
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from desktop.insight.routing.assignment import assign


def by_trying_everything(rows: list[dict[int, float]]) -> tuple[tuple[bool, ...], float]:
    best: tuple[tuple[bool, ...], float] = ((), 0.0)
    for places in product(*([None, *row] for row in rows)):
        taken = [place for place in places if place is not None]
        if len(set(taken)) == len(taken):
            cost = sum(row[place] for row, place in zip(rows, places, strict=True) if place is not None)
            best = max(best, (tuple(place is not None for place in places), -cost))
    return best


def test_the_first_gives_way_where_the_second_has_no_other() -> None:
    assert assign([{0: 1.0, 1: 5.0}, {0: 2.0}]) == [1, 0]
    assert assign([{0: 1.0}, {0: 0.0}]) == [0, None], "but is not pushed out, however cheap that were"
    assert assign([]) == []
    assert assign([{}, {3: -2.0}]) == [None, 3]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.dictionaries(st.integers(0, 4), st.integers(-20, 20).map(float), max_size=4), max_size=5))
def test_nothing_cheaper_can_be_found(rows: list[dict[int, float]]) -> None:
    found = assign(rows)
    placed = [place for place in found if place is not None]
    assert len(set(placed)) == len(placed)
    cost = sum(row[place] for row, place in zip(rows, found, strict=True) if place is not None)
    served, least = by_trying_everything(rows)
    assert tuple(place is not None for place in found) == served
    assert -cost == pytest.approx(least)


@pytest.mark.parametrize("seed", range(10))
def test_a_large_full_table_costs_what_another_program_says(seed: int) -> None:
    draw = random.Random(seed)
    table = [[draw.uniform(-9, 0) for _ in range(40)] for _ in range(30)]
    found = assign([dict(enumerate(row)) for row in table])
    rows, columns = linear_sum_assignment(table)
    least = sum(table[row][column] for row, column in zip(rows, columns, strict=True))
    assert sum(row[place] for row, place in zip(table, found, strict=True) if place is not None) == pytest.approx(least)

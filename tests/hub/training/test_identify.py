"""The weights of identification are learned from what was asked and from duplicates, without being told who anybody is."""

from __future__ import annotations

import random

import pytest

from desktop.hub.training.identify import learn
from desktop.insight.identify import claim, index, profile, weights
from desktop.insight.identify.claim import Claim

GIVEN = [
    "Anna", "Bernd", "Clara", "David", "Eva", "Frank", "Greta", "Hans", "Ida", "Jonas", "Karl", "Lena",
]  # fmt: skip
FAMILY = [
    "Weber", "Schulz", "Petrenko", "Yilmaz", "Okafor", "Lindqvist", "Moreau", "Castellano", "Brandt",
    "Whitfield", "Zander", "Quast",
]  # fmt: skip


def people(count: int, seed: int = 5) -> list[dict[str, str]]:
    draw = random.Random(seed)
    return [
        {
            "id": f"c{number}",
            "name": f"{draw.choice(GIVEN)} {draw.choice(FAMILY)}",
            "birth_date": f"{draw.randrange(1940, 2005)}-{draw.randrange(1, 13):02}-{draw.randrange(1, 29):02}",
            "postcode": str(draw.randrange(10000, 11000)),
        }
        for number in range(count)
    ]


def test_an_unreliable_field_is_learned_to_be_one() -> None:
    rows = people(400)
    draw = random.Random(9)
    asked = [{**row, "postcode": row["postcode"] if draw.random() < 0.3 else "99999"} for row in rows[:250]]
    base = index.build(profile.of_row(row) for row in rows)
    learned = learn(base, [claim.of_line(line) for line in asked])
    assert learned.claims == 250
    assert learned.matched == pytest.approx(250, rel=0.05)
    assert learned.weights.written["postcode"]["same"] == pytest.approx(0.3, abs=0.12)
    assert learned.weights.written["birth"]["same"] > 0.9
    assert weights.decode(learned.weights.encode()) == learned.weights


def test_duplicates_in_the_base_teach_without_any_question() -> None:
    rows = people(300)
    doubled = [{**row, "id": row["id"] + "b", "postcode": "99999"} for row in rows[:150]]
    base = index.build(profile.of_row(row) for row in [*rows, *doubled])
    learned = learn(base)
    assert learned.matched == pytest.approx(300, rel=0.1)
    assert learned.weights.written["postcode"]["same"] < 0.3


def test_strangers_teach_that_not_everybody_is_on_file() -> None:
    base = index.build(profile.of_row(row) for row in people(300))
    strangers = [claim.of_line(row) for row in people(300, seed=77)]
    learned = learn(base, strangers)
    assert learned.matched < 30
    assert learned.weights.known < weights.shipped().known


def test_the_same_seed_learns_the_same_and_nothing_of_anybody_is_in_it() -> None:
    rows = people(100)
    base = index.build(profile.of_row(row) for row in rows)
    asked = [claim.of_line(row) for row in rows]
    assert learn(base, asked) == learn(base, asked)
    written = learn(base, asked).weights.encode().decode()
    assert not [value for row in rows for value in (*row["name"].split(), row["birth_date"]) if value in written]


def test_an_empty_base_teaches_nothing_and_empty_claims_change_little() -> None:
    with pytest.raises(ValueError, match="nobody"):
        learn(index.build([]))
    base = index.build(profile.of_row(row) for row in people(20))
    assert learn(base, [Claim()]).matched == 0

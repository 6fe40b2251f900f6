"""The centre's routing policy: what is shipped can be used, what cannot is named, and what leads set is never overwritten."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from desktop.domain.changes import Table
from desktop.domain.routing import RoutingPolicy
from desktop.hub.db.database import Database, sqlite_url
from desktop.hub.routing.policy import RoutingPolicyError, ensure_routing, load_routing, mistakes
from desktop.insight.routing import DEFAULT_INTERRUPTS


def test_what_is_shipped_interrupts_as_the_built_in_matrix():
    shipped = load_routing()
    assert shipped.interrupts
    for channel, held in shipped.interrupts.items():
        assert set(held) == set(DEFAULT_INTERRUPTS[channel])


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"ageing_s": -1}, "ageing_s"),
        ({"interrupts": {"pigeon": ()}}, "interrupts"),
        ({"interrupts": {"call": ("shop",)}}, "interrupts"),
        ({"silent_after_s": 0}, "silent_after_s"),
        ({"away_reasons": {"x" * 100: {"en": "X"}}}, "away_reasons"),
        ({"away_reasons": {"nap": {}}}, "away_reasons"),
        ({"id": "other"}, "id"),
    ],
)
def test_a_field_that_cannot_be_used_is_named(fields, wrong):
    assert mistakes(RoutingPolicy(**fields)) == (wrong,)
    assert mistakes(RoutingPolicy()) == ()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(sqlite_url(tmp_path / "hub.sqlite"))
    yield database
    await database.close()


async def test_the_centres_own_file_comes_first_and_what_leads_set_stays(database, tmp_path):
    own = tmp_path / "routing.yaml"
    own.write_text("ageing_s: 120\n", "utf-8")
    async with database.write() as ledger:
        await ensure_routing(ledger, own)
        first = await ledger.get(Table.ROUTING, "policy")
        assert first.ageing_s == 120
        await ledger.put(replace(first, ageing_s=60))
    async with database.write() as ledger:
        await ensure_routing(ledger, own)
        assert (await ledger.get(Table.ROUTING, "policy")).ageing_s == 60


@pytest.mark.parametrize("text", ["ageing_s: soon", "ageing_s: -5", "- a\n- list", "a: [", ""])
async def test_a_file_with_a_mistake_is_named_and_the_shipped_policy_holds(database, tmp_path, text, caplog):
    own = tmp_path / "routing.yaml"
    own.write_text(text, "utf-8")
    if text:
        with pytest.raises(RoutingPolicyError, match=r"routing\.yaml"):
            load_routing(own)
    async with database.write() as ledger:
        await ensure_routing(ledger, own)
        assert await ledger.get(Table.ROUTING, "policy") is not None
    assert ("routing.yaml" in caplog.text) == bool(text)
    caplog.clear()

"""What closed contacts teach of agents, and that a hub knows it again after a restart."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId, CustomerId, InteractionId, TouchpointId
from desktop.domain.interaction import Interaction, InteractionState
from desktop.domain.journey import Touchpoint
from desktop.hub.db.database import Database, sqlite_url
from desktop.hub.routing import lessons as lessons_module
from desktop.hub.routing.lessons import Contact, Lessons, learn
from desktop.insight.routing import Outcomes

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=30)
S = InteractionState


def contact(id_: str, minutes: int = 5, *, at: datetime = NOON, **fields) -> Contact:
    fields = {"customer_id": id_, "assignee": "anna", "intent": "refund", "disposition": "solved", **fields}
    return Contact(
        id=id_,
        state=fields.pop("state", S.CLOSED),
        created_at=at,
        accepted_at=at,
        closed_at=at + timedelta(minutes=minutes),
        **fields,
    )


def expected(outcomes: Outcomes, agent: str = "anna"):
    return outcomes.expected(AgentId(agent), "refund", 1)


def test_a_customer_who_comes_back_about_the_same_matter_was_not_helped():
    first = [contact(f"c{n}") for n in range(10)]
    back = [contact(f"b{n}", customer_id=f"c{n}", at=NOON + timedelta(days=2), assignee="bert") for n in range(5)]
    other = [contact("o", customer_id="c9", at=NOON + timedelta(days=2), intent="address", assignee="bert")]
    late = [contact("l", customer_id="c8", at=NOON + timedelta(days=8), assignee="bert")]
    alone = expected(learn(first, {}, LATER))
    assert alone.resolution == 1.0
    found = learn([*back, *first, *other, *late], {}, LATER)
    assert expected(found).resolution < expected(found, "bert").resolution
    assert (expected(found).cases, round(expected(found).handling_s)) == (10, 300)


def test_a_contact_of_today_says_nothing_yet_of_whether_it_helped():
    found = expected(learn([contact("c")], {}, NOON + timedelta(hours=1)))
    assert (found.resolution, found.rating) == (None, None)
    unsolved = expected(learn([contact("c", disposition="not_solved")], {"c": 2}, NOON + timedelta(hours=1)))
    assert (unsolved.resolution, unsolved.rating) == (0.0, 2.0)


@pytest.mark.parametrize(
    "fields",
    [{"disposition": "spam"}, {"state": S.ACTIVE}, {"assignee": None}, {"intent": None}],
)
def test_what_was_no_contact_of_theirs_teaches_nothing(fields):
    assert expected(learn([contact("c", **fields)], {}, LATER)) is None


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(sqlite_url(tmp_path / "hub.sqlite"))
    yield database
    await database.close()


async def test_learned_anew_from_the_newest_contacts_with_what_customers_said_of_them(database, monkeypatch):
    monkeypatch.setattr(lessons_module, "_WINDOW", 7 * lessons_module.STEP)
    async with database.write() as ledger:
        for number in range(30):
            id_ = f"i{number:02}"
            await ledger.put(
                Interaction(
                    id=InteractionId(id_),
                    channel=Channel.CHAT,
                    state=S.CLOSED,
                    created_at=NOON,
                    updated_at=NOON,
                    customer_id=CustomerId(id_),
                    assignee=AgentId("anna"),
                    intent="refund",
                    disposition="solved",
                    accepted_at=NOON,
                    closed_at=NOON + timedelta(minutes=10),
                )
            )
            await ledger.put(
                Touchpoint(
                    id=TouchpointId(id_),
                    customer_id=CustomerId(id_),
                    channel=Channel.CHAT,
                    kind="contact",
                    at=NOON,
                    rating=4 if number % 2 else None,
                )
            )
    taken: list[Outcomes] = []
    lessons = Lessons(database, lambda: LATER, taken.append)
    await lessons.look()
    found = expected(taken[0])
    assert (found.cases, round(found.handling_s), found.rating, found.resolution) == (30, 600, 4.0, 1.0)
    monkeypatch.setattr(lessons_module, "MOST", 10)
    await lessons.look()
    assert expected(taken[1]).cases == 10


async def test_the_background_learner_ends_when_told_and_says_what_went_wrong_without_the_words(database, caplog):
    def broken(_outcomes: Outcomes) -> None:
        raise ValueError("Jana Weber's words")

    lessons = Lessons(database, lambda: NOON, broken, learn_s=0.01)
    lessons.start()
    while "ValueError" not in caplog.text:
        await lessons_module.asyncio.sleep(0.01)
    await lessons.stop()
    assert "Jana" not in caplog.text
    caplog.clear()

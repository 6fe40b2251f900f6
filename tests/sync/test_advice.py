"""Without a brain at the backend, advice follows the playbooks and articles that came with the feed."""

from __future__ import annotations

from typing import Any

import pytest

from desktop.backends.base import Capabilities
from desktop.domain.ids import InteractionId
from desktop.domain.knowledge import Article
from desktop.domain.playbook import Playbook, Step
from desktop.domain.suggestion import SuggestionKind
from desktop.store.streams import suggestions
from desktop.sync.status import Phase

BOOK = Playbook(
    id="ours", edition=1, titles={"en": "Ours"}, steps=(Step(action="wave", titles={"en": "Wave"}),), weight=0.9
)
ARTICLES = [Article(id=word, titles={"en": word}) for word in ("zeppelin", "balloon", "kite", "glider", "rocket")]


@pytest.fixture
async def brainless(make_desk: Any, fake: Any) -> Any:
    fake.capabilities = Capabilities(has_brain=False)
    return make_desk(fake)


def advice(desk: Any, contact: str) -> list[Any]:
    found: list[Any] = desk.store.query(lambda conn: suggestions(conn, InteractionId(contact)))
    return found


async def test_what_is_shipped_advises_until_something_came(
    brainless: Any, fake: Any, a_contact: Any, a_message: Any
) -> None:
    fake.put(a_contact("c1"), a_message("c1", "Hello there", "m1"))
    brainless.start()
    await brainless.until(lambda: brainless.status.is_streaming)
    assert {"identify_customer", "ask_details"} & {one.action for one in advice(brainless, "c1")}


async def test_playbooks_and_articles_of_the_feed_are_what_is_advised_by(
    brainless: Any, fake: Any, a_contact: Any, a_message: Any
) -> None:
    fake.put(BOOK, *ARTICLES)
    brainless.start()
    await brainless.until(lambda: brainless.status.phase is Phase.LIVE and brainless.status.is_streaming)
    fake.put(a_contact("c1"), a_message("c1", "I lost my zeppelin", "m1"))
    await brainless.until(lambda: bool(advice(brainless, "c1")))
    found = {one.action: one for one in advice(brainless, "c1")}
    assert found.keys() == {"wave", "article.zeppelin"}
    assert found["article.zeppelin"].kind is SuggestionKind.ARTICLE
    fake.put(Playbook(id="ours", edition=2, titles=BOOK.titles, steps=(Step(action="bow", titles={"en": "Bow"}),)))
    await brainless.until(lambda: brainless.row("playbook", "ours").edition == 2)
    fake.put(a_contact("c2"), a_message("c2", "Good day", "m2"))
    await brainless.until(lambda: bool(advice(brainless, "c2")))
    assert [one.action for one in advice(brainless, "c2")] == ["bow"]

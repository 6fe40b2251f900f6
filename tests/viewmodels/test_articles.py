"""What the centre knows, found as one types, without a network."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtCore import Qt

from desktop.domain.knowledge import Article
from desktop.viewmodels.articles import ArticlesModel


@pytest.fixture
def articles(work: Any) -> Iterator[ArticlesModel]:
    work.arrives(*work.sample.guidance(datetime.now(UTC)))
    made = ArticlesModel(work.workplace)
    yield made
    made.deleteLater()


def ids(model: ArticlesModel) -> list[str]:
    return [model.index(row).data(ArticlesModel.ARTICLE).id for row in range(model.rowCount())]


def test_nothing_is_read_before_somebody_looks(articles: ArticlesModel, work: Any) -> None:
    work.opens(work.sample.CHAT)
    assert (ids(articles), articles.is_loaded) == ([], False)
    articles.begin()
    work.settle()
    assert articles.is_loaded


def test_what_fits_the_open_contact_comes_first(articles: ArticlesModel, work: Any) -> None:
    articles.begin()
    work.settle()
    assert ids(articles) == ["payment-terms", "returns", "refund-time"]
    work.opens(work.sample.CHAT)
    assert ids(articles)[0] == "refund-time"
    said = articles.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.startswith("When does a refund arrive?, A refund takes three working days. By card")


def test_words_are_found_in_any_language_and_spelling_titles_first(articles: ArticlesModel, work: Any) -> None:
    articles.begin()
    work.settle()
    articles.search("money")
    assert ids(articles) == ["refund-time", "returns"]
    articles.search("DREISSIG tagen")
    assert ids(articles) == ["returns"]
    articles.search("zuruecksenden")
    assert ids(articles) == ["returns"]
    articles.search("refund unicorn")
    assert ids(articles) == []
    articles.search("  ")
    assert len(ids(articles)) == 3


def test_the_answer_is_in_the_customers_language_with_their_name(articles: ArticlesModel, work: Any) -> None:
    articles.begin()
    work.opens(work.sample.CHAT)
    article = articles.find("refund-time")
    assert article is not None
    assert articles.answer(article) == "Guten Tag Jana Weber, das Geld ist in drei Werktagen da."
    work.opens(work.sample.QUEUED)
    assert articles.answer(article) == "Hello, the money will be there in three days."


def test_a_new_edition_of_an_article_is_shown(articles: ArticlesModel, work: Any) -> None:
    articles.begin()
    work.settle()
    work.arrives(Article(id="returns", titles={"en": "Returns"}, texts={"en": "Sixty days."}, version=2))
    articles.search("sixty")
    assert ids(articles) == ["returns"]


@pytest.mark.parametrize("text", ["%", "'\"; DROP", "\x00", "🎉" * 50, "x" * 100_000, "\u202eabc"])
def test_any_text_can_be_typed(articles: ArticlesModel, work: Any, text: str) -> None:
    articles.begin()
    work.settle()
    articles.search(text)
    assert ids(articles) == []

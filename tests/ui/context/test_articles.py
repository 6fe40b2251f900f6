"""Knowledge beside the conversation, by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.domain.knowledge import Article
from desktop.domain.suggestion import Suggestion, SuggestionKind
from desktop.ui.context.articles import ArticlesCard

CTRL, ALT, SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
Key = Qt.Key


@pytest.fixture
def card(window: Any, shift: Any) -> ArticlesCard:
    shift.arrives(*shift.sample.guidance(datetime.now(UTC)))
    shift.opens(shift.sample.CHAT)
    return window.context.articles  # type: ignore[no-any-return]


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)


def test_found_read_and_answered_without_the_pointer(window: Any, card: ArticlesCard, shift: Any) -> None:
    press(Key.Key_K, CTRL | SHIFT)
    shift.settle()
    assert card.search.hasFocus()
    QTest.keyClicks(card.search, "money")
    press(Key.Key_Down)
    press(Key.Key_Up)
    press(Key.Key_Return)
    assert card.text.hasFocus()
    assert card.text.toPlainText().startswith("A refund takes three working days.")
    press(Key.Key_Return, CTRL)
    editor = window.interaction.composer.editor
    assert editor.hasFocus()
    assert editor.toPlainText() == "Guten Tag Jana Weber, das Geld ist in drei Werktagen da."
    press(Key.Key_K, CTRL | SHIFT)
    press(Key.Key_Escape)
    assert card.search.hasFocus()
    press(Key.Key_Escape)
    assert card.search.text() == ""


def test_a_suggested_article_opens_and_counts_as_taken(
    window: Any, card: ArticlesCard, shift: Any, told: Callable[..., str]
) -> None:
    shift.arrives(
        Suggestion(
            id="s-read",
            interaction_id=shift.sample.CHAT,
            action="article.returns",
            kind=SuggestionKind.ARTICLE,
            values={"article": "returns"},
            rank=-1,
            version=1,
        )
    )
    press(Key.Key_1, ALT)
    shift.settle()
    assert "Returning goods" in told(card)
    assert [command.suggestion_id for command in shift.commands] == ["s-read"]
    # It has no answer to send.
    assert not card.use.isVisible()


def test_nothing_found_and_nothing_there_are_said(
    window: Any, card: ArticlesCard, shift: Any, told: Callable[..., str]
) -> None:
    window.context.show_knowledge()
    shift.settle()
    QTest.keyClicks(card.search, "unicorn")
    assert "No article has all of these words." in told(card)
    press(Key.Key_Return)
    assert card.shown is None


def test_what_is_being_read_stays_while_others_arrive(card: ArticlesCard, window: Any, shift: Any) -> None:
    window.context.show_article("returns")
    shift.settle()
    shift.arrives(Article(id="new", titles={"en": "A new one"}, version=1))
    assert card.shown is not None
    shift.arrives(Article(id="returns", titles={"en": "Returns"}, texts={"en": "<b>Sixty</b> days."}, version=2))
    assert card.text.toPlainText() == "<b>Sixty</b> days."
    long = "\n\n".join(f"Paragraph {n} of a very long article." for n in range(80))
    shift.arrives(Article(id="returns", titles={"en": "Returns"}, texts={"en": long}, version=3))
    assert card.text.height() <= 420

"""Next best actions: why, one button each, their keys, and what taking or dismissing one does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QToolButton

from desktop.domain.commands import DismissSuggestion, TakeSuggestion
from desktop.domain.suggestion import Reason, Suggestion, SuggestionKind
from desktop.ui.context.panel import ContextPanel
from desktop.ui.context.suggestions import SuggestionsCard
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.steps import snooze_times

ALT, SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def panel(shift: Any, theme: Theme, show: Callable[..., Any]) -> Iterator[ContextPanel]:
    made = ContextPanel(shift.workplace, theme)
    show(made, 372, 900)
    shift.opens(shift.sample.CHAT)
    yield made
    made.hide()


@pytest.fixture
def card(panel: ContextPanel) -> SuggestionsCard:
    return panel.suggestions


def doing(card: SuggestionsCard) -> list[QPushButton]:
    return [b for b in card.findChildren(QPushButton) if b.isVisible() and b.property("look") != "link"]


def links(card: SuggestionsCard) -> list[QPushButton]:
    return [b for b in card.findChildren(QPushButton) if b.isVisible() and b.property("look") == "link"]


def dismissing(card: SuggestionsCard) -> list[QToolButton]:
    return [b for b in card.findChildren(QToolButton) if b.isVisible()]


def suggestion(shift: Any, **fields: Any) -> Suggestion:
    defaults = {
        "id": "s-9",
        "interaction_id": shift.sample.CHAT,
        "action": "check_invoice",
        "titles": {"en": "Check the invoice"},
        "rank": 5,
        "version": 1,
    }
    return Suggestion(**{**defaults, **fields})  # type: ignore[arg-type]


def test_each_says_what_and_why_the_first_is_the_primary_one(card: SuggestionsCard, told: Callable[..., str]) -> None:
    said = told(card)
    assert "Arrange a refund of €84.90" in said
    assert "Done in 94 of 97 similar cases" in said
    assert "Mood is falling" in said
    assert [button.text() for button in doing(card)] == ["Write", "Do it"]
    assert [button.property("look") for button in doing(card)] == ["primary", ""]
    assert doing(card)[0].accessibleName() == "Write: Arrange a refund of €84.90"
    assert card.aside.text() == "Alt+1–2"


def test_one_with_a_wording_goes_to_the_composer_in_the_customers_language(
    card: SuggestionsCard, panel: ContextPanel, shift: Any
) -> None:
    with shift.qtbot.waitSignal(panel.wording_chosen) as chosen:
        QTest.mouseClick(doing(card)[0], Qt.MouseButton.LeftButton)
    assert chosen.args == ["Die 84,90 € sind morgen wieder auf Ihrem Konto.", "s-1"]
    shift.settle()
    # It counts as taken when the reply is sent, not before.
    assert shift.commands == []


def test_one_without_a_wording_is_done_at_once_and_leaves_the_list(card: SuggestionsCard, shift: Any) -> None:
    QTest.mouseClick(doing(card)[1], Qt.MouseButton.LeftButton)
    shift.settle()
    assert shift.commands == [TakeSuggestion(interaction_id=shift.sample.CHAT, suggestion_id="s-2")]
    assert len(doing(card)) == 1


@pytest.mark.parametrize(("key", "taken"), [(Qt.Key.Key_1, []), (Qt.Key.Key_2, ["s-2"]), (Qt.Key.Key_3, [])])
def test_alt_and_a_number_take_one(
    card: SuggestionsCard, panel: ContextPanel, shift: Any, key: Qt.Key, taken: list[str]
) -> None:
    wordings: list[str] = []
    panel.wording_chosen.connect(lambda text, _id: wordings.append(text))
    QTest.keyClick(panel, key, ALT)
    shift.settle()
    assert [command.suggestion_id for command in shift.commands] == taken
    assert len(wordings) == (1 if key == Qt.Key.Key_1 else 0)


def test_one_is_dismissed_with_a_reason(card: SuggestionsCard, shift: Any) -> None:
    button = dismissing(card)[0]
    assert button.accessibleName() == "Not this: Arrange a refund of €84.90"
    next(action for action in button.menu().actions() if "Does not fit" in action.text()).trigger()
    shift.settle()
    assert shift.commands == [DismissSuggestion(interaction_id=shift.sample.CHAT, suggestion_id="s-1", reason="wrong")]
    assert [b.accessibleName() for b in dismissing(card)] == ["Not this: Offer a call back by the team lead"]


def test_in_a_colleagues_contact_they_can_be_read_but_not_taken(
    card: SuggestionsCard, panel: ContextPanel, shift: Any, told: Callable[..., str]
) -> None:
    shift.arrives(suggestion(shift, interaction_id=shift.sample.BENS))
    shift.opens(shift.sample.BENS)
    assert "Check the invoice" in told(card)
    assert [b.isEnabled() for b in (*doing(card), *dismissing(card))] == [False, False]
    assert not card.aside.isVisible()
    QTest.keyClick(panel, Qt.Key.Key_1, ALT)
    shift.settle()
    assert shift.commands == []


def test_with_none_it_says_so(card: SuggestionsCard, shift: Any, told: Callable[..., str]) -> None:
    shift.opens(shift.sample.MAIL)
    assert "Nothing to suggest at the moment." in told(card)


def test_four_are_enough(card: SuggestionsCard, shift: Any) -> None:
    shift.arrives(*(suggestion(shift, id=f"s-{n}", rank=n) for n in range(4, 9)))
    assert len(doing(card)) == 4
    assert card.aside.text() == "Alt+1–4"


def test_what_each_kind_does_stands_on_its_button(card: SuggestionsCard, shift: Any, told: Callable[..., str]) -> None:
    kinds = (SuggestionKind.FLOW, SuggestionKind.FIELD, SuggestionKind.ARTICLE, SuggestionKind.INTENT)
    field = {"field": "address.postcode", "value": "04155"}
    shift.arrives(
        *(
            suggestion(shift, id=f"s-{n + 1}", rank=n, kind=kind, values=field, version=9)
            for n, kind in enumerate(kinds)
        )
    )
    assert [button.text() for button in doing(card)] == ["Start", "Enter", "Read", "Set"]
    assert "Postcode: 04109 → 04155" in told(card)


def test_a_callback_shows_its_time_which_can_be_changed(card: SuggestionsCard, shift: Any) -> None:
    shift.arrives(suggestion(shift, id="s-1", rank=0, kind=SuggestionKind.CALLBACK, values={"hours": "30"}, version=9))
    assert doing(card)[0].text() == "Schedule"
    (when,) = links(card)
    before = when.text()
    QTest.mouseClick(when, Qt.MouseButton.LeftButton)
    menu = next(m for m in card.window().findChildren(QMenu) if m.isVisible())
    next(action for action in menu.actions() if action.text().startswith("Next week")).trigger()
    menu.close()
    assert when.text() != before
    QTest.keyClick(card.window(), Qt.Key.Key_1, ALT)
    shift.settle()
    assert [type(command).__name__ for command in shift.commands] == ["TakeSuggestion", "Snooze"]
    assert shift.commands[1].until == dict(snooze_times(shift.workplace.now()))["next_week"]


def test_one_that_is_being_tried_says_so_quietly(card: SuggestionsCard, shift: Any, told: Callable[..., str]) -> None:
    assert "being tried" not in told(card)
    trial = Reason(code="recommend.trial", weight=1.0)
    shift.arrives(suggestion(shift, id="s-1", rank=0, is_explored=True, reasons=(trial,), version=9))
    assert told(card).count("being tried") == 1


def test_all_reasons_are_told_by_a_key(card: SuggestionsCard, panel: ContextPanel, told: Callable[..., str]) -> None:
    assert "86% likely" not in told(card)
    QTest.keyClick(panel, Qt.Key.Key_0, ALT)
    assert "• done in 94 of 97 similar cases" in told(card)
    assert "86% likely" in told(card)
    QTest.keyClick(panel, Qt.Key.Key_0, ALT)
    assert "•" not in told(card)


def test_one_is_put_aside_and_taken_back_without_the_pointer(
    card: SuggestionsCard, panel: ContextPanel, shift: Any, told: Callable[..., str]
) -> None:
    QTest.keyClick(panel, Qt.Key.Key_2, ALT | SHIFT)
    menu = dismissing(card)[1].menu()
    assert menu.isVisible()
    QTest.keyClick(menu, Qt.Key.Key_3)
    shift.settle()
    assert shift.commands == [DismissSuggestion(interaction_id=shift.sample.CHAT, suggestion_id="s-2", reason="later")]
    assert "Put aside: Offer a call back by the team lead" in told(card)
    panel.activateWindow()
    shift.until(panel.isActiveWindow)
    QTest.keyClick(panel, Qt.Key.Key_Z, ALT)
    shift.settle()
    assert shift.commands == []
    assert len(doing(card)) == 2
    assert "Put aside" not in told(card)


def test_the_keys_work_on_every_tab_but_not_while_somebody_else_is_looked_at(
    panel: ContextPanel, card: SuggestionsCard, shift: Any
) -> None:
    panel.show_tab(2)
    QTest.keyClick(panel, Qt.Key.Key_2, ALT)
    shift.settle()
    assert [command.suggestion_id for command in shift.commands] == ["s-2"]
    wordings: list[str] = []
    panel.wording_chosen.connect(lambda text, _id: wordings.append(text))
    panel.show_customer(shift.sample.PETER)
    shift.settle()
    QTest.keyClick(panel, Qt.Key.Key_1, ALT)
    assert wordings == []


def test_the_tooltip_has_all_reasons_and_how_likely(card: SuggestionsCard, shift: Any) -> None:
    many = tuple(
        Reason(code=code, weight=weight)
        for code, weight in (
            ("recommend.mood_falling", 0.1),
            ("recommend.valued", 0.9),
            ("recommend.first_contact", 0.5),
            ("recommend.identified", -0.7),
        )
    )
    shift.arrives(suggestion(shift, id="s-1", rank=0, reasons=many, score=0.42, version=9))
    why = next(label for label in card.findChildren(QLabel) if label.text().startswith("Valued customer"))
    assert why.text() == "Valued customer; customer recognised; first contact"
    for part in ("42% likely", "mood is falling"):
        assert part in why.toolTip()


def test_what_a_suggestion_quotes_is_never_markup(card: SuggestionsCard, shift: Any) -> None:
    nasty = "<img src='file:///x'><b>now</b>"
    shift.arrives(
        suggestion(
            shift,
            id="s-1",
            rank=0,
            titles={"en": nasty},
            wordings={"en": nasty},
            reasons=(Reason(code="mood.word", weight=1, values={"word": nasty}),),
            version=9,
        )
    )
    assert any(nasty in label.text() for label in card.findChildren(QLabel))
    for label in card.findChildren(QLabel):
        assert "<" not in label.text() or label.textFormat() is Qt.TextFormat.PlainText
    assert not any("<img" in widget.toolTip() for widget in (*card.findChildren(QLabel), *doing(card)))


def test_icons_take_the_colours_of_a_new_theme(card: SuggestionsCard, shift: Any, theme: Theme) -> None:
    before = dismissing(card)[0].icon().pixmap(18).toImage()
    theme.choose("dark")
    shift.settle()
    assert dismissing(card)[0].icon().pixmap(18).toImage() != before

"""Searching everything as one types: by keyboard, by pointer, by ear; and what is said where nothing is found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest

from desktop.domain.channels import Channel
from desktop.domain.interaction import Author
from desktop.store import projections
from desktop.store.rows import SearchPage
from desktop.ui.search import hits
from desktop.ui.search.delegate import COMPACT, ROW, TALL
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.search import HitKind, Part, SearchHit, SearchOrder, Span


def press(place: Any, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(place.panel.focusWidget() or place.panel, key, modifiers)


def visible_words(place: Any, told: Callable[..., str]) -> str:
    return told(place.panel)


# --- finding ---------------------------------------------------------------------------------------------------------


def test_it_shows_what_can_be_typed_then_what_was_found(place: Any) -> None:
    assert place.page is place.panel.start
    place.types("weber")
    assert place.page is place.panel.list
    assert "Jana Weber" in place.titles
    for _ in "weber":
        press(place, Qt.Key.Key_Backspace)
    place.shift.settle()
    assert place.page is place.panel.start


def test_arrows_walk_while_the_field_keeps_the_keyboard_and_enter_opens(place: Any) -> None:
    place.types("Rechnung")
    assert place.row == -1
    press(place, Qt.Key.Key_Down)
    press(place, Qt.Key.Key_Down)
    assert place.row == 1
    press(place, Qt.Key.Key_Up)
    assert place.row == 0
    assert place.panel.field.hasFocus()
    assert place.chosen == []
    press(place, Qt.Key.Key_Down)
    press(place, Qt.Key.Key_Return)
    assert place.chosen == [place.panel.model.hit(1)]


def test_enter_without_walking_opens_the_first_and_nothing_opens_nothing(place: Any) -> None:
    place.types("zzzz")
    press(place, Qt.Key.Key_Return)
    assert place.chosen == []
    place.panel.field.clear()
    place.types("Rechnung")
    press(place, Qt.Key.Key_Return)
    assert place.chosen == [place.panel.model.hit(0)]


def test_a_click_opens_and_what_was_opened_stays_chosen_as_one_types_on(place: Any) -> None:
    place.types("Rechnun")
    row = next(n for n, hit in enumerate(place.panel.model.page.hits) if hit.kind is HitKind.MESSAGE)
    view = place.panel.list
    QTest.mouseClick(
        view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(place.panel.model.index(row)).center()
    )
    chosen = place.chosen[0]
    place.types("g")
    assert place.panel.model.hit(place.row) == chosen


def test_in_the_list_letters_go_on_in_the_field_and_up_leads_back(place: Any) -> None:
    place.types("Rechn")
    place.panel.list.setFocus()
    press(place, Qt.Key.Key_Down)
    QTest.keyClick(place.panel.list, "u")
    assert place.panel.field.text() == "Rechnu"
    assert place.panel.field.hasFocus()
    place.panel.list.setFocus()
    press(place, Qt.Key.Key_Up)
    press(place, Qt.Key.Key_Up)
    assert place.panel.field.hasFocus()


def test_escape_closes_one_thing_after_the_other(place: Any) -> None:
    place.types("is:")
    assert place.panel.popup.isVisible()
    press(place, Qt.Key.Key_Escape)
    assert not place.panel.popup.isVisible()
    assert place.panel.field.text() == "is:"
    press(place, Qt.Key.Key_Escape)
    assert place.panel.field.text() == ""
    with place.shift.qtbot.waitSignal(place.panel.left):
        press(place, Qt.Key.Key_Escape)


def test_one_kind_or_the_best_first_by_a_click(place: Any) -> None:
    place.types("weber")
    place.panel.part_buttons[Part.CUSTOMERS].click()
    place.shift.settle()
    assert {hit.kind for hit in place.panel.model.page.hits} == {HitKind.CUSTOMER}
    assert place.panel.order_button.text() == "Newest first"
    best = next(a for a in place.panel.order_button.menu().actions() if a.text() == "Best match")
    best.trigger()
    place.shift.settle()
    assert place.panel.model.order is SearchOrder.BEST
    assert place.panel.order_button.text() == "Best match"
    assert best.isChecked()


def test_more_comes_as_one_scrolls_and_the_place_is_kept(place: Any) -> None:
    now, sample = place.shift.workplace.now(), place.shift.sample
    place.arrives(
        *(
            sample.message(
                f"zebra-{n:03}",
                sample.CHAT,
                Author.CUSTOMER,
                now - timedelta(minutes=n),
                f"Zebra {n}",
                channel=Channel.CHAT,
            )
            for n in range(120)
        )
    )
    place.types("zebra")
    bar = place.panel.list.verticalScrollBar()
    for _ in range(4):
        bar.setValue(bar.maximum())
        place.shift.settle()
    assert place.panel.model.rowCount() >= 120
    top = place.panel.list.indexAt(QPoint(50, 1))
    at = place.panel.model.hit(top.row()), place.panel.list.visualRect(top).top()
    place.arrives(
        sample.message(
            "zebra-new", sample.CHAT, Author.CUSTOMER, now + timedelta(minutes=1), "Zebra", channel=Channel.CHAT
        )
    )
    place.shift.until(lambda: place.panel.model.find("message:zebra-new") == 0)
    top = place.panel.list.indexAt(QPoint(50, 1))
    assert (place.panel.model.hit(top.row()), place.panel.list.visualRect(top).top()) == at


# --- what is said ----------------------------------------------------------------------------------------------------


def test_nothing_found_says_what_could_help(place: Any) -> None:
    place.types("zzzz")
    assert place.panel.empty_title.text() == "Nothing found"
    assert "fewer or other words" in place.panel.empty_text.text()
    assert not place.panel.mend.isVisible()
    place.panel.field.clear()
    place.panel.part_buttons[Part.NOTES].click()
    place.types("lindqvist")
    assert "Notes" in place.panel.empty_text.text()
    place.panel.mend.click()
    place.shift.settle()
    assert "Peter Lindqvist" in place.titles
    assert place.panel.part_buttons[Part.ALL].isChecked()


def test_a_filter_that_was_not_understood_is_named_and_can_be_taken_out(place: Any) -> None:
    place.types("before:nonsense Rechnung")
    assert place.panel.ignored.isVisible()
    assert "before:nonsense" in place.panel.ignored_text.text()
    assert place.titles
    place.panel.remove.click()
    place.shift.settle()
    assert place.panel.field.text() == "Rechnung"
    assert not place.panel.ignored.isVisible()


def test_a_history_still_being_indexed_is_told(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    real = projections.search
    share = [0.62]

    def _growing(*args: Any, **more: Any) -> SearchPage:
        page = real(*args, **more)
        return SearchPage(page.hits, page.more, share[0], page.ignored)

    monkeypatch.setattr(projections, "search", _growing)
    place.types("Rechnung")
    assert place.panel.said.text() == "Searching in 62% of the history so far."
    share[0] = 1.0
    place.shift.until(lambda: not place.panel.said.isVisible())


def test_a_search_that_fails_is_told_with_a_way_out(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    real = projections.search

    def _broken(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(projections, "search", _broken)
    place.types("Rechnung")
    assert "did not work" in place.panel.empty_title.text()
    monkeypatch.setattr(projections, "search", real)
    place.panel.mend.click()
    place.shift.settle()
    assert place.page is place.panel.list
    assert place.panel.field.hasFocus()


# --- recent searches and examples ------------------------------------------------------------------------------------


def test_a_search_that_led_somewhere_is_offered_again_and_can_be_cleared(place: Any) -> None:
    place.types("weber")
    press(place, Qt.Key.Key_Return)
    place.panel.field.clear()
    place.shift.settle()
    start = place.panel.start
    assert [button.accessibleName() for button in start.recent_buttons] == ["weber"]
    press(place, Qt.Key.Key_Down)
    assert start.recent_buttons[0].hasFocus()
    QTest.keyClick(start.recent_buttons[0], Qt.Key.Key_Space)
    place.shift.settle()
    assert place.panel.field.text() == "weber"
    assert place.titles
    place.panel.field.clear()
    start.clear.click()
    place.shift.settle()
    assert start.recent_buttons == []
    assert not start._recent_box.isVisible()


def test_a_search_is_shown_as_it_was_typed(place: Any) -> None:
    text = "<b>R&D</b> " + "x" * 60
    place.panel.recent.keep(text)
    place.shift.settle()
    (button,) = place.panel.start.recent_buttons
    assert button.text().startswith("<b>R&&D</b>")
    assert button.text().endswith("…")
    button.click()
    assert place.panel.field.text() == text


def test_examples_can_be_clicked(place: Any) -> None:
    start = place.panel.start
    whole = next(button for button in start.examples if " " in button.text())
    whole.click()
    place.shift.settle()
    assert place.panel.field.text() == whole.text()
    place.panel.field.clear()
    place.shift.settle()
    begun = next(button for button in start.examples if button.text() == "is:")
    begun.click()
    assert place.panel.field.text() == "is:"
    assert place.panel.field.hasFocus()
    assert place.panel.popup.isVisible()


# --- completing ------------------------------------------------------------------------------------------------------


def test_tab_completes_a_filter_and_then_goes_on_to_the_next_control(place: Any) -> None:
    place.types("ch")
    assert place.panel.popup.isVisible()
    press(place, Qt.Key.Key_Tab)
    assert place.panel.field.text() == "channel:"
    place.types("e")
    press(place, Qt.Key.Key_Tab)
    assert place.panel.field.text() == "channel:email "
    assert not place.panel.popup.isVisible()
    place.shift.settle()
    assert {hit.channel for hit in place.panel.model.page.hits} == {Channel.EMAIL}
    press(place, Qt.Key.Key_Tab)
    assert not place.panel.field.hasFocus()


def test_arrows_walk_in_the_values_and_pass_by_a_mere_name(place: Any) -> None:
    place.types("is:")
    press(place, Qt.Key.Key_Down)
    press(place, Qt.Key.Key_Return)
    assert place.panel.field.text() == "is:closed "
    place.panel.field.clear()
    place.types("we")
    place.types("b")
    place.panel.popup.offer("fro", 3)
    press(place, Qt.Key.Key_Down)
    assert not place.panel.popup.isVisible()
    assert place.row == 0


def test_a_value_is_taken_by_a_click_and_the_list_goes_with_the_keyboard(place: Any) -> None:
    place.types("is:")
    popup = place.panel.popup
    QTest.mouseClick(
        popup.list.viewport(),
        Qt.MouseButton.LeftButton,
        pos=popup.list.visualRect(popup.list.model().index(0, 0)).center(),
    )
    assert place.panel.field.text() == "is:open "
    place.panel.field.put("is:")
    assert popup.isVisible()
    place.panel.order_button.setFocus()
    assert not popup.isVisible()


def test_the_values_are_heard_with_their_meaning(place: Any) -> None:
    place.types("is:")
    model = place.panel.popup.list.model()
    said = [model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(model.rowCount())]
    assert said[0] == "open, not closed yet"
    place.panel.field.put("after:")
    assert "yesterday, Yesterday" in [
        model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(model.rowCount())
    ]


def test_german_is_typed_and_offered_in_german(
    german: None, shift: Any, theme: Theme, show: Callable[..., Any], typed: Callable[..., None]
) -> None:
    from desktop.ui.search.panel import SearchPanel

    shift.workplace.language = "de"
    panel = SearchPanel(shift.workplace, theme)
    show(panel, 300, 700)
    panel.take_focus()
    assert [button.text() for button in panel.start.examples][3:] == ["von:", "kanal:", "nach:", "vor:", "ist:", "in:"]
    typed(panel.field, "ist:off")
    QTest.keyClick(panel.field, Qt.Key.Key_Tab)
    typed(panel.field, "nach:gestern weber")
    shift.settle()
    assert panel.field.text() == "ist:offen nach:gestern weber"
    assert panel.model.page.ignored == ()
    assert {hit.title for hit in panel.model.page.hits} == {"Jana Weber"}
    assert all(hit.is_open for hit in panel.model.page.hits)
    panel.hide()


def test_what_is_walked_over_and_how_much_was_found_is_read_out(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    monkeypatch.setattr(QAccessible, "isActive", lambda: True)
    monkeypatch.setattr(QAccessible, "updateAccessibility", lambda event: heard.append(event.message()))
    place.types("lindqvist is:customer")
    place.shift.until(lambda: heard and heard[-1] == "1 found")
    press(place, Qt.Key.Key_Down)
    assert heard[-1].startswith("Peter Lindqvist, Customer")
    place.panel.field.clear()
    place.types("zzz")
    place.shift.until(lambda: heard[-1] == "Nothing found")


# --- rows ------------------------------------------------------------------------------------------------------------


def found(place: Any, *more: SearchHit) -> None:
    place.panel.model._show(SearchPage(tuple(more)))
    place.panel._pages.setCurrentWidget(place.panel.list)


def a_hit(place: Any, text: str = "Die Rechnung", **facts: Any) -> SearchHit:
    given = {
        "kind": HitKind.MESSAGE,
        "id": "m",
        "at": place.shift.workplace.now(),
        "title": "Jana Weber",
        "snippet": (Span(text[:4]), Span(text[4:12], True), Span(text[12:])),
        "channel": Channel.CHAT,
    } | facts
    return SearchHit(**given)


def test_each_hit_is_heard_with_what_it_is(place: Any) -> None:
    hit = a_hit(place, author=Author.AGENT, is_open=True)
    spoken = hits.describe(hit)
    assert spoken.startswith("Jana Weber, Reply, Chat, open, Die Rechnung, ")
    assert "Customer" in hits.describe(a_hit(place, kind=HitKind.CUSTOMER, channel=None))
    assert hits.describe(a_hit(place, kind=HitKind.NOTE, title="")).startswith("Unknown customer, Note")


@pytest.mark.parametrize("name", ["light", "dark", "contrast"])
def test_the_words_found_stand_on_a_tint_in_every_theme(place: Any, theme: Theme, name: str) -> None:
    theme.choose(name)
    found(place, a_hit(place))
    picture = place.panel.list.viewport().grab().toImage()
    colours = {picture.pixelColor(x, y).name() for x in range(60, 200) for y in range(30, 50)}
    assert theme.tokens["found"] in colours


def test_a_long_text_takes_two_lines_and_one_in_a_compact_window(place: Any, theme: Theme) -> None:
    short, long = a_hit(place), a_hit(place, "Die Rechnung " + "und noch mehr " * 12, id="n")
    found(place, short, long)
    view = place.panel.list

    def heights() -> list[int]:
        return [view.visualRect(place.panel.model.index(row)).height() for row in range(2)]

    assert heights() == [ROW, TALL]
    theme.set_compact(True)
    assert heights() == [COMPACT, COMPACT]
    assert not view.viewport().grab().isNull()


def test_hostile_texts_are_painted_as_they_are(place: Any) -> None:
    texts = ["<b>fett</b>\u2028zwei\nZeilen\t" * 9, "😀" * 90, "עברית " * 30, "\u202eumgedreht", "A" * 400, ""]
    found(place, *(a_hit(place, text, id=str(number)) for number, text in enumerate(texts)))
    assert not place.panel.list.viewport().grab().isNull()
    place.panel.list.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    place.panel.list.setCurrentIndex(place.panel.model.index(0))
    assert not place.panel.list.viewport().grab().isNull()


def test_the_chosen_row_has_its_bar_on_the_side_where_reading_begins(place: Any, theme: Theme) -> None:
    found(place, a_hit(place))
    place.panel.list.setCurrentIndex(place.panel.model.index(0))
    picture = place.panel.list.viewport().grab().toImage()
    assert picture.pixelColor(1, 30) == theme.color("accent")
    place.panel.list.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    picture = place.panel.list.viewport().grab().toImage()
    assert picture.pixelColor(picture.width() - 2, 30) == theme.color("accent")

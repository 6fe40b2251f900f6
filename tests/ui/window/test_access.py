"""The whole window by keyboard and by ear, and no word cut: with a contact open, wrapping up, while offers ring, with the
palette open, and on sign-in; in English and in German."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDateTimeEdit,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.domain.changes import Cause
from desktop.domain.commands import AddNote, SendMessage, UpdateCustomer
from desktop.store import outbox
from desktop.ui.sign_in import SignInDialog
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.eliding import ElidedLabel
from desktop.ui.window.main_window import MainWindow
from desktop.ui.window.notifier import Notifier
from desktop.ui.window.preferences import Preferences

ACTIVE = (
    QAbstractButton,
    QLineEdit,
    QComboBox,
    QDateTimeEdit,
    QAbstractItemView,
    QPlainTextEdit,
    QTextEdit,
    QProgressBar,
    QScrollArea,
)


def open_contact(window: Any, shift: Any) -> None:
    shift.opens(shift.sample.CHAT)
    shift.until(lambda: window.context.journey_card.chart is not None)


def mail(window: Any, shift: Any) -> None:
    shift.opens(shift.sample.MAIL)


def wrap_up(window: Any, shift: Any) -> None:
    shift.opens(shift.sample.WRAP)
    shift.until(lambda: window.interaction.card.isVisible())


def nothing_open(window: Any, shift: Any) -> None:
    shift.settle()


def offers_and_customers(window: Any, shift: Any) -> None:
    window.go("customers")
    QTest.keyClicks(window.customers.search, "a")
    shift.settle()


def search(window: Any, shift: Any) -> None:
    shift.opens(shift.sample.CHAT)
    window.search.recent.keep("Rechnung von gestern")
    window.go("search")
    shift.settle()


def searched(window: Any, shift: Any) -> None:
    window.search_for("vor:unsinn is:note Rechnung x")
    shift.settle()


def finding(window: Any, shift: Any) -> None:
    shift.opens(shift.sample.CHAT)
    window.interaction.find_bar.open_bar()
    QTest.keyClicks(window.interaction.find_bar.field, "zzz")
    shift.settle()


def looked_up(window: Any, shift: Any) -> None:
    shift.opens(shift.sample.CHAT)
    window.context.show_customer(shift.sample.PETER)
    shift.settle()


def history(window: Any, shift: Any) -> None:
    shift.opens(shift.sample.CHAT)
    window.context._tabs.button(2).click()
    shift.settle()


def journey(window: Any, shift: Any) -> None:
    shift.opens(shift.sample.CHAT)
    window.context._tabs.button(1).click()
    shift.until(lambda: window.context.large_journey.chart is not None)


def notice(window: Any, shift: Any) -> None:
    shift.opens(shift.sample.CHAT)
    window.notices.tell("Saved: Kontoauszug November.pdf", "warn", "Undo", lambda: None, stays=True)


def outgoing(window: Any, shift: Any) -> None:
    """A refused message, one behind it, an edit that met a colleague's; the outbox over it all."""
    sample = shift.sample
    shift.opens(sample.CHAT)
    for command, code in (
        (SendMessage(interaction_id=sample.CHAT, text="Gern geschehen"), "no_consent"),
        (
            UpdateCustomer(customer_id=sample.JANA, fields={"name": "Jana Lang"}, before={"name": "J. Weber"}),
            "conflict",
        ),
    ):
        id_ = shift.workplace.perform(command)
        shift.settle()
        shift.store.write(lambda w, id_=id_, code=code: outbox.wedge(w, id_, code), Cause.NETWORK).result()
    shift.workplace.perform(AddNote(interaction_id=sample.CHAT, text="ruft zurück"))
    shift.settle()


def outbox_open(window: Any, shift: Any) -> None:
    outgoing(window, shift)
    window.outgoing.panel.open()
    shift.settle()


def closing(window: Any, shift: Any) -> None:
    outgoing(window, shift)
    window.close()
    shift.until(window.outgoing.sheet.isVisible)
    shift.settle()


def editing(window: Any, shift: Any) -> None:
    shift.opens(shift.sample.CHAT)
    window.context.begin_edit()
    shift.settle()
    window.context.editing.type("birth_date", "14.3.80")
    window.context.editing.save()
    shift.settle()


def guide(window: Any, shift: Any) -> None:
    """A step that needs something, one done and one skipped above it, and what the centre knows below."""
    shift.arrives(*shift.sample.guidance(datetime.now(UTC)))
    shift.opens(shift.sample.CHAT)
    flows = window.context.flows
    flows.start("upset")
    shift.settle()
    flows.skip("declined")
    flows.start("double-charge")
    shift.settle()
    flows.done()
    window.context.show_guide()
    shift.settle()


def guided(window: Any, shift: Any) -> None:
    guide(window, shift)
    window.context.show_tab(0)
    window.context.suggestions.toggle_reasons()
    shift.settle()


def article(window: Any, shift: Any) -> None:
    shift.arrives(*shift.sample.guidance(datetime.now(UTC)))
    shift.opens(shift.sample.CHAT)
    window.context.show_article("refund-time")
    shift.settle()


def table(window: Any, shift: Any) -> None:
    window.shortcuts.show_table()
    shift.settle()


SCENES: dict[str, Callable[[Any, Any], None]] = {
    "nothing open": nothing_open,
    "chat": open_contact,
    "mail": mail,
    "wrap-up": wrap_up,
    "customers": offers_and_customers,
    "search": search,
    "searched": searched,
    "finding": finding,
    "looked up": looked_up,
    "history": history,
    "journey": journey,
    "notice": notice,
    "conflict": outgoing,
    "outbox": outbox_open,
    "closing": closing,
    "editing": editing,
    "guide": guide,
    "guided": guided,
    "article": article,
    "shortcuts": table,
}


@pytest.fixture(params=["en", "de"])
def anywhere(
    request: pytest.FixtureRequest,
    qtbot: QtBot,
    shift: Any,
    theme: Theme,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[MainWindow]:
    """The window in a language, at 1280 by 800."""
    if request.param == "de":
        request.getfixturevalue("german")
        shift.workplace.language = "de"
    monkeypatch.setattr(Notifier, "_play", lambda notifier: None)
    window = MainWindow(theme, Preferences(tmp_path / "preferences.json"))
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.attach(shift.workplace)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    shift.settle()
    yield window
    window.shortcuts.clear()
    window.detach()


def described(widget: QWidget) -> str:
    owner = widget.parentWidget()
    look = widget.property("look") or ""
    text = getattr(widget, "text", lambda: "")()
    return f"{type(widget).__name__}[{look}] {widget.objectName()!r} {text!r} in {type(owner).__name__}"


def visible(window: QWidget, *kinds: type[QWidget]) -> list[Any]:
    """Return what of some kinds is on the screen, parts that Qt makes inside of others left out."""
    found = []
    for widget in window.findChildren(QWidget):
        is_qts = widget.objectName().startswith("qt_") or isinstance(widget.parentWidget(), QComboBox | QLineEdit)
        if isinstance(widget, kinds) and widget.isVisible() and not is_qts:
            found.append(widget)
    return found


def name_of(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return widget.accessibleName() or text


def reached_by_tab(window: QWidget) -> set[int]:
    """Press Tab round the window once; a field that takes Tab for itself is left by Ctrl+Tab."""
    seen: set[int] = set()
    start = None
    for _ in range(400):
        focus = QApplication.focusWidget()
        if focus is None or (start is not None and id(focus) == start and len(seen) > 3):
            break
        seen.add(id(focus))
        start = start or id(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
        if QApplication.focusWidget() is focus:
            QTest.keyClick(focus, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
            if QApplication.focusWidget() is focus:
                break
    return seen


def is_reachable(widget: QWidget) -> bool:
    return widget.isEnabled() and bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)


# One window for all three: to make it and go there takes longer than to look.
@pytest.mark.parametrize("scene", list(SCENES))
def test_all_that_can_be_used_has_a_name_no_word_is_cut_and_tab_goes_everywhere(
    anywhere: MainWindow, shift: Any, scene: str
) -> None:
    SCENES[scene](anywhere, shift)
    active = visible(anywhere, *ACTIVE)
    assert len(active) >= 8
    assert [described(widget) for widget in active if not name_of(widget)] == [], "without a name"
    QCoreApplication.processEvents()
    for area in anywhere.findChildren(QScrollArea):
        body = area.widget()
        if body is not None and area.isVisible():
            assert body.minimumSizeHint().width() <= area.viewport().width(), described(area)
    told = visible(anywhere, QLabel, QPushButton)
    assert len(told) > 10
    assert [described(widget) for widget in told if is_cut(widget)] == [], "cut"
    if scene == "shortcuts":  # a table to read: its window is left by Escape
        return
    anywhere.inbox.search.setFocus() if anywhere.inbox.isVisible() else anywhere.customers.search.setFocus()
    seen = reached_by_tab(anywhere)
    usable = [
        widget
        for widget in visible(anywhere, QAbstractButton, QLineEdit, QComboBox, QAbstractItemView, QPlainTextEdit)
        if widget.isEnabled() and not only_tells(widget)
    ]
    missed = [described(widget) for widget in usable if not {id(one) for one in group_of(widget)} & seen]
    assert missed == [], "not reached by Tab"
    assert len(seen) >= 8


def group_of(widget: QWidget) -> list[QWidget]:
    """Of an exclusive group Tab reaches one, and the arrow keys the others."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return list(group.buttons()) if group is not None and group.exclusive() else [widget]


def only_tells(widget: QWidget) -> bool:
    """A chip that cannot be pressed is a label in the clothes of a button."""
    return bool(widget.property("still"))


def is_cut(widget: QWidget) -> bool:
    if isinstance(widget, ElidedLabel) or not widget.text():  # type: ignore[attr-defined]
        return False
    if isinstance(widget, QLabel):
        if widget.wordWrap():
            needed = widget.heightForWidth(widget.width())
            longest = max((metrics_of(widget, word) for word in widget.text().split()), default=0)
            return needed > widget.height() + 1 or longest > widget.contentsRect().width() + 1
        return metrics_of(widget, widget.text()) > widget.contentsRect().width() + 1
    return widget.sizeHint().width() > widget.width() + 1


def metrics_of(label: QLabel, text: str) -> int:
    return max(QFontMetrics(label.font()).horizontalAdvance(line) for line in (text.splitlines() or [""]))


def test_the_palette_is_heard_and_whole(anywhere: MainWindow, shift: Any) -> None:
    shift.opens(shift.sample.CHAT)
    anywhere.palette_.open()
    palette = anywhere.palette_
    assert palette.field.accessibleName()
    assert palette.list.accessibleName()
    assert palette.accessibleName()
    for row in range(palette._model.rowCount()):
        assert palette._model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole)


def test_every_menu_has_words(anywhere: MainWindow, shift: Any) -> None:
    shift.opens(shift.sample.CHAT)
    anywhere._on_preferences(anywhere.rail)
    menus = anywhere.findChildren(QMenu)
    assert len(menus) > 5
    for menu in menus:
        assert [described(menu) for action in menu.actions() if not (action.text() or action.isSeparator())] == []
        menu.close()


def test_the_panes_do_not_overlap(anywhere: MainWindow, shift: Any) -> None:
    shift.opens(shift.sample.CHAT)
    boxes = [
        QRect(pane.mapTo(anywhere, QPoint(0, 0)), pane.size())
        for pane in (anywhere.rail, anywhere.inbox, anywhere.interaction, anywhere.context, anywhere.strip)
    ]
    for number, one in enumerate(boxes):
        assert not any(one.intersects(other) for other in boxes[number + 1 :])


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("state", ["fresh", "no keyring", "busy"])
def test_the_sign_in_dialog(
    request: pytest.FixtureRequest, qtbot: QtBot, theme: Theme, language: str, state: str
) -> None:
    if language == "de":
        request.getfixturevalue("german")
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(900, 700)
    host.show()
    dialog = SignInDialog(theme, "", "", host)
    with qtbot.waitExposed(dialog):
        dialog.open()
    if state == "no keyring":
        dialog.offer_file_vault("no_keyring")
    elif state == "busy":
        dialog.user.setText("anna")
        dialog.password.setText("x")
        dialog.sign_in.click()
    QCoreApplication.processEvents()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    active = visible(dialog, *ACTIVE)
    assert [described(widget) for widget in active if not name_of(widget)] == []
    assert [described(widget) for widget in visible(dialog, QLabel, QPushButton) if is_cut(widget)] == []
    if state != "busy":
        dialog.url.setFocus()
        seen = reached_by_tab(dialog)
        assert [described(widget) for widget in active if is_reachable(widget) and id(widget) not in seen] == []
    dialog.close()

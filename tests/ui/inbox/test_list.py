"""The list of contacts: its views, its rows in words and clocks, the keyboard in it, and that it keeps still."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QStyleOptionViewItem, QToolTip

from desktop.domain.changes import Cause
from desktop.domain.channels import Channel
from desktop.domain.interaction import Author, Interaction, InteractionState
from desktop.store import journal
from desktop.store.rows import Draft
from desktop.ui.inbox import rows
from desktop.ui.inbox.delegate import COMPACT_ROW, ROW
from desktop.ui.inbox.panel import InboxPanel
from desktop.ui.theme import painting
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.inbox import Header, InboxRow, InboxView, Role

CTRL = Qt.KeyboardModifier.ControlModifier
NASTY = '<b>Rechnung</b><img src="file:///etc/passwd"> & mehr'


@pytest.fixture
def panel(shift: Any, theme: Theme, show: Callable[..., Any]) -> Iterator[InboxPanel]:
    made = InboxPanel(shift.workplace, theme)
    show(made, 332, 760)
    shift.settle()
    yield made
    made.hide()


def entries(panel: InboxPanel) -> list[Any]:
    return [panel.model.entry(row) for row in range(panel.model.rowCount())]


def ids(panel: InboxPanel) -> list[str]:
    return [entry.interaction.id for entry in entries(panel) if isinstance(entry, InboxRow)]


def row(panel: InboxPanel, id_: str) -> InboxRow:
    found = panel.model.entry(panel.model.row_of(id_))  # type: ignore[arg-type]
    assert isinstance(found, InboxRow)
    return found


def spoken(panel: InboxPanel, id_: str) -> str:
    return str(panel.model.index(panel.model.row_of(id_)).data(Qt.ItemDataRole.AccessibleTextRole))  # type: ignore[arg-type]


def contact(shift: Any, id_: str, **fields: Any) -> Interaction:
    now = shift.workplace.now()
    defaults = {
        "channel": Channel.CHAT,
        "state": InteractionState.ACTIVE,
        "assignee": shift.sample.ME,
        "queue": "billing",
        "customer_name": "Nora Novak",
        "created_at": now - timedelta(minutes=1),
        "updated_at": now,
        "last_at": now,
        "last_author": Author.CUSTOMER,
        "last_text": "Hello",
        "version": 1,
    }
    return Interaction(id=id_, **{**defaults, **fields})  # type: ignore[arg-type]


# --- views -----------------------------------------------------------------------------------------------------------


def test_my_work_has_its_parts_under_headers(panel: InboxPanel, shift: Any) -> None:
    said = [rows.header_title(e) if isinstance(e, Header) else e.interaction.id for e in entries(panel)]
    s = shift.sample
    assert said[0] == "In progress"
    assert set(said[1:5]) >= {s.CHAT, s.MAIL, s.CALL, s.WRAP}
    assert said[5:] == ["Waiting for customer", s.SMS, "Snoozed", s.SNOOZED]


def test_the_menu_of_views_counts_each_but_what_is_closed(panel: InboxPanel) -> None:
    menu = panel.view_button.menu()
    assert [action.text() for action in menu.actions()] == [
        "My work  (4)",
        "Queues  (1)",
        "Waiting for customer  (1)",
        "Snoozed  (1)",
        "Closed",
    ]
    assert [action.isChecked() for action in menu.actions()] == [True, False, False, False, False]


@pytest.mark.parametrize(("key", "title", "name"), [("2", "Queues", "QUEUED"), ("5", "Closed", "CLOSED")])
def test_a_view_is_chosen_by_key(panel: InboxPanel, shift: Any, key: str, title: str, name: str) -> None:
    QTest.keyClick(panel, Qt.Key(ord(key)), CTRL | Qt.KeyboardModifier.AltModifier)
    shift.until(lambda: ids(panel) == [getattr(shift.sample, name)])
    assert panel.view_button.text() == title
    assert panel.view_button.accessibleName() == f"List: {title}"


def test_a_header_clicked_leads_to_its_view_at_once(
    panel: InboxPanel, shift: Any, pointer: Callable[..., None]
) -> None:
    at = next(n for n, e in enumerate(entries(panel)) if isinstance(e, Header) and e.view is InboxView.SNOOZED)
    spot = panel.list.visualRect(panel.model.index(at)).center()
    # The pointer has just come there, and moves on over the list.
    pointer(panel.list.viewport(), spot.x(), spot.y())
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    pointer(panel.list.viewport(), spot.x() + 1, spot.y())
    shift.settle()
    assert panel.view_button.text() == "Snoozed"
    assert ids(panel) == [shift.sample.SNOOZED]


def test_search_narrows_by_all_words_and_the_headers_count_what_is_left(
    panel: InboxPanel, shift: Any, typed: Callable[..., None]
) -> None:
    panel.focus_search()
    typed(panel.search, "baumgärtner morgen")
    shift.until(lambda: ids(panel) == [shift.sample.SNOOZED])
    typed(panel.search, " xyz")
    shift.until(lambda: panel.model.rowCount() == 0)
    assert panel._pages.currentIndex() == 1
    assert panel._empty_title.text() == "Nothing found"
    assert "Ctrl+K" in panel._empty_text.text()
    panel.search.clear()
    shift.until(lambda: len(ids(panel)) == 6)
    assert panel._pages.currentIndex() == 0


def test_an_empty_list_says_why_it_is_empty(panel: InboxPanel, shift: Any) -> None:
    shift.arrives(contact(shift, shift.sample.QUEUED, assignee=shift.sample.BEN, version=9))
    for view, title in ((InboxView.QUEUES, "The queues are empty"), (InboxView.MINE, None)):
        panel.show_view(view)
        shift.settle()
        assert panel._pages.currentIndex() == (1 if title else 0)
        assert title is None or panel._empty_title.text() == title
        assert title is None or panel._empty_text.text() == "Nobody is waiting at the moment."


# --- the keyboard ----------------------------------------------------------------------------------------------------


def test_arrows_walk_from_contact_to_contact_past_the_headers_and_open_them(panel: InboxPanel, shift: Any) -> None:
    panel.list.setFocus()
    visited = []
    for _ in range(7):
        QTest.keyClick(panel.list, Qt.Key.Key_Down)
        visited.append(shift.workplace.current)
        assert panel.list.selectionModel().isSelected(panel.list.currentIndex())
    assert visited == [*ids(panel), ids(panel)[-1]]
    for expected in [*ids(panel)[-2::-1], ids(panel)[0]]:
        QTest.keyClick(panel.list, Qt.Key.Key_Up)
        assert shift.workplace.current == expected
    QTest.keyClick(panel.list, Qt.Key.Key_End)
    assert shift.workplace.current == ids(panel)[-1]
    QTest.keyClick(panel.list, Qt.Key.Key_Home)
    assert shift.workplace.current == ids(panel)[0]


def test_ctrl_and_arrows_step_from_anywhere(panel: InboxPanel, shift: Any) -> None:
    panel.search.setFocus()
    QTest.keyClick(panel.search, Qt.Key.Key_Down, CTRL)
    assert shift.workplace.current == ids(panel)[0]
    QTest.keyClick(panel.search, Qt.Key.Key_Down, CTRL)
    assert shift.workplace.current == ids(panel)[1]
    assert panel.list.currentIndex().data(Role.ID) == ids(panel)[1]
    QTest.keyClick(panel.search, Qt.Key.Key_Up, CTRL)
    QTest.keyClick(panel.search, Qt.Key.Key_Up, CTRL)
    assert shift.workplace.current == ids(panel)[0]


def test_a_click_opens(panel: InboxPanel, shift: Any) -> None:
    spot = panel.list.visualRect(panel.model.index(panel.model.row_of(shift.sample.MAIL))).center()
    with shift.qtbot.waitSignal(panel.opened):
        QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert shift.workplace.current == shift.sample.MAIL


# --- keeping still ---------------------------------------------------------------------------------------------------


def test_rows_wait_while_the_pointer_moves_over_the_list(
    panel: InboxPanel, shift: Any, pointer: Callable[..., None]
) -> None:
    before = ids(panel)
    pointer(panel.list.viewport(), 50, 50)
    soon = shift.workplace.now() + timedelta(seconds=30)
    shift.arrives(contact(shift, "i-new", due_at=soon))
    assert ids(panel) == before
    # What does not move is told at once.
    shift.arrives(
        contact(
            shift,
            shift.sample.MAIL,
            last_text="Hurry, please",
            due_at=row(panel, shift.sample.MAIL).interaction.due_at,
            version=8,
        )
    )
    assert ids(panel) == before
    QApplication.sendEvent(panel.list.viewport(), QEvent(QEvent.Type.Leave))
    assert ids(panel)[0] == "i-new"
    assert row(panel, shift.sample.MAIL).interaction.last_text == "Hurry, please"


def test_rows_move_when_the_pointer_has_come_to_rest(
    panel: InboxPanel, shift: Any, pointer: Callable[..., None]
) -> None:
    panel._rest.setInterval(30)
    pointer(panel.list.viewport(), 50, 50)
    shift.arrives(contact(shift, "i-new", due_at=shift.workplace.now() + timedelta(seconds=30)))
    shift.until(lambda: ids(panel)[0] == "i-new")


def test_what_empties_while_the_pointer_moves_says_so_afterwards(
    panel: InboxPanel, shift: Any, pointer: Callable[..., None]
) -> None:
    panel.show_view(InboxView.QUEUES)
    shift.settle()
    pointer(panel.list.viewport(), 50, 50)
    shift.arrives(contact(shift, shift.sample.QUEUED, assignee=shift.sample.BEN, version=9))
    assert panel._pages.currentIndex() == 0
    QApplication.sendEvent(panel.list.viewport(), QEvent(QEvent.Type.Leave))
    assert panel._pages.currentIndex() == 1


def test_a_list_hidden_under_the_pointer_is_up_to_date_when_it_comes_back(
    panel: InboxPanel, shift: Any, pointer: Callable[..., None]
) -> None:
    pointer(panel.list.viewport(), 50, 50)
    panel.hide()
    shift.arrives(contact(shift, "i-new", due_at=shift.workplace.now() + timedelta(seconds=30)))
    panel.show()
    assert ids(panel)[0] == "i-new"


def test_the_selected_row_stays_selected_as_rows_come_move_and_go(panel: InboxPanel, shift: Any) -> None:
    s = shift.sample
    shift.opens(s.CHAT)

    def selected() -> list[str]:
        return [index.data(Role.ID) for index in panel.list.selectionModel().selectedIndexes()]

    assert selected() == [s.CHAT]
    now = shift.workplace.now()
    shift.arrives(contact(shift, "i-a", due_at=now + timedelta(seconds=20)), contact(shift, "i-b"))
    assert (selected(), ids(panel)[0]) == ([s.CHAT], "i-a")
    shift.arrives(contact(shift, s.CHAT, due_at=now + timedelta(days=2), version=7))
    assert ids(panel).index(s.CHAT) > ids(panel).index(s.MAIL)
    assert selected() == [s.CHAT]
    shift.arrives(contact(shift, "i-a", state=InteractionState.CLOSED, version=7))
    assert selected() == [s.CHAT]


def test_a_row_that_goes_does_not_open_its_neighbour(panel: InboxPanel, shift: Any) -> None:
    s = shift.sample
    panel.list.setFocus()
    shift.opens(s.CHAT)
    shift.arrives(contact(shift, s.CHAT, state=InteractionState.CLOSED, version=7))
    assert s.CHAT not in ids(panel)
    assert shift.workplace.current == s.CHAT
    assert not panel.list.selectionModel().hasSelection()
    below = panel.list.currentIndex().data(Role.ID)
    QTest.keyClick(panel.list, Qt.Key.Key_Down)
    assert shift.workplace.current == below


# --- what a row says -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes_ago", "minutes_left", "said"),
    [
        (2, 8, ("8 min", "neutral", "clock")),
        (7, 3, ("3 min", "neutral", "clock")),
        (8, 2, ("2 min", "warn", "clock")),
        (10, -3, ("3 min late", "bad", "clock")),
    ],
)
def test_the_clock_turns_amber_under_a_quarter_of_the_time_and_red_when_late(
    panel: InboxPanel, shift: Any, minutes_ago: float, minutes_left: float, said: tuple[str, str, str]
) -> None:
    now = shift.workplace.now()
    due = now + timedelta(minutes=minutes_left, seconds=0.5 if minutes_left > 0 else -0.5)
    shift.arrives(contact(shift, "i-x", last_at=now - timedelta(minutes=minutes_ago), due_at=due))
    assert rows.pill(row(panel, "i-x"), now) == said


def test_wrap_up_and_snooze_have_clocks_of_their_own(panel: InboxPanel, shift: Any) -> None:
    now = shift.workplace.now()
    text, kind, icon = rows.pill(row(panel, shift.sample.WRAP), now)
    assert (kind, icon) == ("accent", "wrap_up")
    assert text.startswith("0:4")
    assert rows.pill(row(panel, shift.sample.SNOOZED), now) == ("Tomorrow", "neutral", "snooze")
    assert rows.pill(row(panel, shift.sample.SMS), now) == ("", "neutral", "")


def test_the_screen_reader_hears_who_by_what_in_which_state_the_words_and_the_clock(
    panel: InboxPanel, shift: Any
) -> None:
    s = shift.sample
    assert spoken(panel, s.CHAT) == (
        "Jana Weber, Chat, In progress, Der Anruf letzte Woche hat leider auch nichts gebracht., answer in 4 min, "
        "angry, 1 new"
    )
    assert spoken(panel, s.CALL) == "Peter Lindqvist, Call, In progress, Call, neutral, 1 new"
    assert spoken(panel, s.SMS) == "Sofia Oliveira, SMS, Waiting for customer, You: Please send us a photo."
    shift.arrives(
        contact(
            shift,
            s.SNOOZED,
            state=InteractionState.SNOOZED,
            snoozed_until=shift.workplace.now() + timedelta(days=1),
            due_at=shift.workplace.now() + timedelta(hours=2),
            version=8,
        )
    )
    assert "answer in" not in spoken(panel, s.SNOOZED)
    assert "Tomorrow" in spoken(panel, s.SNOOZED)
    header = panel.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert header == "In progress, 4"


def test_a_late_row_is_heard_to_be_late(panel: InboxPanel, shift: Any) -> None:
    shift.workplace.later(600)
    assert "5 min late" in spoken(panel, shift.sample.CHAT)


def test_a_colleagues_last_words_are_not_called_mine(panel: InboxPanel, shift: Any) -> None:
    shift.arrives(
        contact(
            shift,
            "i-bens-old",
            assignee=shift.sample.BEN,
            state=InteractionState.CLOSED,
            closed_at=shift.workplace.now(),
            last_author=Author.AGENT,
            last_text="All sorted.",
        )
    )
    panel.show_view(InboxView.CLOSED)
    shift.settle()
    assert "Colleague: All sorted." in spoken(panel, "i-bens-old")


def test_unread_counts_the_customers_messages_and_a_draft_is_marked(panel: InboxPanel, shift: Any) -> None:
    s, now = shift.sample, shift.workplace.now()
    assert row(panel, s.MAIL).unread == 1
    more = [s.message(f"m-{n}", s.MAIL, Author.CUSTOMER, now + timedelta(seconds=n), f"and {n}") for n in range(3)]
    shift.arrives(*more)
    assert row(panel, s.MAIL).unread == 4
    assert not row(panel, s.MAIL).has_draft
    draft = Draft(interaction_id=s.MAIL, kind="reply", text="Dear", fields={}, updated_at=now)
    shift.store.write(lambda w: journal.save_draft(w, draft), Cause.AGENT).result()
    shift.settle()
    assert row(panel, s.MAIL).has_draft
    assert spoken(panel, s.MAIL).endswith("4 new, draft")


def test_the_tooltip_holds_all_the_words_and_never_markup(panel: InboxPanel, shift: Any) -> None:
    words = NASTY + " und noch viel mehr" * 20
    shift.arrives(contact(shift, "i-x", customer_name="<i>Eva</i>", subject="<u>Re</u>", last_text=words))
    index = panel.model.index(panel.model.row_of("i-x"))  # type: ignore[arg-type]
    spot = panel.list.visualRect(index).center()
    event = QHelpEvent(QEvent.Type.ToolTip, spot, panel.list.viewport().mapToGlobal(spot))
    option = QStyleOptionViewItem()
    assert panel.list.itemDelegate().helpEvent(event, panel.list, option, index)
    tip = QToolTip.text()
    QToolTip.hideText()
    for bad in ("<b>", "<img", "<i>", "<u>"):
        assert bad not in tip
    assert "&lt;img src=" in tip
    assert tip.count("und noch viel mehr") == 20


def test_rows_are_lower_when_compact(panel: InboxPanel, theme: Theme) -> None:
    at = panel.model.index(1)
    panel.list.doItemsLayout()
    assert panel.list.visualRect(at).height() == ROW
    theme.set_compact(True)
    panel.list.doItemsLayout()
    assert panel.list.visualRect(at).height() == COMPACT_ROW
    assert not panel.grab().isNull()


def test_more_rows_come_as_the_list_is_scrolled_to_its_end(panel: InboxPanel, shift: Any) -> None:
    now = shift.workplace.now()
    done = [
        contact(shift, f"i-{n:03}", state=InteractionState.CLOSED, closed_at=now - timedelta(minutes=n))
        for n in range(250)
    ]
    shift.arrives(*done)
    panel.show_view(InboxView.CLOSED)
    shift.settle()
    assert panel.model.rowCount() == 200
    panel.list.scrollToBottom()
    shift.until(lambda: panel.model.rowCount() == 251)
    assert ids(panel)[:3] == ["i-000", "i-001", "i-002"]


def test_the_list_paints_in_every_theme_and_from_right_to_left(panel: InboxPanel, theme: Theme) -> None:
    """A pixel of the bar at the chosen row: at the left edge, or at the right where writing begins there."""
    panel.list.setCurrentIndex(panel.model.index(1))
    for name in ("light", "dark", "contrast"):
        theme.choose(name)
        picture = panel.list.viewport().grab().toImage()
        middle = panel.list.visualRect(panel.model.index(1)).center().y()
        assert picture.pixelColor(1, middle) == theme.color("accent")
    panel.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    panel.list.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    picture = panel.list.viewport().grab().toImage()
    assert picture.pixelColor(picture.width() - 2, middle) == theme.color("accent")


def test_a_drag_that_ends_on_another_row_opens_what_it_selected(panel: InboxPanel, shift: Any) -> None:
    view = panel.list.viewport()

    def middle(number: int) -> QPoint:
        return panel.list.visualRect(panel.model.index(number)).center()

    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=middle(1))
    QTest.mouseMove(view, middle(2))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=middle(2))
    assert [index.data(Role.ID) for index in panel.list.selectionModel().selectedIndexes()] == [ids(panel)[1]]
    assert shift.workplace.current == ids(panel)[1]


def test_a_second_of_two_clocks_paints_their_rows_and_none_between(
    panel: InboxPanel, monkeypatch: pytest.MonkeyPatch, qtbot: Any
) -> None:
    painted: list[int] = []

    def note(painter: Any, rect: QRect, *_: Any) -> None:
        painted.append(panel.list.indexAt(rect.center()).row())

    monkeypatch.setattr(painting, "paint_avatar", note)
    contacts = [n for n, entry in enumerate(entries(panel)) if isinstance(entry, InboxRow)]
    sight = panel.list.viewport().rect()
    seen = [n for n in contacts if sight.contains(panel.list.visualRect(panel.model.index(n)))]
    assert len(seen) > 2
    for number in (seen[0], seen[-1]):
        panel.list.update(panel.model.index(number))
    qtbot.waitUntil(lambda: seen[-1] in painted)
    assert sorted(set(painted)) == [seen[0], seen[-1]]

"""What rings: its card, its countdown, the keys for it, and that it goes by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from desktop.domain.channels import Channel
from desktop.domain.commands import Accept, Decline
from desktop.domain.interaction import Author, Interaction, InteractionState
from desktop.domain.suggestion import Reason
from desktop.ui.inbox.offers import OffersView
from desktop.ui.inbox.panel import InboxPanel
from desktop.ui.theme.theme import Theme

SHIFT = Qt.KeyboardModifier.ShiftModifier


def offer(shift: Any, id_: str, rings_s: float = 20, **fields: Any) -> Interaction:
    now = shift.workplace.now()
    defaults = {
        "channel": Channel.CHAT,
        "state": InteractionState.OFFERED,
        "assignee": shift.sample.ME,
        "queue": "orders",
        "customer_name": f"Customer {id_}",
        "created_at": now,
        "updated_at": now,
        "offered_at": now,
        "offer_expires_at": now + timedelta(seconds=rings_s),
        "last_text": "Hello",
        "last_author": Author.CUSTOMER,
        "version": 1,
    }
    return Interaction(id=id_, **{**defaults, **fields})  # type: ignore[arg-type]


@pytest.fixture
def panel(shift: Any, theme: Theme, show: Callable[..., Any]) -> Iterator[InboxPanel]:
    made = InboxPanel(shift.workplace, theme)
    show(made, 332, 760)
    shift.settle()
    yield made
    made.hide()


@pytest.fixture
def offers(panel: InboxPanel) -> OffersView:
    return panel.offers


def names(offers: OffersView) -> list[str]:
    return [card.offer.interaction.customer_name for card in offers.cards if card.isVisible()]


def test_a_card_says_who_rings_how_sure_we_are_and_about_what(
    offers: OffersView, shift: Any, told: Callable[..., str]
) -> None:
    s = shift.sample
    shift.arrives(
        offer(
            shift,
            s.OFFER,
            channel=Channel.MESSENGER,
            queue="billing",
            customer_name="Sofia Oliveira",
            customer_id=s.OLIVIA,
            identified=0.93,
            intent="delivery_late",
            last_text="Where is my parcel?",
            version=5,
        )
    )
    (card,) = offers.cards
    said = told(card)
    for part in (
        "Messenger",
        "Billing & payment",
        "Sofia Oliveira",
        "recognised, 93% sure · Late delivery",
        "“Where is my parcel?”",
    ):
        assert part in said
    assert card.accept.text().split() == ["Accept", "F9"]
    assert card.accept.accessibleName() == "Accept Messenger from Sofia Oliveira"
    assert card.accessibleName() == "Ringing: Messenger from Sofia Oliveira"


def test_an_unknown_caller_is_not_called_recognised(offers: OffersView, shift: Any, told: Callable[..., str]) -> None:
    shift.arrives(
        offer(shift, shift.sample.OFFER, customer_name="", from_address="visitor-1", customer_id=None, version=5)
    )
    assert "visitor-1" in told(offers.cards[0])
    assert "recognised" not in told(offers.cards[0])


def test_what_becomes_known_while_it_rings_is_told_on_the_same_card(
    offers: OffersView, shift: Any, told: Callable[..., str]
) -> None:
    shift.arrives(offer(shift, "i-a", 5, customer_name="", from_address="visitor-1"))
    card = offers.cards[0]
    card.decline.setFocus()
    shift.arrives(offer(shift, "i-a", 5, customer_name="Ada Lovelace", intent="refund", version=2))
    assert offers.cards[0] is card
    assert card.decline.hasFocus()
    assert "Ada Lovelace" in told(card)
    assert "Refund" in told(card)
    assert card.accept.accessibleName() == "Accept Chat from Ada Lovelace"


def test_the_countdown_runs_and_turns_red_at_the_end(offers: OffersView, shift: Any) -> None:
    shift.arrives(offer(shift, shift.sample.OFFER, 20, version=5))
    card = offers.cards[0]
    card.tick()
    assert card.left.text() in ("0:20", "0:19")
    assert _ink(card.left) != offers._theme.tokens["bad"]
    before = card._bar.value()
    shift.workplace.later(15)
    card.tick()
    assert card.left.text() in ("0:05", "0:04")
    assert card._bar.value() < before / 2
    assert _ink(card.left) == offers._theme.tokens["bad"]


def _ink(label: QLabel) -> str:
    return label.palette().color(label.foregroundRole()).name()


def test_f9_accepts_the_first_and_opens_it(offers: OffersView, panel: InboxPanel, shift: Any) -> None:
    shift.arrives(offer(shift, "i-later", 60))
    assert names(offers) == ["Sofia Oliveira", "Customer i-later"]
    QTest.keyClick(panel, Qt.Key.Key_F9)
    shift.settle()
    assert shift.workplace.current == shift.sample.OFFER
    assert shift.commands == [Accept(interaction_id=shift.sample.OFFER)]
    assert names(offers) == ["Customer i-later"]
    # The next one is the first one now.
    assert "F9" in offers.cards[0].accept.text()
    assert offers.cards[0].accept.property("look") == "primary"


def test_shift_f9_asks_why_and_enter_declines_without_a_reason(
    offers: OffersView, panel: InboxPanel, shift: Any
) -> None:
    QTest.keyClick(panel, Qt.Key.Key_F9, SHIFT)
    menu = offers.cards[0].menu
    assert menu.isVisible()
    assert shift.commands == []
    QTest.keyClick(menu, Qt.Key.Key_Return)
    shift.settle()
    assert shift.commands == [Decline(interaction_id=shift.sample.OFFER)]
    assert shift.workplace.current is None
    assert not offers.isVisible()


def test_a_digit_names_the_reason(offers: OffersView, panel: InboxPanel, shift: Any) -> None:
    QTest.keyClick(panel, Qt.Key.Key_F9, SHIFT)
    QTest.keyClick(offers.cards[0].menu, Qt.Key.Key_2)
    shift.settle()
    assert shift.commands == [Decline(interaction_id=shift.sample.OFFER, reason="language")]


def test_who_does_not_answer_why_goes_on_being_rung(offers: OffersView, panel: InboxPanel, shift: Any) -> None:
    QTest.keyClick(panel, Qt.Key.Key_F9, SHIFT)
    QTest.keyClick(offers.cards[0].menu, Qt.Key.Key_Escape)
    shift.settle()
    assert shift.commands == []
    assert offers.isVisible()


def test_a_card_says_why_it_rings_here(offers: OffersView, shift: Any, told: Callable[..., str]) -> None:
    why = (
        Reason(code="routing.skills", weight=0.4, values={"percent": "92", "skills": "billing"}),
        Reason(code="routing.knows_the_case", weight=0.9),
        Reason(code="routing.idle", weight=0.1, values={"seconds": "60"}),
    )
    shift.arrives(offer(shift, shift.sample.OFFER, routed_by=why, version=5))
    assert "Why you: knows the case · skills fit 92% (billing)" in told(offers.cards[0])


def test_each_button_answers_its_own_offer(offers: OffersView, shift: Any) -> None:
    shift.arrives(offer(shift, "i-later", 60))
    second = offers.cards[1]
    QTest.mouseClick(second.accept, Qt.MouseButton.LeftButton)
    QTest.mouseClick(offers.cards[0].decline, Qt.MouseButton.LeftButton)
    QTest.keyClick(offers.cards[0].menu, Qt.Key.Key_0)
    shift.settle()
    assert shift.commands == [Accept(interaction_id="i-later"), Decline(interaction_id=shift.sample.OFFER)]


def test_an_offer_that_runs_out_goes_by_itself(offers: OffersView, shift: Any) -> None:
    shift.arrives(replace(offer(shift, shift.sample.OFFER, 0.4), version=5))
    assert offers.isVisible()
    shift.until(lambda: not offers.isVisible())
    assert shift.commands == []


def test_more_than_three_are_counted(offers: OffersView, shift: Any) -> None:
    shift.arrives(*(offer(shift, f"i-{n}", 60 + n) for n in range(4)))
    assert len(offers.cards) == 3
    assert offers._more.isVisible()
    assert offers._more.text() == "2 more ringing"
    shift.arrives(*(offer(shift, f"i-{n}", state=InteractionState.QUEUED, assignee=None, version=2) for n in (2, 3)))
    assert len(offers.cards) == 3
    assert not offers._more.isVisible()


def test_a_customers_words_on_a_card_are_never_markup(offers: OffersView, shift: Any) -> None:
    nasty = '<img src="file:///x"><b>Hi</b> ' * 4
    shift.arrives(offer(shift, shift.sample.OFFER, customer_name=nasty, last_text=nasty, version=5))
    card = offers.cards[0]
    card.grab()
    for label in card.findChildren(QLabel):
        if "<" in label.text():
            assert label.textFormat() is Qt.TextFormat.PlainText
            assert "<img" not in label.toolTip()
            assert "&lt;img" in label.toolTip()


def test_icons_take_the_colours_of_a_new_theme(offers: OffersView, theme: Theme) -> None:
    before = offers.cards[0]._icon.pixmap().toImage()
    theme.choose("dark")
    assert offers.cards[0]._icon.pixmap().toImage() != before

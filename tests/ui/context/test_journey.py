"""The journey's card: what it says, and that what draws it is loaded only when it is seen."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.domain.channels import Channel
from desktop.domain.journey import Touchpoint
from desktop.ui.context.panel import ContextPanel
from desktop.ui.theme.theme import Theme

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def panel(shift: Any, theme: Theme, show: Callable[..., Any]) -> Iterator[ContextPanel]:
    made = ContextPanel(shift.workplace, theme)
    show(made, 372, 900)
    shift.settle()
    yield made
    made.hide()


def point(shift: Any, id_: str, **fields: Any) -> Touchpoint:
    defaults = {
        "customer_id": shift.sample.JANA,
        "channel": Channel.WEB,
        "kind": "visit",
        "at": shift.workplace.now(),
        "version": 1,
    }
    return Touchpoint(id=id_, **{**defaults, **fields})  # type: ignore[arg-type]


def drawn(panel: ContextPanel, shift: Any) -> Any:
    shift.until(lambda: panel.journey_card.chart is not None)
    return panel.journey_card.chart


def test_the_window_is_imported_without_what_draws_charts() -> None:
    code = (
        "import sys, desktop.ui.window.main_window, desktop.ui.sign_in;"
        "print([name for name in ('desktop.ui.charts.journey', 'numpy', 'httpx', 'keyring') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_chart_is_made_before_there_is_something_to_draw(
    panel: ContextPanel, shift: Any, told: Callable[..., str]
) -> None:
    shift.opens(shift.sample.MAIL)
    assert panel.journey_card.chart is None
    assert "Nothing is known of this customer's journey yet." in told(panel.journey_card)
    shift.opens(shift.sample.CHAT)
    assert drawn(panel, shift).isVisible()
    assert "Nothing is known" not in told(panel.journey_card)
    assert panel.journey_card.aside.text() == "3 touchpoints"
    # The large one is on a tab that nobody has looked at.
    assert panel.large_journey.chart is None


def test_a_customer_without_a_journey_hides_the_chart_of_the_one_before(panel: ContextPanel, shift: Any) -> None:
    shift.opens(shift.sample.CHAT)
    chart = drawn(panel, shift)
    shift.opens(shift.sample.MAIL)
    assert not chart.isVisible()


def test_what_happens_meanwhile_is_drawn(panel: ContextPanel, shift: Any) -> None:
    shift.opens(shift.sample.CHAT)
    chart = drawn(panel, shift)
    assert len(chart._points) == 3
    shift.arrives(point(shift, "tp-new"))
    assert len(chart._points) == 4
    assert panel.journey_card.aside.text() == "4 touchpoints"


def test_the_overview_counts_a_month_and_its_tab_everything(panel: ContextPanel, shift: Any) -> None:
    old = shift.sample.ago(shift.workplace.now(), d=200)
    shift.arrives(point(shift, "tp-old", at=old, channel=Channel.SOCIAL))
    shift.opens(shift.sample.CHAT)
    assert panel.journey_card.aside.text() == "3 touchpoints"
    assert Channel.SOCIAL not in drawn(panel, shift)._lanes
    QTest.mouseClick(panel._tabs.button(1), Qt.MouseButton.LeftButton)
    shift.until(lambda: panel.large_journey.chart is not None)
    assert panel.large_journey.aside.text() == "4 touchpoints"
    assert "Social media" in panel.large_journey.chart._lanes  # type: ignore[union-attr]


def test_the_point_of_the_open_contact_is_marked_and_moves_with_it(panel: ContextPanel, shift: Any) -> None:
    s = shift.sample
    shift.arrives(
        point(shift, "tp-chat", interaction_id=s.CHAT, channel=Channel.CHAT),
        point(shift, "tp-closed", interaction_id=s.CLOSED, channel=Channel.EMAIL),
    )
    shift.opens(s.CHAT)
    chart = drawn(panel, shift)

    def marked() -> list[str]:
        return [p.interaction_id for p, look in zip(chart._points, chart._looks, strict=True) if look.is_now]

    assert marked() == [s.CHAT]
    shift.opens(s.CLOSED)
    assert marked() == [s.CLOSED]


def test_a_pain_point_is_told_in_words(panel: ContextPanel, shift: Any, told: Callable[..., str]) -> None:
    shift.arrives(point(shift, "tp-bad", kind="survey", rating=1))
    shift.opens(shift.sample.CHAT)
    assert "Pain point: bad rating" in told(panel.journey_card)


def test_a_contact_chosen_in_the_chart_is_asked_for(panel: ContextPanel, shift: Any) -> None:
    s = shift.sample
    shift.arrives(point(shift, "tp-closed", interaction_id=s.CLOSED, channel=Channel.EMAIL))
    shift.opens(s.CHAT)
    chart = drawn(panel, shift)
    with shift.qtbot.waitSignal(panel.interaction_chosen) as chosen:
        QTest.keyClick(chart, Qt.Key.Key_Left)
        QTest.keyClick(chart, Qt.Key.Key_Return)
    assert chosen.args == [s.CLOSED]

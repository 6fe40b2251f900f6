"""Why a contact came here: in words and numbers, by pointer and by key, and no colleague's figures."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from desktop.domain.agent import Agent, Role
from desktop.domain.channels import Channel
from desktop.domain.interaction import Interaction, InteractionState
from desktop.domain.routing import RoutingDecision, Weighed
from desktop.domain.suggestion import Reason
from desktop.store import projections
from desktop.ui.interaction.why import WhySheet

SHIFT_CTRL = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
WHY = (
    Reason(code="routing.skills", weight=0.4, values={"percent": "92", "skills": "billing"}),
    Reason(code="routing.knows_the_case", weight=0.9),
    Reason(code="routing.chosen_of", values={"n": "4"}),
)
BENS = (Reason(code="routing.outcome", weight=0.3, values={"n": "40", "percent": "55", "seconds": "300"}),)


def _decision(desk: Any, **fields: Any) -> RoutingDecision:
    s = desk.sample
    given: dict[str, Any] = {
        "agent_id": s.ME,
        "queue": "billing",
        "ring": 1,
        "waited_s": 48,
        "reasons": WHY,
        "considered": (
            Weighed(agent_id=s.DAVID, obstacle="team"),
            Weighed(agent_id=s.BEN, score=0.71, reasons=BENS),
            Weighed(agent_id=s.ME, score=1.42, reasons=WHY[:2]),
        ),
        "counts": {"": 2, "team": 1, "not_ready": 12},
        "at": desk.workplace.now() - timedelta(minutes=1),
        "version": 1,
    }
    return RoutingDecision(id="d1", interaction_id=s.CHAT, **(given | fields))


@pytest.fixture
def routed(desk: Any) -> Any:
    row = desk.store.query(lambda conn: projections.interaction_row(conn, desk.sample.CHAT, desk.sample.ME))
    desk.arrives(replace(row.interaction, routed_by=WHY[:2], version=9), _decision(desk))
    desk.open(desk.sample.CHAT)
    return desk


def _open(desk: Any) -> WhySheet:
    (sheet,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, WhySheet) and one.isVisible()]
    desk.until(lambda: sheet.model.is_loaded)
    return sheet


def _said(sheet: WhySheet) -> str:
    lines = [label.text() for label in sheet.findChildren(QLabel) if label.isVisibleTo(sheet)]
    choices = sheet.list.choices
    lines += [str(choices.data(choices.index(row))) for row in range(choices.rowCount())]
    return " | ".join(lines)


def test_the_head_says_it_briefly_and_the_sheet_in_full(routed: Any) -> None:
    chip = routed.panel.header.facts.why
    routed.until(chip.isVisible)
    assert chip.text() == "why me?"
    assert "Knows the case" in chip.toolTip()
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    sheet = _open(routed)
    said = _said(sheet)
    assert sheet.title.text() == "Why you?"
    for part in (
        "Billing & payment · waited 48 s · ring 1",
        "• Knows the case",
        "• Skills fit 92% (billing)",
        "• Best of 4 who could",
        "Anna Berger, 1.42 points",
        "Ben Adler, 0.71 points",
        "David Okafor, of another team",
        "12 more, not ready",
    ):
        assert part in said
    assert said.index("Anna Berger") < said.index("Ben Adler") < said.index("David Okafor")
    sheet.close()


def test_a_colleagues_figures_are_for_their_lead_only(routed: Any) -> None:
    routed.panel.header.facts.open_why()
    sheet = _open(routed)
    assert "55%" not in _said(sheet)
    sheet.close()
    me = Agent(id=routed.sample.ME, user="anna", name="Anna Berger", role=Role.LEAD, version=9)
    routed.arrives(me)
    routed.until(lambda: routed.panel.model.is_lead)
    routed.panel.header.facts.open_why()
    sheet = _open(routed)
    assert "55% solved" in _said(sheet)
    sheet.close()


def test_it_opens_by_key_and_goes_on_escape(routed: Any) -> None:
    QTest.keyClick(routed.panel, Qt.Key.Key_Y, SHIFT_CTRL)
    sheet = _open(routed)
    assert sheet.list.hasFocus()
    gone: list[None] = []
    sheet.destroyed.connect(lambda: gone.append(None))
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    routed.until(lambda: bool(gone))


def test_where_nobody_could_take_it_that_is_said(routed: Any) -> None:
    row = routed.store.query(lambda conn: projections.interaction_row(conn, routed.sample.CHAT, routed.sample.ME))
    nobody = (Reason(code="routing.none.not_ready", weight=12, values={"n": "12"}),)
    newer = _decision(routed, agent_id=None, reasons=nobody, considered=(), at=routed.workplace.now())
    routed.arrives(replace(row.interaction, state="queued", assignee=None, version=20), replace(newer, id="d2"))
    routed.panel.header.facts.open_why()
    sheet = _open(routed)
    routed.until(lambda: sheet.title.text() == "Why nobody yet?")
    assert "• 12 not ready" in _said(sheet)
    assert "Other decisions" in sheet.earlier.text()
    assert "Anna Berger" in sheet.earlier.text()
    sheet.close()


def test_a_contact_without_a_decision_says_so(desk: Any) -> None:
    desk.open(desk.sample.MAIL)
    assert not desk.panel.header.facts.why.isVisible()
    desk.panel.header.facts.open_why()
    sheet = _open(desk)
    assert "Nothing is written down about this." in _said(sheet)
    assert not sheet.list.isVisible()
    sheet.close()


def test_what_was_decided_at_this_desk_is_told_as_that(desk: Any) -> None:
    now = desk.workplace.now()
    row = Interaction(
        id="rt~9",  # type: ignore[arg-type]
        channel=Channel.EMAIL,
        state=InteractionState.ACTIVE,
        assignee=desk.sample.ME,
        created_at=now,
        updated_at=now,
        version=1,
    )
    told = (
        Reason(code="routing.taken_next", weight=9.0),
        Reason(code="routing.knows_the_case", weight=3.0),
        Reason(code="routing.priority", values={"to": "2"}),
        Reason(code="routing.overdue", values={"seconds": "300"}),
        Reason(code="routing.first_of", values={"n": "4"}),
    )
    decision = _decision(desk, ring=0, considered=(), counts={}, reasons=told)
    desk.arrives(row, replace(decision, id="local:rt~9:1", interaction_id=row.id))
    desk.open("rt~9")
    chip = desk.panel.header.facts.why
    desk.until(chip.isVisible)
    assert chip.text() == "why me?"
    desk.panel.header.facts.open_why()
    sheet = _open(desk)
    said = _said(sheet)
    assert sheet.title.text() == "Why you?"
    assert "worked out on this computer" in said
    for part in ("Asked for the next one", "Knows the case", "Priority 2", "Answer overdue by 5 min"):
        assert f"• {part}" in said
    assert "Most urgent of 4 that wait for you" in said
    assert not sheet.list.isVisible()
    sheet.close()

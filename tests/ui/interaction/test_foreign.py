"""A contact of a system that is not ours: what it is filed under, and what its system has nothing for."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from desktop.domain.interaction import Interaction
from desktop.viewmodels.desk import DeskAccount

TICKETS = DeskAccount(
    id="a1", title="Tickets", kind="zammad", has_dispositions=False, has_channels=False, has_blobs=False
)


def labelled(desk: Any, *labels: str) -> None:
    """Have the open chat filed under ``labels``."""
    found = next(one for one in desk.sample.interactions(desk.workplace.now()) if one.id == desk.sample.CHAT)
    made: Interaction = replace(found, labels=labels, version=found.version + 1)
    desk.arrives(made)


def test_its_labels_stand_among_the_facts(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    labels = desk.panel.header.facts.labels
    assert all(chip.isHidden() for chip in (*labels.chips, labels.more))
    long = "a label of somebody who likes to write whole sentences"
    labelled(desk, "delivery", "  vip \n kunde ", long, "four", "", "five")
    desk.until(lambda: labels.chips[0].isVisible())
    shown = [chip.text() for chip in labels.chips]
    assert shown[:2] == ["#delivery", "#vip kunde"]
    assert shown[2].endswith("…")
    assert long in labels.chips[2].toolTip()
    assert labels.chips[2].accessibleName() == f"Label: {long}"
    assert (labels.more.text(), labels.more.accessibleName()) == ("+2", "Further labels: four, five")


def test_without_outcomes_it_is_wrapped_up_with_a_word_alone(desk: Any) -> None:
    desk.workplace.accounts.put(TICKETS)
    desk.open(desk.sample.CHAT)
    desk.panel.start_wrap_up()
    card = desk.panel.card
    desk.until(card.isVisible)
    assert card.search.isHidden()
    assert card.list.isHidden()
    assert card.hint.text() == ""
    assert card.summary.hasFocus()
    assert card.finish.isEnabled()


def test_files_and_channels_it_has_not_are_not_offered(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    desk.workplace.accounts.put(TICKETS)
    composer = desk.panel.composer
    assert not composer.attach_button.isEnabled()
    assert composer.attach_button.toolTip() == "Tickets cannot do this (Zammad)."
    assert len(composer.model.channels) == 1

"""A new offer is heard and told once, without a word of the customer's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QProcess
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.channels import Channel
from desktop.domain.interaction import Author, Interaction, InteractionState
from desktop.ui.window import notifier as module
from desktop.ui.window.notifier import Notifier
from desktop.ui.window.preferences import Preferences


class Tray:
    """What the system would show."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, str]] = []

    def showMessage(self, title: str, text: str, *_more: object) -> None:
        self.messages.append((title, text))

    def hide(self) -> None:
        self.messages.append(("gone", ""))


class Heard:
    def __init__(self) -> None:
        self.sounds = 0
        self.alerts = 0


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    made = Heard()

    def play(_notifier: object) -> None:
        made.sounds += 1

    def alert(_window: object) -> None:
        made.alerts += 1

    monkeypatch.setattr(Notifier, "_play", play)
    monkeypatch.setattr(QApplication, "alert", staticmethod(alert))
    return made


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    return Preferences(tmp_path / "preferences.json")


@pytest.fixture
def notifier(qtbot: QtBot, shift: Any, preferences: Preferences, heard: Heard) -> Iterator[Notifier]:
    window = QWidget()
    qtbot.addWidget(window)
    made = Notifier(shift.workplace, preferences, window)
    made._tray = Tray()  # type: ignore[assignment]
    shift.settle()
    yield made
    made.stop()


def ringing(shift: Any, id_: str, **fields: Any) -> Interaction:
    now = shift.workplace.now()
    made = Interaction(
        id=id_,  # type: ignore[arg-type]
        channel=Channel.SMS,
        state=InteractionState.OFFERED,
        created_at=now,
        updated_at=now,
        assignee=shift.sample.ME,
        queue="billing",  # type: ignore[arg-type]
        customer_name="Greta Geheim",
        from_address="+49 170 000000",
        subject="Secret matter",
        last_text="My account number is 4711",
        last_author=Author.CUSTOMER,
        offered_at=now,
        offer_expires_at=now + timedelta(seconds=60),
        version=1,
    )
    return replace(made, **fields)


def test_each_offer_is_heard_once(notifier: Notifier, shift: Any, heard: Heard) -> None:
    assert (heard.sounds, heard.alerts) == (1, 1)
    shift.arrives(ringing(shift, "i-a"))
    assert (heard.sounds, heard.alerts) == (2, 2)
    shift.arrives(ringing(shift, "i-a", last_text="Hello?", version=2))
    shift.arrives(shift.sample.message("m-a", "i-a", Author.CUSTOMER, shift.workplace.now(), "Hello?"))
    assert (heard.sounds, heard.alerts) == (2, 2)


def test_one_that_comes_back_rings_again(notifier: Notifier, shift: Any, heard: Heard) -> None:
    shift.arrives(ringing(shift, "i-a"))
    shift.arrives(ringing(shift, "i-a", state=InteractionState.QUEUED, assignee=None, version=2))
    shift.arrives(ringing(shift, "i-a", version=3))
    assert heard.sounds == 3


def test_without_the_sound_it_is_still_shown(
    notifier: Notifier, preferences: Preferences, shift: Any, heard: Heard
) -> None:
    preferences.set("sound", False)
    shift.arrives(ringing(shift, "i-a"))
    assert (heard.sounds, heard.alerts) == (1, 2)


def test_the_notification_names_channel_and_queue_and_nothing_of_the_customer(notifier: Notifier, shift: Any) -> None:
    shift.arrives(ringing(shift, "i-a"))
    tray = notifier._tray
    assert isinstance(tray, Tray)
    assert tray.messages[-1] == ("New request: SMS", "Billing & payment")
    said = " ".join(part for message in tray.messages for part in message)
    for secret in ("Greta", "Geheim", "+49", "Secret", "4711", "Sofia", "parcel"):
        assert secret not in said


def test_the_first_player_there_is_gets_the_sound(
    qtbot: QtBot, shift: Any, preferences: Preferences, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[str, list[str]]] = []
    monkeypatch.setattr(module.QStandardPaths, "findExecutable", staticmethod(lambda name: name == "aplay" and "/x"))
    monkeypatch.setattr(QProcess, "startDetached", staticmethod(lambda name, args: started.append((name, args))))
    window = QWidget()
    qtbot.addWidget(window)
    made = Notifier(shift.workplace, preferences, window)
    shift.settle()
    assert [(name, args[0], Path(args[-1]).name) for name, args in started] == [("aplay", "-q", "offer.wav")]
    assert Path(started[0][1][-1]).is_file()
    made.stop()

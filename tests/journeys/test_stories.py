"""What an agent lives through, end to end: the real window, the real hub, a real socket between them."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.domain.commands import Take
from desktop.viewmodels.inbox import InboxView

_here = importlib.util.spec_from_file_location("journeys", Path(__file__).parent / "conftest.py")
stage: Any = sys.modules.get("journeys")
if stage is None:
    assert _here is not None
    assert _here.loader is not None
    stage = importlib.util.module_from_spec(_here)
    sys.modules["journeys"] = stage
    _here.loader.exec_module(stage)

Play = Callable[[Coroutine[Any, Any, None]], None]
Make = Callable[[str], Any]


def test_a_chat_is_offered_accepted_answered_and_wrapped_up(hub: Any, seat: Make, play: Play) -> None:
    async def story() -> None:
        anna = await seat("anna").sit_down(hub.url, "anna")
        jana = stage.Customer(hub)
        arrived = await jana.writes("Hello, I was charged twice for my last invoice!")
        assert arrived["assignee"] == anna.account.workplace.me

        opened = await anna.accept_with_f9()
        assert opened == arrived["interaction_id"]
        await anna.until(
            lambda: anna.texts == ["Hello, I was charged twice for my last invoice!"], "her words are shown"
        )
        await anna.until(lambda: anna.window.context.customer.card is not None, "the customer is shown")
        assert anna.window.context.view.name.text() == "Jana Weber"
        await anna.until(lambda: anna.window.context.suggestions.model.suggestions, "a next step is suggested")

        await anna.answer("I am sorry, I will look into it at once.")
        await anna.until(lambda: len(anna.texts) == 2, "the answer stands in the stream")
        await anna.all_sent()
        received = await jana.received(opened)
        assert [message["text"] for message in received] == ["I am sorry, I will look into it at once."]

        card = anna.window.interaction.card
        anna.press(Qt.Key.Key_F12)
        await anna.until(card.isVisible, "the wrap-up is open")
        await anna.until(lambda: card.list.model().rowCount() > 0, "there are dispositions")
        anna.type(card.search, "Refund")
        QTest.keyClick(card.search, Qt.Key.Key_Return)
        card.summary.setPlainText("Duplicate charge, refund started.")
        QTest.keyClick(card.summary, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        model = anna.window.interaction.model
        await anna.until(lambda: model.interaction is not None and model.interaction.state == "closed", "it is closed")
        await anna.all_sent()
        closed = await stage.interaction(hub, opened)
        assert closed["state"] == "closed"
        assert closed["disposition"]
        assert "refund started" in closed["summary"]
        assert len(await jana.received(opened)) == 1

    play(story())


def test_a_declined_offer_reaches_a_colleague(hub: Any, seat: Make, play: Play) -> None:
    async def story() -> None:
        anna = await seat("anna").sit_down(hub.url, "anna")
        bert = await seat("bert").sit_down(hub.url, "bert")
        arrived = await stage.Customer(hub).writes("Where is my parcel?")
        me = {seat_.account.workplace.me: seat_ for seat_ in (anna, bert)}
        first = me[arrived["assignee"]]
        other = bert if first is anna else anna
        await first.until(lambda: first.offers, "it rings at the first")
        assert not other.offers
        QTest.mouseClick(first.offers[0].decline, Qt.MouseButton.LeftButton)
        menu = first.offers[0].menu
        await first.until(menu.isVisible, "it asks why")
        QTest.keyClick(menu, Qt.Key.Key_Return)
        await first.until(lambda: not first.offers, "it stops ringing at once")
        opened = await other.accept_with_f9()
        assert opened == arrived["interaction_id"]
        assert (await stage.interaction(hub, opened))["assignee"] == other.account.workplace.me

    play(story())


def test_a_reply_to_a_mail_keeps_its_thread(hub: Any, seat: Make, play: Play) -> None:
    async def story() -> None:
        anna = await seat("anna").sit_down(hub.url, "anna")
        lukas = stage.Customer(hub, "email", "lukas@example.org", "Lukas Baum")
        arrived = await lukas.writes(
            "Please change my address.", subject="New address", external_id="<one@example.org>"
        )
        opened = await anna.accept_with_f9()
        await anna.answer("Gladly. Which address is it?")
        await anna.all_sent()
        (reply,) = await lukas.received(opened)
        assert reply["subject"] == "Re: New address"
        assert reply["in_reply_to"] == "<one@example.org>"
        again = await lukas.writes(
            "Elm Road 3, York.",
            subject="Re: New address",
            external_id="<two@example.org>",
            in_reply_to=reply["external_id"],
            references=["<one@example.org>", reply["external_id"]],
        )
        assert again["interaction_id"] == arrived["interaction_id"]
        await anna.until(lambda: anna.texts[-1:] == ["Elm Road 3, York."], "the answer stands in the same contact")
        assert len(anna.texts) == 3

    play(story())


def test_what_is_written_while_the_hub_is_away_goes_out_once_it_is_back(
    hub: Any, seat: Make, play: Play, tmp_path: Path
) -> None:
    async def story() -> None:
        anna = await seat("anna").sit_down(hub.url, "anna")
        jana = stage.Customer(hub)
        await jana.writes("Are you there?")
        opened = await anna.accept_with_f9()
        port = int(hub.url.rsplit(":", 1)[1])
        await asyncio.to_thread(hub.stop)

        await anna.answer("Yes, I am. One moment please.")
        await anna.until(lambda: anna.texts[-1:] == ["Yes, I am. One moment please."], "the answer is shown at once")
        await anna.until(lambda: "waiting to be sent" in anna.window.strip.outbox.text(), "the strip says it waits")
        await anna.until(lambda: anna.window.strip.sync.text().startswith("Offline"), "the strip says offline")

        again = stage.RunningHub(tmp_path / "hub", port=port)
        again.agents = hub.agents
        await asyncio.to_thread(again.start)
        try:
            anna.account.wake()
            await anna.all_sent()
            jana._hub = again
            received = await jana.received(opened)
            assert [message["text"] for message in received] == ["Yes, I am. One moment please."]
            await anna.until(lambda: anna.window.strip.sync.text() == "Up to date", "the strip says all is well")
            assert anna.texts.count("Yes, I am. One moment please.") == 1
        finally:
            await asyncio.to_thread(again.stop)

    play(story())


def test_two_agents_reach_for_one_request_and_one_has_it(hub: Any, seat: Make, play: Play) -> None:
    async def story() -> None:
        anna = await seat("anna").sit_down(hub.url, "anna", None)
        bert = await seat("bert").sit_down(hub.url, "bert", None)
        arrived = await stage.Customer(hub).writes("My router is broken.")
        wanted = arrived["interaction_id"]
        for each in (anna, bert):
            each.window.inbox.show_view(InboxView.QUEUES)
            await each.until(lambda e=each: e.window.inbox.model.row_of(wanted) >= 0, "it waits in the queue")
            each.account.workplace.open(wanted)
            await each.until(lambda e=each: e.window.interaction.model.interaction is not None, "it is open")
        for each in (anna, bert):
            each.account.workplace.perform(Take(interaction_id=wanted))

        def _told() -> list[Any]:
            return [each for each in (anna, bert) if each.window.interaction.notices.isVisible()]

        (loser,) = await stage.until(_told, "the one who was late is told")
        truth = await stage.interaction(hub, wanted)
        assert truth["state"] == "active"
        assert truth["assignee"] in (anna.account.workplace.me, bert.account.workplace.me)
        assert loser.account.workplace.me != truth["assignee"]

    play(story())

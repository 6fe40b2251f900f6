"""A simulated customer: writes or calls through the hub's own inbound door, reads what agents answer, answers back, loses
patience, says thanks, and may rate it afterwards. What they say next follows from the dialogue; when, from the agent."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

import msgspec
from msgspec import Struct

from desktop.demo.board import Board
from desktop.demo.line import Line
from desktop.demo.talk import Talk
from desktop.demo.texts import journey_texts
from desktop.domain.channels import Channel
from desktop.domain.interaction import Interaction, InteractionState, Message
from desktop.domain.journey import Stage
from desktop.hub.history.client import HubRefused
from desktop.wire import paths
from desktop.wire.shapes import Inbound, InboundAnswer, Sender, TouchpointIn

log = logging.getLogger(__name__)

# Seconds at speed 1: until a customer has typed their next words; until they ask whether somebody is there; how often.
_TYPING: Final = {
    Channel.CHAT: (5.0, 14.0),
    Channel.IN_APP: (6.0, 18.0),
    Channel.MESSENGER: (7.0, 22.0),
    Channel.SMS: (9.0, 25.0),
    Channel.SOCIAL: (9.0, 30.0),
    Channel.EMAIL: (25.0, 70.0),
}
_SPEAKING: Final = (5.0, 11.0)
_PATIENCE_S: Final = {
    Channel.CHAT: 75.0,
    Channel.IN_APP: 150.0,
    Channel.MESSENGER: 240.0,
    Channel.SMS: 360.0,
    Channel.SOCIAL: 420.0,
    Channel.EMAIL: 3600.0,
}
_RINGS_S: Final = 75.0
_LONGEST_TALK_S: Final = 3600.0
_SURVEYED: Final = 0.45
_AT_WORK: Final = (InteractionState.ACTIVE, InteractionState.WAITING, InteractionState.WRAP_UP)


class Begun(Struct, frozen=True, kw_only=True):
    """A talk that began before: in which interaction, and how many turns the customer has had. ``is_turn`` says that it
    is theirs now."""

    interaction_id: str
    lines: int
    last_mail: str = ""
    is_turn: bool = False


class Caller:
    """One customer in one talk. Run ``live`` as a task; ``place`` is how many of their turns they have said."""

    def __init__(
        self, talk: Talk, line: Line, board: Board, rng: Random, lang: str, speed: float, name: str, *,
        begun: Begun | None = None, run: str = "",
    ) -> None:  # fmt: skip
        self.talk = talk
        self.name = name
        self.place = begun.lines if begun else 0
        self.interaction_id = begun.interaction_id if begun else ""
        self._line = line
        self._board = board
        self._rng = rng
        self._lang = lang
        self._speed = speed
        self._last_mail = begun.last_mail if begun else ""
        self._said = self.place
        self._run = run
        self._is_turn = begun is not None and begun.is_turn
        self._is_over = asyncio.Event()

    @property
    def has_finished(self) -> bool:
        """Whether the customer has said everything they came for."""
        return self.place >= len(self.talk.lines)

    @property
    def is_over(self) -> bool:
        return self._is_over.is_set()

    async def live(self, on_begun: Callable[[Caller], None]) -> None:
        """Hold the talk to its end. ``on_begun`` hears of its interaction."""
        try:
            if not self.interaction_id:
                await self._arrive(on_begun)
            else:
                on_begun(self)
            async with asyncio.timeout(_LONGEST_TALK_S):
                if self.talk.channel.is_spoken:
                    await self._speak()
                else:
                    await self._write()
                await self._board.until(lambda: self._closed, _LONGEST_TALK_S)
            await self._rate()
        except HubRefused as refused:
            log.info("a customer was turned away: %s", refused.code)
        except TimeoutError:
            pass
        finally:
            self._is_over.set()

    # --- beginning ----------------------------------------------------------------------------------------------------

    async def _arrive(self, on_begun: Callable[[Caller], None]) -> None:
        await self._visit()
        event = "ringing" if self.talk.channel.is_spoken else ""
        # A caller's first words are what they told the voice menu while it rang.
        answer = await self._say(self.talk.lines[0], event)
        self.place = 1
        self.interaction_id = answer.interaction_id
        on_begun(self)

    async def _visit(self) -> None:
        """Look at a page or two of the company's site first."""
        now = datetime.now(UTC)
        pages = self.talk.dialogue.pages
        visits = [
            TouchpointIn(
                external_id=f"{self.name}:page:{number}",
                channel=Channel.WEB,
                kind="visit",
                at=now - timedelta(seconds=45 * (len(pages) - number) + self._rng.uniform(0, 30)),
                title=journey_texts().pages[page][self._lang].format_map(self.talk.slots),
                customer={"number": self.talk.person.customer.number},
                duration_s=self._rng.randrange(12, 200),
            )
            for number, page in enumerate(pages)
        ]
        if visits:
            await self._line.post(paths.TOUCHPOINTS, visits)

    async def _say(self, text: str, event: str = "", duration_s: int = 0) -> InboundAnswer:
        """Hand one message or call event in; made again until the hub took it, it is still one."""
        self._said += 1
        talk = self.talk
        external_id = f"{self.name}:{self._run}:{self._said}"
        subject, answered = "", ""
        if talk.channel is Channel.EMAIL:
            external_id = f"<{external_id.replace(':', '.')}@{talk.address.partition('@')[2]}>"
            answered = self._last_mail
            subject = talk.subject if not answered else f"Re: {talk.subject}"
            self._last_mail = external_id
        message = Inbound(
            external_id=external_id,
            sender=Sender(address=talk.address, name=talk.person.customer.name),
            subject=subject,
            text=text,
            sent_at=datetime.now(UTC),
            thread=self.name,
            in_reply_to=answered,
            references=(answered,) if answered else (),
            customer_no=talk.customer_no,
            event=event,
            duration_s=duration_s,
        )
        body = await self._line.post(f"{paths.INBOUND}/{talk.channel}", message)
        return msgspec.json.decode(body, type=InboundAnswer)

    # --- in writing ---------------------------------------------------------------------------------------------------

    async def _write(self) -> None:
        heard = -1 if self._is_turn else 0
        while not self.has_finished:
            if not await self._answered(heard):
                return
            await self._pause(*_TYPING[self.talk.channel])
            heard = self._board.answers(self.interaction_id)  # two messages in a row are one answer
            if self._closed or self._is_wrapped_up:
                return
            await self._say(self.talk.lines[self.place])
            self.place += 1

    async def _answered(self, heard: int) -> bool:
        """Wait for an answer; ask once where it takes too long. ``False`` where the contact ended or patience did."""

        def is_so() -> bool:
            return self._board.answers(self.interaction_id) > heard or self._closed

        patience_s = _PATIENCE_S[self.talk.channel] / self._speed
        if not await self._board.until(is_so, patience_s):
            await self._say(self.talk.impatient)
            if not await self._board.until(is_so, 2 * patience_s):
                if self.talk.channel.is_live:
                    await self._say("", "ended")
                return False
        return not self._closed

    def heard(self, message: Message) -> None:
        """Read what an agent wrote: a mail answers the newest one."""
        if message.external_id:
            self._last_mail = message.external_id

    # --- by voice -----------------------------------------------------------------------------------------------------

    async def _speak(self) -> None:
        if not await self._board.until(lambda: self._is_at_work or self._closed, _RINGS_S):
            await self._say("", "ended")
            return
        if self._closed:
            return
        began = asyncio.get_running_loop().time()
        await self._say("", "answered")
        while not self.has_finished:
            await self._pause(*_SPEAKING)
            if not await self._board.until(lambda: self._is_at_work or self._closed, 600):
                break  # on hold for ten minutes
            if self._closed or self._is_wrapped_up:
                return
            await self._say(self.talk.lines[self.place], "transcript")
            self.place += 1
        await self._pause(3.0, 6.0)
        if not self._closed:
            await self._say("", "ended", int((asyncio.get_running_loop().time() - began) * self._speed))

    # --- how it stands ------------------------------------------------------------------------------------------------

    @property
    def _state(self) -> InteractionState | None:
        interaction: Interaction | None = self._board.interaction(self.interaction_id)
        return interaction.state if interaction else None

    @property
    def _is_at_work(self) -> bool:
        return self._state in _AT_WORK

    @property
    def _is_wrapped_up(self) -> bool:
        return self._state is InteractionState.WRAP_UP

    @property
    def _closed(self) -> bool:
        """Whether the board knew the interaction and it is no longer open."""
        return self._board.has_ended(self.interaction_id)

    async def _pause(self, least: float, most: float) -> None:
        await asyncio.sleep(self._rng.uniform(least, most) / self._speed)

    async def _rate(self) -> None:
        """Answer the survey, now and then."""
        if not self._closed or self._rng.random() > _SURVEYED:
            return
        await self._pause(5, 20)
        rating = min(5, max(1, round(self._rng.gauss(self.talk.dialogue.rating, 0.7))))
        survey = TouchpointIn(
            external_id=f"{self.name}:survey",
            channel=Channel.WEB if self.talk.channel.is_spoken else self.talk.channel,
            kind="survey",
            at=datetime.now(UTC),
            title=journey_texts().survey[self._lang],
            customer={"number": self.talk.person.customer.number},
            rating=rating,
            stage=Stage.USE,
            interaction_id=self.interaction_id,
        )
        await self._line.post(paths.TOUCHPOINTS, survey)

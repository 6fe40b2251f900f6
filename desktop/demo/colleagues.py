"""A simulated agent: signed in over the real API like anybody, ready or on a break, takes what is offered (now and then
not), answers in several turns, and wraps up with a disposition."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from random import Random
from typing import Final

from desktop.demo.board import Board
from desktop.demo.callers import Caller
from desktop.demo.line import Line
from desktop.demo.texts import Company
from desktop.domain.agent import Agent, PresenceState
from desktop.domain.channels import Channel
from desktop.domain.commands import Accept, Command, Decline, Resume, SendMessage, SetPresence, Wait, WrapUp
from desktop.domain.interaction import Author, Interaction, InteractionState

S = InteractionState

# Seconds at speed 1.
_ANSWERS_THE_BELL: Final = (1.5, 6.0)
_TYPING: Final = {
    Channel.CHAT: (7.0, 20.0),
    Channel.IN_APP: (9.0, 26.0),
    Channel.MESSENGER: (9.0, 26.0),
    Channel.SMS: (8.0, 22.0),
    Channel.SOCIAL: (12.0, 32.0),
    Channel.EMAIL: (22.0, 60.0),
}
_AFTER_WORK: Final = (5.0, 16.0)
_DECLINES: Final = 0.05
_CUSTOMER_IS_GONE_S: Final = 150.0

_GENERIC: Final = {
    "de": "Vielen Dank für Ihre Nachricht. Ich kümmere mich darum und melde mich, sobald es etwas Neues gibt.",
    "en": "Thank you for your message. I'll look into it and get back to you as soon as there is news.",
}
_OWNED: Final = (S.ACTIVE, S.ON_HOLD, S.WAITING, S.SNOOZED, S.WRAP_UP)


class Colleague:
    """One agent at work. ``find`` returns the customer of an interaction where it is one of the demo's."""

    def __init__(
        self,
        agent: Agent,
        line: Line,
        board: Board,
        company: Company,
        rng: Random,
        speed: float,
        find: Callable[[str], Caller | None],
    ) -> None:
        self.agent = agent
        self.is_on_break = True
        self._line = line
        self._board = board
        self._company = company
        self._rng = rng
        self._speed = speed
        self._find = find
        self._tasks: dict[str, asyncio.Task[None]] = {}

    @property
    def is_idle(self) -> bool:
        return not self._tasks

    async def work(self) -> None:
        """Take work from now on."""
        self.is_on_break = False
        await self._do(SetPresence(state=PresenceState.READY))

    async def rest(self, *, end_of_day: bool = False) -> None:
        """Go on a break; what is begun is finished nevertheless."""
        self.is_on_break = True
        if end_of_day:
            await self._do(SetPresence(state=PresenceState.OFFLINE))
        else:
            await self._do(SetPresence(state=PresenceState.AWAY, reason=self._rng.choice(self._company.breaks)))

    def notice(self, interaction: Interaction) -> None:
        """Look at an interaction that changed; one of mine is worked on until it is no longer."""
        is_mine = interaction.assignee == self.agent.id and interaction.state in (S.OFFERED, *_OWNED)
        if is_mine and interaction.id not in self._tasks:
            task = asyncio.create_task(self._handle(interaction.id), name=f"{self.agent.user} works")
            self._tasks[interaction.id] = task
            task.add_done_callback(lambda _: self._tasks.pop(interaction.id, None))

    async def stop(self) -> None:
        for task in tuple(self._tasks.values()):
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        await self._line.close()

    # --- one interaction ----------------------------------------------------------------------------------------------

    async def _handle(self, id_: str) -> None:
        while (interaction := self._mine(id_)) is not None:
            match interaction.state:
                case S.OFFERED:
                    await self._answer_the_bell(interaction)
                case S.WRAP_UP:
                    await self._wrap_up(interaction)
                case S.ON_HOLD | S.SNOOZED:
                    await self._do(Resume(interaction_id=interaction.id))
                case S.ACTIVE if interaction.channel.is_spoken:
                    await self._listen(interaction)
                case _:
                    await self._correspond(interaction)
            await self._until_changed(id_, interaction.version)

    def _mine(self, id_: str) -> Interaction | None:
        interaction = self._board.interaction(id_)
        if interaction is None or interaction.assignee != self.agent.id or interaction.state is S.QUEUED:
            return None
        return interaction

    async def _until_changed(self, id_: str, version: int) -> None:
        def is_so() -> bool:
            now = self._mine(id_)
            return now is None or now.version != version

        await self._board.until(is_so, 20)

    async def _answer_the_bell(self, interaction: Interaction) -> None:
        await self._pause(*_ANSWERS_THE_BELL)
        if self._rng.random() < _DECLINES:
            await self._do(Decline(interaction_id=interaction.id, reason=self._rng.choice(self._company.declines)))
        else:
            await self._do(Accept(interaction_id=interaction.id))

    async def _listen(self, interaction: Interaction) -> None:
        """Let the caller speak; they hang up when they have said everything. One nobody plays is let go after a while."""
        caller = self._find(interaction.id)
        patience_s = 120.0 if caller is None else 900.0

        def is_done() -> bool:
            now = self._mine(interaction.id)
            return now is None or now.state is not S.ACTIVE or (caller is not None and caller.is_over)

        await self._board.until(is_done, patience_s / self._speed)
        now = self._mine(interaction.id)
        if now is not None and now.state is S.ACTIVE:
            await self._wrap_up(now)

    async def _correspond(self, interaction: Interaction) -> None:
        """Answer what the customer wrote last; wrap up once they have nothing more to say."""
        caller = self._find(interaction.id)
        if interaction.last_author is not Author.CUSTOMER:
            if not await self._customer_wrote(interaction):
                await self._wrap_up(interaction)
            return
        text = self._answer(interaction, caller)
        if not text:
            await self._wrap_up(interaction)
            return
        await self._pause(*_TYPING[interaction.channel])
        now = self._mine(interaction.id)
        if now is None or now.state not in (S.ACTIVE, S.WAITING):
            return
        await self._do(SendMessage(interaction_id=interaction.id, text=text))
        if interaction.channel in (Channel.EMAIL, Channel.SMS) and caller is not None and not caller.has_finished:
            await self._do(Wait(interaction_id=interaction.id))

    def _answer(self, interaction: Interaction, caller: Caller | None) -> str:
        if caller is None:
            has_answered = interaction.answered_at is not None and interaction.last_author is Author.AGENT
            return "" if has_answered else _GENERIC["en" if interaction.language == "en" else "de"]
        if caller.has_finished and caller.place > len(caller.talk.answers):
            return ""
        return caller.talk.answer(caller.place - 1, self.agent.name)

    async def _customer_wrote(self, interaction: Interaction) -> bool:
        """Wait for the customer; ``False`` where nothing more is to be expected."""
        caller = self._find(interaction.id)
        if caller is None or caller.has_finished or caller.is_over:
            await self._pause(4, 10)
            return False

        def is_so() -> bool:
            now = self._mine(interaction.id)
            return now is None or now.last_author is Author.CUSTOMER or now.state is S.WRAP_UP or caller.is_over

        return await self._board.until(is_so, _CUSTOMER_IS_GONE_S / self._speed) and not caller.is_over

    async def _wrap_up(self, interaction: Interaction) -> None:
        caller = self._find(interaction.id)
        await self._pause(*_AFTER_WORK)
        if self._mine(interaction.id) is None:
            return
        disposition = caller.talk.dialogue.disposition if caller is not None else "answered"
        summary = caller.talk.summary if caller is not None else ""
        await self._do(WrapUp(interaction_id=interaction.id, disposition=disposition, summary=summary))

    async def _do(self, command: Command) -> bool:
        return await self._line.command(command) is not None

    async def _pause(self, least: float, most: float) -> None:
        await asyncio.sleep(self._rng.uniform(least, most) / self._speed)

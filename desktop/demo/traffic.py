"""The live part of the demo centre, a process of its own: customers who arrive, colleagues who work, parcels and web visits
in between. Reads its ``TrafficConfig`` from standard input and ends when that ends.

How busy the colleagues are is steered as a team lead would: when much waits, somebody comes back from a break; when
nothing does, somebody takes one. So there is always something left for the agent at the window, by the hub's own routing.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, Final

import msgspec

from desktop.demo.board import Board
from desktop.demo.callers import Begun, Caller
from desktop.demo.centre import Centre, build
from desktop.demo.colleagues import Colleague
from desktop.demo.config import TrafficConfig
from desktop.demo.history import Cast, choose
from desktop.demo.line import Line, machine, signed_in
from desktop.demo.opening import open_talks
from desktop.demo.talk import Talk, cast
from desktop.demo.texts import Dialogue, dialogues, goods, journey_texts
from desktop.domain.agent import Agent, PresenceState, Role
from desktop.domain.channels import Channel
from desktop.domain.ids import new_id
from desktop.domain.interaction import Author, Delivery, Interaction, Message
from desktop.hub.history.client import HubRefused
from desktop.wire import paths
from desktop.wire.shapes import DeliveryIn, TouchpointIn

log = logging.getLogger(__name__)

_FIRST_COLLEAGUES: Final = 6
_LATE_MATES: Final = 2
_FIRST_OTHERS: Final = 3
_FEWEST_COLLEAGUES: Final = 5
_LONG_QUEUE: Final = 9
_SHORT_QUEUE: Final = 5
_MOST_CALLERS: Final = 60
_LOOKS_EVERY_S: Final = 2.0
_BROWSES_EVERY_S: Final = 14.0

# Who comes first once the agent at the window is ready: dialogue, channel, seconds until then.
_WELCOME: Final = (
    ("double_invoice_chat", Channel.CHAT, 0.5),
    ("delivery_late_social", Channel.SOCIAL, 3.0),
    ("fault_call", Channel.CALL, 4.0),
    ("order_status_messenger", Channel.MESSENGER, 4.0),
    ("fault_video", Channel.VIDEO, 6.0),
)
_READ_ON: Final = (Channel.CHAT, Channel.MESSENGER, Channel.IN_APP, Channel.SOCIAL)


class Traffic:
    """Everybody who is simulated. ``run`` works until it is cancelled."""

    def __init__(self, config: TrafficConfig, centre: Centre | None = None) -> None:
        self.config = config
        self.centre = centre or build(config.seed, config.lang, config.seeded_at)
        self.rng = self.centre.random("traffic" if config.is_new else f"traffic {config.seeded_at}")
        self.callers: dict[str, Caller] = {}
        self.colleagues: list[Colleague] = []
        self.line: Line = machine(config.url, config.token, Path(config.endpoint) if config.endpoint else None)
        self._opening = open_talks(self.centre)
        remembered = frozenset(str(talk.interaction.id) for talk in self._opening)
        self.board = Board(self.line, on_answer=self._on_answer, on_work=self._on_work, remembered=remembered)
        self._run = new_id()[-12:]
        self._count = 0
        self._finder = Cast(self.centre, lately=True)
        self._window = next(agent for agent in self.centre.agents if agent.user == config.window)
        self._not_yet = [agent for agent in self.centre.agents if agent.user in config.users]
        self._not_yet = [agent for agent in self._not_yet if agent.user != config.window]
        self._tasks: set[asyncio.Task[Any]] = set()

    async def run(self) -> None:
        """Keep the centre busy. Raises nothing that the hub's being away would cause."""
        try:
            async with asyncio.TaskGroup() as work:
                work.create_task(self.board.follow(from_the_start=not self.config.is_new), name="feed")
                if self.config.is_new:
                    self._take_up()
                await self.board.is_following.wait()
                if not self.config.is_new:
                    self._take_up()
                work.create_task(self._staff(), name="staffing")
                work.create_task(self._welcome(), name="welcome")
                work.create_task(self._let_arrive(), name="arrivals")
                work.create_task(self._browse(), name="visits")
        finally:
            for task in tuple(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await asyncio.gather(*(colleague.stop() for colleague in self.colleagues), return_exceptions=True)
            await self.line.close()

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._on_done)

    def _on_done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("%s failed: %s", task.get_name(), type(error).__name__)

    # --- customers ----------------------------------------------------------------------------------------------------

    def call(self, dialogue: Dialogue, channel: Channel) -> Caller | None:
        """Let a customer hold a dialogue; ``None`` where nobody could who is not busy with us already."""
        busy = {caller.talk.person.id for caller in self.callers.values() if not caller.is_over}
        for _ in range(12):
            occasion = self._finder.occasion(self.rng, dialogue, channel)
            if occasion is not None and occasion[0].id not in busy:
                talk = cast(self.centre, dialogue, channel, *occasion, self.rng, datetime.now(UTC))
                self._count += 1
                return self._begin(talk, f"demo-{self._run}-{self._count}")
        return None

    def _begin(self, talk: Talk, name: str, begun: Begun | None = None, after_s: float = 0) -> Caller:
        config = self.config
        rng = Random(f"{config.seed}/{name}")
        caller = Caller(talk, self.line, self.board, rng, config.lang, config.speed, name, begun=begun, run=self._run)

        async def live() -> None:
            await asyncio.sleep(after_s / config.speed)
            await caller.live(self._on_begun)

        if begun is not None:
            self._on_begun(caller)
        self._start(live(), "customer")
        return caller

    def _on_begun(self, caller: Caller) -> None:
        self.callers[caller.interaction_id] = caller

    def _forget(self) -> None:
        """Drop the customers of contacts that are closed; until then a colleague may look who it was."""
        for id_, caller in tuple(self.callers.items()):
            if caller.is_over and self.board.has_ended(id_):
                del self.callers[id_]

    def _take_up(self) -> None:
        """Go on with the talks that were begun when the centre was seeded, from where they stand now."""
        for talk in self._opening:
            id_, last = talk.interaction.id, talk.contact.messages[-1]
            lines, author = talk.lines, last.author
            if not self.config.is_new:
                now = self.board.interaction(id_)
                if now is None:
                    continue
                lines, author = min(self.board.words(id_), len(talk.talk.lines)), now.last_author or author
            is_turn = author is Author.AGENT
            begun = Begun(interaction_id=id_, lines=lines, last_mail=last.external_id, is_turn=is_turn)
            self._begin(talk.talk, talk.name, begun, self.rng.uniform(20, 160) if is_turn else 0)

    async def _welcome(self) -> None:
        """See to it that the agent at the window has something to take as soon as they are ready."""
        while not self.board.is_ready(self._window.id):
            await self.board.until(lambda: self.board.is_ready(self._window.id), 3600)
        by_id = {dialogue.id: dialogue for dialogue in dialogues()}
        for name, channel, after_s in _WELCOME:
            await asyncio.sleep(after_s / self.config.speed)
            self.call(by_id[name], channel)

    async def _let_arrive(self) -> None:
        """Customers arrive at random (a Poisson process), fewer while the queues are full."""
        while True:
            rate_per_s = self.config.rate_per_min * self.config.speed / 60
            await asyncio.sleep(self.rng.expovariate(rate_per_s))
            open_callers = sum(not caller.is_over for caller in self.callers.values())
            if open_callers < _MOST_CALLERS and self.board.waiting() < 2 * _LONG_QUEUE:
                self.call(*choose(self.rng))

    async def _browse(self) -> None:
        """Others only look round the web page, buy something, visit a shop."""
        texts, lang = journey_texts(), self.config.lang
        while True:
            await asyncio.sleep(self.rng.expovariate(self.config.speed / _BROWSES_EVERY_S))
            person = self.rng.choice(self.centre.people)
            product = self.rng.choice(goods().products)
            words = {"product": product.name(lang), "thing": product.short[lang]}
            chance = self.rng.random()
            if chance < 0.12:
                channel, kind, title = Channel.WEB, "purchase", texts.purchase[lang]
            elif chance < 0.22:
                shop = self.rng.choice(texts.shops[lang])
                channel, kind, title = Channel.SHOP, "shop_visit", f"{self.rng.choice(texts.shop_visits)[lang]}, {shop}"
            else:
                page = self.rng.choice(
                    ["home", "search", "product", "compare", "basket", "orders", "tariffs", "stores"]
                )
                channel, kind, title = Channel.WEB, "visit", texts.pages[page][lang]
            touchpoint = TouchpointIn(
                external_id=f"demo-{new_id()}",
                channel=channel,
                kind=kind,
                at=datetime.now(UTC),
                title=title.format(**words),
                customer={"number": person.customer.number},
                duration_s=0 if kind == "purchase" else self.rng.randrange(10, 600),
            )
            try:
                await self.line.post(paths.TOUCHPOINTS, touchpoint)
            except HubRefused as refused:
                log.info("a visit was refused: %s", refused.code)

    # --- what agents did ----------------------------------------------------------------------------------------------

    def _on_answer(self, message: Message) -> None:
        caller = self.callers.get(message.interaction_id)
        if caller is not None:
            caller.heard(message)
            self._start(self._deliver(message), "delivery")

    async def _deliver(self, message: Message) -> None:
        """Report how an agent's message got to the customer."""
        channel = message.channel or Channel.CHAT
        if channel.is_spoken:
            return
        steps = [(Delivery.SENT, 0.15, 0.4), (Delivery.DELIVERED, 0.4, 1.4)]
        if channel in _READ_ON:
            steps.append((Delivery.READ, 1.5, 5.0))
        for delivery, least, most in steps:
            await asyncio.sleep(self.rng.uniform(least, most) / self.config.speed)
            try:
                await self.line.post(paths.DELIVERIES, DeliveryIn(message_id=message.id, delivery=delivery))
            except HubRefused as refused:
                log.info("a delivery report was refused: %s", refused.code)
                return

    def _on_work(self, interaction: Interaction) -> None:
        for colleague in self.colleagues:
            colleague.notice(interaction)

    # --- colleagues ---------------------------------------------------------------------------------------------------

    async def _staff(self) -> None:
        """Keep as many colleagues at work as leave a little waiting."""
        if self._window.role is Role.LEAD:
            await self._come_in()
        for _ in range(_FIRST_COLLEAGUES - len(self.colleagues)):
            await self._another()
        while True:
            await asyncio.sleep(_LOOKS_EVERY_S / min(self.config.speed, 4))
            waiting = self.board.waiting()
            at_work = [one for one in self.colleagues if not one.is_on_break]
            if waiting > _LONG_QUEUE:
                await self._another()
            elif waiting < _SHORT_QUEUE and len(at_work) > _FEWEST_COLLEAGUES:
                idle = [one for one in at_work if one.is_idle]
                if idle:
                    await self.rng.choice(idle).rest()
            elif self.rng.random() < 0.02:
                resting = [one for one in self.colleagues if one.is_on_break]
                if resting and len(at_work) > _FEWEST_COLLEAGUES:
                    await self.rng.choice(at_work).rest()
                    await self.rng.choice(resting).work()
            await self._shake_awake()
            self._forget()

    async def _come_in(self) -> None:
        """A lead finds most of their own team at work, one of it on a break."""
        mates = [agent for agent in self._not_yet if agent.team == self._window.team]
        others = [agent for agent in self._not_yet if agent.team != self._window.team]
        for agent in (*others[:_FIRST_OTHERS], *mates[:-_LATE_MATES]):
            await self._sign_in(agent)
        if self.colleagues:
            await self.colleagues[-1].rest()

    async def _another(self) -> None:
        """Somebody more at work: back from a break, or come in."""
        resting = [one for one in self.colleagues if one.is_on_break]
        if resting:
            await self.rng.choice(resting).work()
        elif self._not_yet and len(self.colleagues) < self.config.most_colleagues:
            await self._sign_in(self._not_yet[0 if self.rng.random() < 0.5 else len(self._not_yet) // 2])

    async def _sign_in(self, agent: Agent) -> None:
        self._not_yet.remove(agent)
        try:
            line, agent = await signed_in(self.config.url, agent.user, self.config.users[agent.user])
        except HubRefused as refused:
            log.warning("a colleague could not sign in: %s", refused.code)
            return
        rng = Random(f"{self.config.seed}/{agent.user}")
        colleague = Colleague(agent, line, self.board, self.centre.company, rng, self.config.speed, self.callers.get)
        self.colleagues.append(colleague)
        for interaction in tuple(self.board.work.values()):
            colleague.notice(interaction)
        await colleague.work()

    async def _shake_awake(self) -> None:
        """Who did not answer an offer, or whom a restart of the hub made forget, says again that they are ready."""
        for colleague in self.colleagues:
            known = self.board.agents.get(colleague.agent.id)
            if known is not None and not colleague.is_on_break and known.presence.state is not PresenceState.READY:
                await colleague.work()


# --- the process ------------------------------------------------------------------------------------------------------


async def serve(config: TrafficConfig, stopped: asyncio.Event) -> None:
    """Run the traffic until ``stopped``."""
    running = asyncio.create_task(Traffic(config).run(), name="traffic")
    waiting = asyncio.create_task(stopped.wait(), name="stop")
    await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
    for task in (running, waiting):
        task.cancel()
    outcome, _ = await asyncio.gather(running, waiting, return_exceptions=True)
    if isinstance(outcome, Exception):
        raise outcome


def _read_config() -> TrafficConfig:
    """Return the first line of standard input, read byte by byte so that what follows stays where it is."""
    line = bytearray()
    while (byte := os.read(0, 1)) not in (b"", b"\n"):
        line += byte
    return msgspec.json.decode(bytes(line), type=TrafficConfig)


def main() -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        config = _read_config()
    except msgspec.MsgspecError:
        print("traffic: the first line of standard input is its configuration as JSON", file=sys.stderr)  # noqa: T201
        return 2

    async def run() -> None:
        loop, stopped = asyncio.get_running_loop(), asyncio.Event()

        def watch() -> None:
            try:
                while os.read(0, 4096):
                    pass
            except OSError:
                pass
            loop.call_soon_threadsafe(stopped.set)

        threading.Thread(target=watch, name="parent watch", daemon=True).start()
        await serve(config, stopped)

    try:
        asyncio.run(run())
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""``dirigent bench pop``: from the moment a channel posts a request at the hub to the painted offer, and from the press on
"Accept" to the painted screen pop. Hub, sync engine, store and window are the program's own; only the customer is not.

The agent's reading of the offer is not the machine's time: the screen pop's figure is the sum of both. The second message
of each customer gives the figure for an event on its way from the hub to a painted row of the stream.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import secrets
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from desktop.app.bench import centre as centres
from desktop.app.bench.caches import filled, join
from desktop.app.bench.centre import BenchCentre
from desktop.app.bench.figures import Report, Size, figure, report
from desktop.app.bench.further import fill
from desktop.app.bench.joining import keys, signed_in, synced
from desktop.app.bench.stage import Part, Stage, run, staged
from desktop.backends.hub import HubBackend
from desktop.domain.agent import PresenceState
from desktop.domain.commands import SetPresence, Wait
from desktop.domain.ids import AgentId, InteractionId
from desktop.domain.interaction import InteractionState
from desktop.store import outbox, projections
from desktop.store.database import Store
from desktop.sync.status import Phase, SyncStatus
from desktop.ui.inbox.offers import OfferCard
from desktop.viewmodels.desk import DeskAccount

_WARM_UP = 3


@dataclass(slots=True)
class _Times:
    offer: list[float] = field(default_factory=list)
    pop: list[float] = field(default_factory=list)
    total: list[float] = field(default_factory=list)
    row: list[float] = field(default_factory=list)
    answer: list[float] = field(default_factory=list)


def measure(args: argparse.Namespace) -> Report:
    """Bring ``runs`` requests in, one after the other. Raises ``BenchFailed``."""
    with tempfile.TemporaryDirectory(prefix="dirigent-pop-") as folder:
        size, times = run(lambda: _story(Path(folder), args))
    figures = [
        figure("arrival posted to painted offer", times.offer),
        figure("accept pressed to painted screen pop", times.pop),
        figure("arrival to painted screen pop", times.total, budget_p95=150.0),
        figure("event posted at the hub to painted row", times.row, budget_p50=10.0, budget_p95=16.0),
        figure("the same event posted to the hub's answer", times.answer),
    ]
    return report("pop", figures, size=size, seed=args.seed, runs=args.runs)


async def _story(folder: Path, args: argparse.Namespace) -> tuple[Size, _Times]:
    async with centres.running(folder / "hub") as centre, contextlib.AsyncExitStack() as ending:
        backend, me = await ending.enter_async_context(signed_in(centre.url, centre.password, folder))
        share = args.messages // args.accounts
        store, size = await asyncio.to_thread(filled, folder / "cache.db", share, args.seed, me)
        ending.push_async_callback(asyncio.to_thread, store.close)
        await asyncio.to_thread(join, store, await centre.epoch())
        further = {}
        for number, key in enumerate(keys(args.accounts - 1), 1):
            # Where nothing happens meanwhile, but which is there, as what it holds is.
            calm = await ending.enter_async_context(centres.running(folder / key))
            further[key], _ = await ending.enter_async_context(signed_in(calm.url, calm.password, folder, key, me))
            await asyncio.to_thread(fill, store, key, share, args.seed + number, me)
            await asyncio.to_thread(join, store, await calm.epoch(), key)
        stage = await ending.enter_async_context(staged(store, me))
        for key in ("", *further):
            stage.workplace.accounts.put(DeskAccount(id=key, key=key, title=key))
        for key, one in further.items():
            await ending.enter_async_context(synced(store, one, partial(_tell, stage, key), key))
        await ending.enter_async_context(_ready(stage, store, backend, me))
        times = _Times()
        for number in range(-_WARM_UP, args.runs):
            offer, pop, row, answer = await _request(stage, store, centre, number)
            if number >= 0:
                times.offer.append(offer * 1000)
                times.pop.append(pop * 1000)
                times.total.append((offer + pop) * 1000)
                times.row.append(row * 1000)
                times.answer.append(answer * 1000)
        return size, times


@contextlib.asynccontextmanager
async def _ready(stage: Stage, store: Store, backend: HubBackend, me: AgentId) -> AsyncIterator[None]:
    """The engine runs, everything the hubs have is here, and the agent is ready."""
    workplace = stage.workplace
    workplace.status_changed.connect(stage.tell)
    stage.window.context.suggestions.model.changed.connect(stage.tell)
    async with synced(store, backend, partial(_tell, stage, "")):
        await stage.until(lambda: workplace.status.phase is Phase.LIVE, "the stream of events")
        workplace.perform(SetPresence(state=PresenceState.READY))
        await _all_sent(stage, store)
        await stage.until(lambda: _is_ready(store, me), "being ready")
        yield


def _tell(stage: Stage, key: str, status: SyncStatus) -> None:
    stage.workplace.set_status(status, key)


def _is_ready(store: Store, me: AgentId) -> bool:
    agent = store.query(lambda conn: projections.agent(conn, me))
    return agent is not None and agent.presence.state is PresenceState.READY


async def _all_sent(stage: Stage, store: Store) -> None:
    await stage.until(lambda: not store.query(outbox.entries), "the outbox to empty")


async def _request(stage: Stage, store: Store, centre: BenchCentre, number: int) -> tuple[float, float, float, float]:
    """One customer's request, from its arrival until it waits for them; returns the seconds to the offer, to the
    screen pop, to the row of the second message, and to the hub's answer to that one."""
    thread = secrets.token_hex(8)
    address = centre.address(number)
    inbox, panel, context = stage.window.inbox, stage.window.interaction, stage.window.context

    def card() -> OfferCard | None:
        return next((one for one in inbox.offers.cards if one.offer.interaction.from_address == address), None)

    def is_ringing() -> bool:
        found = card()
        # Laid out, not merely made.
        return found is not None and found.isVisible() and found.height() >= found.minimumSizeHint().height()

    wait = stage.expect([Part("offer", None, is_ringing)])
    posted, _, interaction = await centre.write(thread, number, centre.text(number))
    offered = await wait() - posted
    id_ = InteractionId(interaction)
    ringing = card()
    assert ringing is not None
    await stage.rest()

    def has_customer() -> bool:
        row, customer = context.customer.interaction, context.customer.customer_id
        return row is not None and row.id == id_ and customer is not None and customer == row.customer_id

    suggestions = context.suggestions.model
    wait = stage.expect(
        [
            Part(
                "head", panel.header, lambda: panel.model.interaction is not None and panel.model.interaction.id == id_
            ),
            Part("summary", panel.pop, lambda: panel.pop.isVisible() and panel.model.pop() is not None),
            Part("messages", panel.view.viewport(), lambda: _shown(stage, id_) > 0),
            Part("customer", context.view, has_customer),
            Part(
                "suggestions",
                context.suggestions,
                lambda: any(s.interaction_id == id_ for s in suggestions.suggestions),
            ),
        ]
    )
    pressed = stage.click(ringing.accept)
    popped = await wait() - pressed
    await _all_sent(stage, store)
    await stage.rest()

    before = _shown(stage, id_)
    wait = stage.expect([Part("row", panel.view.viewport(), lambda: _shown(stage, id_) > before)])
    posted, answered, _ = await centre.write(thread, number, f"Haben Sie noch etwas gefunden? ({number})")
    rowed = await wait() - posted

    stage.workplace.perform(Wait(interaction_id=id_))
    await _all_sent(stage, store)
    await stage.until(lambda: _state(store, id_, stage) is InteractionState.WAITING, "the customer's turn")
    await stage.rest()
    return offered, popped, rowed, answered - posted


def _shown(stage: Stage, id_: InteractionId) -> int:
    """How many rows of the stream of ``id_`` are in the window."""
    stream = stage.window.interaction.stream
    return stream.rowCount() if stream.interaction_id == id_ and stream.is_loaded else 0


def _state(store: Store, id_: InteractionId, stage: Stage) -> InteractionState | None:
    row = store.query(lambda conn: projections.interaction_row(conn, id_, stage.workplace.me))
    return None if row is None else row.interaction.state

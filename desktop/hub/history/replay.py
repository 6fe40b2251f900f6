"""Plays a recorded history into a running hub as live traffic: each contact's customer says again what they said, through
the hub's own inbound door, and either waits for the agent's answers or goes on by themselves at the recorded pace.

Addresses of e-mail and phone customers are replaced, unless asked otherwise: the hub may be one that really sends.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import quote

import msgspec
from msgspec import Struct

from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.ids import new_id
from desktop.domain.interaction import Author, Delivery, Interaction, InteractionState, Message, MessageKind
from desktop.hub.history.client import HubClient, HubRefused
from desktop.hub.history.contact import BadRow, Contact, HistoricMessage, Reader
from desktop.wire import paths
from desktop.wire.records import decode
from desktop.wire.shapes import BlobAnswer, ChangesPage, DeliveryIn, Inbound, InboundAnswer, Sender

LONGEST_PAUSE_S = 60.0
"""However long a recorded pause was, a replayed customer does not wait longer (before ``speed``)."""

_POLL_S = 25.0
_BEYOND_THE_END = 1 << 53
_STARTED = frozenset({InteractionState.ACTIVE, InteractionState.ON_HOLD, InteractionState.WRAP_UP})

Progress = Callable[[int, int | None], None]


class ReplayReport(Struct, kw_only=True):
    """``contacts`` were begun; of them ``finished`` said everything, ``ended`` were closed by an agent before, ``lost``
    waited in vain. ``silent`` have no words of a customer and were passed over. ``answers`` are the agents' replies."""

    contacts: int = 0
    messages: int = 0
    answers: int = 0
    finished: int = 0
    ended: int = 0
    lost: int = 0
    silent: int = 0
    refused: int = 0
    files_left_out: int = 0
    skipped: list[BadRow] = []


class ReplayOptions(Struct, frozen=True, kw_only=True):
    """``rate_per_min`` contacts begin a minute. ``speed`` divides all recorded pauses. ``patience_s`` is how long a
    customer waits for an answer. ``run`` names this replay: the same name again makes no second contacts. ``most_open``
    bounds how many go on at once. ``keep_addresses`` sends real addresses and phone numbers."""

    rate_per_min: float = 6.0
    wait_for_agent: bool = True
    speed: float = 1.0
    patience_s: float = 900.0
    limit: int | None = None
    run: str = ""
    most_open: int = 500
    keep_addresses: bool = False


async def replay(
    reader: Reader, hub_url: str, token: str, options: ReplayOptions | None = None, *, progress: Progress | None = None
) -> ReplayReport:
    """Play ``reader``'s contacts and return what came of them. Needs a token of role channel.

    Raises ``UnreadableSource``, ``HubUnreachable`` where the hub is not there and ``HubRefused`` where it turns the
    token away; a single message it refuses is counted and ends that contact only.
    """
    options = options or ReplayOptions()
    async with HubClient(hub_url, token) as client:
        return await _Replay(reader, client, options, progress or (lambda done, total: None)).run()


class _Talk:
    """What is known of one interaction from the feed."""

    def __init__(self) -> None:
        self.answers: set[str] = set()
        self.is_over = False
        self.has_begun = False
        self.changed = asyncio.Event()


class _Replay:
    def __init__(self, reader: Reader, client: HubClient, options: ReplayOptions, progress: Progress) -> None:
        self._reader = reader
        self._client = client
        self._options = options
        self._progress = progress
        self._run = options.run or new_id()[-12:]
        self._talks: dict[str, _Talk] = {}
        self._ours: set[str] = set()
        self._room = asyncio.Semaphore(options.most_open)
        self._report = ReplayReport()

    async def run(self) -> ReplayReport:
        page = await self._page(_BEYOND_THE_END, 0)  # a cursor beyond the end is answered with the end
        watching = asyncio.create_task(self._watch(page.next), name="replay watch")
        try:
            async with asyncio.TaskGroup() as talks:
                talks.create_task(self._start_all(talks, watching), name="replay start")
        except ExceptionGroup as group:
            raise _first(group) from None
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
        return self._report

    async def _start_all(self, talks: asyncio.TaskGroup, watching: asyncio.Task[None]) -> None:
        loop = asyncio.get_running_loop()
        items = self._reader.read()
        due = loop.time()
        while (item := await asyncio.to_thread(_next, items)) is not None:
            if isinstance(item, BadRow):
                self._report.skipped.append(item)
                continue
            if not any(message.author is Author.CUSTOMER for message in item.messages):
                self._report.silent += 1
                continue
            if self._options.limit is not None and self._report.contacts >= self._options.limit:
                break
            await self._room.acquire()
            if watching.done():
                watching.result()  # raises why nothing is heard of answers any more
            await asyncio.sleep(max(0.0, due - loop.time()))
            due = max(due, loop.time() - 1.0) + 60.0 / self._options.rate_per_min
            self._report.contacts += 1
            talks.create_task(self._play(item, watching), name="replay contact")

    async def _play(self, contact: Contact, watching: asyncio.Task[None]) -> None:
        try:
            outcome = await self._say_all(contact, watching)
        except HubRefused as error:
            if error.status in (401, 403):
                raise
            outcome = "refused"
        finally:
            self._room.release()
        setattr(self._report, outcome, getattr(self._report, outcome) + 1)
        self._progress(
            self._report.finished + self._report.ended + self._report.lost + self._report.refused, self._reader.total
        )

    async def _say_all(self, contact: Contact, watching: asyncio.Task[None]) -> str:
        talk: _Talk | None = None
        if contact.channel.is_spoken:
            talk = await self._send(contact, self._inbound(contact, None, "ringing"))
            if self._options.wait_for_agent and not await self._until(talk, None, watching):
                return "ended" if talk.is_over else "lost"
        said: HistoricMessage | None = None
        was_answered = False
        heard = 0
        for message in contact.messages:
            if message.author is not Author.CUSTOMER:
                was_answered = said is not None
                continue
            if said is not None and talk is not None:
                is_waiting = self._options.wait_for_agent and was_answered and not contact.channel.is_spoken
                if is_waiting and not await self._until(talk, heard, watching):
                    return "ended" if talk.is_over else "lost"
                await asyncio.sleep(self._pause(message.sent_at - said.sent_at))
                if talk.is_over:
                    return "ended"
            heard = len(talk.answers) if talk is not None else 0
            event = "transcript" if contact.channel.is_spoken else ""
            talk = await self._send(contact, self._inbound(contact, message, event, await self._uploaded(message)))
            said, was_answered = message, False
        if contact.channel.is_spoken:
            duration_s = int((contact.closed_at - contact.started_at).total_seconds())
            await self._send(contact, self._inbound(contact, None, "ended", duration_s=duration_s))
        return "finished"

    def _pause(self, recorded: timedelta) -> float:
        return min(max(recorded.total_seconds(), 0.0), LONGEST_PAUSE_S) / self._options.speed

    async def _until(self, talk: _Talk, heard: int | None, watching: asyncio.Task[None]) -> bool:
        """Wait until there are more answers than ``heard``, or (``None``) until somebody took the call. ``False`` where the
        contact ended before or patience ran out."""

        def is_so() -> bool:
            return talk.has_begun if heard is None else len(talk.answers) > heard

        try:
            async with asyncio.timeout(self._options.patience_s):
                while not is_so() and not talk.is_over:
                    talk.changed.clear()
                    await talk.changed.wait()
                    if watching.done():
                        watching.result()
        except TimeoutError:
            return False
        return is_so()

    # --- the customer's side ----------------------------------------------------------------------------------------

    async def _send(self, contact: Contact, message: Inbound) -> _Talk:
        body = await self._client.post(f"{paths.INBOUND}/{contact.channel}", message)
        answer = msgspec.json.decode(body, type=InboundAnswer)
        self._report.messages += not message.event or message.event == "transcript"
        self._ours.add(answer.interaction_id)
        return self._talk(answer.interaction_id)

    def _inbound(
        self,
        contact: Contact,
        message: HistoricMessage | None,
        event: str,
        attachments: tuple[str, ...] = (),
        duration_s: int = 0,
    ) -> Inbound:
        customer = contact.customer
        address = customer.address if customer else ""
        if not self._options.keep_addresses:
            address = _replaced(contact.channel, address or contact.external_id)
        return Inbound(
            external_id=self._own(message.external_id if message else f"{contact.external_id}/{event}"),
            sender=Sender(address=address, name=customer.name if customer else ""),
            subject=contact.subject,
            text=message.text if message else "",
            html=message.html if message else "",
            thread=self._own(contact.external_id),
            in_reply_to=self._own(message.in_reply_to) if message and message.in_reply_to else "",
            references=tuple(self._own(id_) for id_ in message.references) if message else (),
            attachments=attachments,
            customer_no=customer.number if customer else "",
            event=event,
            duration_s=duration_s,
        )

    def _own(self, external_id: str) -> str:
        """Return an id as this replay's own: the recorded one may be in the hub from an import."""
        text = f"replay:{self._run}:{external_id}"
        return text if len(text) <= 500 else f"replay:{self._run}:{hashlib.sha256(text.encode()).hexdigest()}"

    async def _uploaded(self, message: HistoricMessage) -> tuple[str, ...]:
        found: list[str] = []
        for file in message.attachments:
            try:
                name = {"X-File-Name": quote(file.name)}
                body = await self._client.upload(paths.BLOBS, file.data, file.media_type, name)
            except HubRefused as error:
                if error.status in (401, 403):
                    raise
                self._report.files_left_out += 1
                continue
            found.append(msgspec.json.decode(body, type=BlobAnswer).sha256)
        return tuple(found)

    # --- what the hub says ------------------------------------------------------------------------------------------

    def _talk(self, interaction_id: str) -> _Talk:
        return self._talks.setdefault(interaction_id, _Talk())

    async def _page(self, after: int, wait_s: float) -> ChangesPage:
        query = {"after": after, "limit": 500, "wait": wait_s}
        body = await self._client.get(paths.CHANGES, query, timeout_s=wait_s + 30)
        return msgspec.json.decode(body, type=ChangesPage)

    async def _watch(self, after: int) -> None:
        try:
            epoch = ""
            while True:
                page = await self._page(after, _POLL_S)
                after = page.next if page.epoch == epoch or not epoch else 0
                epoch = page.epoch
                for change in page.changes:
                    if isinstance(change.record, msgspec.Raw):
                        await self._hear(change.type, change.record)
        finally:
            for talk in self._talks.values():  # whoever waits looks why nothing comes any more
                talk.changed.set()

    async def _hear(self, kind: str, body: msgspec.Raw) -> None:
        if kind == Table.INTERACTION:
            interaction: Interaction = decode(kind, body)
            talk = self._talk(interaction.id)
            talk.is_over = not interaction.state.is_open
            talk.has_begun = talk.has_begun or interaction.state in _STARTED
            talk.changed.set()
        elif kind == Table.MESSAGE:
            message: Message = decode(kind, body)
            if message.author is not Author.AGENT or message.kind is not MessageKind.TEXT:
                return
            talk = self._talk(message.interaction_id)
            is_new = message.id not in talk.answers
            talk.answers.add(message.id)
            talk.changed.set()
            if is_new and message.interaction_id in self._ours:
                self._report.answers += 1
                await self._confirm(message)

    async def _confirm(self, message: Message) -> None:
        """Say that the customer has the answer, as the channel of a real one would."""
        try:
            await self._client.post(paths.DELIVERIES, DeliveryIn(message_id=message.id, delivery=Delivery.DELIVERED))
        except HubRefused:
            pass  # a hub that delivers by itself knows better


def _replaced(channel: Channel, address: str) -> str:
    """Return an address nobody has, the same for the same customer: in a reserved domain (RFC 2606), or a number of the
    range kept free for fiction (Bundesnetzagentur, 030 23125 xxx)."""
    digest = hashlib.sha256(address.encode()).hexdigest()
    if channel is Channel.EMAIL or "@" in address:
        return f"{digest[:12]}@replay.invalid"
    if channel in (Channel.CALL, Channel.SMS, Channel.MESSENGER, Channel.VIDEO):
        return f"+493023125{int(digest[:8], 16) % 1000:03d}"
    return address


def _next(items: Iterator[Contact | BadRow]) -> Contact | BadRow | None:
    return next(items, None)


def _first(group: BaseExceptionGroup[Exception]) -> Exception:
    """Return the first plain exception of a group."""
    found: BaseException = group
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    assert isinstance(found, Exception)
    return found

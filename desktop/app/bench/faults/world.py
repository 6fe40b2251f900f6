"""The world around the seat: customers who write (some of them twice, as channels do), and a colleague who edits the same
customers, takes and hands over work, and reports deliveries. It reaches the hub directly and tries until it has an answer,
as any adapter does; what it did is kept for the comparison."""

from __future__ import annotations

import asyncio
import random
from typing import Any, Final

import msgspec

from desktop.backends.base import BackendError
from desktop.backends.http import HttpClient
from desktop.domain import commands as c
from desktop.domain.commands import Command
from desktop.domain.customer import Customer
from desktop.domain.ids import AgentId, new_id
from desktop.domain.interaction import Author, Delivery, Interaction, InteractionState, Message, MessageKind
from desktop.wire import paths, records, shapes

CUSTOMERS: Final = 12
_TEXTS: Final = (
    "Wo bleibt meine Bestellung?",
    "Meine Rechnung ist zu hoch.",
    "I was charged twice.",
    "Bitte kündigen Sie meinen Vertrag.",
)
_TRIES: Final = 400
_SAYS_NO: Final = frozenset({400, 403, 404, 409, 410, 413, 415, 422})
_JSON: Final = {"Content-Type": "application/json"}


class World:
    """Acts on the hub at ``port``. ``letters`` maps each external id that was answered to its text."""

    def __init__(self, seed: int, me: AgentId) -> None:
        self._chance = random.Random(f"{seed}/world")
        self._me = me
        self._client: HttpClient | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._count = 0
        self._threads: list[str] = []
        self._colleague = ""
        self._after = 0
        self._seen: dict[tuple[str, str], Any] = {}
        self.channel_token = ""
        self.letters: dict[str, str] = {}
        self.doubled = 0

    async def meet(self, port: int, channel_token: str) -> None:
        """The hub is (again) at ``port``."""
        self.channel_token = channel_token
        before, self._client = self._client, HttpClient(f"http://127.0.0.1:{port}")
        if before is not None:
            await before.close()

    async def sign_in(self, user: str, password: str) -> str:
        """Sign somebody in directly; returns their access token."""
        answer = await self._ask("POST", paths.SIGN_IN, "", shapes.SignIn(user=user, password=password))
        return msgspec.json.decode(answer, type=shapes.Tokens).access_token

    async def hire(self, user: str, password: str) -> None:
        """Sign the colleague in."""
        self._colleague = await self.sign_in(user, password)

    def customer_writes(self) -> None:
        """A customer writes, into an old conversation or a new one."""
        self._start(self._write())

    def colleague_acts(self) -> None:
        """The colleague does one thing."""
        self._start(self._meddle())

    async def rest(self) -> None:
        """Wait until all that was begun has been answered."""
        while self._tasks:
            await asyncio.wait(tuple(self._tasks))

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await self.rest()
        if self._client is not None:
            await self._client.close()

    async def feed(self, token: str) -> tuple[str, dict[tuple[str, str], shapes.Change], int]:
        """Read the whole feed as the owner of ``token`` sees it: its epoch, the newest change of each id, its end."""
        found: dict[tuple[str, str], shapes.Change] = {}
        after = 0
        while True:
            raw = await self._ask("GET", f"{paths.CHANGES}?after={after}&limit=1000", token)
            page = msgspec.json.decode(raw, type=shapes.ChangesPage)
            found.update({(change.type, change.id): change for change in page.changes})
            after = page.next
            if not page.more:
                return page.epoch, found, after

    # --- what happens -----------------------------------------------------------------------------------------------

    def _start(self, story: Any) -> None:
        task = asyncio.create_task(story, name="faults-world")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _write(self) -> None:
        chance = self._chance
        self._count += 1
        number, external_id = self._count, new_id()
        is_new = not self._threads or chance.random() < 0.4
        thread = new_id() if is_new else chance.choice(self._threads[-12:])
        if is_new:
            self._threads.append(thread)
        text = f"{chance.choice(_TEXTS)} ({number})"
        who = chance.randrange(CUSTOMERS)
        sender = shapes.Sender(address=f"kim.bauer.{who}@example.org", name=f"Kim Bauer {who}")
        body = shapes.Inbound(external_id=external_id, sender=sender, text=text, thread=thread)
        times = 1 + (chance.random() < 0.2)
        self.doubled += times - 1
        await asyncio.gather(
            *(self._ask("POST", f"{paths.INBOUND}/chat", self.channel_token, body) for _ in range(times))
        )
        self.letters[external_id] = text

    async def _meddle(self) -> None:
        chance = self._chance
        await self._look()
        seen = list(self._seen.values())
        match chance.randrange(4):
            case 0:
                customers = [one for one in seen if isinstance(one, Customer) and one.merged_into is None]
                if customers:
                    field = chance.choice(("segment", "given_name", "family_name"))
                    await self._command(
                        c.UpdateCustomer(customer_id=chance.choice(customers).id, fields={field: f"b-{new_id()}"})
                    )
            case 1:
                waiting = [one for one in seen if isinstance(one, Interaction) and one.state is InteractionState.QUEUED]
                if waiting:
                    taken = chance.choice(waiting).id
                    await self._command(c.Take(interaction_id=taken))
                    await self._command(c.Transfer(interaction_id=taken, to_agent=self._me))
            case 2:
                contacts = [one for one in seen if isinstance(one, Interaction)]
                if contacts:
                    where = chance.choice(contacts).id
                    await self._command(c.AddNote(interaction_id=where, text=f"b-{new_id()}"))
            case _:
                said = [one for one in seen if isinstance(one, Message) and _is_on_its_way(one)]
                if said:
                    report = shapes.DeliveryIn(message_id=chance.choice(said).id, delivery=Delivery.DELIVERED)
                    await self._ask("POST", paths.DELIVERIES, self.channel_token, report)

    async def _look(self) -> None:
        raw = await self._ask("GET", f"{paths.CHANGES}?after={self._after}&limit=1000", self._colleague)
        page = msgspec.json.decode(raw, type=shapes.ChangesPage)
        self._after = page.next
        for change in page.changes:
            if isinstance(change.record, msgspec.Raw):
                self._seen[change.type, change.id] = records.decode(change.type, change.record)
            else:
                self._seen.pop((change.type, change.id), None)

    async def _command(self, command: Command) -> None:
        await self._ask("POST", paths.COMMANDS, self._colleague, command, {paths.IDEMPOTENCY_KEY: new_id()})

    async def _ask(
        self, method: str, path: str, token: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> bytes:
        """Ask until there is an answer, whatever it says: the hub may be away, and may be back with another token."""
        is_channel = token == self.channel_token
        for _ in range(_TRIES):
            client = self._client
            assert client is not None
            try:
                answer = await client.request(
                    method,
                    path,
                    token=self.channel_token if is_channel else token,
                    headers={**_JSON, **(headers or {})},
                    content=None if body is None else shapes.encode(body),
                    read_s=5.0,
                    tolerated=_SAYS_NO,
                )
            except BackendError:
                await asyncio.sleep(0.03)
            else:
                return answer.body
        raise TimeoutError(f"the hub never answered {method} {path.partition('?')[0]}")


def _is_on_its_way(message: Message) -> bool:
    is_reply = message.author is Author.AGENT and message.kind is MessageKind.TEXT
    return is_reply and message.delivery in (Delivery.QUEUED, Delivery.SENT)

"""What a new centre starts with."""

from __future__ import annotations

from msgspec.structs import replace

from desktop.domain.agent import Queue
from desktop.domain.changes import Table
from desktop.domain.ids import QueueId
from desktop.hub.desk.setup import ensure_defaults
from desktop.insight.catalogue import catalogue


async def test_a_new_centre_has_queues_dispositions_and_texts_in_german_and_english(centre):
    async with centre.database.read() as ledger:
        queues = await ledger.queues()
        named = [*(await ledger.find(Table.DISPOSITION)), *(await ledger.find(Table.INTENT))]
        templates = await ledger.find(Table.TEMPLATE)
    assert {"billing", "orders", "technical", "service", "complaints"} <= {queue.id for queue in queues}
    for titles in [*(queue.names for queue in queues), *(one.titles for one in named)]:
        assert titles["de"]
        assert titles["en"]
    assert templates
    for template in templates:
        assert template.titles.keys() == template.texts.keys() == {"de", "en"}
    landing = [intent for queue in queues for intent in queue.intents]
    assert sorted(landing) == sorted(one.id for one in catalogue().intents), "each request type lands in one queue"


async def test_what_an_operator_changed_stays(centre):
    async with centre.database.write() as ledger:
        await ledger.put(replace(await ledger.queue("billing"), names={"de": "Geld"}))
        await ledger.remove(Table.DISPOSITION, "spam")
        await ledger.remove(Table.QUEUE, "complaints")
        await ledger.put(Queue(id=QueueId("vip")))
    async with centre.database.write() as ledger:
        await ensure_defaults(ledger)
        assert ledger.written == []
    async with centre.database.read() as ledger:
        assert {queue.id for queue in await ledger.queues()} == {"billing", "orders", "technical", "service", "vip"}
        assert await ledger.get(Table.DISPOSITION, "spam") is None

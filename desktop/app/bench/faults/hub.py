"""The hub as a child process of the benchmark: the real server over an SQLite file, killed and started again at will.

Imported by the nurse, so that a hub is up in a few hundredths of a second. The first one of a folder makes the people.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path

import msgspec

from desktop.app.bench.faults.nursery import Parent
from desktop.domain.agent import Agent, Role, Skill
from desktop.domain.changes import Table
from desktop.domain.interaction import Message
from desktop.hub.auth import accounts
from desktop.hub.auth.passwords import hash_now
from desktop.hub.db import tables
from desktop.hub.db.database import Database
from desktop.hub.desk import commands
from desktop.hub.server import ServeOptions, Server, database_url, serve

ANNA, BERT = "anna", "bert"


@dataclass(frozen=True, slots=True)
class HubOrders:
    """``port`` 0 takes a free one. ``token`` is the admin's, ``log`` where the hub writes its log."""

    data: Path
    port: int
    token: str
    log: Path


@dataclass(frozen=True, slots=True)
class HubReady:
    port: int
    channel_token: str


def run(orders: HubOrders, parent: Parent) -> None:
    """Run a hub until asked to stop; says ``HubReady`` once it answers."""
    logging.basicConfig(
        filename=orders.log, level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )

    def ready(server: Server) -> None:
        parent.watch(server.ask_to_stop)
        parent.tell(HubReady(int(server.url.rsplit(":", 1)[1]), server.channel_token))

    asyncio.run(serve(ServeOptions(data=orders.data, port=orders.port, preset_token=orders.token), ready=ready))


async def people(data: Path, password: str) -> dict[str, Agent]:
    """Make the agents of a new hub that is not running yet; returns them by user name."""
    database = await Database.open(database_url(data, ""))
    skills = (Skill(name="lang:de", level=5), Skill(name="lang:en", level=5))
    made: dict[str, Agent] = {}
    try:
        async with database.write() as ledger:
            for user in (ANNA, BERT):
                made[user] = await accounts.add(
                    ledger,
                    user=user,
                    password_hash=hash_now(password),
                    role=Role.AGENT,
                    name=user.title(),
                    skills=skills,
                    capacity={"total": 8, "chat": 6, "email": 6},
                )
    finally:
        await database.close()
    return made


@dataclass(frozen=True, slots=True)
class Effect:
    """What the hub kept of one command: its key, the digest of its body, the outcome, and when."""

    key: str
    digest: str
    outcome: str
    code: str
    at: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What is in the database of a hub that has ended."""

    effects: list[Effect]
    messages: list[Message]


async def kept(data: Path, caller: str) -> Kept:
    """Read what ``caller`` brought about, in the order it happened, and everything that was said."""
    database = await Database.open(database_url(data, ""))
    try:
        async with database.read() as ledger:
            column = tables.command.c
            query = tables.command.select().where(column.caller == caller).order_by(column.at)
            effects = []
            for row in (await ledger.connection.execute(query)).mappings():
                answer = msgspec.json.decode(row["answer"], type=commands.Kept)
                code = answer.error.code if answer.error is not None else ""
                effects.append(Effect(row["key"], row["digest"], answer.outcome, code, row["at"]))
            return Kept(effects, await ledger.find(Table.MESSAGE))
    finally:
        await database.close()

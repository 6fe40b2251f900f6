"""A centre as IT sets it up: the routing policy, queues with their hours and rings, what agents can do. Read from one YAML
file that names what is to change, written out as such a file again. Checked as a whole and put to use as a whole, or not at
all. Called by the command line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct

from desktop.domain.agent import Agent, Queue
from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.ids import QueueId
from desktop.domain.routing import RoutingPolicy
from desktop.hub.auth.accounts import user_key
from desktop.hub.db.ledger import Ledger
from desktop.hub.desk.lead.observing import tell_anew
from desktop.hub.desk.refusals import Refused
from desktop.hub.desk.setup import must_be_usable
from desktop.hub.routing.policy import POLICY, mistakes
from desktop.insight.yaml_source import Source, SourceError

R = TypeVar("R", Agent, Queue, RoutingPolicy)

_POLICY: Final = frozenset(RoutingPolicy.__struct_fields__) - {"id", "version"}
_QUEUE: Final = frozenset(Queue.__struct_fields__) - {"id", "version"}
_AGENT: Final = frozenset({"name", "team", "skills", "capacity", "queues"})
_SKILLS: Final = frozenset({"skills", "wished"})
_TOTAL: Final = "total"
_ID: Final = re.compile(r"[a-z0-9][a-z0-9_.\-]{0,63}")
_PATH: Final = re.compile(r" - at `\$\.(\w+)")


class Draft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file says. A skill is a name with its level, 1 to 5; fields that are not named stay as they are."""

    policy: dict[str, Any] = {}
    queues: dict[str, dict[str, Any]] = {}
    agents: dict[str, dict[str, Any]] = {}


class Setup(Struct, frozen=True, kw_only=True):
    """What a file comes to: the records that are new or other than they were, and what of it cannot be used, by file and
    line. With any mistake nothing of it may be put."""

    policy: RoutingPolicy | None = None
    queues: tuple[Queue, ...] = ()
    agents: tuple[Agent, ...] = ()
    mistakes: tuple[str, ...] = ()


async def read_setup(ledger: Ledger, source: Source) -> Setup:
    """Return what a file comes to in a centre as it is now."""
    try:
        draft = source.read(Draft)
    except SourceError as error:
        return Setup(mistakes=(str(error),))
    wrong: list[str] = []
    queues = {queue.id: queue for queue in await ledger.queues()}
    policy: RoutingPolicy = await ledger.get(Table.ROUTING, POLICY) or RoutingPolicy()
    agents = {user_key(agent.user): agent for agent in await ledger.agents()}
    new_policy = _changed(source, wrong, policy, draft.policy, _POLICY, "policy")
    new_queues = {
        QueueId(id_): _changed(
            source, wrong, queues.get(QueueId(id_), Queue(id=QueueId(id_))), fields, _QUEUE, "queues", id_
        )
        for id_, fields in draft.queues.items()
    }
    wrong += [
        str(source.mistake(f"{name} cannot be used", "policy", name))
        for name in (mistakes(new_policy) if new_policy != policy else ())
    ]
    known = {**queues, **new_queues}
    for id_, queue in new_queues.items():
        wrong += [str(source.mistake(text, "queues", id_, *at)) for text, *at in _wrong_in_queue(queue, known)]
    new_agents = []
    for user, fields in draft.agents.items():
        before = agents.get(user_key(user))
        if before is None:
            wrong.append(str(source.mistake("no account of that name", "agents", user)))
            continue
        agent = _changed(source, wrong, before, fields, _AGENT, "agents", user)
        wrong += [str(source.mistake(text, "agents", user, *at)) for text, *at in _wrong_in_agent(agent, known)]
        if agent != before:
            new_agents.append(agent)
    return Setup(
        policy=new_policy if new_policy != policy else None,
        queues=tuple(queue for id_, queue in new_queues.items() if queue != queues.get(id_)),
        agents=tuple(new_agents),
        mistakes=tuple(dict.fromkeys(wrong)),
    )


async def put_setup(ledger: Ledger, setup: Setup) -> None:
    """Put to use what a file came to. Raises ``ValueError`` where it has mistakes."""
    if setup.mistakes:
        raise ValueError("a setup with mistakes")
    for queue in setup.queues:
        await ledger.put(queue)
    for agent in setup.agents:
        await ledger.put(agent)
    if setup.policy is not None:
        await ledger.put(setup.policy)
        await tell_anew(ledger, is_told=setup.policy.is_observing_told)


async def described(ledger: Ledger) -> Draft:
    """Return the centre as it is, as a file would say it."""
    policy: RoutingPolicy = await ledger.get(Table.ROUTING, POLICY) or RoutingPolicy()
    return Draft(
        policy=_told(policy, _POLICY),
        queues={queue.id: _told(queue, _QUEUE) for queue in sorted(await ledger.queues(), key=lambda one: one.id)},
        agents={
            agent.user: _told(agent, _AGENT)
            for agent in sorted(await ledger.agents(), key=lambda one: one.user)
            if agent.is_active
        },
    )


def _told(record: Agent | Queue | RoutingPolicy, names: Iterable[str]) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(record)
    told = {name: found[name] for name in record.__struct_fields__ if name in names and name in found}
    for name in _SKILLS & told.keys():
        told[name] = {skill["name"]: skill["level"] for skill in told[name]}
    return told


def _changed(
    source: Source, wrong: list[str], before: R, given: Mapping[str, Any], names: Iterable[str], *at: str
) -> R:
    """Return a record with the given fields changed, or as it was with what is wrong noted."""
    fields = dict(given)
    for name in given:
        if name not in names:
            wrong.append(str(source.mistake(f"unknown field `{name}`", *at, name)))
            return before
    for name in _SKILLS & fields.keys():
        skills = fields[name]
        if not isinstance(skills, Mapping) or any(level not in range(1, 6) for level in skills.values()):
            wrong.append(str(source.mistake("a skill has a level from 1 to 5", *at, name)))
            return before
        fields[name] = [{"name": str(skill), "level": level} for skill, level in skills.items()]
    try:
        return msgspec.convert({**msgspec.to_builtins(before), **fields}, type(before))
    except msgspec.ValidationError as error:
        found = _PATH.search(str(error))
        wrong.append(str(source.mistake(str(error), *at, *(found.groups() if found else ()))))
        return before


def _wrong_in_queue(queue: Queue, known: Mapping[QueueId, Queue]) -> Iterable[tuple[str, ...]]:
    if not _ID.fullmatch(queue.id):
        yield ("an id is lower-case letters, digits, dots, dashes and underscores, 64 at most",)
    try:
        must_be_usable(queue, {str(id_): one for id_, one in known.items()})
    except Refused as refused:
        yield (refused.detail,)


def _wrong_in_agent(agent: Agent, known: Mapping[QueueId, Queue]) -> Iterable[tuple[str, ...]]:
    channels = {str(channel) for channel in Channel if channel.is_interaction} | {_TOTAL}
    if not channels.issuperset(agent.capacity) or any(count < 0 for count in agent.capacity.values()):
        yield "a capacity is a number for a channel or for `total`", "capacity"
    if not set(known).issuperset(agent.queues):
        yield "no such queue", "queues"
    if not agent.name.strip() or not agent.name.isprintable() or not agent.team.isprintable():
        yield ("a name, and a team, can be read",)


def as_counted(setup: Setup) -> str:
    """Return what would change, for people."""
    policy = "the policy, " if setup.policy is not None else ""
    return f"{policy}{len(setup.queues)} queues, {len(setup.agents)} agents"

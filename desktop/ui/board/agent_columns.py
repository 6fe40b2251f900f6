"""What the board knows of an agent, column by column: how it reads, how it sorts, which contacts are behind it."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from desktop.domain.agent import PresenceState
from desktop.domain.channels import Channel
from desktop.ui.board import wording
from desktop.ui.i18n import formats, words
from desktop.viewmodels.board import AgentFigures, BoardViewModel, ContactsFilter, Figure
from desktop.viewmodels.board_table import Cell, Column, Form

translate = QCoreApplication.translate

_RANK = {"bad": 0, "warn": 1, "accent": 2, "good": 3, "neutral": 4}


def agent_columns(board: BoardViewModel) -> list[Column]:
    """Return the columns of the agents' table, in the order they stand at first."""

    def behind(figure: Figure) -> object:
        return lambda row: ContactsFilter(figure=figure, agent=row.id)

    def column(key: str, title: str, cell: object, order: object, width: int, **more: object) -> Column:
        return Column(key, title, cell, order, width, **more)  # type: ignore[arg-type]

    return [
        column("name", translate("board", "Name"), lambda row, now: Cell(row.name, form=Form.PERSON),
               _by_name, 160, is_number=False, is_worst_high=False),
        column("state", translate("board", "State"), _state, _rank, 136, is_number=False, is_worst_high=False),
        column("since", translate("board", "Since"), _since, _since_order, 76, is_ticking=True, is_worst_high=False),
        column("load", translate("board", "In hand"), _load, lambda row: len(row.contacts), 140, is_number=False,
               which=behind(Figure.IN_HAND)),
        column("occupancy", translate("board", "Occupancy"), lambda row, now: _occupancy(row),
               lambda row: row.occupancy, 84, tip=translate("board", "Share of signed-in time with something in hand")),
        column("handling", translate("board", "Handling"), lambda row, now: _time(row.average_handling_s),
               lambda row: row.average_handling_s, 74, which=behind(Figure.HANDLED),
               tip=translate("board", "Average handling time today")),
        column("handled", translate("board", "Today"), lambda row, now: _count(row.handled), lambda row: row.handled, 58,
               which=behind(Figure.HANDLED), tip=translate("board", "Contacts handled today")),
        column("missed", translate("board", "Missed"), lambda row, now: _count(row.missed, "warn"),
               lambda row: row.missed, 62, which=behind(Figure.MISSED),
               tip=translate("board", "Offers that rang out today")),
        column("declined", translate("board", "Declined"), lambda row, now: _count(row.declined),
               lambda row: row.declined, 76, which=behind(Figure.DECLINED), is_extra=True),
        column("team", translate("board", "Team"), lambda row, now: Cell(row.team or wording.NOTHING, "muted"),
               lambda row: row.team.casefold() or None, 110, is_number=False, is_extra=True, is_worst_high=False),
        column("queues", translate("board", "Queues"), lambda row, now: _queues(board, row),
               lambda row: len(row.queues), 160, is_number=False, is_extra=True),
    ]  # fmt: skip


def _by_name(row: AgentFigures) -> tuple[bool, str]:
    """Who is not here stands below those who are."""
    return row.presence.state is PresenceState.OFFLINE, row.name.casefold()


def words_of(board: BoardViewModel, row: AgentFigures) -> str:
    """Return what an agent is found by: name, team, state, queues."""
    queues = " ".join(board.queue_name(queue) for queue in row.queues)
    return f"{row.name} {row.team} {wording.agent_state(row)[0]} {queues}"


def _state(row: AgentFigures, _now: datetime) -> Cell:
    text, tone, _since_at = wording.agent_state(row)
    told = text
    if row.presence.state is PresenceState.AWAY and row.contacts:
        told = f"{text}, {words.presence(row.presence.state, row.presence.reason)}"
    if row.next_presence is not None:
        after = words.presence(row.next_presence.state, row.next_presence.reason)
        told = translate("board", "%1, then %2").replace("%1", told).replace("%2", after)
    if row.lent_until is not None:
        lent = translate("board", "lent until %1").replace("%1", formats.clock(row.lent_until))
        told = f"{told}, {lent}"
    return Cell(text, tone, Form.PILL, told=told)


def _rank(row: AgentFigures) -> tuple[int, str]:
    text, tone, _since_at = wording.agent_state(row)
    rank = 5 if row.presence.state is PresenceState.OFFLINE else _RANK.get(tone, 4)
    return rank, text


def _since_order(row: AgentFigures) -> float | None:
    since = wording.agent_state(row)[2]
    return None if since is None or row.presence.state is PresenceState.OFFLINE else since.timestamp()


def _since(row: AgentFigures, now: datetime) -> Cell:
    since = wording.agent_state(row)[2]
    if since is None or row.presence.state is PresenceState.OFFLINE:
        return Cell(wording.NOTHING, "muted")
    return Cell(formats.ticking((now - since).total_seconds()), told=formats.exact(since))


def _load(row: AgentFigures, now: datetime) -> Cell:
    text = wording.in_hand(row)
    if not text:
        return Cell(wording.NOTHING, "muted", told=translate("board", "nothing"))
    parts = [f"{wording.who(one)} ({formats.ticking((now - one.since).total_seconds())})" for one in row.contacts[:12]]
    icons = tuple((words.channel_icon(Channel(name)), count) for name, count in row.load.items() if count)
    return Cell(text, form=Form.ICONS, told="\n".join([text, *parts]), icons=icons)


def _occupancy(row: AgentFigures) -> Cell:
    if row.occupancy is None:
        return Cell(wording.NOTHING, "muted")
    return Cell(formats.percent(row.occupancy), "warn" if row.occupancy > 0.9 else "")


def _queues(board: BoardViewModel, row: AgentFigures) -> Cell:
    names = ", ".join(board.queue_name(queue) for queue in row.queues)
    return Cell(names or wording.NOTHING, "muted", told=names)


def _count(value: int, tone: str = "") -> Cell:
    return Cell(str(value), tone if value else "muted")


def _time(seconds: float | None) -> Cell:
    return Cell(wording.NOTHING, "muted") if seconds is None else Cell(formats.ticking(seconds))

"""What the board knows of a queue, column by column: how it reads, how it sorts, which contacts are behind it."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from desktop.ui.board import wording
from desktop.ui.charts.ages import age_name
from desktop.ui.i18n import formats
from desktop.viewmodels.board import BoardViewModel, ContactsFilter, Figure, QueueFigures
from desktop.viewmodels.board_table import Cell, Column, Form

translate = QCoreApplication.translate


def queue_columns(board: BoardViewModel) -> list[Column]:
    """Return the columns of the queues' table, in the order they stand at first."""

    def behind(figure: Figure) -> object:
        return lambda row: ContactsFilter(figure=figure, queue=row.id)

    def column(key: str, title: str, cell: object, order: object, width: int, **more: object) -> Column:
        return Column(key, title, cell, order, width, **more)  # type: ignore[arg-type]

    def longest(row: QueueFigures, _now: datetime) -> Cell:
        if not row.waiting:
            return Cell(wording.NOTHING, "muted")
        age = board.age_s(row.longest_s)
        return Cell(formats.ticking(age), wording.wait_tone(age))

    return [
        column("name", translate("board", "Queue"), lambda row, now: _name(board, row), _by_name(board), 172,
               is_number=False, is_worst_high=False),
        column("waiting", translate("board", "Waiting"), _waiting, lambda row: row.waiting, 66,
               which=behind(Figure.WAITING)),
        column("longest", translate("board", "Longest"), longest, lambda row: row.longest_s if row.waiting else None, 72,
               which=behind(Figure.WAITING), is_ticking=True, tip=translate("board", "Longest wait")),
        column("now", translate("board", "Now"), lambda row, now: _level(row.level_now, row.target),
               lambda row: row.level_now, 60, which=behind(Figure.DUE_NOW), is_worst_high=False,
               tip=translate("board", "Service level of the last half hour")),
        column("today", translate("board", "Today"), lambda row, now: _level(row.level_today, row.target),
               lambda row: row.level_today, 60, which=behind(Figure.DUE), is_worst_high=False,
               tip=translate("board", "Service level today")),
        column("forecast", translate("board", "Forecast"), lambda row, now: _level(row.level_forecast, row.target),
               lambda row: row.level_forecast, 70, is_worst_high=False,
               tip=translate("board", "Service level at the end of today, if it goes on as forecast")),
        column("arrivals", translate("board", "Arrivals"), _arrivals, lambda row: row.arrivals, 80,
               which=behind(Figure.ARRIVALS), tip=translate("board", "Arrivals today against their forecast up to now")),
        column("abandoned", translate("board", "Abandoned"), _abandoned, _abandonment, 74,
               which=behind(Figure.ABANDONED)),
        column("backlog", translate("board", "Backlog"), _backlog, lambda row: _oldness(row), 72,
               which=behind(Figure.WAITING), tip=translate("board", "What waits, by age: the youngest first")),
        column("staff", translate("board", "Staff"), _staff, _shortage, 66,
               tip=translate("board", "Agents who work the queue, and how many its service level needs")),
        column("ready", translate("board", "Ready"), lambda row, now: Cell(str(row.ready), "" if row.ready else "muted"),
               lambda row: row.ready, 64, is_extra=True, is_worst_high=False),
        column("active", translate("board", "In progress"), lambda row, now: _count(row.active), lambda row: row.active,
               96, which=behind(Figure.ACTIVE), is_extra=True),
        column("answered", translate("board", "Answered"), lambda row, now: _count(row.answered),
               lambda row: row.answered, 84, which=behind(Figure.ANSWERED), is_extra=True),
        column("answer", translate("board", "Answer time"), lambda row, now: _time(row.average_answer_s),
               lambda row: row.average_answer_s, 96, which=behind(Figure.ANSWERED), is_extra=True,
               tip=translate("board", "Average time to the first answer")),
        column("handling", translate("board", "Handling"), lambda row, now: _time(row.average_handling_s),
               lambda row: row.average_handling_s, 84, which=behind(Figure.HANDLED), is_extra=True,
               tip=translate("board", "Average handling time")),
    ]  # fmt: skip


def _by_name(board: BoardViewModel) -> object:
    return lambda row: board.queue_name(row.id).casefold()


def _name(board: BoardViewModel, row: QueueFigures) -> Cell:
    name = board.queue_name(row.id)
    if row.is_open:
        return Cell(name, is_strong=True)
    closed = translate("board", "%1 (closed)").replace("%1", name)
    return Cell(closed, "muted", told=closed)


def _waiting(row: QueueFigures, _now: datetime) -> Cell:
    return Cell(str(row.waiting), "" if row.waiting else "muted", is_strong=row.waiting > 0)


def _level(level: float | None, target: float) -> Cell:
    if level is None:
        return Cell(wording.NOTHING, "muted", told=translate("board", "nothing yet"))
    told = translate("board", "%1, target %2").replace("%1", formats.percent(level))
    return Cell(
        formats.percent(level),
        wording.level_tone(level, target),
        Form.PILL,
        told=told.replace("%2", formats.percent(target)),
    )


def _arrivals(row: QueueFigures, _now: datetime) -> Cell:
    if row.arrivals_forecast is None:
        return Cell(str(row.arrivals), told=translate("board", "%n, no forecast yet", None, row.arrivals))
    expected = round(row.arrivals_forecast)
    told = translate("board", "%1, forecast %2").replace("%1", str(row.arrivals)).replace("%2", str(expected))
    tone = "warn" if row.arrivals > 10 and row.arrivals > expected * 1.25 else ""
    return Cell(f"{row.arrivals} / {expected}", tone, told=told)


def _abandonment(row: QueueFigures) -> float | None:
    whole = row.answered + row.abandoned
    return row.abandoned / whole if whole else None


def _abandoned(row: QueueFigures, _now: datetime) -> Cell:
    part = _abandonment(row)
    if part is None:
        return Cell(wording.NOTHING, "muted")
    told = translate("board", "%1, %2 of %3").replace("%1", formats.percent(part)).replace("%2", str(row.abandoned))
    tone = "muted" if not row.abandoned else "" if part < 0.05 else "warn" if part < 0.1 else "bad"
    return Cell(formats.percent(part), tone, told=told.replace("%3", str(row.answered + row.abandoned)))


def _oldness(row: QueueFigures) -> tuple[int, ...] | None:
    return tuple(reversed(row.backlog)) if any(row.backlog) else None


def _backlog(row: QueueFigures, _now: datetime) -> Cell:
    if not any(row.backlog):
        return Cell("", "muted", told=translate("board", "nothing waits"))
    told = ", ".join(f"{age_name(number)}: {count}" for number, count in enumerate(row.backlog) if count)
    return Cell("", form=Form.BARS, told=told, values=tuple(float(count) for count in row.backlog))


def _shortage(row: QueueFigures) -> int | None:
    return None if row.needed is None else row.needed - row.ready - row.working


def _staff(row: QueueFigures, _now: datetime) -> Cell:
    there, short = row.ready + row.working, _shortage(row)
    if short is None:
        return Cell(str(there), told=translate("board", "%n there, need unknown", None, there))
    told = translate("board", "%1 there, %2 needed").replace("%1", str(there)).replace("%2", str(row.needed))
    return Cell(f"{there} / {row.needed}", "bad" if short > 1 else "warn" if short > 0 else "", told=told)


def _count(value: int) -> Cell:
    return Cell(str(value), "" if value else "muted")


def _time(seconds: float | None) -> Cell:
    return Cell(wording.NOTHING, "muted") if seconds is None else Cell(formats.ticking(seconds))

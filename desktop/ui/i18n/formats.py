"""Instants, durations, amounts and sizes as people of the window's language write them. Times are shown in local time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime
from PySide6.QtGui import QKeySequence

translate = QCoreApplication.translate


def _local(at: datetime) -> datetime:
    return at.astimezone()


def clock(at: datetime) -> str:
    """Return the time of day: 14:32."""
    local = _local(at)
    return QLocale().toString(QTime(local.hour, local.minute), QLocale.FormatType.ShortFormat)


def day(at: datetime, now: datetime | None = None) -> str:
    """Return the day as a heading: Today, Yesterday, Monday 16 November, 3 March 2024."""
    then, today = _local(at).date(), _local(now or datetime.now(UTC)).date()
    if then == today:
        return translate("formats", "Today")
    if then == today - timedelta(days=1):
        return translate("formats", "Yesterday")
    value = QDate(then.year, then.month, then.day)
    pattern = translate("formats", "dddd, d MMMM") if then.year == today.year else translate("formats", "d MMMM yyyy")
    return QLocale().toString(value, pattern)


def moment(at: datetime, now: datetime | None = None) -> str:
    """Return an instant as briefly as it stays clear: 14:32, Yesterday, Mon, 16 Nov, Nov 2024."""
    then, today = _local(at).date(), _local(now or datetime.now(UTC)).date()
    value = QDate(then.year, then.month, then.day)
    if then == today:
        return clock(at)
    if then == today - timedelta(days=1):
        return translate("formats", "Yesterday", "within a line")
    if then == today + timedelta(days=1):
        return translate("formats", "Tomorrow", "within a line")
    if abs((then - today).days) < 7:
        return QLocale().toString(value, "ddd")
    if then.year == today.year:
        return QLocale().toString(value, translate("formats", "d MMM"))
    return QLocale().toString(value, "MMM yyyy")


def calendar_day(value: date) -> str:
    """Return a day by its numbers, the year in full: 1980-03-14, in German 14.03.1980."""
    return QLocale().toString(QDate(value.year, value.month, value.day), translate("formats", "yyyy-MM-dd"))


def exact(at: datetime) -> str:
    """Return an instant in full, for tooltips."""
    local = _local(at)
    locale = QLocale()
    day_ = locale.toString(QDate(local.year, local.month, local.day), QLocale.FormatType.LongFormat)
    return f"{day_}, {locale.toString(QTime(local.hour, local.minute, local.second), 'HH:mm:ss')}"


def ticking(seconds: float) -> str:
    """Return a running clock: 0:48, 12:04, 1:02:33."""
    total = max(0, int(seconds))
    hours, rest = divmod(total, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def span(seconds: float) -> str:
    """Return a duration in its two words at most: 45 s, 4 min, 3 h, 2 d."""
    total = abs(int(seconds))
    if total < 60:
        return translate("formats", "%n s", None, total)
    if total < 3600:
        return translate("formats", "%n min", None, total // 60)
    if total < 86400:
        return translate("formats", "%n h", None, total // 3600)
    return translate("formats", "%n d", None, total // 86400)


def money(cents: int, currency: str = "EUR", *, is_round: bool = False) -> str:
    """Return an amount with its currency sign; ``is_round`` leaves the cents out."""
    sign = {"EUR": "€", "GBP": "£", "USD": "$", "CHF": "CHF"}.get(currency, currency)
    digits = 0 if is_round else 2
    return QLocale().toCurrencyString(cents / 100, sign, digits)


def percent(share: float) -> str:
    """Return a share of 0 to 1 in per cent: 92 % in German, 92% in English."""
    return translate("formats", "%1%").replace("%1", str(round(share * 100)))


def percent_sign() -> str:
    """Return what follows a number that is a percentage: %, in German with the narrow space before it."""
    return translate("formats", "%1%").replace("%1", "")


def amount(value: float) -> str:
    """Return a number that need not be whole: 12, 3.4 below ten, in German 3,4."""
    return QLocale().toString(value, "f", 1 if abs(value) < 10 and round(value, 1) != round(value) else 0)


def size(n_bytes: int) -> str:
    """Return a file's size: 840 kB."""
    return QLocale().formattedDataSize(
        n_bytes, 0 if n_bytes < 1_000_000 else 1, QLocale.DataSizeFormat.DataSizeSIFormat
    )


def quoted(text: str) -> str:
    """Return somebody's words in the quotation marks of the window's language."""
    return translate("formats", "“%1”").replace("%1", text)


def keys(sequence: str) -> str:
    """Return a shortcut as this system and language write it: Ctrl+K, Strg+K, ⌘K."""
    return QKeySequence(sequence).toString(QKeySequence.SequenceFormat.NativeText)

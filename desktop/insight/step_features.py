"""What of a situation the next-step model weighs: the steps so far, the customer's last words, what the last look-up
returned, the intent, what was said and found before, and crosses of these; all hashed. Training and prediction both come
through here, so that they can never differ. Pure; called by ``next_step`` and by its training.

Each feature remembers what it came from, for the evidence. Hashing is CRC-32, the same on every machine. What is looked at
is bounded, whatever comes in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple
from zlib import crc32

from msgspec import Struct

from desktop.insight.normalise import fold

if TYPE_CHECKING:
    from numpy import float32, int64
    from numpy.typing import NDArray

Context = str | Mapping[str, object] | None
"""What a look-up returned: fields with values, the same as JSON, or plain text; ``None`` and empty where none was made."""

START: Final = "^"
"""Stands for the step before the first."""

_READ, _MOST_WORDS, _LONGEST_WORD = 4000, 200, 30
_MOST_STEPS, _LONGEST_STEP = 100, 120
_MOST_FIELDS, _LONGEST_VALUE, _LONGEST_CONTEXT, _DEEPEST = 60, 200, 50_000, 4
_MOST_EARLIER = 12
_COUNT = " count"
_WORD = re.compile(r"[^\W_]+|[?!]")
_LONG_NUMBER = re.compile(r"\d{3,}")
_ITEMS = re.compile(r"x(\d{1,6})")
_NUMBER = re.compile(r"[\d.,:/+-]*\d[\d.,:/+-]*")

_SHARES: Final = {
    "step": 1.0,
    "before": 0.5,
    "text": 1.0,
    "answer": 0.6,
    "context": 0.7,
    "found": 0.6,
    "agrees": 0.6,
    "intent": 0.5,
    "matter": 0.4,
    "fresh": 0.7,
    "said": 0.7,
    "answered": 0.6,
}
"""The length each part has; chosen on the unhappy dialogues of STAR, of which no figure is reported."""


class Moment(Struct, frozen=True, kw_only=True):
    """What is known when the next step is chosen. ``steps`` were taken so far, in order; ``text`` is the customer's last
    words, ``context`` what the last look-up returned. ``earlier`` are the moments at which the former steps were chosen,
    oldest first, as far as they are known; what they hold under ``earlier`` themselves is not looked at."""

    steps: tuple[str, ...] = ()
    text: str = ""
    context: Context = None
    intent: str = ""
    earlier: tuple[Moment, ...] = ()


class Source(NamedTuple):
    """Where a feature came from: ``kind`` is ``word``, ``step``, ``field``, ``intent`` or ``earlier``; ``what`` is the word
    as written, the code of the last step, the name of the field or the intent."""

    kind: str
    what: str


class StepFeatures(NamedTuple):
    """The buckets (each once), their values, and for each where it came from."""

    bucket: NDArray[int64]
    value: NDArray[float32]
    sources: list[Source]


class _Parts:
    """Features by part, before they are scaled."""

    def __init__(self) -> None:
        self._parts: dict[str, dict[str, tuple[float, Source]]] = {}

    def add(self, part: str, name: str, value: float, source: Source) -> None:
        """Keep the largest value of a feature that is there twice."""
        features = self._parts.setdefault(part, {})
        known = features.get(name)
        if known is None or known[0] < value:
            features[name] = (value, source)

    def hashed(self, bits: int) -> StepFeatures:
        import numpy as np

        mask = (1 << bits) - 1
        values: dict[int, float] = {}
        sources: dict[int, Source] = {}
        for part, features in self._parts.items():
            scale = _SHARES[part] / sum(value * value for value, _ in features.values()) ** 0.5
            for name, (value, source) in features.items():
                bucket = crc32(f"{part}:{name}".encode("utf-8", "surrogatepass")) & mask
                values[bucket] = values.get(bucket, 0.0) + value * scale
                sources.setdefault(bucket, source)
        return StepFeatures(
            np.fromiter(values, dtype=np.int64, count=len(values)),
            np.fromiter(values.values(), dtype=np.float32, count=len(values)),
            list(sources.values()),
        )


def step_features(moment: Moment, bits: int) -> StepFeatures:
    """Return the features of ``moment`` over 2**``bits`` buckets, each part scaled to its share."""
    parts = _Parts()
    steps = [step[:_LONGEST_STEP] for step in moment.steps[-_MOST_STEPS:]]
    last, second, third = ([START] * 3 + steps)[:-4:-1]
    words = list(_words(moment.text))
    fields = list(_fields(moment.context))
    _steps(parts, steps, last, second, third)
    _text(parts, words, last)
    _context(parts, fields, last)
    _left_over(parts, fields, last, steps.count(last))
    _matter(parts, moment.intent[:_LONGEST_STEP], words, last, second)
    _earlier(parts, moment, fields, last)
    _agreement(parts, moment, fields, last)
    return parts.hashed(bits)


def _steps(parts: _Parts, steps: Sequence[str], last: str, second: str, third: str) -> None:
    source = Source("step", last)
    position = min(len(steps), 8)
    for name, value in (
        (f"1 {last}", 1.0),
        (f"2 {second}|{last}", 1.0),
        (f"3 {third}|{second}|{last}", 1.0),
        (f"before {second}", 0.5),
        (f"at {position}", 0.5),
        (f"at {position}|{last}", 0.5),
    ):
        parts.add("step", name, value, source)
    counts: dict[str, int] = {}
    for age, step in enumerate(reversed(steps)):
        counts[step] = counts.get(step, 0) + 1
        parts.add("before", f"is {step}", 0.8**age, source)
    for step, count in counts.items():
        parts.add("before", f"times {step}|{min(count, 4)}", 0.6, source)
        parts.add("before", f"with {last}|{step}", 0.3, source)
    parts.add("before", "all " + "|".join(sorted(counts)), 0.5, source)


def _text(parts: _Parts, words: Sequence[tuple[str, str]], last: str) -> None:
    parts.add("text", f"length {min(len(words), 20).bit_length()}", 1.0, Source("earlier", ""))
    previous = START
    for word, written in words:
        source = Source("word", written)
        parts.add("text", f"w {word}", 1.0, source)
        parts.add("text", f"p {previous} {word}", 0.7, source)
        parts.add("answer", f"w {last}|{word}", 1.0, source)
        parts.add("answer", f"p {last}|{previous} {word}", 0.5, source)
        padded = f"_{word}_"
        for length in (3, 4):
            for start in range(len(padded) - length + 1):
                parts.add("text", f"c {padded[start : start + length]}", 0.4, source)
        previous = word
    if words:
        source = Source("word", words[-1][1])
        parts.add("text", f"p {previous} $", 0.7, source)
        parts.add("answer", f"p {last}|{previous} $", 0.5, source)


def _context(parts: _Parts, fields: Sequence[tuple[str, str]], last: str) -> None:
    if not fields:
        parts.add("context", "none", 1.0, Source("step", last))
        parts.add("found", f"none {last}", 1.0, Source("step", last))
        return
    for field, value in fields:
        source = Source("field", field.removesuffix(_COUNT))
        shown = "#" if _NUMBER.fullmatch(value) else value[:24].lower()
        parts.add("context", f"k {field}", 0.5, source)
        parts.add("context", f"v {field}={shown}", 1.0, source)
        parts.add("found", f"v {last}|{field}={shown}", 1.0, source)
        if " " in value or len(value) > 24:
            for word, _ in _words(value):
                parts.add("context", f"w {word}", 0.4, source)
                parts.add("context", f"kw {field}={word}", 0.4, source)
    names = "|".join(sorted(field for field, _ in fields))
    parts.add("context", f"shape {names}", 1.0, Source("field", fields[0][0]))
    parts.add("found", f"shape {last}|{names}", 1.0, Source("field", fields[0][0]))


def _left_over(parts: _Parts, fields: Sequence[tuple[str, str]], last: str, times: int) -> None:
    """How many items of a list remain where each time the last step was taken one was used up."""
    for field, value in fields:
        if field.endswith(_COUNT) and (found := _ITEMS.fullmatch(value)):
            left = max(-2, min(int(found[1]) - times, 5))
            parts.add("found", f"left {last}|{field}={left}", 1.0, Source("field", field.removesuffix(_COUNT)))


def _matter(parts: _Parts, intent: str, words: Sequence[tuple[str, str]], last: str, second: str) -> None:
    if not intent:
        return
    source = Source("intent", intent)
    parts.add("intent", intent, 1.0, source)
    parts.add("intent", f"{intent}|{last}", 1.0, source)
    parts.add("intent", f"{intent}|{second}|{last}", 1.0, source)
    for word, written in words:
        parts.add("matter", f"{intent}|{word}", 1.0, Source("word", written))


def _earlier(parts: _Parts, moment: Moment, fields: Sequence[tuple[str, str]], last: str) -> None:
    """What is new since the last step was chosen, what the customer said before, and to which step they answered it."""
    earlier = moment.earlier[-_MOST_EARLIER:]
    if not earlier:
        return
    source = Source("earlier", "")
    is_said, is_found = moment.text != earlier[-1].text, moment.context != earlier[-1].context
    new = f"{is_said:d}{is_found:d}"
    for name in (f"said {is_said:d}", f"found {is_found:d}", new, f"{new}|{last}", f"found {is_found:d}|{last}"):
        parts.add("fresh", name, 1.0, source)
    if is_found:
        for field, value in fields:
            if not _NUMBER.fullmatch(value):
                parts.add("fresh", f"v {field}={value[:24].lower()}", 0.5, Source("field", field))
    seen = {moment.text}
    for one in reversed(earlier):
        if one.text in seen:
            continue
        weight = 0.85 ** (len(seen) - 1)
        seen.add(one.text)
        asked = one.steps[-1][:_LONGEST_STEP] if one.steps else START
        for word, _ in _words(one.text):
            parts.add("said", word, weight, source)
            parts.add("answered", f"{asked}|{word}", weight, source)


def _agreement(parts: _Parts, moment: Moment, fields: Sequence[tuple[str, str]], last: str) -> None:
    """Whether what was found is what the customer says: now, partly, before, or not at all."""
    if not fields:
        return
    now = {word for word, _ in _words(moment.text, masked=False)}
    before = {word for one in moment.earlier[-_MOST_EARLIER:] for word, _ in _words(one.text, masked=False)}
    for field, value in fields:
        found = {word for word, _ in _words(value, masked=False)}
        if not found:
            continue
        how = "all" if found <= now else "some" if found & now else "before" if found <= before else "no"
        parts.add("agrees", f"{how} {field}", 1.0, Source("field", field))
        parts.add("agrees", f"{how} {field}|{last}", 1.0, Source("field", field))


def _words(text: str, *, masked: bool = True) -> Iterator[tuple[str, str]]:
    """Yield each word as it is compared and as it is written. Which long number it is never matters where ``masked``."""
    for count, found in enumerate(_WORD.finditer(text[:_READ])):
        if count == _MOST_WORDS:
            return
        written = found.group()[:_LONGEST_WORD]
        word = fold(written).replace(" ", "") or written
        yield (_LONG_NUMBER.sub("0", word) if masked else word), written


def _fields(context: Context) -> Iterator[tuple[str, str]]:
    """Yield (name, value) of what was looked up; plain text has no names."""
    found: object = context
    if isinstance(context, str):
        found = context.strip()[:_READ]
        if context[:1] in "{[" and len(context) <= _LONGEST_CONTEXT:
            try:
                found = json.loads(context)
            except (ValueError, RecursionError):
                pass
    for count, (field, value) in enumerate(_leaves("", found, 0)):
        if count == _MOST_FIELDS:
            return
        yield field, value


def _leaves(field: str, value: object, depth: int) -> Iterator[tuple[str, str]]:
    if depth > _DEEPEST or value is None or value == "":
        return
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _leaves(
                f"{field}.{name}"[-_LONGEST_STEP:] if field else str(name)[:_LONGEST_STEP], part, depth + 1
            )
    elif isinstance(value, list | tuple):
        yield f"{field}{_COUNT}", f"x{len(value)}"
        for part in value:
            yield from _leaves(field, part, depth + 1)
    elif isinstance(value, bool):
        yield field, "yes" if value else "no"
    else:
        # A long plain text is looked at in words; a value is cut, as only short ones are ever the same twice.
        yield field, str(value)[: _LONGEST_VALUE if field else _READ]

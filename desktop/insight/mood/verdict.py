"""The mood of one message: what the lexicon finds and the model makes of it, as one number, three chances and the words
that carried them. Called through ``assess`` on arrival and when a history is imported."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from desktop.domain.suggestion import Reason
from desktop.insight.language import function_words
from desktop.insight.mood.lexicon import evidence
from desktop.insight.mood.model import MOODS, MoodModel, starter
from desktop.insight.normalise import fold

NEGATIVE = -0.25
POSITIVE = 0.25
_NEUTRAL_BAND = 0.24
_MOST_REASONS = 5


class MoodVerdict(Struct, frozen=True, kw_only=True):
    """``mood`` from -1 to 1; ``ranked`` holds (``negative``, ``neutral`` or ``positive``, probability), best first, and is
    empty where nothing is known: no word or sign, or another language than
    was learned; ``reasons`` the words that made it (code ``mood.word``, value ``word``),
    strongest first."""

    mood: float = 0.0
    ranked: tuple[tuple[str, float], ...] = ()
    reasons: tuple[Reason, ...] = ()

    @property
    def label(self) -> str:
        return label(self.mood)


def mood_of(text: str, language: str = "", model: MoodModel | None = None) -> MoodVerdict:
    """Return the mood of the customer's own words; ``language`` (``de``, ``en``) picks the lexicon, else both serve.

    ``model`` is a centre's own one, else the shipped one serves. Never raises for any text."""
    found = evidence(text, language)
    model = model or starter()
    is_foreign = language not in ("", "und", *model.languages)
    if not found.signals or (is_foreign and not found.hits):
        return MoodVerdict()
    chances, words = model.predict(found)
    best = max(range(3), key=chances.__getitem__)
    # The lexicon tells how strong a feeling is, the model which one: the number stays on the side of the verdict.
    mixed = 0.5 * (chances[2] - chances[0]) + 0.5 * found.score
    low, high = ((-1.0, NEGATIVE), (-_NEUTRAL_BAND, _NEUTRAL_BAND), (POSITIVE, 1.0))[best]
    mood = max(low, min(high, mixed))
    ranked = tuple(sorted(zip(MOODS, chances, strict=True), key=lambda pair: -pair[1]))
    return MoodVerdict(mood=mood, ranked=ranked, reasons=_reasons(found.hits, words, best - 1, language))


def _reasons(
    hits: Sequence[tuple[str, float]], words: Sequence[tuple[str, float]], side: int, language: str
) -> tuple[Reason, ...]:
    """Name the words of the lexicon first; those only the model knows where they speak for a mood at all."""
    strongest = sorted(hits, key=lambda hit: -abs(hit[1]))[:_MOST_REASONS]
    told = {part.lower() for said, _ in strongest for part in said.split()}
    if side:
        told |= function_words(language)
        strongest += [(word, side * min(1.0, share)) for word, share in words if not told & {word.lower(), fold(word)}]
    return tuple(
        Reason(code="mood.word", weight=weight, values={"word": said}) for said, weight in strongest[:_MOST_REASONS]
    )


def label(mood: float) -> str:
    """Return ``negative``, ``neutral`` or ``positive``."""
    return "negative" if mood <= NEGATIVE else "positive" if mood >= POSITIVE else "neutral"

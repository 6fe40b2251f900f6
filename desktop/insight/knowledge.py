"""Articles and canned texts that fit a matter and the customer's last words: an index built once, and its search.

Ranking is BM25 (Robertson & Zaragoza 2009) over folded words, the parts of German compounds and the concepts words stand
for, so that an English article is found for a German question too. Titles and keywords count more than running text. Pure
and without numpy: it runs wherever advice is given. Searching never reads more than the first 2,000 characters.
"""

from __future__ import annotations

import heapq
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from desktop.domain.channels import Channel
from desktop.domain.knowledge import Article
from desktop.domain.template import Template
from desktop.insight.concepts import Concepts, starter_concepts
from desktop.insight.normalise import fold

_READ = 2000
_MOST_TERMS = 60
_TELLING = 24
_LONGEST_WORD = 40
_SHORTEST_PART = 4
_WORD = re.compile(r"\w+")

_K1, _B = 1.2, 0.75
_TITLE, _KEYWORD, _TEXT = 3, 3, 1
_CONCEPT_SHARE = 0.7
_HALF = 6.0
"""At such a score a text is as likely to fit as not."""

_ABOUT = 0.5
"""The chance that what was written for a request type helps with it, before a word was compared."""

_ELSEWHERE = 0.4
_LEAST = 0.25
"""What fits less is not shown."""

_STOP = frozenset(
    fold(
        "aber alle als also am an auch auf aus bei bin bis bitte da damit danke dann das dass dem den der des die dies "
        "diese dieser dir doch du ein eine einem einen einer er es etwas euch für guten ganz gar habe haben hallo hat "
        "hatte hi ich ihm ihn ihnen ihr ihre im in ist ja jetzt kann kein keine können lieb liebe mal man mehr mein meine "
        "meinem meinen meiner mich mir mit morgen nach nicht noch nun nur ob oder ohne schon sehr sein seit sich sie sind "
        "so tag um und uns unser vielen von vor war warum was weil wenn wer werde werden wie wieder will wir wird wo wurde "
        "würde zu zum zur über a about after all am an and any are as at be because been before but by can could did do "
        "does dont for from get good got had has have hello help hey her him his how i if in into is it its just know "
        "like me my no not now of on one or our out please she should so some thank thanks that the their them then "
        "there they this to up us very want was we were what when where which who why will with would yes you your "
        "customer agent number"
    ).split()
)


class Hit(Struct, frozen=True, kw_only=True):
    """One text that may help. ``kind`` is ``article`` or ``template``; ``fit`` the probability (0 to 1) that it does;
    ``words`` those of the question that led to it; ``is_about`` says that it was written for the request type."""

    kind: str
    id: str
    titles: dict[str, str]
    wordings: dict[str, str]
    fit: float
    words: tuple[str, ...] = ()
    is_about: bool = False


class _Entry(Struct, frozen=True):
    hit: Hit
    intents: frozenset[str]
    channels: frozenset[Channel]


class Library:
    """An index over ``articles`` and ``templates``; immutable once built, so that threads may share it."""

    def __init__(
        self, articles: Iterable[Article] = (), templates: Iterable[Template] = (), concepts: Concepts | None = None
    ) -> None:
        self._concepts = concepts or starter_concepts()
        texts = [(_of_article(one), _weighted(one.titles, one.texts, one.keywords)) for one in articles]
        texts += [(_of_template(one), _weighted(one.titles, one.texts, (one.shortcut,))) for one in templates]
        self._words = frozenset(word for _, weighted in texts for word in weighted if len(word) >= _SHORTEST_PART)
        self._entries = [_Entry(*described) for described, _ in texts]
        self._by_intent: dict[str, set[int]] = {}
        for place, entry in enumerate(self._entries):
            for intent in entry.intents:
                self._by_intent.setdefault(intent, set()).add(place)
        self._postings = self._indexed([self._terms(weighted) for _, weighted in texts])

    def _indexed(self, counts: Sequence[Mapping[str, float]]) -> dict[str, dict[int, float]]:
        """Return for each term what it is worth in each text: all of BM25 but how much the question's word counts."""
        lengths = [sum(one.values()) for one in counts]
        mean = sum(lengths) / len(lengths) if any(lengths) else 1.0
        postings: dict[str, dict[int, float]] = {}
        for place, one in enumerate(counts):
            norm = _K1 * (1 - _B + _B * lengths[place] / mean)
            for term, count in one.items():
                postings.setdefault(term, {})[place] = count * (_K1 + 1) / (count + norm)
        for worth in postings.values():
            rarity = math.log(1 + (len(counts) - len(worth) + 0.5) / (len(worth) + 0.5))
            for place in worth:
                worth[place] *= rarity
        return postings

    def __len__(self) -> int:
        return len(self._entries)

    def search(self, text: str, intent: str | None, channel: Channel | None = None, most: int = 6) -> list[Hit]:
        """Return the texts that fit ``text`` (the customer's words) and ``intent``, best first, none below a quarter."""
        asked = [
            (self._postings[term], word, share) for term, word, share in self._asked(text) if term in self._postings
        ]
        # The rarest words tell; what is in most texts only costs time.
        asked = sorted(asked, key=lambda one: len(one[0]))[:_TELLING]
        scores: dict[int, float] = {}
        for worth, _, share in asked:
            for place, value in worth.items():
                scores[place] = scores.get(place, 0.0) + share * value
        about = self._by_intent.get(intent or "", set())
        for place in sorted(about)[: most * 2]:
            scores.setdefault(place, 0.0)
        fits = ((self._fit(place, score, intent, channel, about), place) for place, score in scores.items())
        best = heapq.nsmallest(most, ((-fit, place) for fit, place in fits if fit >= _LEAST))
        return [self._hit(place, -fit, asked, place in about) for fit, place in best]

    def _fit(self, place: int, score: float, intent: str | None, channel: Channel | None, about: set[int]) -> float:
        entry = self._entries[place]
        if channel is not None and entry.channels and channel not in entry.channels:
            return 0.0
        fit = score / (score + _HALF)
        if place in about:
            return 1 - (1 - fit) * (1 - _ABOUT)
        return fit * _ELSEWHERE if intent is not None and entry.intents else fit

    def _hit(self, place: int, fit: float, asked: Sequence[tuple[dict[int, float], str, float]], is_about: bool) -> Hit:
        words: dict[str, float] = {}
        for worth, word, share in asked:
            if place in worth:
                words[word] = words.get(word, 0.0) + share * worth[place]
        best = sorted(words, key=lambda word: (-words[word], word))[:3]
        hit = self._entries[place].hit
        return Hit(
            kind=hit.kind,
            id=hit.id,
            titles=hit.titles,
            wordings=hit.wordings,
            fit=fit,
            words=tuple(best),
            is_about=is_about,
        )

    def _terms(self, weighted: Mapping[str, int]) -> dict[str, float]:
        counts: dict[str, float] = {}
        for word, weight in weighted.items():
            for term, share in self._meanings(word):
                counts[term] = counts.get(term, 0.0) + weight * share
        return counts

    def _asked(self, text: str) -> list[tuple[str, str, float]]:
        """Return the terms of a question, each once: term, the word it came from, how much it counts."""
        found: dict[str, tuple[str, float]] = {}
        for word in _WORD.findall(text[:_READ]):
            folded = fold(word[:_LONGEST_WORD])
            if folded in _STOP or len(folded) < 2 or folded.isdigit():
                continue
            for term, share in self._meanings(folded):
                if term not in found or found[term][1] < share:
                    found[term] = (word, share)
            if len(found) >= _MOST_TERMS:
                break
        return [(term, word, share) for term, (word, share) in found.items()]

    def _meanings(self, word: str) -> list[tuple[str, float]]:
        """Return a folded word, its parts and its concepts, each with how much it counts."""
        found = [(word, 1.0), *((part, _CONCEPT_SHARE) for part in self._parts(word))]
        found += [(f"#{concept}", _CONCEPT_SHARE) for concept in sorted(self._concepts.of(word))]
        return found

    def _parts(self, word: str) -> list[str]:
        """Return the words of the library that a compound begins or ends with: Rechnungskopie has Rechnung and Kopie."""
        if len(word) < 2 * _SHORTEST_PART:
            return []
        cuts = range(_SHORTEST_PART, len(word) - 2)
        heads = [word[:cut] for cut in cuts if word[:cut] in self._words]
        tails = [word[cut:] for cut in cuts if word[cut:] in self._words]
        return [*heads[-1:], *tails[:1]]


def _weighted(titles: Mapping[str, str], texts: Mapping[str, str], keywords: Sequence[str]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for weight, parts in ((_TITLE, titles.values()), (_TEXT, texts.values()), (_KEYWORD, keywords)):
        for part in parts:
            for word in fold(part).split():
                if word not in _STOP and 2 <= len(word) <= _LONGEST_WORD and not word.isdigit():
                    counts[word] += weight
    return dict(counts)


_Described = tuple[Hit, frozenset[str], frozenset[Channel]]


def _of_article(one: Article) -> _Described:
    hit = Hit(kind="article", id=one.id, titles=one.titles, wordings=one.answers, fit=0.0)
    return hit, frozenset(one.intents), frozenset()


def _of_template(one: Template) -> _Described:
    hit = Hit(kind="template", id=one.id, titles=one.titles, wordings=one.texts, fit=0.0)
    return hit, frozenset(), frozenset(one.channels)

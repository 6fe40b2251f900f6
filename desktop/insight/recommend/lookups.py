"""What else may help: an article or canned text that fits the last words, a better value for the customer's record, and
the question which of two likely matters it is. Pure; called by ``ranking``."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.domain.suggestion import Reason, SuggestionKind
from desktop.insight.catalogue import catalogue
from desktop.insight.knowledge import Library
from desktop.insight.recommend.situation import NextAction, Situation
from desktop.insight.recommend.wording import built_in, filled, named, readable

_ARTICLE_SHARE, _TEMPLATE_SHARE, _MEND, _ASK_SHARE = 0.5, 0.35, 0.15, 0.9
_UNSURE, _RIVAL = 0.6, 0.5
_MOST_FOUND = 2
_MENDED = {"invalid": "recommend.mend_invalid", "contradictory": "recommend.mend_contradictory"}


def from_library(situation: Situation, library: Library) -> list[NextAction]:
    """Return the best article and canned text for the matter and the last words, where one fits well enough."""
    found: list[NextAction] = []
    kinds: set[str] = set()
    for hit in library.search(situation.text, situation.intent, situation.channel):
        if hit.kind in kinds:
            continue
        kinds.add(hit.kind)
        is_article = hit.kind == "article"
        reasons = [Reason(code="recommend.words", weight=hit.fit, values={"words": ", ".join(hit.words)})]
        if not hit.words:
            reasons = []
        if hit.is_about:
            percent = str(round(100 * situation.probability))
            reasons.append(
                Reason(
                    code="recommend.intent", weight=0.5, values={"intent": situation.intent or "", "percent": percent}
                )
            )
        found.append(
            NextAction(
                action=f"{hit.kind}.{hit.id}",
                titles=dict(hit.titles),
                wordings=filled(hit.wordings, situation) if is_article else dict(hit.wordings),
                reasons=tuple(reasons),
                score=hit.fit * (_ARTICLE_SHARE if is_article else _TEMPLATE_SHARE),
                kind=SuggestionKind.ARTICLE if is_article else SuggestionKind.TEMPLATE,
                values={hit.kind: hit.id},
            )
        )
    return found[:_MOST_FOUND]


def mends(situation: Situation) -> list[NextAction]:
    """Return the first finding on the customer's record that a known value would mend."""
    if not situation.knows_customer or situation.customer is None:
        return []
    for finding in situation.customer.quality:
        words = built_in().get(f"field_{finding.field}")
        if finding.proposal and words is not None and finding.code in _MENDED:
            reason = Reason(code=_MENDED[finding.code], weight=_MEND, values={"field": finding.field})
            return [
                NextAction(
                    action=f"mend.{finding.field}",
                    titles=named(built_in()["mend"].titles, words.titles),
                    reasons=(reason,),
                    score=_MEND,
                    kind=SuggestionKind.FIELD,
                    values={"field": finding.field, "value": finding.proposal},
                )
            ]
    return []


def questions(situation: Situation, names: Mapping[str, Mapping[str, str]]) -> list[NextAction]:
    """Return the two likeliest request types to choose from, where nobody said which it is and the second is not far
    behind. ``names`` are their titles where the catalogue has none."""
    if situation.is_confirmed or situation.intent is None or len(situation.ranked) < 2:
        return []
    (first, p), (second, q) = situation.ranked[:2]
    if not 0 < p < _UNSURE or q < _RIVAL * p or situation.intent not in (first, second):
        return []
    known = {one.id: one.titles for one in catalogue().intents}
    found = []
    for label, probability, rival in ((first, p, second), (second, q, first)):
        percent = str(round(100 * probability))
        values = {"intent": label, "percent": percent, "rival": rival}
        found.append(
            NextAction(
                action=f"intent.{label}",
                titles=named(built_in()["intent"].titles, known.get(label) or names.get(label) or readable(label)),
                reasons=(Reason(code="recommend.unsure", weight=probability, values=values),),
                score=probability * _ASK_SHARE,
                kind=SuggestionKind.INTENT,
                values={"intent": label},
            )
        )
    return found

"""The words of an action: name and number filled in, a code made readable, the texts of the actions no playbook names
(``resources/starter/actions.yaml``)."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

from msgspec import Struct, convert

from desktop.assets import asset, read_yaml
from desktop.insight.recommend.situation import Situation

_SLOT = re.compile(r"\{(customer|number)\}")


class Words(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Title and reply of an action by language; in both ``{name}`` is filled in."""

    titles: dict[str, str]
    wordings: dict[str, str] = {}


@functools.cache
def built_in() -> dict[str, Words]:
    """Return the words of the actions that no playbook names, by kind of action."""
    return convert(read_yaml(asset("starter", "actions.yaml")), dict[str, Words])


def named(texts: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    """Fill ``names`` (by language) into ``{name}`` of ``texts``; a language without a name takes the English one."""
    fallback = names.get("en") or next(iter(names.values()), "")
    return {language: text.replace("{name}", names.get(language) or fallback) for language, text in texts.items()}


_KIND_OF_INTENT = {
    "invoice": ("double_invoice", "invoice_question", "payment_failed", "refund_status", "price_question"),
    "order": (
        "order_status",
        "delivery_late",
        "delivery_damaged",
        "return_request",
        "exchange",
        "cancel_order",
        "warranty",
    ),
    "contract": ("cancel_contract", "contract_question", "upgrade", "internet_slow", "technical_fault"),
    "appointment": ("change_appointment", "book_appointment"),
}


def filled(wordings: Mapping[str, str], situation: Situation) -> dict[str, str]:
    """Fill in the name and the number of the record most likely meant, once: what is filled in is not looked at again."""
    customer = situation.customer
    name = customer.name if customer is not None and situation.is_identified and not customer.is_provisional else ""
    kind = next((kind for kind, intents in _KIND_OF_INTENT.items() if situation.intent in intents), "")
    fitting = [one for one in situation.records if one.kind == kind and one.number]
    fitting.sort(key=lambda one: (not one.is_open, -(one.at.timestamp() if one.at else 0.0)))
    values = {"customer": name, "number": fitting[0].number if fitting else ""}
    return {language: _tidy(_SLOT.sub(lambda slot: values[slot.group(1)], text)) for language, text in wordings.items()}


def _tidy(text: str) -> str:
    """Take out the gaps that an unknown name or number leaves."""
    return re.sub(r"[ \t]+([,.!?])", r"\1", re.sub(r"[ \t]{2,}", " ", text)).strip()


def readable(action: str) -> dict[str, str]:
    words = action.replace("_", " ").replace("-", " ").strip()
    title = words[:1].upper() + words[1:]
    return {"de": title, "en": title}

"""Canned texts: which fit what was typed, and how their blanks are filled in. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from desktop.domain.channels import Channel
from desktop.domain.customer import Customer
from desktop.domain.interaction import Interaction
from desktop.domain.template import Template
from desktop.viewmodels.workplace import in_language


def matching(templates: Iterable[Template], typed: str, channel: Channel | None) -> list[Template]:
    """Return the templates for ``channel`` (``None``: all) whose shortcut begins with ``typed``, then those with it in a
    title."""
    wanted = typed.strip().casefold()
    fitting = [t for t in templates if not t.channels or channel is None or channel in t.channels]
    begins = [t for t in fitting if t.shortcut.casefold().startswith(wanted)]
    holds = [t for t in fitting if t not in begins and any(wanted in title.casefold() for title in t.titles.values())]
    return begins + holds


def filled(template: Template, language: str, *, customer: str, agent: str, number: str) -> str:
    """Return the text in ``language`` with its blanks filled in; one that nobody can fill leaves no gap."""
    text = in_language(template.texts, language)
    for blank, value in (("{customer}", customer), ("{agent}", agent), ("{number}", number)):
        if not value:
            text = text.replace(f" {blank}", "").replace(f"{blank} ", "")
        text = text.replace(blank, value)
    return text


def filled_for(
    template: Template, language: str, row: Interaction | None, customer: Customer | None, agent: str
) -> str:
    """Return the text in the language of a contact (else in ``language``) with its blanks filled in for its customer."""
    return filled(
        template,
        (row.language if row else "") or language,
        customer=(customer.name if customer else "") or (row.customer_name if row else ""),
        agent=agent,
        number=customer.number if customer else "",
    )

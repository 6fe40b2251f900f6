"""What a page asks before a chat: whether it was answered, and what becomes of the answers. They go with the first message,
where the agent reads them and the brain finds names and addresses in them; nobody has checked that they are true."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from desktop.hub.channels.webchat.settings import text_of
from desktop.hub.channels.webchat.shapes import SaidIn
from desktop.hub.channels.webchat.site import Site, text
from desktop.hub.desk.refusals import Refused
from desktop.insight import normalise
from desktop.wire.errors import Code

NAME: Final = "name"
TOPIC: Final = "topic"
EMAIL: Final = "email"
"""Asked for outside opening hours, whether it is in the form or not."""


def check(site: Site, said: SaidIn) -> None:
    """Raise ``Refused``: ``no_consent``, ``missing_value``, ``unknown_value`` where the form was not filled in."""
    settings = site.settings
    if settings.consent and not said.has_consented:
        raise Refused(Code.NO_CONSENT, "The visitor has not agreed.")
    form = filled(said)
    for field in settings.fields:
        value = form.get(field.name, "")
        if field.is_required and not value:
            raise Refused(Code.MISSING_VALUE, f"`{field.name}` is needed.")
        if value and field.kind == "choice" and value not in field.choices:
            raise Refused(Code.UNKNOWN_VALUE, f"`{field.name}` is none of its choices.")
        if value and field.kind == "email" and normalise.email(value) is None:
            raise Refused(Code.UNKNOWN_VALUE, f"`{field.name}` is no e-mail address.")


def filled(said: SaidIn) -> dict[str, str]:
    """Return the answers, each on one line."""
    return {
        name: found
        for name, value in said.form.items()
        if (found := " ".join("".join(c if c.isprintable() else " " for c in value).split()))
    }


def topic(site: Site, form: Mapping[str, str], language: str) -> str:
    """Return the subject of the contact, empty where the form asks for none."""
    field = next((one for one in site.settings.fields if one.name == TOPIC), None)
    value = form.get(TOPIC, "")
    if field is None or not value:
        return ""
    return text_of(field.choices.get(value, {}), language) or value


def answers(site: Site, form: Mapping[str, str], language: str) -> str:
    """Return the other answers as lines below the first message."""
    labels = {
        field.name: text_of(field.label, language) or field.name
        for field in site.settings.fields
        if field.name not in (NAME, TOPIC)
    }
    labels.setdefault(EMAIL, text(language, "field_email"))
    choices = {field.name: field.choices for field in site.settings.fields}
    lines = [
        f"{label}: {text_of(choices.get(name, {}).get(form[name], {}), language) or form[name]}"
        for name, label in labels.items()
        if form.get(name)
    ]
    return "\n\n" + "\n".join(lines) if lines else ""

"""What a field of a customer's record holds, as people write it; for the editor and for two versions side by side."""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtCore import QCoreApplication

from desktop.domain.customer import IdentityKind
from desktop.ui.i18n import formats, reasons, words

translate = QCoreApplication.translate

LANGUAGES = ("de", "en", "fr", "es", "it", "nl", "pl", "tr", "pt")
PURPOSES = ("email", "call", "sms", "messenger", "advertising")


def title(name: str) -> str:
    """Return the name of a field."""
    return {
        "identities": translate("customer", "Contact addresses"),
        "consents": translate("customer", "Consent"),
    }.get(name) or reasons.field(name)


def shown(name: str, value: Any) -> str:
    """Return a value (as JSON has it) in words, one line for each of several; a dash for nothing."""
    if not value:
        return "–"
    match value:
        case str() if name in ("birth_date", "since"):
            return day_text(value)
        case str() if name == "language":
            return words.language(value)
        case str():
            return value
        case dict() if name == "address":
            place = " ".join(str(value.get(part) or "") for part in ("postcode", "city")).strip()
            return ", ".join(part for part in (value.get("street", ""), place, value.get("country", "")) if part)
        case list() if name == "identities":
            return "\n".join(f"{kind(one.get('kind', ''))}: {one.get('value', '')}" for one in value)
        case list() if name == "consents":
            return "\n".join(f"{reasons.purpose(one['purpose'])}: {consent(one['is_granted'])}" for one in value)
        case _:
            return str(value)


def hidden() -> str:
    """Return what stands in the place of what may not be seen yet."""
    return translate("customer", "hidden until verified")


def kind(value: str) -> str:
    """Return the name of a kind of contact address."""
    return {
        IdentityKind.EMAIL.value: translate("customer", "E-mail"),
        IdentityKind.PHONE.value: translate("customer", "Phone"),
        IdentityKind.HANDLE.value: translate("customer", "Account"),
        IdentityKind.CUSTOMER_NO.value: translate("customer", "Customer number"),
    }.get(value, value)


def consent(is_granted: bool | None) -> str:
    """Return what a customer said about being contacted."""
    if is_granted is None:
        return translate("customer", "not asked")
    return translate("customer", "agreed") if is_granted else translate("customer", "declined")


def day_text(value: str) -> str:
    """Return a day given as 1980-03-14 as the window's language writes it; anything else as it is."""
    try:
        return formats.calendar_day(date.fromisoformat(value))
    except ValueError:
        return value


def problem(code: str) -> str:
    """Return what is wrong with what was typed, and what to do."""
    return {
        "empty": translate("customer", "Please keep a name, or discard the change."),
        "date": translate("customer", "Please write a day with the year in full, such as %1.").replace(
            "%1", formats.calendar_day(date(1980, 3, 14))
        ),
        "future": translate("customer", "This day is still to come."),
        "too_long": translate("customer", "This is too long: 300 characters at most."),
        "email": translate("customer", "This is no e-mail address, such as name@example.org."),
        "phone": translate("customer", "This is no phone number, such as 0341 555 0142."),
        "handle": translate("customer", "Please write the service before the name, such as whatsapp:name."),
    }.get(code, code)

"""The data a step of a guided flow needs: what the customer's record holds of it already, whether what was typed can be
taken, and how it is sent. Pure. Used by ``flow``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from desktop.domain.customer import Customer, IdentityKind, field_value
from desktop.domain.flow import Need
from desktop.domain.interaction import Interaction
from desktop.domain.verification import VerificationPolicy, standing
from desktop.viewmodels.customer_edit import LONGEST, read_date

_KINDS = {"email": IdentityKind.EMAIL, "phone": IdentityKind.PHONE, "customer_no": IdentityKind.CUSTOMER_NO}
_SLOT = re.compile(r"\{(\w+)\}")


def recorded(customer: Customer | None, field: str) -> str:
    """Return what the customer's record holds of ``field``, as text; nothing where it has no such field."""
    if customer is None:
        return ""
    kind = _KINDS.get(field)
    if kind is not None:
        return next((one.value for one in customer.identities if one.kind is kind), "")
    value = field_value(customer, field)
    return value if isinstance(value, str) else ""


def is_hidden(field: str, policy: VerificationPolicy, row: Interaction | None) -> bool:
    """Whether the policy keeps a field of the record back until the person was verified in this contact."""
    if row is None or not policy.hides(field):
        return False
    return not standing(policy, row.channel.value, row.customer_id, row.verified).is_verified


def problem(need: Need, text: str, today: date) -> str:
    """Return the code of what is wrong with what was typed: ``missing``, ``date``, ``future``, ``email``, ``phone``,
    ``too_long``; nothing where it can be taken."""
    typed = text.strip()
    if not typed:
        return "" if need.is_optional else "missing"
    if need.field == "birth_date":
        day = read_date(typed)
        if day is None or day.year < 1900:
            return "date"
        return "future" if day > today else ""
    if need.field in ("email", "phone"):
        from desktop.insight import normalise

        return "" if normalise.identity(need.field, typed) is not None else need.field
    return "too_long" if len(typed) > LONGEST else ""


def sent(field: str, text: str) -> str:
    """Return what was typed as it is sent: on one line, a day as 1980-03-14."""
    day = read_date(text) if field == "birth_date" else None
    return day.isoformat() if day is not None else " ".join(text.split())


def filled(text: str, values: Mapping[str, str], customer: Customer | None, row: Interaction | None) -> str:
    """Return a step's wording with the customer's name and what was filled in; a blank nobody can fill leaves no gap.
    ``{number}`` is the first number that was filled in."""
    known = {name.replace(".", "_"): value for name, value in values.items()}
    number = next((value for name, value in values.items() if "number" in name or name.endswith("_no")), "")
    known.setdefault("number", number)
    is_known = customer is not None and not customer.is_provisional
    known["customer"] = (customer.name if customer and is_known else "") or (row.customer_name if row else "")

    # In one go: what a customer is called is not looked at again.
    told = _SLOT.sub(lambda slot: known.get(slot.group(1), ""), text)
    return re.sub(r"[ \t]+([,.!?])", r"\1", re.sub(r"[ \t]{2,}", " ", told)).strip()

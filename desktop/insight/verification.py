"""Verification questions: reading a centre's policy, what the record answers, and whether what a caller said is that.

Nothing here decides who may ask; the hub does. Nothing compared here is kept or sent anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Final

from desktop.assets import asset
from desktop.domain.customer import Customer, IdentityKind, field_value
from desktop.domain.merge import PARTS, PLAIN
from desktop.domain.record import BusinessRecord
from desktop.domain.verification import Question, VerificationPolicy
from desktop.insight import normalise

_ADDRESSES: Final = {
    "email": IdentityKind.EMAIL,
    "phone": IdentityKind.PHONE,
    "customer_no": IdentityKind.CUSTOMER_NO,
    "handle": IdentityKind.HANDLE,
}
_FIELDS: Final = frozenset((*PLAIN, *_ADDRESSES, *(f"address.{part}" for part in PARTS)))
_RECORD: Final = "record."
_LONGEST: Final = 200
_DAYS: Final = (
    re.compile(r"(?P<y>\d{4})[-./ ](?P<m>\d{1,2})[-./ ](?P<d>\d{1,2})"),
    re.compile(r"(?P<d>\d{1,2})[-./ ]+(?P<m>\d{1,2})[-./ ]+(?P<y>\d{4}|\d{2})"),
    re.compile(r"(?P<d>\d{2})(?P<m>\d{2})(?P<y>\d{4}|\d{2})"),
)


class PolicyError(ValueError):
    """A policy cannot be used; the message names the file and the place."""


def load_policy(path: Path | None = None) -> VerificationPolicy:
    """Return the policy in ``path``, by default the one shipped. Raises ``PolicyError``, and ``OSError`` without a file."""
    path = path or asset("policies", "verification.yaml")
    return parse_policy(path.read_text("utf-8"), path.name)


def parse_policy(text: str, name: str) -> VerificationPolicy:
    """Return the policy in ``text`` (YAML). Raises ``PolicyError``: for what is no policy, and for one that could never
    verify anybody."""
    import msgspec
    import yaml

    try:
        policy = msgspec.convert(yaml.safe_load(text) or {}, VerificationPolicy)
    except (msgspec.ValidationError, yaml.YAMLError) as error:
        raise PolicyError(f"{name}: {error}") from error
    if policy.id != "policy" or policy.version:
        raise PolicyError(f"{name}: id and version are not for a policy to say")
    ids = [one.id for one in policy.questions]
    if len(set(ids)) < len(ids):
        raise PolicyError(f"{name}: two questions have one id")
    for question in policy.questions:
        if question.points < 1 or not question.titles:
            raise PolicyError(f"{name}: question {question.id} has no title or no points")
        if question.field and question.field not in _FIELDS and not question.field.startswith(_RECORD):
            raise PolicyError(f"{name}: question {question.id}: no such field: {question.field}")
    if policy.points_needed > sum(one.points for one in policy.questions):
        raise PolicyError(f"{name}: points_needed is more than all questions give")
    if policy.points_needed > 0 and policy.wrong_at_most < 1:
        raise PolicyError(f"{name}: wrong_at_most is 1 or more")
    return policy


def answers(question: Question, customer: Customer, records: Iterable[BusinessRecord] = ()) -> tuple[str, ...]:
    """Return what the record holds as right answers, the most likely first; none where it does not know."""
    name = question.field
    if name.startswith(_RECORD):
        kind = name.removeprefix(_RECORD)
        of_kind = [one for one in records if one.kind == kind and one.number]
        of_kind.sort(key=lambda one: (one.at is not None, one.at.timestamp() if one.at else 0.0, one.number))
        return (of_kind[-1].number,) if of_kind else ()
    if name in _ADDRESSES:
        found = tuple(one.value for one in customer.identities if one.kind is _ADDRESSES[name])
        return (customer.number, *found) if name == "customer_no" and customer.number else found
    value = field_value(customer, name) if name else None
    return (str(value),) if value else ()


def is_right(question: Question, said: str, expected: Iterable[str]) -> bool | None:
    """Whether ``said`` is one of ``expected``, in whatever spelling; ``None`` where nothing is known to compare with, or
    ``said`` is nothing that could be an answer."""
    keys = {key for one in expected for key in _keys(question.field, one)}
    mine = _keys(question.field, said[:_LONGEST])
    if not keys or not mine:
        return None
    return bool(mine & keys)


def _keys(field: str, text: str) -> frozenset[str]:
    """Return the forms an answer may be meant in, each as two spellings of it have in common; none where it is no answer."""
    if field in ("birth_date", "since"):
        return frozenset(day.isoformat() for day in _days(text.strip()))
    key = _key(field, text.strip())
    return frozenset({key} if key else ())


def _key(field: str, text: str) -> str:
    if field == "email":
        return normalise.email(text) or ""
    if field == "phone":
        return normalise.phone(text) or re.sub(r"\D", "", text)
    if field in ("number", "customer_no") or field.startswith(_RECORD):
        return normalise.customer_no(text) or re.sub(r"[\W_]+", "", text).upper()
    if field == "address.postcode":
        return re.sub(r"[\W_]+", "", re.sub(r"^[A-Za-z]{1,2}-", "", text)).upper()
    if field == "address.street":
        return re.sub(r"(?:strasse|street|str|st)(?=\b|\d)", "str", normalise.name_key(text)).replace(" ", "")
    return normalise.name_key(text)


def _days(text: str) -> Iterator[date]:
    """Yield the days a text may mean: a year of two digits is of this century or the last."""
    for pattern in _DAYS:
        found = pattern.fullmatch(text)
        if not found:
            continue
        year, is_short = int(found["y"]), len(found["y"]) == 2
        for century in (1900, 2000) if is_short else (0,):
            with suppress(ValueError):
                yield date(century + year, int(found["m"]), int(found["d"]))
        return

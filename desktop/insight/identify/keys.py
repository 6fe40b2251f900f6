"""Blocking keys: short texts of which two records of one person share at least one, so that a look-up compares a few
dozen of a million customers. Kept in a table by the hub and in ``index`` in memory; each begins with what it is of."""

from __future__ import annotations

from collections.abc import Iterator

from desktop.insight import normalise
from desktop.insight.identify.claim import Claim
from desktop.insight.identify.profile import Profile
from desktop.insight.names import nicknames, phonetics

MOST_KEYS = 400
_MOST_OF_KIND = 60
_TAIL = 7
_LONGEST = 80
_MOST_NAMES = 16
_MOST_CODES = 12


def sound(name: str) -> str:
    """Return the key of a folded family name."""
    return phonetics.cologne(name) or name.replace(" ", "")


def given_sound(name: str) -> str:
    """Return the key of a folded given name: its first word, short forms under their full one."""
    first = name.partition(" ")[0]
    known = nicknames.representative(first)
    return known if known != first else sound(first)


def of_profile(one: Profile) -> tuple[str, ...]:
    """Return the keys a customer is found by."""
    return tuple(dict.fromkeys(key[:_LONGEST] for key in _of_profile(one)))


def _of_profile(one: Profile) -> Iterator[str]:
    family, given = sound(one.family), given_sound(one.given)
    if one.birth:
        yield f"d:{one.birth}"
    if family and given:
        yield _names(given, family)
    if family and one.birth:
        yield f"y:{family}|{one.birth[:4]}"
        yield f"m:{family}|{one.birth[4:]}"
    if one.postcode:
        yield f"p:{one.postcode}"
        if family:
            yield f"q:{one.postcode}|{family}"
        if one.house:
            yield f"a:{one.postcode}|{one.house}"
    if one.street and one.house:
        yield from (f"s:{one.street.replace(' ', '')[:6]}|{one.house}|{part}" for part in (given, family) if part)
    for phone in one.phones.split():
        yield f"t:{phone[-_TAIL:]}"
    for email in one.emails.split():
        yield from _of_email(email)
    for number in one.numbers.split():
        yield f"c:{number}"


def of_claim(claim: Claim) -> tuple[str, ...]:
    """Return the keys to look a claim up by, at most ``MOST_KEYS``, the surest reading of each field first."""
    found: dict[str, None] = {}
    counts: dict[str, int] = {}
    for key in (each[:_LONGEST] for each in _of_claim(claim)):
        if key not in found and counts.get(key[0], 0) < _MOST_OF_KIND:
            counts[key[0]] = counts.get(key[0], 0) + 1
            found[key] = None
    return tuple(found)[:MOST_KEYS]


def _of_claim(claim: Claim) -> Iterator[str]:
    dates = [one.value for one in claim.births if "?" not in one.value]
    names = claim.names[:_MOST_NAMES]
    families = list(dict.fromkeys(sound(one.family) for one in names if len(one.family) > 1))
    codes = [one.value for one in claim.postcodes[:_MOST_CODES]]
    for phone in claim.phones:
        yield f"t:{phone[-_TAIL:]}"
    for email in claim.emails:
        yield from _of_email(email)
    for number, _ in claim.numbers:
        yield f"c:{number}"
    for date in dates:
        yield f"d:{date}"
        if date[4:6] != date[6:] and date[6:] <= "12":
            yield f"d:{date[:4]}{date[6:]}{date[4:6]}"
    for name in names:
        if name.family and name.given:
            yield _names(given_sound(name.given), sound(name.family))
    for one in claim.births:
        for family in families[:6]:
            if "?" not in one.value[:4]:
                yield f"y:{family}|{one.value[:4]}"
            if "?" not in one.value[4:]:
                yield f"m:{family}|{one.value[4:]}"
    for code in codes:
        yield f"p:{code}"
        for family in families[:6]:
            yield f"q:{code}|{family}"
        if claim.house:
            yield f"a:{code}|{claim.house}"
    if claim.street and claim.house:
        for name in names[:2]:
            for part in (given_sound(name.given), sound(name.family)):
                if part:
                    yield f"s:{claim.street.replace(' ', '')[:6]}|{claim.house}|{part}"


def _names(given: str, family: str) -> str:
    """The same for a name whose parts are the other way round."""
    return "n:" + "|".join(sorted((given, family)))


def _of_email(email: str) -> Iterator[str]:
    mailbox = normalise.mailbox(email)
    yield f"e:{mailbox}"
    local = mailbox.partition("@")[0]
    if len(local) > 5:
        yield f"l:{local}"


def deletions(code: str) -> tuple[str, ...]:
    """Return a code and what it is with each single sign left out: two codes one edit apart share one (Bocek et al. 2007)."""
    return tuple(dict.fromkeys([code, *(code[:n] + code[n + 1 :] for n in range(len(code)))]))

"""A person's name as it should be written: without form of address, in ordinary capitals. Says what is wrong with a name that
somebody typed or a system exported; ``quality`` makes the finding. Names of companies are left alone."""

from __future__ import annotations

import re

_FORMS_OF_ADDRESS = frozenset(
    {
        "herr",
        "herrn",
        "frau",
        "frl",
        "fraeulein",
        "fräulein",
        "mr",
        "mrs",
        "ms",
        "miss",
        "mister",
        "sir",
        "madam",
        "mme",
    }
)
_COMPANY = re.compile(
    r"(?i)(?:^|[\s.,&(])(?:gmbh|ag|kg|kgaa|ohg|ug|se|mbh|gbr|e\.?\s?v|eg|inc|ltd|llc|plc|co|corp|s\.?a|b\.?v|verein|firma|"
    r"stiftung|praxis|kanzlei|hotel|schule|amt|stadt|gemeinde)(?:$|[\s.,&)])|&|\d"
)
_PARTICLES = frozenset({"von", "van", "vom", "zu", "zum", "zur", "de", "der", "den", "del", "della", "di", "da", "dos", "du",
                        "la", "le", "ten", "ter", "y", "und"})  # fmt: skip
_NO_NAME = re.compile(r"[@\\<>{}\[\]|]|https?:|www\.")
_LONGEST = 200


def is_nobody(name: str) -> bool:
    """Whether ``name`` cannot be a name: an address, a link, markup, or nothing but digits and signs."""
    return bool(_NO_NAME.search(name[:_LONGEST])) or not any(map(str.isalpha, name[:_LONGEST]))


def tidied(name: str) -> str:
    """Return ``name`` without a form of address before it and in ordinary capitals; as it is where that is right already, or
    where it may be a company's."""
    if len(name) > _LONGEST or _COMPANY.search(name):
        return name
    words = name.split()
    while len(words) > 1 and words[0].rstrip(".").lower() in _FORMS_OF_ADDRESS:
        words = words[1:]
    kept = " ".join(words)
    spelled = [word for word in words if len(word.strip(".,-")) > 2]
    if len(spelled) < 2 or not (kept.isupper() or kept.islower()):
        return kept if words != name.split() else name
    return " ".join(_capitalised(word, number > 0) for number, word in enumerate(words))


def _capitalised(word: str, is_within: bool) -> str:
    low = word.lower()
    if is_within and low in _PARTICLES:
        return low
    parts = re.split(r"([-'\u2019])", low)
    return "".join(
        f"Mc{part[2:].capitalize()}" if part.startswith("mc") and len(part) > 4 else part.capitalize() for part in parts
    )

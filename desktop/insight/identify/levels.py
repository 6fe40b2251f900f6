"""How well two values of a field agree, as one of a few named levels (Winkler 1990; Splink's comparison levels).
Which level counts how much is a matter of ``weights``; nothing here knows a probability."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rapidfuzz.distance import OSA, JaroWinkler, Levenshtein

from desktop.insight import normalise
from desktop.insight.names import nicknames, phonetics

NAME: Final = ("same", "nickname", "sounds", "typo", "part", "initial", "alike", "other")
BIRTH: Final = ("same", "swapped", "near", "part", "two", "loose", "other")
CODE: Final = ("same", "near", "close", "part", "far", "other")
PHONE: Final = ("same", "tail", "close", "other")
EMAIL: Final = ("same", "local", "close", "other")
STREET: Final = ("same", "close", "other")
HOUSE: Final = ("same", "other")

LEVELS: Final = {
    "given": NAME,
    "family": NAME,
    "birth": BIRTH,
    "postcode": CODE,
    "number": CODE,
    "phone": PHONE,
    "email": EMAIL,
    "street": STREET,
    "house": HOUSE,
    "city": STREET,
}
"""The levels of each field, best first. A value that is missing on either side has no level and counts nothing."""


def name(ours: str, theirs: str) -> str:
    """Return how two folded given or family names agree; both must be filled."""
    if ours == theirs:
        return "same"
    if len(ours) == 1 or len(theirs) == 1:
        return "initial" if ours[0] == theirs[0] else "other"
    likeness = JaroWinkler.similarity(ours, theirs)
    if nicknames.are_forms_of_one(ours, theirs):
        return "nickname"
    if likeness < 0.55 and " " not in ours and " " not in theirs:
        return "other"
    if " " in ours or " " in theirs:
        one, two = ours.split(), theirs.split()
        if "".join(one) == "".join(two):
            return "typo"
        if any(len(word) > 2 and word in two for word in one):
            return "part"
    if likeness >= 0.6 and phonetics.sounds_alike(ours, theirs):
        return "sounds"
    longest = max(len(ours), len(theirs))
    if likeness >= 0.93 or (longest >= 4 and is_one_off(ours, theirs)):
        return "typo"
    if likeness >= 0.82 or (longest >= 7 and likeness > 0.6 and OSA.distance(ours, theirs, score_cutoff=2) <= 2):
        return "alike"
    if likeness >= 0.55:
        one_code, other_code = phonetics.english(ours), phonetics.english(theirs)
        if min(len(one_code), len(other_code)) >= 3 and Levenshtein.distance(one_code, other_code, score_cutoff=1) <= 1:
            return "alike"
    return "other"


def birth(said: str, on_file: str) -> str:
    """Return how a date said (``YYYYMMDD``, ``?`` for what was not said) agrees with the one on file."""
    if said == on_file:
        return "same"
    ours = (said[:4], said[4:6], said[6:8])
    theirs = (on_file[:4], on_file[4:6], on_file[6:8])
    known = [n for n in range(3) if "?" not in ours[n]]
    agree = [n for n in known if ours[n] == theirs[n]]
    if len(known) < 3:
        if len(agree) < len(known) or not known:
            return "other"
        return "part" if len(known) == 2 else "loose"
    if ours[0] == theirs[0] and ours[1] == theirs[2] and ours[2] == theirs[1]:
        return "swapped"
    if len(agree) == 2:
        missed = ({0, 1, 2} - set(agree)).pop()
        return "near" if _is_near(ours[missed], theirs[missed]) else "two"
    return "near" if is_one_off(said, on_file) else "other"


def is_one_off(one: str, other: str) -> bool:
    """Whether two texts are at most one sign, or one swap of two, apart."""
    return OSA.distance(one, other, score_cutoff=1) <= 1


def _is_near(one: str, other: str) -> bool:
    """One digit off or two digits swapped; a year also with another century."""
    return is_one_off(one, other) or (len(one) == 4 and one[2:] == other[2:])


_ALIKE_SPOKEN = str.maketrans(
    {
        **dict.fromkeys("BCDEGPTVZ3", "E"),
        **dict.fromkeys("AHJK8", "A"),
        **dict.fromkeys("FSX67", "S"),
        **dict.fromkeys("MN", "M"),
        **dict.fromkeys("IY59", "I"),
        **dict.fromkeys("QUW2", "U"),
        **dict.fromkeys("O04", "O"),
        **dict.fromkeys("1L", "L"),
    }
)
"""Letters and digits that recognisers take for one another: the E-set and what rhymes with it, M and N, F and S …"""

SPOKEN_LEVELS: Final = ((0.0, "same"), (0.5, "near"), (1.0, "close"), (2.0, "far"))


def spoken_code_cost(said: str, on_file: str) -> float:
    """Return how far a code heard is from the one on file in edits, of which those between letters that sound alike count
    half (after weighted edit distances of speech look-ups)."""
    return (Levenshtein.distance(said, on_file) + Levenshtein.distance(_classes(said), _classes(on_file))) / 2


def _classes(text: str) -> str:
    return text.translate(_ALIKE_SPOKEN)


def code(said: str, on_file: str, *, is_spoken: bool = False) -> str:
    """Return how two bare codes (``AL6N0TW``) agree. Spoken, a part of it heard counts too."""
    if said == on_file:
        return "same"
    if is_spoken:
        cost = spoken_code_cost(said, on_file)
        found = next((level for most, level in SPOKEN_LEVELS if cost <= most), "other")
        if found in ("far", "other") and len(said) >= 2 and _is_part(said, on_file):
            return "part"
        return found
    longest = max(len(said), len(on_file))
    distance = OSA.distance(said, on_file, score_cutoff=2)
    if distance <= 1:
        return "close"
    if distance == 2 and longest >= 6:
        return "far"
    return "part" if len(said) >= 3 and _is_part(said, on_file) else "other"


def _is_part(said: str, on_file: str) -> bool:
    return on_file.startswith(said) or (len(said) >= 3 and said in on_file)


def phone(ours: str, theirs: str) -> str:
    """Return how two E.164 numbers agree; the last seven digits the same is a number written with another trunk form."""
    if ours == theirs:
        return "same"
    if len(ours) > 8 and ours[-7:] == theirs[-7:]:
        return "tail"
    return "close" if is_one_off(ours, theirs) else "other"


def email(ours: str, theirs: str) -> str:
    """Return how two normalised addresses agree, compared as their provider delivers them."""
    ours, theirs = normalise.mailbox(ours), normalise.mailbox(theirs)
    if ours == theirs:
        return "same"
    local, _, domain = ours.rpartition("@")
    other_local, _, other_domain = theirs.rpartition("@")
    if local == other_local and len(local) > 4:
        return "local"
    if domain == other_domain and len(local) > 4 and is_one_off(local, other_local):
        return "close"
    return "other"


def street(ours: str, theirs: str) -> str:
    """Return how two folded streets agree."""
    if ours == theirs or ours.replace(" ", "") == theirs.replace(" ", ""):
        return "same"
    return "close" if JaroWinkler.similarity(ours, theirs) >= 0.9 else "other"


def best(found: Sequence[str], field: str) -> str:
    """Return the best of several levels of one field."""
    return min(found, key=LEVELS[field].index)

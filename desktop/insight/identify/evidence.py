"""What is known of who is writing or calling: their address, the name and number they gave, and what their own words
say of who they are. Reads texts of customers, so nothing in them may stall or break it; the judgement is
``verdict``'s."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from desktop.domain.channels import Channel
from desktop.domain.customer import Identity, IdentityKind
from desktop.insight import normalise
from desktop.insight.identify import claim, keys, profile
from desktop.insight.identify.claim import Claim, NameReading, Reading
from desktop.insight.names import parts
from desktop.insight.spoken import codes, dates, people


class Evidence(Struct, frozen=True, kw_only=True):
    """What is known of who is writing. Make it with ``gather``, which finds the mentions in the texts. ``claimed`` is the
    name, birth date and postcode they say are theirs."""

    channel: Channel
    address: str = ""
    name: str = ""
    customer_no: str = ""
    text_mentions: tuple[Identity, ...] = ()
    claimed: Claim = Claim()
    region: str = normalise.HOME_REGION


_LABELLED_NO = re.compile(
    r"(?i)\b(?:kunden|kd|customer|client|account|vertrags?|contract)[\s.\-]{0,3}(?:konto|account)?[\s.\-]{0,3}"
    r"(?:nummer|number|nr|no|num|id)\b\.?\s{0,3}(?:lautet|ist|is|:|=|#)?\s{0,3}[:#]?\s{0,3}"
    r"([A-Z]{0,4}[\s\-]?\d[\dA-Z]{0,20}(?:[\s\-./]\d[\dA-Z]{0,20}){0,4})"
)
_PREFIXED_NO = re.compile(r"\b([A-Z]{1,4}-\d{4,12})\b")
_MAIL_IN_TEXT = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_PHONE_IN_TEXT = re.compile(r"(?<![\w/.-])(?:\+|00|0)\d[\d\s()/\-]{6,20}\d(?![\w-])")
_SCANNED = 4000
_MOST_MENTIONS = 12
_MOST_KEYS = 40
_LONGEST_FIELD = 200


def mentions(texts: Iterable[str], region: str = normalise.HOME_REGION) -> tuple[Identity, ...]:
    """Return the e-mail addresses, phone numbers and customer numbers written in ``texts`` (subject, body), each once.

    Only the first 4,000 characters of a text are read and at most twelve identities returned."""
    found: dict[tuple[IdentityKind, str], Identity] = {}
    for text in texts:
        text = text[:_SCANNED]
        for kind, pattern in (
            (IdentityKind.CUSTOMER_NO, _LABELLED_NO),
            (IdentityKind.CUSTOMER_NO, _PREFIXED_NO),
            (IdentityKind.EMAIL, _MAIL_IN_TEXT),
            (IdentityKind.PHONE, _PHONE_IN_TEXT),
        ):
            for hit in pattern.finditer(text):
                one = normalise.identity(
                    kind, hit.group(hit.lastindex or 0).strip(" .,;"), region=region, source="text"
                )
                if one is not None:
                    found.setdefault((one.kind, one.normalised), one)
    return tuple(found.values())[:_MOST_MENTIONS]


_BIRTH = re.compile(
    r"(?i)\b(?:geburtsdatum|geburtstag|geb(?:oren)?\.?(?:\s+am)?|date\s+of\s+birth|birth\s?date|birthday|d\.?o\.?b\.?|born)\b"
    r"[\s.:]{0,3}(?:(?:is|ist|on|am|lautet|the|der|den)\s{1,3}){0,2}([^\n;,!?]{4,60})"
)
_POSTCODE = re.compile(
    r"(?i)\b(?:postleitzahl|plz|post\s?code|zip(?:\s?code)?)\b[\s.:]{0,3}(?:(?:is|ist|lautet)\s{1,3})?([^\n;,!?.]{3,60})"
)
_POSTCODE_AND_CITY = re.compile(r"(?:^|[\n,]|\bin\b)\s{0,3}(?:D[-\s])?(\d{5})\s{1,3}[A-ZÄÖÜ][a-zäöüß]{2,30}")
_POSTCODE_BRITISH = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2})\b")
_NAME = re.compile(
    r"(?i:\b(?:my\s+name\s+is|mein\s+name\s+ist|ich\s+hei(?:ß|ss)e|hier\s+(?:ist|spricht)))\s{1,3}"
    r"((?:[^\W\d_][\w'’-]{0,30}\s{0,2}){1,4})"
)
_JOINING = frozenset(
    {"and", "und", "i", "ich", "from", "aus", "my", "mein", "meine", "geboren", "born", "in", "with", "mit", "at"}
)


def claimed(
    texts: Iterable[str], name: str = "", birth_date: str = "", postcode: str = "", *, is_spoken: bool = False
) -> Claim:
    """Return the name, birth date and postcode that fields and ``texts`` say are the customer's own; at most 4,000
    characters of a text are read. What is not labelled as such ("born on", "PLZ") counts only where its form is plain."""
    births = [birth_date] if birth_date else []
    postcodes = [postcode] if postcode else []
    names = [name] if name and "@" not in name else []
    for text in texts:
        text = text[:_SCANNED]
        births += [hit.group(1) for hit in _BIRTH.finditer(text)]
        postcodes += [hit.group(1) for hit in _POSTCODE.finditer(text)]
        postcodes += [
            hit.group(1) for pattern in (_POSTCODE_AND_CITY, _POSTCODE_BRITISH) for hit in pattern.finditer(text)
        ]
        names += [_own_words(hit.group(1)) for hit in _NAME.finditer(text)]
    born: dict[str, float] = {}
    for text in births[:_MOST_MENTIONS]:
        plain = profile.birth(" ".join(text.split()[:1])) or profile.birth(text)
        for value, cost in ((plain, 0.0),) if plain else dates.readings(text):
            born.setdefault(value, cost)
    lives: dict[str, float] = {}
    for text in postcodes[:_MOST_MENTIONS]:
        words = text.split()
        for value in (profile.code(words[0]), profile.code("".join(words[:2]))) if words else ():
            if 4 <= len(value) <= 8 and any(map(str.isdigit, value)):
                lives.setdefault(value, 0.0)
        if is_spoken:
            lives.update((value, cost) for value, cost in codes.readings(text) if 4 <= len(value) <= 8)
    called = dict.fromkeys(n for n in names if len(parts.words(n)) > 1)
    said = [NameReading(*parts.split(one), 0.0) for one in called][:4]
    if is_spoken:
        said += [NameReading(*one) for text in called for one in people.readings(text)][:12]
    spoken = frozenset({"given", "family", "birth", "postcode"}) if is_spoken else frozenset[str]()
    return Claim(
        names=claim.turned(said),
        births=tuple(Reading(*one) for one in born.items())[:_MOST_MENTIONS],
        postcodes=tuple(Reading(*one) for one in lives.items())[:_MOST_MENTIONS],
        is_spoken=spoken,
    )


def _own_words(text: str) -> str:
    """Cut a name found in a sentence where the sentence goes on."""
    kept = []
    for word in text.split():
        if word.lower() in _JOINING:
            break
        kept.append(word)
    return " ".join(kept)


def gather(
    channel: Channel,
    address: str = "",
    name: str = "",
    customer_no: str = "",
    texts: Iterable[str] = (),
    region: str = normalise.HOME_REGION,
    birth_date: str = "",
    postcode: str = "",
) -> Evidence:
    """Return the evidence of one arriving message; ``texts`` are its subject and body, ``birth_date`` and ``postcode`` what
    was asked for (by a form, a voice menu)."""
    kept = [text[:_SCANNED] for text in texts]
    return Evidence(
        channel=channel,
        address=address,
        name=name,
        customer_no=customer_no,
        text_mentions=mentions(kept, region),
        claimed=claimed(
            kept,
            name[:_LONGEST_FIELD],
            birth_date[:_LONGEST_FIELD],
            postcode[:_LONGEST_FIELD],
            is_spoken=channel.is_spoken,
        ),
        region=region,
    )


def blocking_keys(evidence: Evidence) -> tuple[str, ...]:
    """Return the keys (``identify.keys``) to look for somebody whose address nobody knows, or none where they said too
    little: a name alone, or a postcode alone, is no clue."""
    said = evidence.claimed
    if not said.births and not (said.names and said.postcodes):
        return ()
    return tuple(key for key in keys.of_claim(said) if key[0] in "dymnq")[:_MOST_KEYS]


def lookup_keys(evidence: Evidence) -> list[tuple[IdentityKind, str]]:
    """Return what to look up: (kind, normalised) of the address, the number given and the mentions, best first."""
    keys: dict[tuple[IdentityKind, str], None] = {}
    found = sender(evidence)
    if found is not None:
        keys[(found.kind, found.normalised)] = None
        # In an app or a logged-in chat the address is often the customer number itself.
        if found.kind is IdentityKind.HANDLE and (number := number_of_handle(found.normalised)):
            keys[(IdentityKind.CUSTOMER_NO, number)] = None
    if evidence.customer_no and (number := normalise.customer_no(evidence.customer_no)):
        keys[(IdentityKind.CUSTOMER_NO, number)] = None
    for mention in evidence.text_mentions:
        keys[(mention.kind, mention.normalised)] = None
    return list(keys)


def sender(evidence: Evidence) -> Identity | None:
    """Return the address the contact came from, or ``None`` where it is none."""
    return normalise.identity(evidence.channel, evidence.address, region=evidence.region)


def number_of_handle(normalised: str) -> str | None:
    """Return the customer number that a handle may be."""
    return normalise.customer_no(normalised.partition(":")[2])

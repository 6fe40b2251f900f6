"""Addresses and names in the one form in which look-ups compare them. Nothing here decides who somebody is.

E-mail: lower case, NFC, punycode labels decoded. Phone: E.164 (ITU-T), trunk forms of the home region understood.
Customer number: upper case, only letters and digits. Handle: ``service:name``. Names are folded so that Müller, Mueller
and Muller meet. What cannot be an address of the kind yields ``None``, never an error: the text comes from customers.
"""

from __future__ import annotations

import re
import unicodedata

from desktop.domain.channels import Channel
from desktop.domain.customer import Identity, IdentityKind

HOME_REGION = "DE"
_LONGEST_NUMBER = 80
_LONGEST_FOLDED = 20_000
_LONGEST = 320  # RFC 5321: 64 octets before the @, 255 after

_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\[\]\\]{1,255}")
_ANGLE = re.compile(r"<([^<>]*)>\s*$")
_PHONE_SCHEME = re.compile(r"(?i)^(?:tel|callto|sms|whatsapp|signal|sips?):")
_PHONE_CHARS = re.compile(
    r"^\+?[\d\s()./\-\u2010-\u2015\u00a0]{3,40}(?:;.*|\s*(?:ext|dw|app)\.?\s*\d{1,6})?$", re.IGNORECASE
)
_NUMBER_LABEL = re.compile(
    r"(?i)^\s*(?:(?:meine?|my)\s+)?(?:kunden?|kd|customer|client|account|vertrags?|konto)?[\s.\-]*"
    r"(?:nummer|number|nr|no|id)\b[\s.:#\-]*"
)
_SERVICE = re.compile(r"^([a-z][a-z0-9_.\-]{1,31}):(.+)$", re.IGNORECASE)
_NO_CALLER = frozenset(
    {"anonymous", "unknown", "restricted", "private", "unavailable", "withheld", "unbekannt", "anonym"}
)

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "oe", "å": "aa",
                         "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})  # fmt: skip
_NOT_WORD = re.compile(r"[\W_]+")
_DIGRAPH = re.compile(r"([aou])e")


def email(text: str) -> str | None:
    """Return the address in lower case and NFC, or ``None`` where ``text`` holds no single address.

    ``Jana Weber <j@example.org>`` and ``mailto:`` links are taken apart. The part before the @ is lower-cased too:
    RFC 5321 would allow a difference, no mail provider makes one.
    """
    text = text.strip()
    if len(text) > 2 * _LONGEST:
        return None
    text = unicodedata.normalize("NFC", text)
    if angle := _ANGLE.search(text):
        text = angle.group(1)
    text = text.strip().lower().removeprefix("mailto:").partition("?")[0].rstrip(".")
    if not _EMAIL.fullmatch(text):
        return None
    local, _, domain = text.rpartition("@")
    if domain.startswith((".", "-")) or ".." in domain:
        return None
    return f"{local}@{'.'.join(_decoded(label) for label in domain.split('.'))}"


def _decoded(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return unicodedata.normalize("NFC", label[4:].encode("ascii").decode("punycode")).lower()
    except UnicodeError:
        return label


def phone(text: str, region: str = HOME_REGION) -> str | None:
    """Return the number in E.164 (``+4930123456``), or ``None`` where no such number is possible.

    ``region`` (ISO 3166-1) is where a number without country code is from. ``0049…``, ``+49 (0)30 …``, ``tel:`` and
    ``sip:+49…@host`` are understood; an extension is dropped, it does not tell one person from another.
    """
    text = unicodedata.normalize("NFKC", text.strip()[: _LONGEST + 1])
    if scheme := _PHONE_SCHEME.match(text):
        text = text[scheme.end() :].partition("@")[0]
    if not _PHONE_CHARS.match(text):
        return None
    import phonenumbers

    try:
        number = phonenumbers.parse(text.partition(";")[0], region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def customer_no(text: str) -> str | None:
    """Return the bare number: no label, spaces or dashes, upper case. ``None`` without a digit or out of 3 to 24 signs."""
    text = _NUMBER_LABEL.sub("", unicodedata.normalize("NFKC", text.strip()[:_LONGEST_NUMBER]))
    bare = re.sub(r"[\s.\-/#_]+", "", text).upper()
    if not 3 <= len(bare) <= 24 or not bare.isascii() or not bare.isalnum() or not any(map(str.isdigit, bare)):
        return None
    return bare


def handle(text: str, service: str = "") -> str | None:
    """Return ``service:name`` in lower case without a leading @; ``service`` is used where ``text`` names none."""
    text = unicodedata.normalize("NFC", text.strip()[: 2 * _LONGEST])
    if named := _SERVICE.match(text):
        service, text = named.group(1), named.group(2)
    name = text.strip().lstrip("@").lower()
    if not name or not service or len(name) > 200 or any(unicodedata.category(c) == "Cc" for c in name):
        return None
    return f"{service.lower()}:{name}"


def identity(
    kind_or_channel: IdentityKind | Channel | str,
    text: str,
    *,
    region: str = HOME_REGION,
    label: str = "",
    source: str = "",
    is_verified: bool = False,
) -> Identity | None:
    """Return ``text`` as an identity, or ``None`` where it is none (a withheld number, an empty field).

    Given a kind, only that kind is tried. Given a channel, the kind is guessed: an e-mail address is one anywhere; a
    phone number is one on calls, SMS, messengers and video; anything else is a handle of that channel.
    """
    text = text.strip()
    if not text or len(text) > 2 * _LONGEST or text.lower() in _NO_CALLER:
        return None
    kind, normalised = _guess(str(kind_or_channel).strip().lower().replace("-", "_"), text, region)
    if kind is None or normalised is None:
        return None
    return Identity(kind=kind, value=text, normalised=normalised, label=label, source=source, is_verified=is_verified)


def _guess(named: str, text: str, region: str) -> tuple[IdentityKind | None, str | None]:
    if named == IdentityKind.EMAIL:
        return IdentityKind.EMAIL, email(text)
    if named == IdentityKind.PHONE:
        return IdentityKind.PHONE, phone(text, region)
    if named == IdentityKind.CUSTOMER_NO:
        return IdentityKind.CUSTOMER_NO, customer_no(text)
    if named == IdentityKind.HANDLE:
        return IdentityKind.HANDLE, handle(text, "handle")
    if named in (Channel.CALL, Channel.SMS, Channel.MESSENGER, Channel.VIDEO) and (number := phone(text, region)):
        return IdentityKind.PHONE, number
    if "@" in text and not text.startswith("@") and not _SERVICE.match(text) and (address := email(text)):
        return IdentityKind.EMAIL, address
    if named in (Channel.CALL, Channel.SMS) and not _SERVICE.match(text):
        return None, None  # a caller's number that is none: nothing to know anybody by
    return IdentityKind.HANDLE, handle(text, named)


def fold(text: str) -> str:
    """Return words in lower case, umlauts and ß written out, diacritics and punctuation gone, single spaces.

    At most the first 20,000 characters are read."""
    text = text[:_LONGEST_FOLDED]
    if text.isascii():
        return _NOT_WORD.sub(" ", text.lower()).strip()
    text = unicodedata.normalize("NFC", text).lower().translate(_GERMAN)
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return _NOT_WORD.sub(" ", text).strip()


def name_key(text: str) -> str:
    """Return ``fold(text)`` with ae, oe, ue shortened, so that Müller, Mueller and Muller have one key."""
    return _DIGRAPH.sub(r"\1", fold(text))


_UNDOTTED = frozenset({"gmail.com", "googlemail.com"})
_SAME_PROVIDER = {"googlemail.com": "gmail.com", "pm.me": "proton.me", "protonmail.com": "proton.me", "me.com": "icloud.com",
                  "mac.com": "icloud.com"}  # fmt: skip


def mailbox(address: str) -> str:
    """Return the mailbox that a normalised e-mail address is delivered to: tags after a plus go, and dots at Gmail."""
    local, _, domain = address.rpartition("@")
    local = local.partition("+")[0] or local
    if domain in _UNDOTTED:
        local = local.replace(".", "")
    return f"{local}@{_SAME_PROVIDER.get(domain, domain)}"

"""Invented names, addresses, numbers and words in place of real ones, the same for the same within one recording. Keeps what
shows how something looks (lengths, signs, scripts, capital letters, the shape of a number) and nothing that was said.

Words are invented anew at each place, by the text they stand in, so that counting them tells nothing; names that are known
from a record, addresses and numbers are the same everywhere. What is made up is derived from a secret that is forgotten with
the recording (a keyed hash, RFC 7693), so that nothing can be turned back. E-mail domains are under ``.example`` (RFC 2606),
telephone numbers from ranges that belong to nobody (Bundesnetzagentur, "Rufnummern für fiktive Zwecke"; Ofcom, "Numbers for
drama use"; ATIS-0300115, 555-0100 to 0199; the unassigned country code 999).
"""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from datetime import date, timedelta
from html import escape
from html.parser import HTMLParser
from random import Random
from typing import Final

from desktop.insight import normalise

_WORDS: Final = (
    "a e o ad et ex id in ut non sed sit qui cum nec amet elit quis nisi anim aute lorem ipsum dolor magna culpa velit "
    "tempor labore aliqua veniam fugiat mollit laboris commodo officia aliquip pulvinar deserunt volutpat proident "
    "consequat voluptate excepteur cupidatat incididunt adipiscing parturient vestibulum consectetur condimentum "
    "scelerisque exercitation sollicitudin pellentesque reprehenderit"
)
_LOREM: Final = {size: [word for word in _WORDS.split() if len(word) == size] for size in range(1, 13)}
_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"
_SCRIPTS: Final = (
    ((0x0370, 0x03FF), "αβγδεζηθικλμνοπρστυφχω"),
    ((0x0400, 0x052F), "абвгдежзиклмнопрстуфхцчшыэюя"),
    ((0x0590, 0x05FF), "אבגדהוזחטיכלמנסעפצקרשת"),
    ((0x0600, 0x06FF), "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"),
    ((0x3040, 0x30FF), "あいうえおかきくけこさしすせそたちつてとなにぬねの"),
    ((0x3400, 0x9FFF), "一二三人大小山川田日月火水木金土"),
    ((0xAC00, 0xD7AF), "가나다라마바사아자차카타파하"),
)
# What stays as it is: signs that say nothing by themselves. Whatever else there is may be a letter in some way.
_SIGNS: Final = (
    " \\t\\r\\n!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~€£¥§°«»¿¡–—‘’‚“”„…•·×"
    "\u2600-\u27bf\U0001f300-\U0001f5ff\U0001f600-\U0001f6ff\U0001f900-\U0001faff"
)
_RUN: Final = re.compile(rf"\d+|[^\d{_SIGNS}]+")
_SPLIT: Final = re.compile(
    r"(?P<url>\b(?:[a-z][a-z0-9+.-]{1,20}://|www\.)[^\s<>\"]{1,2000})"
    r"|(?P<email>[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\[\]\\]{1,255})"
    r"|(?P<phone>(?<![\w.,])\+?\(?\d[\d \t\u00a0/().-]{5,30}\d(?![\w]))",
    re.IGNORECASE,
)
_DOMAIN_END: Final = re.compile(r"[^\w]+$")
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LABEL: Final = re.compile(r"[A-Za-z][A-Za-z0-9]{0,23}([_.:/-][A-Za-z0-9]{1,23}){0,5}|\d\d:\d\d")
_DATES: Final = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
_SEEDED: Final = 24
_LONGEST_COINED: Final = 40

_RANGES: Final = {
    "49": (("3023125", 3), ("6990009", 3), ("4066969", 3), ("2214710", 3), ("8999998", 3)),
    "49 mobile": (("17139200", 2), ("176040690", 2)),
    "44": (("7700900", 3), ("2079460", 3)),
    "1": (("20255501", 2), ("21255501", 2), ("31255501", 2), ("41555501", 2)),
}


class Pseudonyms:
    """The inventions of one recording."""

    def __init__(self, secret: bytes | None = None) -> None:
        self._secret = secret or secrets.token_bytes(32)
        self._names: set[str] = set()
        self._phones: dict[str, tuple[str, str]] = {}
        self._used: dict[str, int] = {}

    # --- words ------------------------------------------------------------------------------------------------------

    def text(self, text: str) -> str:
        """Return a text as long and of the same build, with other words."""
        chance: Random | None = None
        told: list[str] = []
        place = 0
        for found in _SPLIT.finditer(text):
            chance = chance or self._of_text(text)
            told.append(self._words(text[place : found.start()], chance))
            told.append(self._found(found))
            place = found.end()
        told.append(self._words(text[place:], chance or self._of_text(text)))
        return "".join(told)

    def _of_text(self, text: str) -> Random:
        # By its beginning, so that the beginning of a text in a list is that of the whole.
        return self._chance("text", "".join(text[: _SEEDED * 8].split())[:_SEEDED])

    def _found(self, found: re.Match[str]) -> str:
        said = found.group()
        match found.lastgroup:
            case "url":
                return f"https://{self._coined('url', said, 8)}.example/{self._coined('path', said, 6)}"
            case "email":
                end = _DOMAIN_END.search(said)
                return self.email(said[: end.start()] if end else said) + ("." if end and "." in end.group() else "")
            case "phone" if not _DATES.fullmatch(said) and (said[0] in "+0(" or not said.isdigit()):
                return self.phone(said)
        return self._words(said, self._chance("number", said))

    def _words(self, text: str, chance: Random) -> str:
        """Replace each run of letters and each run of digits; signs stay."""
        return _RUN.sub(lambda found: self._run(found.group(), chance), text)

    def _run(self, run: str, chance: Random) -> str:
        if run[0].isdecimal():
            return self.digits(run)
        if run.casefold() in self._names:
            return self._word_of_name(run)
        return _cased(run, _word(run, chance))

    # --- who and where ----------------------------------------------------------------------------------------------

    def name(self, name: str) -> str:
        """Return the name of somebody else, the same for each word of a name; texts use it too from now on."""
        told: list[str] = []
        for part in re.split(r"(\W+|_)", name):
            if len(part) > 1 and part.isalpha():
                self._names.add(part.casefold())
                told.append(self._word_of_name(part))
            else:
                told.append(self._words(part, self._chance("name", part)))
        return "".join(told)

    def _word_of_name(self, word: str) -> str:
        folded = word.casefold()
        size = min(max(len(word), 4), 14)
        for turn in range(4):
            coined = self._coined(f"name{turn}", folded, size)
            if coined != folded:
                break
        return _cased(word, coined)

    def email(self, address: str) -> str:
        """Return an address of nobody's, the same for the same whatever its case."""
        known = normalise.email(address) or address.casefold()
        local, _, domain = known.rpartition("@")
        parts = [self._coined("local", f"{part} {known}", min(max(len(part), 3), 12)) for part in local.split(".")[:3]]
        number = self._number("local", known) % 90 + 10
        return f"{'.'.join(parts)}{number}@{self._coined('domain', domain, 8)}.example"

    def phone(self, number: str) -> str:
        """Return a number of nobody's in the shape it is written in."""
        known = normalise.phone(number)
        if known is None:
            return self._words(number, self._chance("number", number))
        country, national = self._line(known)
        said = number.strip()
        if said.startswith("+"):
            digits = country + national
        elif said.startswith("00"):
            digits = f"00{country}{national}"
        else:
            digits = f"0{national}" if country == "49" else country + national
        return _shaped(number, digits)

    def _line(self, known: str) -> tuple[str, str]:
        """Return the country code and the rest of the line that stands for a number in E.164."""
        if known not in self._phones:
            country = next((code for code in ("49", "44", "1") if known.startswith(f"+{code}")), "999")
            kind = "49 mobile" if known.startswith(("+4915", "+4916", "+4917")) else country
            count = self._used.get(kind, 0)
            self._used[kind] = count + 1
            for block, room in _RANGES.get(kind, ()):
                if count < 10**room:
                    self._phones[known] = (country, f"{block}{count:0{room}}")
                    break
                count -= 10**room
            else:
                free = self._used["999 all"] = self._used.get("999 all", 0) + 1
                self._phones[known] = ("999", f"{free:08}")
        return self._phones[known]

    def address(self, address: str) -> str:
        """Return where nobody is to be reached, of whatever kind ``address`` is."""
        service, colon, rest = address.partition(":")
        if colon and re.fullmatch(r"[a-z][a-z0-9_.-]{1,15}", service) and rest and "@" not in service:
            return f"{service}:{self.address(rest) if '@' in rest else self.token(rest)}"
        if "@" in address.strip("@ "):
            return self.email(address)
        return self.phone(address) if normalise.phone(address) else self.token(address)

    # --- numbers and codes ------------------------------------------------------------------------------------------

    def digits(self, digits: str) -> str:
        """Return other digits, as many, the same for the same number."""
        plain = "".join(str(unicodedata.digit(sign, 0)) for sign in digits)
        for turn in range(10):
            chance = self._chance(f"digits{turn}", plain)
            first = "0" if plain[0] == "0" and len(plain) > 1 else chance.choice("123456789")
            said = first + "".join(chance.choice("0123456789") for _ in plain[1:])
            if said != plain:
                break
        return said

    def token(self, token: str) -> str:
        """Return a number or code (a customer's, an order's) of the same shape."""
        return self._words(token, self._chance("token", token.casefold()))

    def amount(self, cents: int) -> int:
        """Return another amount of the same size."""
        told = int(self.digits(str(abs(cents)))) if cents else 0
        return -told if cents < 0 else told

    def day(self, day: date) -> date:
        """Return another day, up to two years away."""
        away = self._number("day", day.isoformat()) % 1461 - 730
        try:
            return day + timedelta(days=away or 1)
        except OverflowError:
            return date(1970, 1, 1)

    def id(self, id_: str) -> str:
        """Return an id as it is where it was made by a machine (UUID), else another."""
        if not id_ or _UUID.fullmatch(id_):
            return id_
        return f"x{self._hash('id', id_)[:16]}"

    def label(self, label: str) -> str:
        """Return a word of the company's set-up as it is, where it looks like one."""
        return label if not label or _LABEL.fullmatch(label) else self.id(label)

    def digest(self, sha256: str) -> str:
        """Return what a file is called whose bytes nobody may guess."""
        return self._hash("file", sha256)

    def file_name(self, name: str) -> str:
        """Return the name of a file with its ending, where that is a usual one."""
        stem, dot, ending = name.rpartition(".")
        is_usual = dot and ending.lower() in _ENDINGS
        return f"{self.text(stem)}.{ending.lower()}" if is_usual else self.text(name)

    def html(self, html: str) -> str:
        """Return a page with the same build and other words; no links, no pictures."""
        page = _Page(self)
        try:
            page.feed(html)
            page.close()
        except (AssertionError, RecursionError):
            return ""
        return "".join(page.told)

    # --- by the secret ----------------------------------------------------------------------------------------------

    def _hash(self, what: str, value: str) -> str:
        said = f"{what}\0{value}".encode(errors="surrogatepass")
        return hashlib.blake2b(said, key=self._secret, digest_size=32).hexdigest()

    def _number(self, what: str, value: str) -> int:
        return int(self._hash(what, value)[:16], 16)

    def _chance(self, what: str, value: str) -> Random:
        return Random(self._number(what, value))

    def _coined(self, what: str, value: str, size: int) -> str:
        return _coined(self._chance(what, value), size)


_ENDINGS: Final = frozenset(
    {"pdf", "txt", "csv", "md", "png", "jpg", "jpeg", "gif", "webp", "heic", "doc", "docx", "odt", "xls", "xlsx", "ods"}
    | {"ppt", "pptx", "zip", "mp3", "m4a", "ogg", "wav", "mp4", "mov", "eml", "ics", "html", "xml", "json"}
)
_TAGS: Final = frozenset(
    {
        "a",
        "b",
        "blockquote",
        "br",
        "code",
        "dd",
        "del",
        "div",
        "dl",
        "dt",
        "em",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
    }
    | {"i", "li", "ol", "p", "pre", "s", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th"}
    | {"thead", "tr", "u", "ul", "caption"}
)
_EMPTY: Final = frozenset({"br", "hr"})
_DROPPED: Final = frozenset({"script", "style", "title", "head", "template", "svg", "math"})


class _Page(HTMLParser):
    def __init__(self, pseudonyms: Pseudonyms) -> None:
        super().__init__(convert_charrefs=True)
        self._pseudonyms = pseudonyms
        self._dropping = 0
        self.told: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED:
            self._dropping += 1
        elif tag in _TAGS and not self._dropping:
            spans = "".join(
                f' {name}="{value}"'
                for name, value in attrs
                if name in ("colspan", "rowspan") and value and re.fullmatch(r"[0-9]{1,2}", value)
            )
            self.told.append(f"<{tag}{spans}>")

    def handle_endtag(self, tag: str) -> None:
        if tag in _DROPPED:
            self._dropping = max(self._dropping - 1, 0)
        elif tag in _TAGS and tag not in _EMPTY and not self._dropping:
            self.told.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._dropping:
            self.told.append(escape(self._pseudonyms.text(data)))


def _word(word: str, chance: Random) -> str:
    """Return another word of the same length and script."""
    size, code = len(word), ord(word[0])
    for (least, most), alphabet in _SCRIPTS:
        if least <= code <= most:
            made = "".join(chance.choice(alphabet) for _ in range(min(size, _LONGEST_COINED)))
            return (made * (size // len(made) + 1))[:size]
    known = [one for one in _LOREM.get(size, ()) if one != word.casefold()]
    made = chance.choice(known) if known else _coined(chance, size)
    return made if made != word.casefold() else _coined(chance, size)


def _coined(chance: Random, size: int) -> str:
    made = ""
    while len(made) < min(size, _LONGEST_COINED):
        made += chance.choice(_CONSONANTS) + chance.choice(_VOWELS)
    return (made * (size // len(made) + 1))[:size]


def _cased(like: str, word: str) -> str:
    if len(like) > 1 and like.isupper():
        return word.upper()
    return word.capitalize() if like[:1].isupper() else word


def _shaped(like: str, digits: str) -> str:
    """Write ``digits`` with the signs that stand between those of ``like``."""
    left = iter(digits)
    told = []
    for sign in like:
        if not sign.isdigit():
            told.append(sign if sign in " \t/().-+" else " ")
        elif (digit := next(left, "")) != "":
            told.append(digit)
    return ("".join(told).rstrip(" /(.-") + "".join(left)).strip()

"""The customer's own new words of a message: quoted mail, signature, greeting and closing taken off before anything is
classified. Works line by line on plain text of the usual mail programs, German and English first; what is shown to the
agent is never cut here. Bounded for any input: long quotes are skipped, of the rest the first 12,000 characters count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_SCANNED = 200_000
_READ = 12_000
_LONGEST_LINE = 2_000
_MOST_LINES = 500
_HEADER_LINES = 12
_WRAPPED = 3
_MOST_FOLDED = 1_000
_LONGEST_SIGNATURE = 15
_NOT_PRINTED = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_QUOTED_LINES = re.compile(r"(?m)^[ \t]{0,8}>[^\n]*(?:\n[ \t]{0,8}>[^\n]*)+")
_EMPTY_LINES = re.compile(r"\n{3,}")
_GAP = re.compile(r"[ \t\u00a0\f\v]{4,}")

_QUOTED = re.compile(r"\s{0,8}(?:>(?!>>[^<]*<<)|\|\s)")
_OPENS = re.compile(
    r"[\s>*\-]{0,20}(?:on|am|le|op|den|på|el|il|em|no dia|vào|dne|dnia|w dniu)\s", re.IGNORECASE
)  # fmt: skip
_WROTE = re.compile(
    r"""(?ix) ^ [\s>*\-]{0,20} (?P<date>(?:on|am|le|op|den|på|el|il|em|no\ dia|vào|dne|dnia|w\ dniu)\s.{3,300}?)
    \b(?:wrote|sent|schrieb(?:en)?|a\ écrit|schreef|geschreven|skrev|escribió|ha\ scritto|escreveu|napisał(?:\(?a\)?)?
      |napsal(?:\(?a\)?)?|đã\ viết|via)\b .{0,100} (?::|-{2,})[\s*]* $"""
)
_SHARED_LINE = re.compile(
    r"(?:(?<=\w)|\s)-{0,6}\s?(?:On|Am)\s(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|[A-Z][a-z]{2} \d|\d).{6,200}\b(?:wrote|schrieb)\b"
    r".{0,80}:\s*$"
)
_SOMEBODY_WROTE = re.compile(
    r"(?i)^[\s*\-]{0,12}.{1,160}\s(?:wrote|schrieb(?:en)?|skrev|schreef)(?:\s+am\b.{1,80})?\s*(?::|-{2,})\s*$"
)
_DATE_ADDRESS = re.compile(
    r"^\s{0,8}(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\b.{0,120}<[^<>]{3,160}>:?"
    # In any language: a date, an address in angle brackets, at most a verb, a colon.
    r"|(?:\w{2,12}\.?,\s)?\d{1,2}(?:[-/.]\d{1,2}[-/.]|\s\w{3,12}\.?\s)\d{4}\b.{0,120}<\s?[^<>\s]{1,64}@[^<>\s]{3,120}>[^:<>?!]{0,30}:)\s*$"
)
_HAS_DATE = re.compile(r"\d|@|(?i:monday|tuesday|wednesday|thursday|friday|saturday|sunday|\b\w{2,8}tag\b|mittwoch)")
_MARKED = re.compile(
    r"""(?ix) ^[\s>*]{0,12} (?:
        -{2,}\s*(?:original(?:[\ \-]message|[\ \-]?nachricht)|reply\ message|urspr(?:ü|ue)ngliche\s+(?:nachricht|mail)
          |antwort\ nachricht|forwarded\s+message|weitergeleitete\s+nachricht|oprindelig\ meddelelse|message\ d'origine
          |message\ transféré|mensaje\ original|messaggio\ originale|mensagem\ original|oorspronkelijk\ bericht
          |ursprungligt\ meddelande|wiadomość\ oryginalna|původní\ zpráva)\s*-{2,}
      | _{10,} | begin\ forwarded\ message:? | anfang\ der\ weitergeleiteten\ (?:e-mail|nachricht):?
    )\s*$"""
)
_HEADER = re.compile(
    r"""(?ix) ^[\s>*]{0,12} (?P<key>from|von|de|da|fra|från|van|od|sent|gesendet|envoyé|sendt|skickat|verzonden|enviado
      |inviato|wysłano|date|datum|fecha|data|to|an|à|til|till|aan|para|do|a|komu|cc|kopie|subject|betreff|objet|от|отправлено|кому|тема|дата|emne|ämne|onderwerp
      |asunto|oggetto|assunto|temat|předmět|reply-to|antwort\ an)\s?:\*?(?:\s|$)"""
)
_HEADER_WITHIN = re.compile(r"(?i)\s\*?(date|datum|sent|gesendet|to|an|subject|betreff):\*?\s")
_OPENING_HEADERS = frozenset(
    {
        "from",
        "von",
        "от",
        "de",
        "da",
        "fra",
        "från",
        "van",
        "od",
        "date",
        "datum",
        "sent",
        "gesendet",
        "subject",
        "betreff",
    }
)

_LINK_END = re.compile(r"\s{0,8}(?:\(https?://\S{1,500}\)|(?!https?://)[^\s@]{0,300}[=%&/][^\s@]{0,300})\s{0,3}>?$")

_MARK = re.compile(r"(?:-- ?|---|—|__)\s*$")
_SIGNED = re.compile(r"-- ?$")
_DASHED_NAME = re.compile(r"\s{0,3}(?:-{1,2}|–|—)\s?[^\W\d_][\w.'’\-]{0,24}(?:\s[^\W\d_][\w.'’\-]{0,24}){0,2}\s*$")
_CLOSING = re.compile(
    r"""(?ix) ^[ \t]{0,8} (?:
        mit\ (?:den\ |ganz\ )?(?:freundliche[nm]|beste[nm]|herzlichen|lieben|vielen|sonnigen)\ gr(?:ü|u|ue)(?:ß|ss)(?:en)?
      | (?:ganz\ )?(?:viele|liebe|beste|sch(?:ö|oe)ne|herzliche|freundliche|sonnige)\ gr(?:ü|ue)(?:ß|ss)e
      | (?:lieben|besten|sch(?:ö|oe)nen|herzlichen|freundlichen)\ gru(?:ß|ss)
      | gru(?:ß|ss)|gr(?:ü|ue)(?:ß|ss)e|mfg|mit\ frdl\.?\ gr\w*\.?|lg|vg|bg|hochachtungsvoll
      | (?:with\ )?(?:my\ )?(?:kind|best|warm|many|kindest|warmest)\ (?:regards|wishes)|regards|sincerely
      | yours(?:\ (?:sincerely|faithfully|truly))?|respectfully|cordially
      | cheers|all\ the\ best|thanks\ and\ regards|best(?=[ ]?[,!]?$)
    )\b [^\n?]{0,40} $"""
)
_THANKS = re.compile(
    r"(?i)^\s{0,8}(?:(?:many |vielen |besten |herzlichen )?(?:thanks|thank you|dank|danke)|thx)\s?[!.,]*$"
)
_NAME = re.compile(r"\s{0,8}[^\W\d_][\w.'’\-]{0,24}(?:\s[^\W\d_][\w.'’\-]{0,24}){0,2}\s*$")
_DEVICE = re.compile(
    r"""(?ix) ^[\s_*\-]{0,8} (?:
        sent\ (?:from|via|by|with|using)\ (?:my\ |the\ )?[\w'’\-]+(?:\ [\w'’\-()+.]+){0,5}[.!]?
      | sent\ wirelessly\ .{3,80} | envoyé\ sans\ fil\ .{3,80}
      | (?:von|mit)\ (?:meinem|meiner)\ .{2,40}\ (?:gesendet|verschickt).{0,20}
      | (?:gesendet|verschickt)\ (?:von|mit|über|vom)\ .{2,60}
      | diese\ nachricht\ wurde\ von\ mein.{2,80}
      | get\ outlook\ for\ .{2,30}
      | outlook\ f(?:ü|ue)r\ .{2,30}\ (?:beziehen|herunterladen).{0,20} | hol\ dir\ outlook.{0,40}
      | envoyé\ de(?:puis)?\ mon\ .{2,40} | enviado\ desde\ mi\ .{2,40} | inviato\ da.{2,40} | verstuurd\ vanaf\ .{2,40}
    )\s*$"""
)
_LEGAL = re.compile(
    r"""(?ix) ^[\s*_\-]{0,12} (?:
        (?:this|the\ information\ in\ this|the\ contents?\ of\ this)\ (?:e-?mail|message|communication|transmission)\b
          .{0,80}\b(?:confidential|intended|privileged|addressee)
      | confidentiality\ (?:notice|note) | disclaimer\b | legal\ notice\b
      | (?:diese|der\ inhalt\ dieser|die\ informationen\ in\ dieser)\ (?:e-?mail|nachricht)\b
          .{0,80}\b(?:vertraulich|bestimmt|geschützt|empfänger)
      | vertraulichkeitshinweis | haftungsausschluss | please\ consider\ the\ environment
      | bitte\ denken\ sie\ an\ die\ umwelt
      | sitz\ der\ gesellschaft | (?:amts|register)gericht\b | gesch(?:ä|ae)ftsf(?:ü|ue)hrer(?:in)?\s?: | ust-?id
    )"""
)
_GREETING = re.compile(
    r"""(?ix)
    ^\s*(?:
        (?:sehr\ geehrte[rs]?|liebe[rs]?|werte[rs]?|dear)(?:\ [^\s,!?]{1,30}){0,4}[ ]?(?:[,!]|\n|$)
      | (?:guten?\ (?:tag|morgen|abend)|good\ (?:morning|afternoon|evening|day)|hallo|hello|hi|hey|servus|moin(?:\ moin)?
          |gr(?:ü|ue)(?:ß|ss)\ gott|tach|huhu)\b
        (?:[ ,]+(?:there|zusammen|team|miteinander|liebes\ team|an\ alle|everyone|all|leute|ihr\ lieben
          |sir(?:\ or\ madam)?|(?:mr|mrs|ms|herr|frau|dr)\b\.?\ [\w\-]{1,30}))?
        \s*(?:[,!.:]+|\n|-\ |$)?
    )\s*
    """
)


def _lines(text: str) -> list[str]:
    """Return the lines worth reading: of a run of quoted or empty ones only the first."""
    kept: list[str] = []
    size = 0
    was_quoted = was_empty = False
    text = text[:_SCANNED].replace("\r\n", "\n").replace("\r", "\n")
    for line in _EMPTY_LINES.sub("\n\n", _QUOTED_LINES.sub(">", text)).split("\n"):
        line = line[:_LONGEST_LINE].rstrip() if line else line
        is_quoted = line[:9].lstrip()[:1] in (">", "|") and _QUOTED.match(line) is not None
        if (is_quoted and was_quoted) or (not line and was_empty):
            continue
        was_quoted, was_empty = is_quoted, not line
        if is_quoted:
            kept.append(">")
        else:
            kept.append(_GAP.sub("   ", _NOT_PRINTED.sub("", line)))
            size += len(line) + 1
        if size > _READ or len(kept) >= _MOST_LINES:
            break
    return kept


def _following(lines: Sequence[str], start: int) -> str:
    return next((line for line in lines[start : start + _WRAPPED] if line), "")


def _wrote(lines: Sequence[str], start: int) -> int:
    """Return how many lines from ``start`` say who wrote what follows (it may be wrapped), or 0."""
    line = lines[start]
    if _DATE_ADDRESS.match(line):
        return 1
    if _SOMEBODY_WROTE.match(line) and (_HAS_DATE.search(line) or _following(lines, start + 1) == ">"):
        return 1
    if not line[:1].isdigit() and not _OPENS.match(line):
        return 0
    joined = ""
    for count in range(1, 2 * _WRAPPED + 1):
        if start + count > len(lines) or len(joined) > 400:
            return 0
        following = lines[start + count - 1]
        if count > 1 and (following == ">" or _OPENS.match(following)):
            return 0
        joined = f"{joined} {following}".strip()
        if _DATE_ADDRESS.match(joined) or ((found := _WROTE.match(joined)) and _HAS_DATE.search(found["date"])):
            return count
    return 0


def _header(lines: Sequence[str], start: int) -> int:
    """Return how many lines from ``start`` are the head of a quoted mail (From, Sent, To, Subject), or 0."""
    first = _HEADER.match(lines[start])
    if not first or first["key"].lower() not in _OPENING_HEADERS:
        return 0
    keys, last = {first["key"].lower()}, start
    keys.update(found.lower() for found in _HEADER_WITHIN.findall(lines[start]))
    for place in range(start + 1, min(len(lines), start + _HEADER_LINES)):
        if not lines[place].strip():
            break
        if found := _HEADER.match(lines[place]):
            keys.add(found["key"].lower())
            last = place
        elif place - last > _WRAPPED:
            break
    return last - start + 1 if len(keys) >= 2 else 0


def without_quotes(text: str) -> str:
    """Return ``text`` without quoted lines, the lines that announce them, and all that follows the head of an old mail.

    Answers below or between quoted lines are kept. Where nothing stands above an old mail that is not marked line by
    line (a forwarded one), only its head goes: its words are all there is. What is quoted through and through is left as
    it is."""
    lines = _lines(text)
    kept: list[str] = []
    place = 0
    while place < len(lines):
        line = lines[place]
        if line == ">" or not line or _is_remainder(lines, place):
            kept += [] if line else [line]
            place += 1
            continue
        if (shared := _SHARED_LINE.search(line)) and shared.start():
            kept.append(line[: shared.start()])
            count = 1
        else:
            count = _wrote(lines, place)
        if count:
            place += count
            if _following(lines, place) != ">" and any(kept):
                break
            continue
        if _MARKED.match(line):
            count = 1 + sum(1 for one in lines[place + 1 : place + 2] if not one)
            count += _header(lines, place + count) if place + count < len(lines) else 0
        else:
            count = _header(lines, place)
        if count:
            place += count
            if any(kept):
                break
            continue
        kept.append(line)
        place += 1
    return _without_rules("\n".join(kept)) or text[:_READ].strip()


def _is_remainder(lines: Sequence[str], place: int) -> bool:
    """Whether a line among quoted ones is the end of a link that was wrapped there."""
    if not (place and lines[place - 1] == ">" and _following(lines, place + 1) == ">"):
        return False
    return _LINK_END.match(lines[place]) is not None


def _without_rules(text: str) -> str:
    """Return ``text`` without the lines drawn at its end."""
    lines = text.split("\n")
    while lines and not lines[-1].strip(" \t-_=*~#"):
        lines.pop()
    return "\n".join(lines).strip() or text.strip()


def tail_start(text: str) -> int:
    """Return at which character the quotation and signature at the end of a mail begin, 0 where there is none: after that
    the writer says nothing new. A closing formula with a name stays above; so does a quotation that is answered below."""
    rows = text[:_SCANNED].split("\n")[:_MOST_FOLDED]
    lines = [
        ">" if _QUOTED.match(row[:_LONGEST_LINE]) else _NOT_PRINTED.sub("", row[:_LONGEST_LINE]).rstrip()
        for row in rows
    ]
    tail = place = signed = 0
    has_words = is_signature = False
    while place < len(lines):
        line = lines[place]
        count = 1
        if line == ">":
            tail = tail or (place if has_words else 0)
        elif line:
            announced = _announced(lines, place)
            if announced:
                tail = tail or (place if has_words else 0)
                if has_words and _following(lines, place + announced) != ">":
                    break
                count = announced
            elif has_words and (_SIGNED.match(line) or _DEVICE.match(line) or _LEGAL.match(line)):
                tail, is_signature, signed = tail or place, True, 0
            elif is_signature and signed < _LONGEST_SIGNATURE:
                signed += 1
            else:
                has_words, is_signature, tail = True, False, 0
        place += count
    while tail and not lines[tail - 1].strip(" \t-_=*~#"):
        tail -= 1
    return sum(len(row) + 1 for row in rows[:tail])


def _announced(lines: Sequence[str], place: int) -> int:
    """Return how many lines from ``place`` announce a quoted mail, or 0."""
    if _MARKED.match(lines[place]):
        return 1 + (_header(lines, place + 1) if place + 1 < len(lines) else 0)
    return _wrote(lines, place) or _header(lines, place)


def without_signature(text: str) -> str:
    """Return ``text`` up to the signature mark, the closing formula, the "sent from my phone" line or the legal notice."""
    lines = text.split("\n")
    has_text = False
    for place, line in enumerate(lines):
        # A formula in the first line is the whole message, not its end.
        if has_text and (_MARK.match(line) or _CLOSING.match(line) or _DEVICE.match(line) or _LEGAL.match(line)):
            return "\n".join(lines[:place]).strip()
        if has_text and _THANKS.match(line) and _is_name(lines[place + 1 :]):
            return "\n".join(lines[:place]).strip()
        if (
            has_text
            and _DASHED_NAME.match(line)
            and not any(one for one in lines[place + 1 :] if not _DEVICE.match(one))
            and not lines[place - 1].lstrip().startswith(("-", "*", "•"))
        ):
            return "\n".join(lines[:place]).strip()
        has_text = has_text or bool(line.strip())
    return text.strip()


def _is_name(lines: Sequence[str]) -> bool:
    """Whether all that is left is somebody's name."""
    left = [line for line in lines[:_HEADER_LINES] if line.strip()]
    return len(left) == 1 and len(lines) <= _HEADER_LINES and _NAME.match(left[0]) is not None


def without_greeting(text: str) -> str:
    """Return ``text`` without the salutation it opens with; a message that is only a greeting is left as it is."""
    rest = text[:_READ].lstrip()
    for _ in range(2):
        rest = _GREETING.sub("", rest, count=1)
    return rest.strip() or text[:_READ].strip()


def own_words(text: str) -> str:
    """Return what the customer newly wrote, ready to be classified; where nothing would be left, all but the quotes."""
    unquoted = without_quotes(text)
    return without_greeting(without_signature(unquoted)) or unquoted or text[:_READ].strip()

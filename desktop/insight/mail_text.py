"""The customer's own new words of a message: quoted mail, signature, greeting and closing taken off before anything is
classified. Works on plain text in German and English; what is shown to the agent is never cut here."""

from __future__ import annotations

import re

_READ = 20_000
_GAP = re.compile(r"[ \t\u00a0\f\v]{4,}")
_EMPTY_LINES = re.compile(r"(?:\n[ \t\u00a0\f\v]{0,3}){3,}")

_QUOTE_START = re.compile(
    r"""(?imx)
    ^[ \t]*(?:
        -{2,}\s*(?:original\s*(?:message|nachricht)|urspr(?:ü|ue)ngliche\s+nachricht|forwarded\s+message
              |weitergeleitete\s+nachricht)\s*-{2,}
      | _{10,}[ \t]*
      | (?:on|am|le)\s.{4,120}\s(?:wrote|schrieb(?:en)?|a\ écrit)\b.{0,120}:\s*
      | .{1,120}\s(?:wrote|schrieb(?:\ am\b.{1,80})?):\s*
      | (?:from|von):\s.{2,160}\n(?:\s*.*\n){0,3}?\s*(?:sent|gesendet|date|datum|to|an|subject|betreff):\s
      | >?\s*begin\ forwarded\ message:
    )[ \t]*
    """
)
_WRAPPED_QUOTE_START = re.compile(
    r"(?im)^[ \t]*(?:on|am)\s[^\n]{4,120}\n[^\n]{0,120}\b(?:wrote|schrieb)[^\n]{0,60}:\s*$"
)
_SIGNATURE = re.compile(r"(?m)^--\s?$")
_CLOSING = re.compile(
    r"""(?imx)
    ^[ \t]*(?:
        mit\ (?:den\ )?(?:freundlichen|besten|herzlichen|lieben|vielen)\ gr(?:ü|ue)(?:ß|ss)en
      | (?:viele|liebe|beste|sch(?:ö|oe)ne|herzliche|freundliche|sonnige)\ gr(?:ü|ue)(?:ß|ss)e
      | gru(?:ß|ss)|gr(?:ü|ue)(?:ß|ss)e|mfg|lg|vg|hochachtungsvoll
      | (?:with\ )?(?:kind|best|warm|many|kindest)\ (?:regards|wishes)|regards|sincerely|yours\ (?:sincerely|faithfully|truly)
      | cheers|all\ the\ best|thanks\ and\ regards|best(?=[ ]?[,!]?$)
    )\b[^\n?]{0,40}$
    """
)
_DEVICE = re.compile(
    r"(?im)^[ \t]*(?:sent from my|von meinem .{2,40} gesendet|gesendet (?:von|mit)|diese nachricht wurde von meinem"
    r"|get outlook for)\b.*$"
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


def without_quotes(text: str) -> str:
    """Return ``text`` without quoted lines and without everything after an "… wrote:" or "Original message" line."""
    text = text[:_READ].replace("\r\n", "\n").replace("\r", "\n")
    # Long runs of white space say nothing, and patterns that begin anywhere would go through them again and again.
    text = _EMPTY_LINES.sub("\n\n", _GAP.sub("   ", text))
    starts = [hit.start() for pattern in (_QUOTE_START, _WRAPPED_QUOTE_START) if (hit := pattern.search(text))]
    # A customer may answer below the quote; then what stands above the start line is empty and the rest is kept.
    if starts and text[: min(starts)].strip():
        text = text[: min(starts)]
    elif starts:
        text = _QUOTE_START.sub("", text, count=1)
    return "\n".join(line for line in text.split("\n") if not line.lstrip().startswith(">")).strip()


def without_signature(text: str) -> str:
    """Return ``text`` up to the signature mark, the closing formula or the "sent from my phone" line."""
    cuts = [hit.start() for hit in (_SIGNATURE.search(text), _DEVICE.search(text)) if hit]
    # The closing formula ends a mail; one in the first line is the whole message, not its end.
    cuts += [hit.start() for hit in _CLOSING.finditer(text) if text[: hit.start()].strip()][:1]
    return text[: min(cuts)].strip() if cuts else text.strip()


def without_greeting(text: str) -> str:
    """Return ``text`` without the salutation it opens with; a message that is only a greeting is left as it is."""
    rest = text
    for _ in range(2):
        rest = _GREETING.sub("", rest, count=1)
    return rest.strip() or text.strip()


def own_words(text: str) -> str:
    """Return what the customer newly wrote, ready to be classified; where nothing would be left, all but the quotes."""
    unquoted = without_quotes(text)
    return without_greeting(without_signature(unquoted)) or unquoted or text[:_READ].strip()

"""What a mail's subject says besides its words: that it answers, forwards, or was written by a machine that answers. Called
where mails are joined that do not name each other.
"""

from __future__ import annotations

import re

_READ = 1_000
_MARKS = re.compile(r"(?i)^\s*(?:(?:re|aw|antw|antwort|sv|vs|fwd?|wg|r|i|tr|rv|res|odp)(?:\[\d+\])?\s*:\s*)+")
_ABSENT = re.compile(
    r"(?i)^\s*(?:automatische antwort|abwesenheitsnotiz|abwesenheitsnachricht|abwesenheit|automatic reply|"
    r"auto(?:matic)?[ -]?(?:reply|response|responder|antwort)|autoreply|autoresponse|out of (?:the )?office(?: auto-?reply)?|"
    r"réponse automatique|respuesta automática|risposta automatica|automatisch antwoord)\b\s*(?::\s*|-\s+|$)"
)


def without_marks(subject: str) -> str:
    """Return a subject without ``Re:``, ``AW:``, ``Fwd:`` and their like."""
    return _MARKS.sub("", subject[:_READ]).strip()


def matter_of(subject: str) -> str:
    """Return a subject in the form in which two mails about one matter have the same."""
    bare = without_marks(_ABSENT.sub("", without_marks(subject)))
    return " ".join(bare.casefold().split())


def is_reply(subject: str) -> bool:
    """Whether a subject says that its mail answers another."""
    return bool(_MARKS.match(subject[:_READ]) or (_ABSENT.match(subject[:_READ]) and matter_of(subject)))


def is_absence(subject: str) -> bool:
    """Whether a subject is one that machines give their answers (out of office, German and English first)."""
    return bool(_ABSENT.match(without_marks(subject)))

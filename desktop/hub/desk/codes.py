"""Codes a centre grows by using them: a disposition or request type nobody named before becomes known to all, as it does when
a history is imported. What is not a code at all is refused."""

from __future__ import annotations

import re

from desktop.domain.changes import Table
from desktop.domain.template import Disposition, IntentLabel
from desktop.hub.desk.refusals import Refused
from desktop.hub.desk.work import Work
from desktop.wire.errors import Code

_CODE = re.compile(r"[a-z0-9][a-z0-9_.\-]{0,63}")


async def must_be_disposition(work: Work, code: str) -> None:
    """See to it that ``code`` is a disposition. Raises ``Refused(UNKNOWN_VALUE)`` for text that is no code."""
    if await work.ledger.get(Table.DISPOSITION, code) is None:
        await work.ledger.put(Disposition(id=_checked(code), titles={"en": _readable(code)}))


async def must_be_intent(work: Work, code: str) -> None:
    """See to it that ``code`` is a request type. Raises ``Refused(UNKNOWN_VALUE)`` for text that is no code."""
    if await work.ledger.get(Table.INTENT, code) is None:
        await work.ledger.put(IntentLabel(id=_checked(code), titles={"en": _readable(code)}))


def _checked(code: str) -> str:
    if not _CODE.fullmatch(code):
        raise Refused(
            Code.UNKNOWN_VALUE, "a code is lower-case letters, digits, dots, dashes and underscores, 64 at most"
        )
    return code


def _readable(code: str) -> str:
    return re.sub(r"[_.\-]+", " ", code).strip().capitalize()

"""A centre as the desk's tests have it, and an account whose other end does as a story says."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from msgspec import Struct

from desktop.hub.blobs import Blobs
from desktop.hub.channels import kinds
from desktop.hub.channels.base import Outgoing, Sent, capabilities_of
from desktop.hub.channels.supervisor import Supervisor

from ..desk.conftest import CHANNEL, Centre, centre, new_database, record_of

ACCOUNTS = """
accounts:
  - name: first
    kind: scripted
    channel: chat
"""


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    greeting: str = ""


class Scripted:
    """An adapter. ``answers`` are what ``send`` returns or raises, in turn, then it succeeds; ``found`` what ``find_sent``
    returns or raises. ``sent`` is what reached the customer."""

    answers: list[Any] = []
    found: Any = None
    sent: list[str] = []
    asked: list[str] = []
    failures: list[Exception] = []
    runs = 0

    def __init__(self, account, settings, intake, base) -> None:
        self.account = account
        self.capabilities = capabilities_of(account.channel)

    async def run(self) -> None:
        import asyncio

        Scripted.runs += 1
        if Scripted.failures:
            raise Scripted.failures.pop(0)
        await asyncio.Event().wait()

    async def send(self, out: Outgoing) -> Sent:
        answer = Scripted.answers.pop(0) if Scripted.answers else None
        if callable(answer):
            answer = await answer(out)
        if isinstance(answer, BaseException):
            raise answer
        Scripted.sent.append(out.message.text)
        return answer or Sent(external_id=f"far-{len(Scripted.sent)}")

    async def find_sent(self, out: Outgoing) -> Sent | None:
        Scripted.asked.append(out.message.text)
        if isinstance(Scripted.found, BaseException):
            raise Scripted.found
        return Scripted.found


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> type[Scripted]:
    module = ModuleType("scripted_channel")
    module.Settings = Settings  # type: ignore[attr-defined]
    module.make = Scripted  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "scripted_channel", module)
    monkeypatch.setitem(kinds._PLACES, "scripted", "scripted_channel")
    Scripted.answers, Scripted.found, Scripted.sent, Scripted.asked, Scripted.failures = [], None, [], [], []
    Scripted.runs = 0
    return Scripted


def supervisor(centre: Centre, folder: Path) -> Supervisor:
    return Supervisor(centre.database, centre.desk, Blobs(centre.database, folder / "blobs"), folder, lambda: centre.at)


__all__ = ["ACCOUNTS", "CHANNEL", "Centre", "Scripted", "centre", "new_database", "record_of", "supervisor"]

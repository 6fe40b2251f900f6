"""Which accounts of which channels a hub runs: ``channels.yaml`` in its data folder, read and checked as a whole. A mistake
names its line and leaves the accounts as they were. Secrets are not in here, only where they are kept (``secrets``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct

from desktop.domain.channels import Channel
from desktop.insight.yaml_source import Source, SourceError

FILE: Final = "channels.yaml"

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")

T = TypeVar("T")


class Account(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """``name`` is unique and stays: contacts remember it. ``kind`` says which adapter, ``settings`` are the adapter's own.
    ``secrets`` maps what the adapter calls a secret to where it is kept. ``brand`` is whom the customer sees as
    the sender."""

    name: str
    kind: str
    channel: Channel
    brand: str = ""
    is_active: bool = True
    settings: dict[str, Any] = {}
    secrets: dict[str, str] = {}


class _File(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    accounts: tuple[Account, ...] = ()


def read(path: Path, kinds: Mapping[str, type]) -> tuple[Account, ...]:
    """Return the accounts of a file, none where there is no file. ``kinds`` maps each kind to the type of its settings.
    Raises ``SourceError`` with file, line and what to do."""
    try:
        source = Source.of(path)
    except FileNotFoundError:
        return ()
    accounts = source.read(_File).accounts
    names: set[str] = set()
    for number, account in enumerate(accounts):
        where = ("accounts", str(number))
        if not _NAME.fullmatch(account.name):
            raise source.mistake("a name has small letters, digits and hyphens, as in support-mail", *where, "name")
        if account.name in names:
            raise source.mistake(f"there are two accounts {account.name}", *where, "name")
        names.add(account.name)
        if account.kind not in kinds:
            raise source.mistake(f"the kind is one of {', '.join(sorted(kinds))}", *where, "kind")
        try:
            settings_of(account, kinds[account.kind])
        except msgspec.ValidationError as problem:
            raise source.mistake(str(problem), *where, "settings") from problem
    return accounts


def settings_of(account: Account, kind: type[T]) -> T:
    """Return the settings of an account as its adapter's value. Raises ``msgspec.ValidationError``."""
    return msgspec.convert(account.settings, kind)


__all__ = ["FILE", "Account", "SourceError", "read", "settings_of"]

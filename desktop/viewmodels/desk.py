"""The accounts of the desk as the window knows them: what each is called, how it stands, what it can do. Held by the
``Workplace`` and asked by all panels; the app fills it in.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal

from desktop.domain.ids import account_of
from desktop.sync.status import SyncStatus, combined


@dataclass(frozen=True, slots=True)
class DeskAccount:
    """One account of the desk. ``id`` is what its sign-in is kept under, ``key`` what its ids begin with, ``kind``
    what sort of system it is. ``commands`` are those it carries out, ``None``: all, or not known yet."""

    id: str
    key: str = ""
    title: str = ""
    kind: str = "hub"
    user: str = ""
    system: str = ""
    is_paused: bool = False
    status: SyncStatus = field(default_factory=SyncStatus)
    commands: frozenset[str] | None = None
    has_presence: bool = True
    has_dispositions: bool = True
    has_typing: bool = False
    has_blobs: bool = True

    def can(self, command: str) -> bool:
        """Whether the system carries out a command, by the name it has on the wire."""
        return self.commands is None or command in self.commands


class DeskAccounts(QObject):
    """All accounts of the desk, the first one first. ``changed`` when one came, went, or can other things; what a status says
    goes through ``Workplace.status_changed``."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._accounts: dict[str, DeskAccount] = {}

    @property
    def all(self) -> tuple[DeskAccount, ...]:
        return tuple(self._accounts[key] for key in sorted(self._accounts))

    @property
    def are_several(self) -> bool:
        """Whether it has to be said which account something is of."""
        return len(self._accounts) > 1

    def of(self, id_: str | None) -> DeskAccount:
        """Return the account that an id is of; one that can everything where it is not known."""
        key = account_of(id_ or "")
        return self._accounts.get(key) or DeskAccount(id="", key=key, title=key)

    def can(self, command: str, id_: str | None) -> bool:
        """Whether the account that an id is of carries out a command."""
        return self.of(id_).can(command)

    def title_of(self, id_: str | None) -> str:
        """Return what the account that an id is of is called, empty where there is only one."""
        return self.of(id_).title if self.are_several else ""

    def presence_keys(self) -> tuple[str, ...]:
        """Return the keys of the accounts to which the agent's own state is told."""
        keys = tuple(one.key for one in self.all if one.has_presence and not one.is_paused)
        return keys or ("",)

    def put(self, account: DeskAccount) -> None:
        """Add an account, or say anew what one is."""
        known = self._accounts.get(account.key)
        if known is not None:
            account = dataclasses.replace(account, status=known.status)
        if known != account:
            self._accounts[account.key] = account
            self.changed.emit()

    def drop(self, key: str) -> None:
        if self._accounts.pop(key, None) is not None:
            self.changed.emit()

    def set_status(self, key: str, status: SyncStatus) -> SyncStatus:
        """Take over how an account stands, and return how all stand together."""
        known = self._accounts.get(key)
        if known is None:
            return status
        self._accounts[key] = dataclasses.replace(known, status=status)
        working = [one.status for one in self.all if not one.is_paused]
        return combined(working) if working else status

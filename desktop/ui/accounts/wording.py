"""How an account stands and what it is, in words. Called by the page of accounts and by the strip."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from desktop.ui.i18n import formats
from desktop.viewmodels.desk import DeskAccount
from desktop.viewmodels.status import Phase

translate = QCoreApplication.translate

_KINDS = {
    "hub": "Dirigent",
    "rt": "Request Tracker",
    "chatwoot": "Chatwoot",
    "zammad": "Zammad",
}


def kind(name: str) -> str:
    """Return what a kind of system is called."""
    if name == "files":
        return translate("accounts", "Recorded files")
    return _KINDS.get(name) or name.replace("_", " ").title()


def state(account: DeskAccount, now: datetime) -> str:
    """Return how an account stands, in a few words."""
    if account.is_paused:
        return translate("accounts", "Paused")
    status = account.status
    if status.phase is Phase.LIVE:
        return translate("accounts", "Up to date")
    if status.phase is Phase.SIGN_IN_NEEDED:
        return translate("accounts", "Please sign in again")
    if status.phase is Phase.FIRST_SYNC:
        share = formats.percent(status.progress or 0.0)
        return translate("accounts", "Fetching history: %1").replace("%1", share)
    if status.phase is Phase.OFFLINE:
        if status.pull_error == "unknown_kind":
            return translate("accounts", "The program for this kind of system is not installed")
        if status.last_pulled_at is None:
            return translate("accounts", "Cannot be reached")
        age = formats.span((now - status.last_pulled_at).total_seconds())
        return translate("accounts", "Cannot be reached, as of %1 ago").replace("%1", age)
    return translate("accounts", "Connecting…")


def lacking(account: DeskAccount) -> str:
    """Return why something is not offered in a contact of an account."""
    return (
        translate("accounts", "%1 cannot do this (%2)").replace("%1", account.title).replace("%2", kind(account.kind))
    )

"""What a kind of system is called and asks for, and how an account at one stands, in words. Called by the sign-in, the
page of accounts, the strip, and wherever something is not offered."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from desktop.domain.account_option import AccountOption
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
# The oldest that can be spoken to.
_VERSIONS = {"rt": "5", "chatwoot": "4", "zammad": "6"}


def kind(name: str, maker: str = "") -> str:
    """Return what a kind of system is called; ``maker`` is what its maker calls it."""
    if name == "files":
        return translate("accounts", "Recording")
    return _KINDS.get(name) or maker or name.replace("_", " ").title()


def version(name: str, maker: str = "") -> str:
    """Return what a kind of system is called, with the version it has to be of where that is known."""
    title, oldest = kind(name, maker), _VERSIONS.get(name)
    if oldest is None:
        return title
    return translate("accounts", "%1 (version %2 or newer)").replace("%1", title).replace("%2", oldest)


def address_hint(name: str) -> str:
    """Return what may be typed as the address of a kind of system, in a sentence; nothing where that is plain."""
    return {
        "rt": translate("accounts", "The address under which you open Request Tracker in the browser."),
        "chatwoot": translate(
            "accounts", "The address that the browser shows will do, with the number of the account."
        ),
        "zammad": translate("accounts", "The address under which you open Zammad in the browser."),
        "files": translate("accounts", "A folder that was recorded with Dirigent. Nothing leaves this machine."),
    }.get(name, "")


def token_hint(name: str) -> str:
    """Return where a kind of system gives an access token, in a sentence."""
    return {
        "rt": translate("accounts", "Request Tracker: Logged in as … › Settings › Auth Tokens."),
        "chatwoot": translate("accounts", "Chatwoot: Profile Settings › Access Token, at the end of the page."),
        "zammad": translate("accounts", "Zammad: Profile › Token Access, with the permission ticket.agent."),
    }.get(name, "")


def option(name: str, of: AccountOption) -> str:
    """Return what an option of a kind of account is called."""
    known = {
        ("zammad", "has_socket"): translate("accounts", "Hear of changes at once"),
        ("files", "is_only_shown"): translate("accounts", "Only look at it"),
    }
    return known.get((name, of.name)) or of.label or of.name.replace("_", " ").capitalize()


def option_hint(name: str, of: AccountOption) -> str:
    """Return what an option of a kind of account does, in a sentence; nothing where its name says it."""
    return {
        ("files", "is_only_shown"): translate("accounts", "Nothing can be done in it, not even for practice."),
        ("zammad", "has_socket"): translate(
            "accounts",
            "Keeps a session open in Zammad, as a browser does. Only with a password; otherwise it is asked now and then.",
        ),
    }.get((name, of.name), "")


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


def state_mark(account: DeskAccount) -> tuple[str, str]:
    """Return how an account stands as an icon and the name of its colour; the words stand beside it."""
    if account.is_paused:
        return "hold", "muted"
    return {
        Phase.LIVE: ("check", "good"),
        Phase.SIGN_IN_NEEDED: ("lock", "bad"),
        Phase.OFFLINE: ("offline", "warn"),
        Phase.FIRST_SYNC: ("download", "muted"),
    }.get(account.status.phase, ("refresh", "muted"))


def added(title: str) -> str:
    """Return that an account is among those of the window now."""
    return translate("accounts", "%1 is in this window now; its contacts are being fetched.").replace("%1", title)


def lacking(account: DeskAccount) -> str:
    """Return why something is not offered in a contact of an account."""
    named, system = account.title, kind(account.kind, account.maker)
    if system in named:
        return translate("accounts", "%1 cannot do this.").replace("%1", named)
    return translate("accounts", "%1 cannot do this (%2).").replace("%1", named).replace("%2", system)

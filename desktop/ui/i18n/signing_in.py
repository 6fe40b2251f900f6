"""Sentences for what signing in, or opening an account, can end with. Called by the sign-in page."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.ui.i18n import reasons

translate = QCoreApplication.translate


def sign_in_error(code: str, *, is_token: bool = False, system: str = "") -> str:
    """Return the sentence for a code that signing in or opening an account ended with. ``is_token``: a token was tried, not a
    password; ``system`` is what kind of system was looked for."""
    known = {
        "unknown_kind": translate("SignIn", "The program for this kind of system is not installed here."),
        "unauthenticated": translate("SignIn", "The access token is not accepted. Was all of it copied?")
        if is_token
        else translate("SignIn", "The name or the password is wrong."),
        "token_needed": translate(
            "SignIn",
            "This system asks for more than a password, such as a second factor. Please sign in with an access token.",
        ),
        "forbidden": translate(
            "SignIn", "The system knows you, but does not let you work there. Please ask your administrator."
        ),
        "rate_limited": translate("SignIn", "Too many tries. Please wait a minute and try again."),
        "already_here": translate("SignIn", "This account is in this window already."),
        "empty": translate("SignIn", "Please type the address of your system, such as https://desk.example.com."),
        "scheme": translate("SignIn", "The address has to begin with https:// (or http:// on this machine)."),
        "host": translate("SignIn", "This address has no host name in it."),
        "secret": translate("SignIn", "Please leave name and password out of the address."),
        "unreachable": translate("SignIn", "The system cannot be reached. Please check the address and the network."),
        "timed_out": translate("SignIn", "The system did not answer in time. Please try again."),
        "certificate": translate(
            "SignIn", "The certificate of this address is not trusted on this machine. Please ask your administrator."
        ),
        "proxy": translate(
            "SignIn", "The proxy of your network does not let the connection through. Please ask your administrator."
        ),
        "internal": translate("SignIn", "The system has troubles of its own. Please try again later."),
        "no_keyring": translate("SignIn", "This system has no keyring to keep your secrets in."),
        "file_forbidden": translate("SignIn", "The rules of this machine do not allow secrets in a file."),
        "locked": translate("SignIn", "The keyring of this system is locked. Unlock it and try again."),
        "unreadable": translate("SignIn", "The stored secrets cannot be read. Nothing was deleted."),
        "wrong_key": translate("SignIn", "The local data cannot be opened with the stored key. Nothing was deleted."),
        "damaged": translate("SignIn", "The local data is damaged. Nothing was deleted."),
        "newer": translate("SignIn", "The local data was written by a newer version. Please update Dirigent."),
        "busy": translate("SignIn", "The local data is in use by another program."),
    }
    known |= {
        "answer_lost": known["timed_out"],
        "closed": known["unreachable"],
        "unavailable": known["internal"],
    }
    if code in known:
        return known[code]
    if code in ("not_found", "unexpected_answer", "bad_address"):
        told = translate(
            "SignIn", "Something answers at this address, but it is not %1. Please check address and kind."
        )
        return told.replace("%1", system or translate("SignIn", "what was looked for"))
    refused = reasons.refusal(code)
    if f"({code})" not in refused:
        return refused
    return translate("SignIn", "The system cannot be reached (%1). Please check the address and the network.").replace(
        "%1", code
    )

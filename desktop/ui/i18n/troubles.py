"""Sentences for what stands between a person and their data: why a screen stays locked, why the local data cannot be
opened or written, and what can be done about it. A test walks all codes that ``app.opening`` and ``app.lock`` make."""

from __future__ import annotations

from msgspec import Struct
from PySide6.QtCore import QCoreApplication

translate = QCoreApplication.translate


class Told(Struct, frozen=True):
    """A trouble in words: what happened, and what it means."""

    title: str
    text: str


def unlocking(code: str, tries_left: int | None = None) -> str:
    """Return why a screen stays locked. ``tries_left``: without a connection, how often one may still try."""
    text = {
        "unauthenticated": translate("troubles", "The password is wrong."),
        "rate_limited": translate("troubles", "Too many tries. Please wait a minute and try again."),
        "forbidden": translate("troubles", "This account may not sign in any more."),
        "online_only": translate(
            "troubles", "Too many wrong tries. Unlocking needs a connection to your system now; there is none."
        ),
        "never_checked": translate(
            "troubles", "Your system cannot be reached, and this machine has not seen your password yet."
        ),
        "busy": translate("troubles", "Please wait a moment before the next try."),
    }.get(code) or translate("troubles", "It could not be unlocked (%1). Please try again.").replace("%1", code)
    if tries_left is not None and code == "unauthenticated":
        text += " " + translate("troubles", "There is no connection; without one %n tries are left.", None, tries_left)
    return text


def opening(code: str) -> Told:
    """Return why the data of an account cannot be opened."""
    known = {
        "no_keyring": Told(
            translate("troubles", "There is no keyring"),
            translate(
                "troubles",
                "The key of your local data is kept in the keyring of this system, and none answers. Start it (it comes "
                "with the desktop), then try again.",
            ),
        ),
        "locked": Told(
            translate("troubles", "The keyring is locked"),
            translate(
                "troubles",
                "The key of your local data is in the keyring of this system, which was not unlocked. Unlock it when the "
                "system asks, then try again.",
            ),
        ),
        "unreadable": Told(
            translate("troubles", "The stored key cannot be read"),
            translate(
                "troubles",
                "The place where the key of your local data is kept is there, but cannot be read. Nothing was deleted.",
            ),
        ),
        "file_forbidden": Told(
            translate("troubles", "Secrets in a file are not allowed here"),
            translate(
                "troubles",
                "This account keeps its key in a file of the profile, which the rules of this machine do not allow. "
                "Ask the people who look after it. Nothing was deleted.",
            ),
        ),
        "key_lost": Told(
            translate("troubles", "The key of your local data is missing"),
            translate(
                "troubles",
                "Your local data is here, encrypted, but the keyring has no key for it. If the key comes back, as when a "
                "backup of the keyring is restored, try again: everything will be there.",
            ),
        ),
        "wrong_key": Told(
            translate("troubles", "The key does not fit your local data"),
            translate(
                "troubles",
                "Your local data is here, encrypted, but the key in the keyring is another one. If the right key comes "
                "back, try again: everything will be there.",
            ),
        ),
        "damaged": Told(
            translate("troubles", "The local data is damaged"),
            translate(
                "troubles",
                "The file is damaged and could not be repaired. Nothing was deleted. What your system has, it can send "
                "again.",
            ),
        ),
        "newer": Told(
            translate("troubles", "Please update Dirigent"),
            translate(
                "troubles",
                "A newer version has been used with this data, and this one cannot read it. Nothing was changed. Install "
                "the newer version, then try again.",
            ),
        ),
        "read_only": Told(
            translate("troubles", "The disk takes no changes"),
            translate(
                "troubles",
                "The local data can only be opened once its disk can be written to. Check the disk and the rights of "
                "the folder, then try again.",
            ),
        ),
        "full": Told(
            translate("troubles", "The disk is full"),
            translate("troubles", "The local data needs a little room to be opened. Free some space, then try again."),
        ),
        "busy": Told(
            translate("troubles", "The local data is in use"),
            translate("troubles", "Another program holds the file, such as a backup. Try again in a moment."),
        ),
        "disk": Told(
            translate("troubles", "The disk fails"),
            translate(
                "troubles", "The local data could not be read from the disk. Try again; if it stays so, tell IT."
            ),
        ),
    }
    return known.get(code) or Told(
        translate("troubles", "The local data cannot be opened"),
        translate("troubles", "Something is wrong with it (%1). Nothing was deleted.").replace("%1", code),
    )


def writing(code: str) -> str:
    """Return why nothing can be saved at the moment."""
    return {
        "full": translate("troubles", "The disk is full: nothing can be saved. Free space, then try again."),
        "read_only": translate(
            "troubles",
            "The disk takes no changes: you can read, but nothing can be saved. Check the disk, then try again.",
        ),
        "busy": translate("troubles", "Another program holds your local data: nothing can be saved at the moment."),
        "damaged": translate("troubles", "Your local data is damaged. It can be repaired now; what you wrote is kept."),
    }.get(code) or translate(
        "troubles", "The disk fails: nothing can be saved (%1). Try again; if it stays so, tell IT."
    ).replace("%1", code)


def anew() -> Told:
    """Return what it means to set the local data aside."""
    return Told(
        translate("troubles", "Set the old data aside?"),
        translate(
            "troubles",
            "Your history comes again from your system. Lost for now is what only this machine had: drafts, and messages "
            "that were not sent yet; how many cannot be known without the key. Nothing is deleted: the old file stays in "
            "the folder of this profile under another name, and is brought back should its key turn up.",
        ),
    )


def in_a_file() -> Told:
    """Return what it means to keep the key in a file."""
    return Told(
        translate("troubles", "Keep the key in a file?"),
        translate(
            "troubles",
            "Whoever can read your files can then open the stored data: use this only on a machine of your own.",
        ),
    )


def returned(messages: int, drafts: int) -> str:
    """Return what came back from data that had been set aside."""
    text = translate("troubles", "The key of your old data is there again; what you had left there is back.")
    return f"{text} {_kept(messages, drafts)}".rstrip()


def salvaged(messages: int, drafts: int, lost: int) -> str:
    """Return what was saved from a damaged file, and what could not."""
    text = translate(
        "troubles", "Your local data was damaged and has been repaired; history comes again from your system."
    )
    text = f"{text} {_kept(messages, drafts)}".rstrip()
    if lost:
        text += " " + translate("troubles", "%n entries of yours could not be read any more.", None, lost)
    return text


def _kept(messages: int, drafts: int) -> str:
    kept = [
        translate("troubles", "%n unsent", None, messages) if messages else "",
        translate("troubles", "%n drafts", None, drafts) if drafts else "",
    ]
    text = ", ".join(part for part in kept if part)
    return translate("troubles", "Saved: %1.").replace("%1", text) if text else ""


def changing_key(code: str) -> str:
    """Return why the key could not be changed."""
    return {
        "no_keyring": translate("troubles", "The keyring does not answer. The old key stays in force."),
        "locked": translate("troubles", "The keyring is locked. The old key stays in force."),
        "full": translate("troubles", "The disk has not enough room. The old key stays in force."),
    }.get(code) or translate("troubles", "The key could not be changed (%1). The old one stays in force.").replace(
        "%1", code
    )

"""Where the secrets of an account are kept: never in the database or in ``channels.yaml``, which only say where. ``env:NAME``
is a variable of the hub's environment, ``file:PATH`` a file that nobody else may read, ``keyring:NAME`` an entry of the
system's keyring under the service ``dirigent-hub``. One that the other end changes is put back where it was. Nothing in here
logs.
"""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from pathlib import Path
from typing import Final

from desktop.hub.channels.accounts import Account

SERVICE: Final = "dirigent-hub"
_LARGEST: Final = 64 * 1024


class NoSecret(Exception):
    """A secret cannot be had; ``code`` says why: ``unnamed``, ``not_there``, ``readable_by_others``, ``bad_place``
    or ``malformed``. The message names the secret and never its value."""

    def __init__(self, name: str, code: str) -> None:
        super().__init__(f"{name}: {code}")
        self.name = name
        self.code = code


def secret_of(account: Account, name: str, base: Path) -> str:
    """Return a secret of an account; relative paths are below ``base``. Blocks on files and the keyring: call it in a
    thread. Raises ``NoSecret``."""
    where = account.secrets.get(name)
    if where is None:
        raise NoSecret(name, "unnamed")
    scheme, _, place = where.partition(":")
    if not place:
        raise NoSecret(name, "bad_place")
    if scheme == "env":
        return _found(os.environ.get(place), name)
    if scheme == "file":
        return _found(_from_file(base / place, name), name)
    if scheme == "keyring":
        import keyring

        return _found(keyring.get_password(SERVICE, place), name)
    raise NoSecret(name, "bad_place")


def keep_secret(account: Account, name: str, base: Path, value: str) -> bool:
    """Put a secret that the other end changed in the place of the old one; returns whether that could be done (in a variable
    it cannot). Blocks as ``secret_of``."""
    scheme, _, place = account.secrets.get(name, "").partition(":")
    if scheme == "file":
        return _to_file((base / place).resolve(), value)
    if scheme == "keyring":
        import keyring
        import keyring.errors

        try:
            keyring.set_password(SERVICE, place, value)
        except keyring.errors.KeyringError:
            return False
        return True
    return False


def _to_file(path: Path, value: str) -> bool:
    new: Path | None = None
    try:
        descriptor, given = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # for nobody else to read
        new = Path(given)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(value + "\n")
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError:
        if new is not None:
            new.unlink(missing_ok=True)
        return False
    return True


def _from_file(path: Path, name: str) -> str | None:
    try:
        with path.open("rb") as file:
            if sys.platform != "win32" and os.fstat(file.fileno()).st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise NoSecret(name, "readable_by_others")
            return file.read(_LARGEST).decode("utf-8", "replace").rstrip("\r\n")
    except OSError:
        return None


def _found(value: str | None, name: str) -> str:
    if not value:
        raise NoSecret(name, "not_there")
    return value

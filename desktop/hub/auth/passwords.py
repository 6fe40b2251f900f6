"""Passwords as argon2id hashes (RFC 9106). Hashing takes 64 MiB and tens of milliseconds, so it runs in a thread and only
two at a time. A password is compared in Unicode's normal form C (RFC 8265, section 4.2)."""

from __future__ import annotations

import asyncio
import unicodedata
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LONGEST: Final = 1024

_hasher: Final = PasswordHasher()
# Compared against for users that do not exist, so that they take as long as those who do.
_NOBODY: Final = "$argon2id$v=19$m=65536,t=3,p=4$bm9ib2R5LW5vYm9keQ$2B5n1Rv6O4m0bZ3bQ8f6h5k0w2yq3cJv6n7m8p9r0sU"


def check_new(password: str) -> str:
    """Return a password that may be set. Raises ``ValueError`` where it is empty or longer than ``LONGEST``."""
    if not password.strip():
        raise ValueError("the password is empty")
    if len(password) > LONGEST:
        raise ValueError(f"the password is longer than {LONGEST} characters")
    return password


def hash_now(password: str) -> str:
    """Return the hash of a password; blocks for tens of milliseconds."""
    return _hasher.hash(unicodedata.normalize("NFC", password))


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, unicodedata.normalize("NFC", password))
    except (VerificationError, InvalidHashError):
        return False


class Passwords:
    """Hashes and compares without holding up the event loop."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(2)

    async def hash(self, password: str) -> str:
        async with self._places:
            return await asyncio.to_thread(hash_now, password)

    async def verify(self, stored: str | None, password: str) -> bool:
        """Whether ``password`` is the one behind ``stored``; ``None`` (no such user) is never, in the same time."""
        async with self._places:
            matches = await asyncio.to_thread(_matches, stored or _NOBODY, password[: LONGEST + 1])
        return matches and stored is not None

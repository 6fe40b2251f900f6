"""Proving a password without the system it belongs to: what is kept says whether a password is the one that was good the last
time, and does not give it away. Kept in the encrypted store by ``lock``; made anew at each sign-in with a password.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

from msgspec import Struct

_SALT_BYTES: Final = 16
_HASH_BYTES: Final = 32
# RFC 7914, section 2; 32 MiB and some 80 ms a try, so that a stolen store is no quick way to the password either.
_COST: Final = 2**15
_BLOCK: Final = 8
_FREE_TRIES: Final = 2
_LONGEST_WAIT_S: Final = 60.0

OFFLINE_TRIES: Final = 10


class Verifier(Struct, frozen=True):
    """A salted hash (scrypt) of a password, in hexadecimal, with the cost it was made at."""

    salt: str
    hash: str
    cost: int

    @classmethod
    def of(cls, password: str) -> Verifier:
        """Make the verifier of a password. Takes about 80 ms: for a thread."""
        salt = secrets.token_bytes(_SALT_BYTES)
        return cls(salt.hex(), _hash(password, salt, _COST).hex(), _COST)

    def fits(self, password: str) -> bool:
        """Whether this is the password, compared in constant time. Takes about 80 ms: for a thread."""
        made = _hash(password, bytes.fromhex(self.salt), self.cost)
        return hmac.compare_digest(made, bytes.fromhex(self.hash))


def wait_s(wrong: int) -> float:
    """Return how long to wait after so many wrong tries in a row: nothing after the first two, then ever longer."""
    return 0.0 if wrong <= _FREE_TRIES else min(2.0 ** (wrong - _FREE_TRIES), _LONGEST_WAIT_S)


def _hash(password: str, salt: bytes, cost: int) -> bytes:
    return hashlib.scrypt(
        password.encode(), salt=salt, n=cost, r=_BLOCK, p=1, maxmem=256 * cost * _BLOCK, dklen=_HASH_BYTES
    )

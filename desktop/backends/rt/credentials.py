"""What lets the desk into RT: one text, as it lies in the vault and as it goes into the header ``Authorization``.

``token t`` is a personal token of RT, ``Basic b`` name and password as RFC 7617 writes them. Calls nothing.
"""

from __future__ import annotations

import base64
import binascii
from typing import Final

FOREVER_S: Final = 365 * 86_400
"""Neither a token nor a password says when it ends: a refusal does."""


def of_sign_in(user: str, password: str) -> str:
    """Return the credential for what was typed: without a name, the password is a personal token."""
    if not user.strip():
        return f"token {password.strip().removeprefix('token ').strip()}"
    return "Basic " + base64.b64encode(f"{user.strip()}:{password}".encode()).decode()


def user_of(credential: str) -> str:
    """Return the name or number of the user a credential is of, as RT finds users by; empty where it does not tell.

    RT's tokens are ``1-USER-SECRET``.
    """
    kind, _, rest = credential.partition(" ")
    if kind == "token":
        parts = rest.split("-")
        return parts[1] if len(parts) == 3 and parts[1].isascii() and parts[1].isdecimal() else ""
    try:
        return base64.b64decode(rest, validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return ""

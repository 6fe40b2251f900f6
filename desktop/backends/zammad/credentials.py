"""What lets the desk into Zammad: one text for each, as it lies in the vault and as it goes into the header.

``Token t`` a personal token; ``Basic b`` name and password as RFC 7617 writes them; ``Bearer t`` an access token of OAuth 2,
renewed by ``OAuth client refresh-token``. A text without a scheme is a personal token. Calls nothing.
"""

from __future__ import annotations

import base64
import binascii

FOREVER_S = 365 * 86_400
"""Neither a personal token nor a password says when it ends: a refusal does."""


def of_sign_in(user: str, password: str) -> str:
    """Return the credential for what was typed: without a name, the password is a token of whichever kind."""
    if not user.strip():
        return with_scheme(password)
    return "Basic " + base64.b64encode(f"{user.strip()}:{password}".encode()).decode()


def with_scheme(credential: str) -> str:
    """Return a credential that says of what kind it is."""
    credential = credential.strip()
    kind, _, rest = credential.partition(" ")
    return credential if rest and kind in ("Token", "Basic", "Bearer", "OAuth") else f"Token {credential}"


def header(credential: str) -> str:
    """Return the value of ``Authorization``."""
    kind, _, rest = with_scheme(credential).partition(" ")
    return f"Token token={rest}" if kind == "Token" else f"{kind} {rest}"


def renewal(credential: str) -> tuple[str, str] | None:
    """Return client id and refresh token of a credential that is only good for getting another."""
    parts = credential.split()
    return (parts[1], parts[2]) if len(parts) == 3 and parts[0] == "OAuth" else None


def password_of(credential: str) -> tuple[str, str] | None:
    """Return name and password, where that is what the credential is made of."""
    kind, _, rest = credential.partition(" ")
    if kind != "Basic":
        return None
    try:
        user, colon, password = base64.b64decode(rest, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (user, password) if colon else None

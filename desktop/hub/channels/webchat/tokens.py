"""Who a visitor is: the token their page holds, the tickets of files they brought, and the identity their company's site
signs for them. All are HMAC-SHA256 and need no table, so that any process of the hub takes them; what is signed names the
account, so that none is good for another."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from typing import Any, Final

import msgspec
from msgspec import Struct

from desktop.hub.auth.denial import Denied
from desktop.wire.errors import Code

LONGEST_IDENTITY_S: Final = 600
"""A signed identity may be good for this long at most: it travels through pages."""

_LEEWAY_S: Final = 30
_LONGEST: Final = 4096
_SHORTEST_SECRET: Final = 32


class Visitor(Struct, frozen=True, array_like=True):
    """Somebody at a page. ``id`` stays as long as the page remembers it, ``chat`` is one conversation of theirs.
    ``customer_no`` is set where the site vouched for them. ``expires_at`` is in Unix seconds."""

    account: str
    id: str
    chat: str
    expires_at: int
    customer_no: str = ""
    name: str = ""

    @property
    def thread(self) -> str:
        """The thread of the conversation, which nobody can guess."""
        return thread_of(self.account, self.chat)

    @property
    def address(self) -> str:
        return f"visitor-{self.id}"


class Ticket(Struct, frozen=True, array_like=True):
    """A file that a visitor brought: knowing what is in a file of somebody else's is not enough to have it."""

    chat: str
    sha256: str
    name: str


class Person(Struct, frozen=True, kw_only=True):
    """Whom the site vouches for; ``nonce`` names this one statement, good until ``expires_at`` (Unix seconds)."""

    customer_no: str
    name: str
    nonce: str
    expires_at: int


_visitor: Final = msgspec.json.Decoder(Visitor)
_ticket: Final = msgspec.json.Decoder(Ticket)
_object: Final = msgspec.json.Decoder(dict[str, Any])


def thread_of(account: str, chat: str) -> str:
    return f"webchat:{account}:{chat}"


def new_visitor_id() -> str:
    return secrets.token_hex(8)


def new_chat_id() -> str:
    return secrets.token_urlsafe(18)


class Tokens:
    """Issues and reads the tokens of one account; ``key`` is the hub's."""

    def __init__(self, key: bytes, account: str) -> None:
        self._key = hmac.digest(key, f"webchat\0{account}".encode(), "sha256")
        self._account = account

    def issue(self, visitor: Visitor) -> str:
        """Return the token of a visitor."""
        return self._signed("dgv1", msgspec.json.encode(visitor))

    def read(self, token: str, now: float) -> Visitor:
        """Return whose token this is. Raises ``Denied`` (``unauthenticated``, ``token_expired``)."""
        try:
            visitor = _visitor.decode(self._opened("dgv1", token))
        except (ValueError, msgspec.DecodeError):
            raise Denied(Code.UNAUTHENTICATED, "The token is not one of this chat.") from None
        if visitor.account != self._account:
            raise Denied(Code.UNAUTHENTICATED, "The token is not one of this chat.")
        if visitor.expires_at <= now:
            raise Denied(Code.TOKEN_EXPIRED, "The token has expired.")
        return visitor

    def ticket(self, chat: str, sha256: str, name: str) -> str:
        """Return the ticket by which the messages of a chat name a file."""
        return self._signed("dgf1", msgspec.json.encode(Ticket(chat, sha256, name)))

    def file_of(self, ticket: str, chat: str) -> Ticket | None:
        """Return which file it is, or ``None`` where the ticket is none of this chat."""
        try:
            found = _ticket.decode(self._opened("dgf1", ticket))
        except (ValueError, msgspec.DecodeError):
            return None
        return found if found.chat == chat else None

    def _signed(self, kind: str, body: bytes) -> str:
        text = _text(body)
        return f"{kind}.{text}.{_text(self._mac(kind, text))}"

    def _opened(self, kind: str, token: str) -> bytes:
        named, _, rest = token[:_LONGEST].partition(".")
        text, _, mac = rest.partition(".")
        if named != kind or not hmac.compare_digest(_bytes(mac), self._mac(kind, text)):
            raise ValueError
        return _bytes(text)

    def _mac(self, kind: str, text: str) -> bytes:
        return hmac.digest(self._key, f"{kind}.{text}".encode(), "sha256")


def person_of(statement: str, secret: str, account: str, now: float) -> Person:
    """Return whom a signed identity is about: a JWT (RFC 7519) with HS256 and nothing else, whatever its header says.
    ``sub`` is the customer number, ``aud`` the account, ``exp`` at most ten minutes ahead, ``jti`` its own name; ``name``
    may be there. Raises ``Denied``: ``unauthenticated`` or, where only its time is over, ``token_expired``."""
    if len(secret.encode()) < _SHORTEST_SECRET:
        raise Denied(Code.UNAUTHENTICATED, "The secret of the account is too short.")
    try:
        signed, _, mac = statement[:_LONGEST].rpartition(".")
        head, _, body = signed.partition(".")
        expected = hmac.digest(secret.encode(), signed.encode(), "sha256")
        if not hmac.compare_digest(_bytes(mac), expected) or _object.decode(_bytes(head)).get("alg") != "HS256":
            raise ValueError
        claims = _object.decode(_bytes(body))
        number, audience, nonce, name = (claims.get(key) for key in ("sub", "aud", "jti", "name"))
        expires_at: Any = claims.get("exp")
        begins_at: Any = claims.get("nbf", 0)
        if not (isinstance(number, str) and number.strip() and isinstance(nonce, str) and nonce.strip()):
            raise ValueError
        if account not in (audience if isinstance(audience, list) else [audience]):
            raise ValueError
        if not _is_time(expires_at) or not _is_time(begins_at):
            raise ValueError
        if expires_at > now + LONGEST_IDENTITY_S + _LEEWAY_S or begins_at > now + _LEEWAY_S:
            raise ValueError
    except (ValueError, msgspec.DecodeError, RecursionError):
        raise Denied(Code.UNAUTHENTICATED, "The identity is not signed as agreed.") from None
    if expires_at <= now:
        raise Denied(Code.TOKEN_EXPIRED, "The identity has expired.")
    return Person(
        customer_no=number.strip()[:64],
        name=name[:200] if isinstance(name, str) else "",
        nonce=hashlib.sha256(nonce.encode("utf-8", "surrogatepass")).hexdigest()[:32],
        expires_at=int(expires_at),
    )


def _is_time(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 2**40


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    """Return what unpadded base64url stands for (RFC 7515, section 2). Raises ``ValueError``."""
    try:
        return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError from error

"""One mail handed to the SMTP server (RFC 6409), and what it says to that, as codes. What was refused is told from what
nobody knows: from the moment the mail itself may have gone out, only an answer of the server settles it.
"""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

from aiosmtplib import SMTP
from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from desktop.hub.channels.base import ChannelDown, DeliveryFailed, NotNow
from desktop.hub.channels.email.settings import Settings
from desktop.hub.channels.email.sign_in import Proof
from desktop.hub.mail.reports import reason_of

_TIMEOUT_S: Final = 60.0
_DATA_TIMEOUT_S: Final = 600.0  # RFC 5321, section 4.5.3.2.6
_BUSY_S: Final = 60.0
_SIGN_IN_WANTED: Final = frozenset({530, 534, 535, 538})


async def submit(
    settings: Settings,
    context: ssl.SSLContext,
    proof: Proof | None,
    to: tuple[str, ...],
    raw: bytes,
    begin: Callable[[], Awaitable[None]],
) -> tuple[str, ...]:
    """Hand a mail on; returns the recipients that were refused while others were taken. ``begin`` is awaited right before
    the mail itself is sent.

    Raises ``DeliveryFailed`` and ``NotNow`` where it surely was not handed on, ``ChannelDown`` where nobody knows."""
    async with _session(settings, context, proof) as client:
        refused: list[str] = []
        reasons: list[SMTPResponseException] = []
        with _settled():
            size = client.supports_extension("size")
            options = [f"SIZE={len(raw)}"] if size else []
            is_wide = not all(one.isascii() for one in map(_wired, to))
            if is_wide and not client.supports_extension("smtputf8"):
                raise DeliveryFailed("unknown_address")
            encoding = "utf-8" if is_wide else "ascii"
            if is_wide:
                options += ["SMTPUTF8", "BODY=8BITMIME"]
            await client.mail(settings.address, options=options, encoding=encoding)
            for address in to:
                try:
                    await client.rcpt(_wired(address), encoding=encoding)
                except SMTPResponseException as problem:
                    refused.append(address)
                    reasons.append(problem)
            if len(refused) == len(to):
                raise next((one for one in reasons if one.code < 500), reasons[0])
        await begin()
        try:
            await client.data(raw, timeout=_DATA_TIMEOUT_S)
        except SMTPResponseException as problem:
            if isinstance(problem, SMTPServerDisconnected | SMTPTimeoutError) or problem.code in (-1, 421):
                raise ChannelDown("cut_off") from None
            raise _refusal(problem) from None
        except (SMTPException, OSError):
            raise ChannelDown("cut_off") from None
        return tuple(refused)


@asynccontextmanager
async def _session(settings: Settings, context: ssl.SSLContext, proof: Proof | None) -> AsyncIterator[SMTP]:
    client = SMTP(
        hostname=settings.smtp_host,
        port=settings.smtp_port,
        use_tls=settings.smtp_security == "tls",
        start_tls=False,
        tls_context=context if settings.smtp_security != "none" else None,
        timeout=_TIMEOUT_S,
    )
    try:
        with _settled(is_greeting=True):
            await client.connect()
            await client.ehlo()
            if settings.smtp_security == "starttls":
                if not client.supports_extension("starttls"):
                    raise NotNow("tls")
                await client.starttls(tls_context=context)
                await client.ehlo()
            if proof is not None and not client.supports_extension("auth"):
                raise NotNow("not_offered")
            if proof is not None and proof.is_token:
                await client.auth_xoauth2(proof.user, proof.secret)
            elif proof is not None:
                await client.login(proof.user, proof.secret)
        yield client
    finally:
        with contextlib.suppress(SMTPException, OSError, TimeoutError):
            if client.is_connected:
                await client.quit(timeout=2)
        client.close()


@contextmanager
def _settled(*, is_greeting: bool = False) -> Iterator[None]:
    """Tell what goes wrong while it is certain that nothing was handed on. While greeting, a refusal is none of the mail."""
    try:
        yield
    except SMTPAuthenticationError as problem:
        raise NotNow("sign_in_failed" if problem.code >= 500 else "busy", _BUSY_S) from None
    except SMTPResponseException as problem:
        refusal = _refusal(problem)
        raise (NotNow("refused") if is_greeting and isinstance(refusal, DeliveryFailed) else refusal) from None
    except ssl.SSLError:
        raise NotNow("certificate") from None
    except SMTPException as problem:
        is_certificate = isinstance(problem.__cause__, ssl.SSLError) or isinstance(problem.__context__, ssl.SSLError)
        raise NotNow("certificate" if is_certificate else "unreachable") from None
    except OSError:
        raise NotNow("unreachable") from None


def _refusal(problem: SMTPResponseException) -> DeliveryFailed | NotNow:
    if problem.code in _SIGN_IN_WANTED:
        return NotNow("sign_in_failed", _BUSY_S)
    if problem.code >= 500:
        return DeliveryFailed(reason_of(problem.code, problem.message))
    if problem.code in (450, 451, 452) and reason_of(problem.code, problem.message) == "mailbox_full":
        return NotNow("mailbox_full", 15 * _BUSY_S)
    return NotNow("busy", _BUSY_S)


def _wired(address: str) -> str:
    """Return an address with its domain in ASCII (RFC 5891)."""
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return address

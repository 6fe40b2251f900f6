"""One account as the web meets it: whose pages may speak to it, which keys it has, and what a page needs to show the chat."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

from desktop.hub.auth.denial import Denied
from desktop.hub.channels.accounts import Account, settings_of
from desktop.hub.channels.addresses import address_of
from desktop.hub.channels.base import capabilities_of
from desktop.hub.channels.secrets import secret_of
from desktop.hub.channels.webchat.settings import Settings, ink_on, language_of, text_of
from desktop.hub.channels.webchat.shapes import Config, FieldSeen
from desktop.hub.channels.webchat.tokens import Tokens
from desktop.wire.errors import Code

PAGE: Final = Path(__file__).resolve().parent / "page"
SECRET: Final = "identity"  # noqa: S105 - what the key is called, not the key


class Site:
    """Made by ``of``, once for each reading of ``channels.yaml``."""

    def __init__(self, account: Account, settings: Settings, tokens: Tokens, secret: str) -> None:
        self.account = account
        self.settings = settings
        self.tokens = tokens
        self.secret = secret

    @classmethod
    def of(cls, account: Account, key: bytes, base: Path) -> Site:
        """Return the site of an account; ``key`` is the hub's own. Blocks on the secret: call it in a thread. Raises
        ``NoSecret`` and ``msgspec.ValidationError``."""
        settings = settings_of(account, Settings)
        secret = secret_of(account, SECRET, base) if settings.identity != "off" else ""
        return cls(account, settings, Tokens(key, account.name), secret)

    def admit(self, origin: str | None, *, changes: bool) -> None:
        """Let a page in by the ``Origin`` its browser names. Without one only reading is possible: browsers leave it out
        where a page reads from its own server. Raises ``Denied(forbidden)``."""
        if origin is None and not changes:
            return
        if origin is None or origin not in self.settings.origins:
            raise Denied(Code.FORBIDDEN, "This page may not hold the chat.")

    def address_of(self, peer: str, forwarded: str) -> str:
        """Return where a request comes from: the last address that a trusted proxy names, else the peer's."""
        return address_of(peer, forwarded, self.settings.proxies)

    def config(self, asked: str, *, can_mail: bool, opens_at: datetime | None, is_open: bool) -> Config:
        """Return what a page in the language ``asked`` needs. ``can_mail``: a transcript can be sent."""
        settings, language = self.settings, language_of(asked)
        texts = _texts()[language]
        brand = self.account.brand
        return Config(
            account=self.account.name,
            language=language,
            brand=brand,
            title=text_of(settings.title, asked) or brand or texts["title"],
            greeting=text_of(settings.greeting, asked) or texts["greeting"],
            fields=[
                FieldSeen(
                    name=field.name,
                    kind=field.kind,
                    label=text_of(field.label, asked) or texts.get(f"field_{field.name}", field.name),
                    is_required=field.is_required,
                    choices=[(value, text_of(title, asked) or value) for value, title in field.choices.items()],
                )
                for field in settings.fields
            ],
            consent=text_of(settings.consent, asked),
            privacy_url=settings.privacy_url,
            identity=settings.identity,
            page_views=settings.page_views,
            largest_file=settings.largest_file_mb * 1024 * 1024 if settings.has_files else 0,
            file_types=list(settings.file_types),
            longest_text=capabilities_of(self.account.channel).max_length,
            has_rating=settings.has_rating,
            has_transcript=settings.has_transcript,
            can_mail=can_mail and settings.has_transcript,
            colour=settings.colour,
            ink=ink_on(settings.colour),
            side=settings.side,
            remember_hours=settings.remember_hours,
            is_open=is_open,
            opens_at=opens_at,
            texts=texts,
        )

    def agent_name(self, name: str) -> str:
        """Return how visitors read an agent's name."""
        match self.settings.agent_name:
            case "brand":
                return self.account.brand
            case "first":
                return next((word for word in name.split() if not word.endswith(".")), name)
            case _:
                return name


def text(language: str, name: str) -> str:
    """Return one of the chat's own words."""
    return _texts()[language_of(language)][name]


def origins(sites: Iterable[Site]) -> frozenset[str]:
    """Return all pages that any of the accounts lets in."""
    return frozenset(origin for site in sites for origin in site.settings.origins)


@cache
def _texts() -> dict[str, dict[str, str]]:
    return {
        language: json.loads((PAGE / f"texts_{language}.json").read_text(encoding="utf-8")) for language in ("de", "en")
    }

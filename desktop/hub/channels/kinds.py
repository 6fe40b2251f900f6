"""Which kinds of account there are. A kind is a module with ``Settings``, what may stand under ``settings`` in the file, and
``make``, which returns the adapter of an account; where others call the hub for it, also ``receiver``, which returns who
takes their calls. It is imported only where an account is of that kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from desktop.hub.channels.accounts import Account, settings_of
from desktop.hub.channels.base import Adapter
from desktop.hub.channels.intake import Intake

if TYPE_CHECKING:
    from desktop.hub.channels.hooks import Receiver

_PLACES: Final[dict[str, str]] = {
    "email": "desktop.hub.channels.email",
    "webchat": "desktop.hub.channels.webchat",
    "matrix": "desktop.hub.channels.matrix",
    "sms": "desktop.hub.channels.sms",
    "webhook": "desktop.hub.channels.webhook",
}


class _Settings(Mapping[str, type]):
    """The type of the settings of each kind."""

    def __getitem__(self, kind: str) -> type:
        settings: type = import_module(_PLACES[kind]).Settings
        return settings

    def __iter__(self) -> Iterator[str]:
        return iter(_PLACES)

    def __len__(self) -> int:
        return len(_PLACES)

    def __contains__(self, kind: object) -> bool:
        return kind in _PLACES


SETTINGS: Final[Mapping[str, type]] = _Settings()


def adapter_of(account: Account, intake: Intake, base: Path) -> Adapter:
    """Return the adapter of an account. ``base`` is the hub's data folder: relative places of secrets are below it. May
    block on secrets: call it in a thread. Raises ``NoSecret``; ``msgspec.ValidationError`` for wrong settings."""
    place: Any = import_module(_PLACES[account.kind])
    adapter: Adapter = place.make(account, settings_of(account, place.Settings), intake, base)
    return adapter


def receiver_of(account: Account, intake: Intake, base: Path) -> Receiver | None:
    """Return who takes calls from outside for an account, ``None`` where nobody has to call. As ``adapter_of``."""
    place: Any = import_module(_PLACES[account.kind])
    if not hasattr(place, "receiver"):
        return None
    receiver: Receiver = place.receiver(account, settings_of(account, place.Settings), intake, base)
    return receiver

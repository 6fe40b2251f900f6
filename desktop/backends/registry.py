"""Which kinds of system an account can be at: the hub, what else is shipped, and what was installed beside it. Finds
classes by the entry point group ``dirigent.backends`` (name -> ``module:Class``); imports none before it is asked
for. Called by the app.

A class is constructed ``X(url, tokens, *, key, me, settings)`` and may say by class attributes: ``SIGN_IN``, how one
signs in there (``PASSWORD``, ``TOKEN``, both, or neither), ``TITLE``, what it is called, ``PLACE``, whether its address is
one of the network (``URL``) or a folder of this machine (``FOLDER``), and ``OPTIONS``, what an account is asked for
besides: tuples ``(name, "bool" or "text", default)``, with a label as a fourth where wished; the constructor gets each by
its name.
"""

from __future__ import annotations

import functools
import importlib
import logging
import pkgutil
from collections.abc import Mapping
from typing import Any, Final, cast

from desktop.backends.base import Backend, TokenSource
from desktop.backends.http import HttpSettings
from desktop.domain.account_option import BOOL, TEXT, AccountOption, Value, chosen
from desktop.domain.ids import AgentId

_log = logging.getLogger(__name__)

GROUP: Final = "dirigent.backends"
HUB: Final = "hub"
PASSWORD: Final = "password"  # noqa: S105 - the name of a way to sign in
TOKEN: Final = "token"  # noqa: S105 - the name of a way to sign in
URL: Final = "url"
FOLDER: Final = "folder"

_OURS: Final = frozenset({"url", "tokens", "key", "me", "settings"})

# Not by entry points: a frozen program carries no metadata to read them from.
_SHIPPED: Final = {
    HUB: "desktop.backends.hub:HubBackend",
    "chatwoot": "desktop.backends.chatwoot.backend:ChatwootBackend",
    "files": "desktop.backends.files.backend:FilesBackend",
    "rt": "desktop.backends.rt.backend:RtBackend",
    "zammad": "desktop.backends.zammad.backend:ZammadBackend",
}


class UnknownKind(ValueError):
    """There is no such kind of system here, or what was installed for it cannot be loaded. ``code`` is ``unknown_kind``."""

    code = "unknown_kind"


@functools.cache
def _installed() -> dict[str, str]:
    """Return where the classes of what was installed beside the program are (``module:Class``), by kind."""
    # Most windows know all kinds they have to do with by heart; this one is large.
    from importlib.metadata import entry_points

    return {one.name: one.value.partition("[")[0].strip() for one in entry_points(group=GROUP)}


def kinds() -> tuple[str, ...]:
    """Return the names of all kinds, the hub first, then by name."""
    return (HUB, *sorted((_installed().keys() | _SHIPPED.keys()) - {HUB}))


def backend_class(kind: str) -> type[Any]:
    """Return the class for a kind. Raises ``UnknownKind``."""
    # Nothing that was installed takes the place of what is shipped.
    place = _SHIPPED.get(kind) or _installed().get(kind, "")
    if not place:
        raise UnknownKind(kind)
    try:
        return cast("type[Any]", pkgutil.resolve_name(place))
    except Exception as error:
        _log.error("the backend for accounts of a kind cannot be loaded: %s", type(error).__name__)
        raise UnknownKind(kind) from None


def title(kind: str) -> str:
    """Return what a kind is called, in the words of its maker. Raises ``UnknownKind``."""
    return str(getattr(backend_class(kind), "TITLE", kind.replace("_", " ").title()))


def ways_in(kind: str) -> tuple[str, ...]:
    """Return how one signs in at a kind of system. Raises ``UnknownKind``."""
    return tuple(getattr(backend_class(kind), "SIGN_IN", (PASSWORD,)))


def place(kind: str) -> str:
    """Return what the address of a kind is, ``URL`` or ``FOLDER``. Raises ``UnknownKind``."""
    return FOLDER if getattr(backend_class(kind), "PLACE", URL) == FOLDER else URL


def options(kind: str) -> tuple[AccountOption, ...]:
    """Return what an account of a kind is asked for beside its sign-in; what makes no sense is left out. Raises
    ``UnknownKind``."""
    found = []
    for told in getattr(backend_class(kind), "OPTIONS", ()):
        try:
            option = AccountOption(*told)
        except TypeError:
            _log.warning("an option of a kind of account is not as it should be")
            continue
        is_known = option.kind in (BOOL, TEXT) and option.takes(option.default)
        if is_known and option.name.isidentifier() and option.name not in _OURS:
            found.append(option)
    return tuple(found)


def backend(
    kind: str,
    url: str,
    tokens: TokenSource | None = None,
    *,
    key: str = "",
    me: AgentId | None = None,
    settings: HttpSettings | None = None,
    kept: Mapping[str, Value] | None = None,
) -> Backend:
    """Return a backend for one account, which keeps ``kept`` of the kind's options. Raises ``UnknownKind``."""
    further = chosen(options(kind), kept or {})
    made = backend_class(kind)(url, tokens, key=key, me=me, settings=settings, **further)
    return cast("Backend", made)


async def warm_up(made: Backend) -> None:
    """Let a backend import on a thread what its first call needs, where it has something to import."""
    warm = getattr(made, "warm_up", None)
    if warm is not None:
        await warm()


def forget_found() -> None:
    """Look anew at what is installed the next time."""
    _installed.cache_clear()
    importlib.invalidate_caches()

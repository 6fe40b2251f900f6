"""What every backend promises, and the four ways it can fail. ``sync`` knows backends by this module only.

A backend moves bytes and values; it stores nothing, decides nothing and never retries on its own what could have had an
effect. Its errors carry codes and numbers, never an address, a token or a word of a customer::

    BackendError
    ├── Offline        the world's fault: no way there, or no usable answer; try again later
    │   └── Throttled  come back after ``retry_after_s``
    ├── SignInNeeded   the agent has to sign in (again)
    ├── Refused        understood and declined: trying the same again cannot help
    └── Bug            ours: the program asked for something that makes no sense
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from typing import Protocol

from desktop.domain.agent import Agent
from desktop.domain.commands import Command
from desktop.domain.ids import CommandId, InteractionId
from desktop.wire.board import Board, ContactsFilter, ContactsPage, OwnFigures
from desktop.wire.shapes import BlobAnswer, CommandAnswer, HeartbeatAnswer, Scope, Tokens


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a backend does by itself; what it does not, the client makes up for.

    ``has_cursor``: changes are numbered and can be resumed. ``has_idempotent_send``: a command sent twice with one id
    has one effect. ``has_events``: it pushes. ``has_replay``: the push resumes from a cursor. ``has_brain``: intent,
    mood, language and suggestions arrive with the rows. ``has_history``: what happened before can be read newest first,
    open work before all else. ``has_heartbeat``: it wants to hear that a window is there. ``has_board``: it counts what
    leads watch, and agents of themselves. ``has_typing``: it tells who types, both ways. ``has_channels``: an answer may go
    by another channel than the one the customer came by. ``has_journey``: each contact comes as a touchpoint of its
    customer's journey too. ``max_page`` is the largest
    page of changes it gives. ``commands`` are those it carries out, by the name each has on the wire (``send_message``,
    ``snooze`` …); ``None``: all of them. What is not in there the window does not offer.
    """

    has_cursor: bool = True
    has_idempotent_send: bool = True
    has_events: bool = True
    has_replay: bool = True
    has_long_poll: bool = True
    has_presence: bool = True
    has_dispositions: bool = True
    has_brain: bool = True
    has_blobs: bool = True
    has_history: bool = True
    has_heartbeat: bool = False
    has_board: bool = False
    has_typing: bool = False
    has_channels: bool = True
    has_journey: bool = True
    max_page: int = 1000
    commands: frozenset[str] | None = None


class BackendError(Exception):
    """Why a call came to nothing. ``code`` is stable; its text is the code and no more."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Offline(BackendError):
    """No way there, or no usable answer.

    ``may_have_arrived`` says that the request could have been carried out although no answer came; ``kind`` is the name
    of the error below, for the log.
    """

    def __init__(self, code: str, *, may_have_arrived: bool = False, kind: str = "") -> None:
        super().__init__(code)
        self.may_have_arrived = may_have_arrived
        self.kind = kind


class Throttled(Offline):
    """Asked too often, or the other side is busy: nothing was done; come back after ``retry_after_s``."""

    def __init__(self, code: str, retry_after_s: float) -> None:
        super().__init__(code)
        self.retry_after_s = retry_after_s


class SignInNeeded(BackendError):
    """There is no token, or it is good no longer."""


class Refused(BackendError):
    """Declined for a reason. ``title`` and ``detail`` are the other side's words for developers; they may quote what was
    sent, so that they are kept out of the error's text and out of logs."""

    def __init__(self, code: str, *, status: int = 0, title: str = "", detail: str = "") -> None:
        super().__init__(code)
        self.status = status
        self.title = title
        self.detail = detail


class Bug(BackendError):
    """The program did something senseless."""


class HintKind(StrEnum):
    """``OPENED``: from now on pushed; ``CHANGE``: one change; ``PULL``: more happened than is pushed; ``SIGNAL``: what a
    customer does at this moment."""

    OPENED = "opened"
    CHANGE = "change"
    PULL = "pull"
    SIGNAL = "signal"


@dataclass(frozen=True, slots=True)
class Hint:
    """Something happened at the backend. ``data`` is the JSON of one ``wire.shapes.Change``, or
    ``CustomerSignal`` of a signal, not looked at yet."""

    kind: HintKind
    seq: int = 0
    data: bytes = b""


class Chunks(Protocol):
    """Bytes that come piece by piece, from the start each time they are asked for; ``size`` is how many in all."""

    size: int

    def __aiter__(self) -> AsyncIterator[bytes]: ...


OnProgress = Callable[[int, int], None]
"""``on_progress(bytes so far, bytes in all)``, 0 in all where that is not known."""
Refresh = Callable[[str], Awaitable[Tokens]]


class TokenSource(Protocol):
    """Where a backend gets its access token; ``session.auth.TokenFlow`` is one."""

    async def access(self, refresh: Refresh, stale: str = "") -> str | None:
        """Return a token to call with, renewing it by ``refresh`` where needed; one that is not ``stale``, which was
        refused. ``None`` where only signing in again helps."""
        ...


class Backend(Protocol):
    """A system that holds the work. Every call may raise any ``BackendError``; being cancelled is always safe."""

    @property
    def capabilities(self) -> Capabilities: ...

    async def sign_in(self, user: str, password: str) -> Tokens:
        """Exchange a name and password for tokens. Raises ``Refused`` where they are wrong."""
        ...

    async def refresh(self, refresh_token: str) -> Tokens:
        """Exchange a refresh token, which works once, for new tokens."""
        ...

    async def me(self) -> Agent:
        """Return the agent that is signed in."""
        ...

    async def changes(self, after: int, *, limit: int, wait_s: float = 0.0) -> bytes:
        """Return the JSON of a ``wire.shapes.ChangesPage``, unread. ``wait_s`` is how long to wait for a first change."""
        ...

    async def history(self, before: int, *, scope: Scope, limit: int) -> bytes:
        """Return the JSON of a ``wire.shapes.ChangesPage`` of what lies before ``before``, newest first, unread."""
        ...

    def events(self, after: int) -> AsyncGenerator[Hint, None]:
        """Yield ``OPENED`` once connected and then a hint for each thing that happens after cursor ``after``; ends when
        the other side ends it, raises when it breaks. To be closed by ``aclose``."""
        ...

    async def perform(self, command_id: CommandId, command: Command) -> CommandAnswer:
        """Ask for ``command`` to be carried out, once for each ``command_id`` where the backend is able to."""
        ...

    async def look_up(self, command_id: CommandId, command: Command) -> CommandAnswer | None:
        """Return what became of a command sent before, ``None`` where it never arrived."""
        ...

    async def heartbeat(self, *, is_regular: bool) -> HeartbeatAnswer:
        """Say that this window is there; ``is_regular``: and will say so again in time, else its event stream stands for
        it."""
        ...

    async def typing(self, interaction_id: InteractionId, *, is_typing: bool) -> None:
        """Say that the agent types an answer, or stopped to. Lost without harm."""
        ...

    async def upload(self, data: bytes | Chunks, *, media_type: str, name: str) -> BlobAnswer:
        """Store the bytes of an attachment. What goes wrong in ``data`` itself is raised as it is."""
        ...

    async def download(self, sha256: str, *, on_progress: OnProgress | None = None) -> BytesIO:
        """Return the bytes of an attachment; they are checked against ``sha256``."""
        ...

    def board_events(self) -> AsyncGenerator[Board, None]:
        """Yield the board of the lead that is signed in, whole each time something is new; what did not change is the same
        object as before. Ends when the other side ends it, raises when it breaks. To be closed by ``aclose``."""
        ...

    async def board_contacts(self, which: ContactsFilter, *, after: str = "", limit: int = 100) -> ContactsPage:
        """Return a page of the contacts behind a number of the board; ``after`` is the ``next`` of the page before."""
        ...

    async def own_figures(self) -> OwnFigures:
        """Return the figures of the agent that is signed in, and those of the queues they work."""
        ...

    async def close(self) -> None:
        """End all connections."""
        ...

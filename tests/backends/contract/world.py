"""What a story needs of the system behind a backend, in words of a contact centre: ``World``. Each backend supplies one, and
the same stories are told of all of them. Nothing in here knows a system.

Ids are the system's own (``native``): what an agent's desk makes of them is for the story to say.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from desktop.backends import registry
from desktop.backends.base import Backend, TokenSource
from desktop.backends.http import HttpSettings
from desktop.domain.ids import AgentId

from .gateway import Gateway

CUSTOMER = "Jana Quittenbaum"
ADDRESS = "jana.quittenbaum@customer.example"


@dataclass(frozen=True, slots=True)
class File:
    """A file somebody sends."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Edited:
    """How a contact is to look at the desk after a colleague's edits: fields of its ``Interaction``, and, where what was
    said can be changed there, all its texts."""

    fields: dict[str, Any] = field(default_factory=dict)
    texts: Sequence[str] | None = None


class World(ABC):
    """One system with an agent, a colleague, and customers.

    ``REPLY`` matches the first line of the request by which a reply goes out, ``RESTS`` says how long the backend rests
    between two looks (shortest and longest, in seconds; ``None`` where it is told), ``PACE`` are arguments of
    ``sync.puller.Pace``. ``user`` and ``password`` are the agent's, ``token`` is what they may sign in with instead.
    """

    kind: ClassVar[str]
    REPLY: ClassVar[str] = ""
    RESTS: ClassVar[tuple[float, float] | None] = None
    PACE: ClassVar[dict[str, float]] = {
        "streaming_s": 0.3,
        "blind_s": 0.05,
        "confirm_s": 0.01,
        "long_poll_s": 0.5,
        "settle_s": 0.0,
    }

    user = ""
    password = ""
    token = ""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.gateway = Gateway(0)

    async def open(self) -> None:
        """Start the server, where the story has one of its own, and the way to it."""
        self.gateway = Gateway(await self.serve())
        await self.gateway.come_back()

    async def close(self) -> None:
        """Take down what ``open`` put up; a server of one's own goes after the way to it."""
        await self.gateway.go_away()

    @property
    def url(self) -> str:
        """The address an agent types."""
        return self.gateway.url

    def connect(self, tokens: TokenSource | None, *, key: str, me: AgentId | None) -> Backend:
        """Make the backend as the desk does, only less patient."""
        settings = HttpSettings(connect_s=5.0, read_s=10.0)
        kind = registry.backend_class(self.kind)
        backend: Backend = kind(self.url, tokens, key=key, me=me, settings=settings, **self.options())
        return backend

    def options(self) -> dict[str, Any]:
        """Return the arguments of the backend's class that make it impatient enough for a test."""
        return {}

    # --- what each system does in its own way -----------------------------------------------------------------------

    @abstractmethod
    async def serve(self) -> int:
        """Return the port the server listens on, on this machine."""

    @abstractmethod
    async def customer_writes(
        self, text: str, *, contact: str = "", files: Sequence[File] = (), is_closed: bool = False
    ) -> str:
        """``CUSTOMER`` (``ADDRESS``) writes; returns the contact: ``contact``, or a new one that nobody has. ``is_closed``:
        one that was dealt with since."""

    @abstractmethod
    async def colleague_takes(self, contact: str) -> str:
        """A colleague makes a contact theirs; returns the colleague's native id."""

    @abstractmethod
    async def colleague_edits(self, contact: str) -> Edited:
        """A colleague changes whatever can be changed of a contact."""

    @abstractmethod
    async def colleague_deletes(self, contact: str) -> None:
        """A contact is deleted."""

    @abstractmethod
    async def bar(self, contact: str) -> None:
        """From now on the agent may not answer a contact any more."""

    @abstractmethod
    async def replies(self, contact: str) -> list[str]:
        """What the customer got of agents in a contact, in order."""

    @abstractmethod
    async def notes(self, contact: str) -> list[str]:
        """What agents noted in a contact for themselves, in order."""

    @abstractmethod
    async def sent_files(self, contact: str) -> list[bytes]:
        """The files agents sent in a contact."""

    @abstractmethod
    async def is_closed(self, contact: str) -> bool:
        """Whether a contact counts as dealt with."""

    async def owner(self, contact: str) -> str:
        """The native id of who has a contact, empty where nobody."""
        raise AssertionError("no story of this system asks for it")

    async def expel(self) -> None:
        """What the agent signed in with is good no longer."""
        raise AssertionError("nobody signs in there")

    async def readmit(self) -> tuple[str, str]:
        """Return name and password with which they may sign in again."""
        return self.user, self.password

    async def presence(self) -> str:
        """Whether the agent takes work: a value of ``PresenceState``."""
        raise AssertionError("no presence is kept there")

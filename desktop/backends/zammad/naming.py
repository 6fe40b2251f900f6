"""Zammad's numbers as the desk's ids, and back. Every id carries the key of the account; the signed-in agent is the desk's
own agent. Pure.
"""

from __future__ import annotations

from desktop.backends.base import Refused
from desktop.domain.ids import AgentId, CustomerId, InteractionId, MessageId, QueueId
from desktop.wire.errors import Code

_ORGANIZATION = "org-"
_FILE = "file-"


class Naming:
    """``me`` is what the desk calls the agent who is signed in, ``mine`` (0: not known yet) what Zammad does."""

    def __init__(self, key: str, me: AgentId | None) -> None:
        self._key = key
        self._me = me
        self.mine = 0

    def contact(self, ticket: int) -> InteractionId:
        return InteractionId(self._id(ticket))

    def message(self, article: int) -> MessageId:
        return MessageId(self._id(article))

    def customer(self, user: int) -> CustomerId:
        return CustomerId(self._id(user))

    def organization(self, organization: int) -> CustomerId:
        return CustomerId(self._id(f"{_ORGANIZATION}{organization}"))

    def queue(self, group: int) -> QueueId:
        return QueueId(self._id(group))

    def agent(self, user: int) -> AgentId:
        return self._me if self._me is not None and user == self.mine else AgentId(self._id(user))

    def template(self, module: int) -> str:
        return self._id(module)

    def file(self, ticket: int, article: int, file: int) -> str:
        """Return what stands where the desk has a SHA-256: Zammad tells none before the file is fetched."""
        return self._id(f"{_FILE}{ticket}-{article}-{file}")

    def native(self, id_: str) -> int:
        """Return the number of a ticket, user or group. Raises ``Refused`` where the id is none of this account."""
        number = self._bare(id_)
        if not (number.isascii() and number.isdecimal() and len(number) < 19):
            raise Refused(Code.NOT_FOUND)
        return int(number)

    def native_agent(self, id_: str) -> int:
        """Return the number of an agent; the desk's own agent is the one who is signed in."""
        return self.mine if self._me is not None and id_ == self._me else self.native(id_)

    def native_file(self, id_: str) -> tuple[int, int, int]:
        """Return ticket, article and file of an attachment. Raises ``Refused``."""
        bare = self._bare(id_)
        parts = bare.removeprefix(_FILE).split("-")
        if not bare.startswith(_FILE) or len(parts) != 3 or not all(p.isascii() and p.isdecimal() for p in parts):
            raise Refused(Code.NOT_FOUND)
        ticket, article, file = (int(part[:18]) for part in parts)
        return ticket, article, file

    def _id(self, native: int | str) -> str:
        return f"{self._key}~{native}" if self._key else str(native)

    def _bare(self, id_: str) -> str:
        prefix = f"{self._key}~" if self._key else ""
        return id_.removeprefix(prefix) if id_.startswith(prefix) else ""

"""RT's numbers as the desk's ids, and back. Every id carries the key of the account; the signed-in agent is the desk's own
agent. Pure.
"""

from __future__ import annotations

from desktop.backends.base import Refused
from desktop.domain.ids import AgentId, CustomerId, InteractionId, MessageId, QueueId, RecordId
from desktop.wire.errors import Code

_FILE = "file-"


class Naming:
    """``me`` is what the desk calls the agent who is signed in, ``mine`` (0: not known yet) what RT does."""

    def __init__(self, key: str, me: AgentId | None) -> None:
        self._prefix = f"{key}~" if key else ""
        self._me = me
        self.mine = 0

    def contact(self, ticket: int) -> InteractionId:
        return InteractionId(self.foreign(ticket))

    def message(self, transaction: int) -> MessageId:
        return MessageId(self.foreign(transaction))

    def customer(self, user: int) -> CustomerId:
        return CustomerId(self.foreign(user))

    def queue(self, queue: int) -> QueueId:
        return QueueId(self.foreign(queue))

    def record(self, ticket: int) -> RecordId:
        return RecordId(self.foreign(ticket))

    def agent(self, user: int) -> AgentId:
        return self._me if self._me is not None and user == self.mine else AgentId(self.foreign(user))

    def file(self, attachment: int) -> str:
        """Return what stands where the desk has a SHA-256: RT tells none."""
        return self.foreign(f"{_FILE}{attachment}")

    def number(self, id_: str) -> int:
        """Return the number of a ticket, user or queue. Raises ``Refused`` where the id is none of this account."""
        return _number(self.native(id_))

    def agent_number(self, id_: str) -> int:
        """Return the number of an agent; the desk's own agent is the one who is signed in."""
        return self.mine if self._me is not None and id_ == self._me else self.number(id_)

    def file_number(self, id_: str) -> int:
        """Return the number of an attachment. Raises ``Refused``."""
        bare = self.native(id_)
        return _number(bare.removeprefix(_FILE)) if bare.startswith(_FILE) else _number("")

    def foreign(self, native: int | str) -> str:
        return f"{self._prefix}{native}"

    def native(self, id_: str) -> str:
        """Return an id without the account's key, empty where it is of another account."""
        return id_.removeprefix(self._prefix) if id_.startswith(self._prefix) else ""


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise Refused(Code.NOT_FOUND)
    return int(text)

"""Messenger over Matrix: one account is one user of a homeserver, in as many rooms as customers open with it. Rooms whose
words only their members' programs can read are not read, and that is said.

- ``settings``    what stands in the file for an account of kind ``matrix``
- ``homeserver``  the homeserver's answers, and what they mean
- ``events``      what an event of a room says
- ``incoming``    one answer of a long poll, handed on
- ``receipts``    who has read what, both ways
- ``outgoing``    an agent's message as events of a room
- ``adapter``     the account as a whole
"""

from __future__ import annotations

from desktop.hub.channels.matrix.adapter import MatrixAdapter, make
from desktop.hub.channels.matrix.settings import Settings

__all__ = ["MatrixAdapter", "Settings", "make"]

"""Real servers for the peer tests, each started from a folder of its own on free ports of this machine. Where one is not
installed, its tests are skipped with the reason, or fail with ``DIRIGENT_PEERS=required`` (``packaging/peers.sh`` installs
them).
"""

from __future__ import annotations

from .browsers import chromium
from .clam import clam
from .kannel import kannel
from .mail_servers import mail_servers
from .postgres import postgres
from .request_tracker import request_tracker
from .servers import peer_log
from .synapse import synapse

__all__ = ["chromium", "clam", "kannel", "mail_servers", "peer_log", "postgres", "request_tracker", "synapse"]

"""The hub's schema. All records of the change feed live in ``record``, one row each with the newest version only, so that
``seq`` alone orders the feed; what is looked up by value has a table of its own beside it (docs/decisions/001-records.md).
Instants are stored as UTC microseconds since 1970, so that they compare the same in every database.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text

metadata: Final = MetaData()

clock: Final = Table(
    "clock",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("epoch", String(36), nullable=False),
)

# Where the numbers of the feed stood, and from where they went on, each time the database was opened (see ``continuity``).
start: Final = Table(
    "start",
    metadata,
    Column("began", BigInteger, primary_key=True, autoincrement=False),
    Column("ended", BigInteger, nullable=False),
)

record: Final = Table(
    "record",
    metadata,
    Column("type", String(16), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("is_deleted", Boolean, nullable=False, default=False),
    Column("version", Integer, nullable=False),
    Column("customer_id", String(64)),
    Column("interaction_id", String(64)),
    Column("queue", String(64)),
    Column("left_queue", String(64)),
    Column("assignee", String(64)),
    # Who else of the staff it is for: the colleague consulted; of a whisper the agent it is to.
    Column("party", String(64)),
    Column("state", String(16)),
    Column("channel", String(16)),
    Column("at", BigInteger),
    Column("timer_at", BigInteger),
    Column("lookup", String(512)),
    Column("body", LargeBinary, nullable=False),
    Index("record_seq", "seq", unique=True),
    # With the number at their end, pages of open work are found without a look at the rows.
    Index("record_of_interaction", "type", "interaction_id", "at", "seq"),
    Index("record_of_customer", "type", "customer_id", "at", "seq"),
    Index("record_state", "type", "state", "queue", "at"),
    Index("record_assignee", "type", "assignee", "state"),
    Index("record_timer", "type", "state", "timer_at"),
    Index("record_lookup", "type", "lookup"),
)

identity: Final = Table(
    "identity",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("normalised", String(320), primary_key=True),
    Column("customer_id", String(64), primary_key=True),
    Index("identity_customer", "customer_id"),
)

# By which keys a customer is found who is not known by an address (see ``blocking``).
customer_key: Final = Table(
    "customer_key",
    metadata,
    Column("key", String(80), primary_key=True),
    Column("customer_id", String(64), primary_key=True),
    Index("customer_key_customer", "customer_id"),
)

customer_queue: Final = Table(
    "customer_queue",
    metadata,
    Column("customer_id", String(64), primary_key=True),
    Column("queue", String(64), primary_key=True),
)

inbound: Final = Table(
    "inbound",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("external_id", String(512), primary_key=True),
    Column("answer", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False),
)

command: Final = Table(
    "command",
    metadata,
    Column("caller", String(64), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False),
)

account: Final = Table(
    "account",
    metadata,
    Column("agent_id", String(64), primary_key=True),
    Column("user", String(128), nullable=False, unique=True),
    Column("password_hash", String(256), nullable=False),
    Column("role", String(16), nullable=False),
    Column("is_active", Boolean, nullable=False),
)

machine_token: Final = Table(
    "machine_token",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(128), nullable=False),
    Column("role", String(16), nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
    Column("created_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
)

session: Final = Table(
    "session",
    metadata,
    Column("refresh_digest", String(64), primary_key=True),
    Column("family", String(64), nullable=False),
    Column("agent_id", String(64), nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    Column("revoked_at", BigInteger),
    Index("session_family", "family"),
)

audit: Final = Table(
    "audit",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("caller", String(64), nullable=False),
    Column("role", String(16), nullable=False),
    Column("action", String(64), nullable=False),
    Column("subject", String(128), nullable=False),
    Column("outcome", String(32), nullable=False),
    Column("detail", Text, nullable=False, default=""),
    Index("audit_at", "at"),
)

blob: Final = Table(
    "blob",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("media_type", String(128), nullable=False),
    Column("name", String(255), nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

# What is on its way to customers: written with the message itself, gone once the channel has it.
outbound: Final = Table(
    "outbound",
    metadata,
    Column("message_id", String(64), primary_key=True),
    Column("interaction_id", String(64), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("next_at", BigInteger, nullable=False),
    Column("attempt", Integer, nullable=False, default=0),
    Column("is_begun", Boolean, nullable=False, default=False),
    Index("outbound_next", "channel", "next_at"),
)

# Which leads read a contact along: kept beside it, as its agent may not be told.
observer: Final = Table(
    "observer",
    metadata,
    Column("interaction_id", String(64), primary_key=True),
    Column("agent_id", String(64), primary_key=True),
    Column("is_joined", Boolean, nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("observer_agent", "agent_id"),
)

# Who brought a file, and under which name: they may have it back.
blob_upload: Final = Table(
    "blob_upload",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("caller", String(64), primary_key=True),
    Column("name", String(255), nullable=False),
    Column("at", BigInteger, nullable=False),
)

# In which messages to look for a file: who sees one of them may have it.
blob_use: Final = Table(
    "blob_use",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("message_id", String(64), primary_key=True),
)

note: Final = Table(
    "note",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("value", Text, nullable=False),
)

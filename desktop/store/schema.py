"""The tables, in two kinds with different promises.

**Cache** tables hold what a server can send again: a shape change empties them, sets the cursor back and lets the feed
fill them anew. **Journal** tables hold what exists nowhere else; they are only ever migrated, with sqlite-utils'
``Migrations``. ``PRAGMA user_version`` holds both versions, so that opening a current file imports nothing more.

Instants are whole microseconds since 1970 in UTC. ``row`` is a stable integer for an index over texts to refer to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from desktop.domain.ids import KEY, LOCAL
from desktop.store.connection import Connection, Newer

JOURNAL: Final = 4
CACHE: Final = 8
USER_VERSION: Final = JOURNAL * 1000 + CACHE

# What a sort column holds where a record names no instant: it sorts last.
NEVER: Final = 2**62

JOURNAL_TABLES: Final = frozenset(
    {"outbox", "draft", "setting", "read_mark", "file", "file_part", "crash_report", "link", "correction"}
    | {"_sqlite_migrations"}
)

_HEAD = "row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, seq INTEGER NOT NULL, version INTEGER NOT NULL"

CACHE_DDL: Final = (
    f"""CREATE TABLE interaction ({_HEAD},
        state TEXT NOT NULL, channel TEXT NOT NULL, queue TEXT, assignee TEXT, customer_id TEXT,
        created_at INTEGER NOT NULL, due_at INTEGER NOT NULL, last_at INTEGER NOT NULL, closed_at INTEGER NOT NULL,
        snoozed_until INTEGER NOT NULL, offer_expires_at INTEGER NOT NULL, haystack TEXT NOT NULL,
        body BLOB NOT NULL) STRICT""",
    "CREATE INDEX interaction_assigned ON interaction (assignee, state, due_at)",
    "CREATE INDEX interaction_queued ON interaction (due_at, created_at, id, queue) WHERE state = 'queued'",
    """CREATE INDEX interaction_closed ON interaction (closed_at DESC, id DESC, queue)
        WHERE state IN ('closed', 'abandoned')""",
    "CREATE INDEX interaction_customer ON interaction (customer_id, last_at)",
    f"""CREATE TABLE message ({_HEAD},
        interaction_id TEXT NOT NULL, author TEXT NOT NULL, sent_at INTEGER NOT NULL, mood REAL,
        body BLOB NOT NULL) STRICT""",
    # One for the stream, for what is unread and for moods: each further one is a further page to be written for nearly every
    # message of a first sync.
    "CREATE INDEX message_stream ON message (interaction_id, sent_at, id, author, mood)",
    f"""CREATE TABLE customer ({_HEAD},
        name TEXT NOT NULL, folded_name TEXT NOT NULL, merged_into TEXT, body BLOB NOT NULL) STRICT""",
    "CREATE INDEX customer_merged ON customer (merged_into) WHERE merged_into IS NOT NULL",
    "CREATE INDEX customer_named ON customer (folded_name) WHERE merged_into IS NULL",
    f"""CREATE TABLE touchpoint ({_HEAD},
        customer_id TEXT, interaction_id TEXT, kind TEXT NOT NULL, at INTEGER NOT NULL,
        body BLOB NOT NULL) STRICT""",
    "CREATE INDEX touchpoint_journey ON touchpoint (customer_id, at, id, kind, interaction_id)",
    "CREATE INDEX touchpoint_interaction ON touchpoint (interaction_id) WHERE interaction_id IS NOT NULL",
    f"""CREATE TABLE record ({_HEAD},
        customer_id TEXT, interaction_id TEXT, kind TEXT NOT NULL, is_open INTEGER NOT NULL, at INTEGER NOT NULL,
        body BLOB NOT NULL) STRICT""",
    "CREATE INDEX record_customer ON record (customer_id, at)",
    "CREATE INDEX record_interaction ON record (interaction_id) WHERE interaction_id IS NOT NULL",
    f"""CREATE TABLE suggestion ({_HEAD},
        interaction_id TEXT NOT NULL, state TEXT NOT NULL, rank INTEGER NOT NULL, body BLOB NOT NULL) STRICT""",
    "CREATE INDEX suggestion_interaction ON suggestion (interaction_id, rank)",
    f"CREATE TABLE agent ({_HEAD}, name TEXT NOT NULL, body BLOB NOT NULL) STRICT",
    f"CREATE TABLE queue ({_HEAD}, priority INTEGER NOT NULL, body BLOB NOT NULL) STRICT",
    f"CREATE TABLE template ({_HEAD}, shortcut TEXT NOT NULL, body BLOB NOT NULL) STRICT",
    f"CREATE TABLE disposition ({_HEAD}, body BLOB NOT NULL) STRICT",
    f"CREATE TABLE intent ({_HEAD}, body BLOB NOT NULL) STRICT",
    f"""CREATE TABLE flow ({_HEAD},
        interaction_id TEXT NOT NULL, customer_id TEXT, state TEXT NOT NULL, started_at INTEGER NOT NULL,
        body BLOB NOT NULL) STRICT""",
    "CREATE INDEX flow_interaction ON flow (interaction_id, started_at)",
    f"CREATE TABLE playbook ({_HEAD}, body BLOB NOT NULL) STRICT",
    f"CREATE TABLE article ({_HEAD}, body BLOB NOT NULL) STRICT",
    f"CREATE TABLE model ({_HEAD}, body BLOB NOT NULL) STRICT",
    f"""CREATE TABLE duplicate ({_HEAD},
        customer_id TEXT NOT NULL, other_id TEXT NOT NULL, state TEXT NOT NULL, body BLOB NOT NULL) STRICT""",
    "CREATE INDEX duplicate_customer ON duplicate (customer_id)",
    "CREATE INDEX duplicate_other ON duplicate (other_id)",
    f"CREATE TABLE verification ({_HEAD}, body BLOB NOT NULL) STRICT",
    f"CREATE TABLE routing ({_HEAD}, body BLOB NOT NULL) STRICT",
    f"""CREATE TABLE decision ({_HEAD},
        interaction_id TEXT NOT NULL, at INTEGER NOT NULL, body BLOB NOT NULL) STRICT""",
    "CREATE INDEX decision_interaction ON decision (interaction_id, at)",
    f"CREATE TABLE alert_rule ({_HEAD}, body BLOB NOT NULL) STRICT",
    f"CREATE TABLE alert ({_HEAD}, body BLOB NOT NULL) STRICT",
    f"CREATE TABLE broadcast ({_HEAD}, body BLOB NOT NULL) STRICT",
    """CREATE TABLE sync_state (account TEXT PRIMARY KEY,
        epoch TEXT NOT NULL, cursor INTEGER NOT NULL, is_complete INTEGER NOT NULL, synced_at INTEGER,
        history_scope TEXT NOT NULL, history_before INTEGER NOT NULL, clock_offset_ms INTEGER NOT NULL)
        STRICT, WITHOUT ROWID""",
    "INSERT INTO sync_state VALUES ('', '', 0, 0, NULL, '', 0, 0)",
)

# By what customers of different accounts may be found to be one person, and which were not looked at yet.
LIKENESS_DDL: Final = (
    "CREATE TABLE likeness_key (hash INTEGER NOT NULL, row INTEGER NOT NULL, PRIMARY KEY (hash, row)) "
    "STRICT, WITHOUT ROWID",
    "CREATE INDEX likeness_key_row ON likeness_key (row)",
    "CREATE TABLE likeness_todo (row INTEGER PRIMARY KEY) STRICT",
    """CREATE TRIGGER likeness_insert AFTER INSERT ON customer BEGIN
        INSERT INTO likeness_todo VALUES (NEW.row) ON CONFLICT DO NOTHING; END""",
    """CREATE TRIGGER likeness_update AFTER UPDATE ON customer BEGIN
        INSERT INTO likeness_todo VALUES (NEW.row) ON CONFLICT DO NOTHING; END""",
    """CREATE TRIGGER likeness_delete AFTER DELETE ON customer BEGIN
        DELETE FROM likeness_todo WHERE row = OLD.row; DELETE FROM likeness_key WHERE row = OLD.row; END""",
)

OWNED_TABLES: Final = (
    *("interaction", "message", "customer", "touchpoint", "record", "suggestion", "agent", "queue", "template"),
    *("disposition", "intent", "flow", "playbook", "article", "model", "duplicate", "verification", "routing"),
    *("decision", "alert_rule", "alert", "broadcast"),
)
"""The tables of the cache whose rows belong to one of the desk's accounts."""

# Which rows the index of the search has still to look at, newest first: people and open work before all history. Triggers
# note it, so that no writer can forget; what is deleted leaves the index in the same transaction.
_FIRST: Final = 2**62
_DELETE_ENTRY: Final = """DELETE FROM search_text WHERE rowid IN (
            SELECT row FROM search_doc WHERE kind IN ({kinds}) AND source = OLD.row);
        DELETE FROM search_doc WHERE kind IN ({kinds}) AND source = OLD.row;"""


def _noted(table: str, kind: int, at: str, kinds: str) -> Iterator[str]:
    for event in ("INSERT", "UPDATE"):
        yield (
            f"CREATE TRIGGER search_{table}_{event.lower()} AFTER {event} ON {table} BEGIN "  # noqa: S608 - names of ours
            f"INSERT INTO search_todo VALUES ({at}, {kind}, NEW.row) ON CONFLICT DO NOTHING; END"
        )
    yield f"CREATE TRIGGER search_{table}_delete AFTER DELETE ON {table} BEGIN {_DELETE_ENTRY.format(kinds=kinds)} END"


# ``search_doc`` says which record a row of the index is: 1 customer, 2 interaction, 3 message, 4 its attachments.
# ``mark`` changes with what an interaction's messages are found by. ``search_state`` counts: rows noted and done since the
# index last was in step, rows it took in since parts of it were merged, and since all were. Pages of FTS5 fit into those of
# SQLCipher; it does not merge its parts of its own accord, in bursts, as ``indexing`` does that little by little.
SEARCH_DDL: Final = (
    """CREATE VIRTUAL TABLE search_text USING fts5(words, content='', contentless_delete=1, detail=none,
        tokenize='ascii')""",
    "INSERT INTO search_text (search_text, rank) VALUES ('pgsz', 3940)",
    "INSERT INTO search_text (search_text, rank) VALUES ('automerge', 0)",
    "INSERT INTO search_text (search_text, rank) VALUES ('usermerge', 6)",
    "INSERT INTO search_text (search_text, rank) VALUES ('crisismerge', 64)",
    "CREATE VIRTUAL TABLE search_text_word USING fts5vocab('search_text', 'instance')",
    """CREATE TABLE search_doc (row INTEGER PRIMARY KEY, kind INTEGER NOT NULL, source INTEGER NOT NULL,
        mark INTEGER NOT NULL) STRICT""",
    "CREATE UNIQUE INDEX search_doc_source ON search_doc (kind, source)",
    """CREATE TABLE search_todo (at INTEGER NOT NULL, kind INTEGER NOT NULL, source INTEGER NOT NULL,
        PRIMARY KEY (at, kind, source)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE search_state (row INTEGER PRIMARY KEY CHECK (row = 1), left INTEGER NOT NULL, done INTEGER NOT NULL,
        unmerged INTEGER NOT NULL, fresh INTEGER NOT NULL, is_merging INTEGER NOT NULL) STRICT""",
    "INSERT INTO search_state VALUES (1, 0, 0, 0, 0, 0)",
    *_noted("customer", 1, f"{_FIRST - 1}", "1"),
    *_noted(
        "interaction", 2, f"CASE WHEN NEW.state IN ('closed', 'abandoned') THEN NEW.last_at ELSE {_FIRST} END", "2"
    ),
    *_noted("message", 3, "NEW.sent_at", "3, 4"),
)

JOURNAL_1_DDL: Final = (
    """CREATE TABLE outbox (row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
        type TEXT NOT NULL, lane TEXT NOT NULL, interaction_id TEXT, customer_id TEXT, state TEXT NOT NULL,
        created_at INTEGER NOT NULL, not_before INTEGER, attempts INTEGER NOT NULL DEFAULT 0,
        error TEXT NOT NULL DEFAULT '', detail TEXT NOT NULL DEFAULT '', body BLOB NOT NULL) STRICT""",
    "CREATE INDEX outbox_lane ON outbox (lane, row)",
    """CREATE TABLE draft (interaction_id TEXT NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL, fields TEXT NOT NULL,
        updated_at INTEGER NOT NULL, PRIMARY KEY (interaction_id, kind)) STRICT, WITHOUT ROWID""",
    "CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE read_mark (interaction_id TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID",
)

# The bytes of attachments: what the agent added and is still to go up (``is_mine``), and what came down and may go again.
JOURNAL_2_DDL: Final = (
    """CREATE TABLE file (sha256 TEXT PRIMARY KEY, name TEXT NOT NULL, media_type TEXT NOT NULL, size INTEGER NOT NULL,
        used_at INTEGER NOT NULL, is_mine INTEGER NOT NULL) STRICT, WITHOUT ROWID""",
    "CREATE INDEX file_used ON file (is_mine, used_at, size)",
    """CREATE TABLE file_part (row INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, part INTEGER NOT NULL, bytes BLOB NOT NULL,
        UNIQUE (sha256, part)) STRICT""",
    "CREATE TABLE crash_report (row INTEGER PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL) STRICT",
)

# Which of a desk's accounts a command goes to; who of different accounts is one person (a ``domain.duplicate.Duplicate``).
JOURNAL_3_DDL: Final = (
    "ALTER TABLE outbox ADD COLUMN account TEXT NOT NULL DEFAULT ''",
    """CREATE TABLE link (id TEXT PRIMARY KEY, customer_id TEXT NOT NULL, other_id TEXT NOT NULL, state TEXT NOT NULL,
        body BLOB NOT NULL) STRICT, WITHOUT ROWID""",
    "CREATE INDEX link_customer ON link (customer_id, state)",
    "CREATE INDEX link_other ON link (other_id, state)",
)

# What an agent said a contact is about, where its system keeps no such thing; ``also`` is a list in JSON.
JOURNAL_4_DDL: Final = (
    """CREATE TABLE correction (interaction_id TEXT PRIMARY KEY, at INTEGER NOT NULL, intent TEXT NOT NULL, also TEXT)
        STRICT, WITHOUT ROWID""",
)


def is_current(conn: Connection) -> bool:
    """Whether the file has exactly the tables of this version. Raises ``Newer``."""
    return _version(conn) == USER_VERSION


def upgrade(conn: Connection) -> None:
    """Bring the file to this version: the journal step by step, the cache by emptying it. Raises ``Newer``.

    Each step is one transaction and the version is written last, so that an upgrade that was cut short goes on.
    """
    version = _version(conn)

    # With numpy in its wake this costs 0.2 s: only a file that needs it pays.
    from sqlite_utils import Database, Migrations

    migrations = Migrations("journal")

    @migrations(name="001")
    def _first(db: Database) -> None:
        for statement in JOURNAL_1_DDL:
            db.conn.execute(statement)

    @migrations(name="002")
    def _files_and_reports(db: Database) -> None:
        for statement in JOURNAL_2_DDL:
            db.conn.execute(statement)

    @migrations(name="003")
    def _accounts(db: Database) -> None:
        for statement in JOURNAL_3_DDL:
            db.conn.execute(statement)

    @migrations(name="004")
    def _corrections(db: Database) -> None:
        for statement in JOURNAL_4_DDL:
            db.conn.execute(statement)

    database = Database(conn, execute_plugins=False)  # type: ignore[arg-type]
    migrations.apply(database)
    with database.atomic():
        if version % 1000 != CACHE:
            _rebuild_cache(conn)
        conn.execute(f"PRAGMA user_version = {USER_VERSION}")


def empty_cache(conn: Connection, account: str = "") -> None:
    """Forget all that the system of an account can send again, within the running transaction; its cursor is back at 0."""
    others = [key for (key,) in conn.execute("SELECT account FROM sync_state") if key != account]
    if not others:
        _rebuild_cache(conn)
        if account:
            conn.execute("DELETE FROM sync_state")
    else:
        for table in OWNED_TABLES:
            drop_rows(conn, table, account, others)
        conn.execute("DELETE FROM sync_state WHERE account = ?", (account,))
    conn.execute("INSERT OR IGNORE INTO sync_state VALUES (?, '', 0, 0, NULL, '', 0, 0)", (account,))


def drop_rows(conn: Connection, table: str, account: str, others: Iterable[str] = (), limit: int = -1) -> int:
    """Delete rows of one account from a table of the cache, at most ``limit``, and return how many those were. Of the first
    account, whose ids have no key, they are all but those of the ``others``."""
    condition = owned_by(account, others)
    cursor = conn.execute(
        f"DELETE FROM {table} WHERE row IN (SELECT row FROM {table} WHERE {condition} LIMIT ?)",  # noqa: S608 - names of ours
        (limit,),
    )
    return int(cursor.rowcount)


def owned_by(account: str, others: Iterable[str]) -> str:
    """Return the condition in SQL that a row of the cache is of ``account``, where the desk's other accounts are these."""
    if account:
        return f"({_is_of(account)})"
    return " AND ".join(f"NOT ({_is_of(key)})" for key in others) or "1"


def _is_of(key: str) -> str:
    if not KEY.fullmatch(key):
        raise ValueError("this is no key of an account")
    # Ranges of the index over ids; the character after ``~`` ends each.
    return " OR ".join(f"(id >= '{start}~' AND id < '{start}\x7f')" for start in (key, f"{LOCAL}{key}"))


def _rebuild_cache(conn: Connection) -> None:
    # Virtual tables first: their shadow tables go with them.
    tables = conn.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
        "ORDER BY sql LIKE 'CREATE VIRTUAL%' DESC"
    ).fetchall()
    for (name,) in tables:
        if name not in JOURNAL_TABLES:
            quoted = name.replace('"', '""')
            conn.execute(f'DROP TABLE IF EXISTS "{quoted}"')
    for statement in (*CACHE_DDL, *LIKENESS_DDL, *SEARCH_DDL):
        conn.execute(statement)


def _version(conn: Connection) -> int:
    version = int(conn.execute("PRAGMA user_version").fetchone()[0])
    if version // 1000 > JOURNAL:
        raise Newer("a newer version of the program wrote this database")
    return version

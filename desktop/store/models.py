"""Models that the hub learned, as this account holds them: which there are is told by the feed, their bytes lie among the
files, encrypted like everything else. Called by ``sync.models``; what takes a ``Store`` blocks: not for the main thread.
"""

from __future__ import annotations

from io import BytesIO

from desktop.domain.changes import Cause, Table
from desktop.domain.ids import account_of, native_id
from desktop.domain.learned import LearnedModel
from desktop.store import files
from desktop.store.apply import accounts, sync_state
from desktop.store.connection import Connection
from desktop.store.database import Store
from desktop.wire.records import decode


def announced(conn: Connection, account: str = "") -> dict[str, LearnedModel]:
    """Return the models that run in the hub of an account, by task; a task without one runs what is shipped."""
    rows = conn.execute("SELECT id, body FROM model")
    return {native_id(id_): decode(Table.MODEL, body) for id_, body in rows if account_of(id_) == account}


def is_here(conn: Connection, model: LearnedModel) -> bool:
    """Whether the bytes of a model are here."""
    return files.find(conn, model.sha256) is not None


def keep(store: Store, model: LearnedModel, data: BytesIO) -> None:
    """Keep the bytes of a model. Blocks. Raises ``StoreError`` where the store takes no more."""
    files.put(store, data, f"{model.id}.npz", files.MODEL_TYPE, is_mine=False)


def read(store: Store, model: LearnedModel) -> BytesIO | None:
    """Return the bytes of a model, checked, or ``None`` where they are not here. Blocks."""
    return files.read(store, model.sha256)


def drop(store: Store, model: LearnedModel) -> None:
    """Give up the bytes of a model that is no use. Blocks."""
    store.write(lambda w: files.drop(w, model.sha256), Cause.SYSTEM).result()


def drop_outdated(store: Store) -> int:
    """Remove models that no task runs any more, and return how many that were. Blocks. While the cache is being filled it
    is not known which those are."""

    def outdated(conn: Connection) -> list[str]:
        if not all(sync_state(conn, key).is_usable for key in accounts(conn)):
            return []
        running = {model.sha256 for key in accounts(conn) for model in announced(conn, key).values()}
        held = conn.execute("SELECT sha256 FROM file WHERE media_type = ?", (files.MODEL_TYPE,))
        return [sha256 for (sha256,) in held if sha256 not in running]

    if not store.query(outdated):
        return 0
    return store.write(lambda w: sum(files.drop(w, sha256) for sha256 in outdated(w.conn)), Cause.SYSTEM).result()

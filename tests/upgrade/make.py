"""Makes a database as the version of the program that is importable leaves it, to be opened by all later versions.

    PYTHONPATH=<checkout of that version> python tests/upgrade/make.py v2

writes ``v2.db`` (under the key below, which protects nothing) and ``v2.json``, what its journal holds, beside this file.
Run it once, when the tables of a version are final; a file that is here is never made again. All in it is made up.
"""

from __future__ import annotations

import base64
import importlib.util
import io
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from desktop.domain import commands as c
from desktop.domain.changes import Cause
from desktop.domain.channels import Channel
from desktop.domain.customer import Customer
from desktop.domain.ids import AgentId, CommandId, CustomerId, InteractionId, MessageId
from desktop.domain.interaction import Author, Interaction, InteractionState, Message
from desktop.store import journal, outbox
from desktop.store.apply import apply_page
from desktop.store.database import Store, Write
from desktop.store.rows import Draft
from desktop.wire.records import encode, type_of
from desktop.wire.shapes import Change, ChangesPage

KEY = bytes(range(32))
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
TABLES = ("outbox", "draft", "setting", "read_mark", "file", "file_part", "crash_report", "link", "correction")


def make(path: Path) -> None:
    """Write a database with everything of an agent's in it, and some cache."""
    store = Store.open(path, KEY)
    store.write(_receive, Cause.NETWORK).result()
    store.write(_work, Cause.AGENT).result()
    if importlib.util.find_spec("desktop.store.files"):
        _attach(store)
    if importlib.util.find_spec("desktop.store.links"):
        store.write(_join_another, Cause.AGENT).result()
    if importlib.util.find_spec("desktop.store.corrections"):
        store.write(_correct, Cause.AGENT).result()
    store.close()


def journal_of(conn: Any) -> dict[str, list[dict[str, Any]]]:
    """Return all journal rows by table, bytes in base64; the numbers rows lie under are not part of it."""
    found: dict[str, list[dict[str, Any]]] = {}
    here = {name for (name,) in conn.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    for table in TABLES:
        if table in here:
            names = [column[1] for column in conn.execute(f"PRAGMA table_info({table})") if column[1] != "row"]
            rows = conn.execute(f"SELECT {', '.join(names)} FROM {table} ORDER BY {', '.join(names[:2])}").fetchall()
            found[table] = [dict(zip(names, map(_plain, row), strict=True)) for row in rows]
    return found


def _plain(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _receive(w: Write) -> None:
    records: list[Any] = [Customer(id=CustomerId("c1"), name="Erfundene Kundin", version=1)]
    for number in range(1, 9):
        at = NOW - timedelta(days=number)
        records.append(
            Interaction(
                id=InteractionId(f"i{number}"),
                channel=Channel.CHAT,
                state=InteractionState.ACTIVE if number < 6 else InteractionState.CLOSED,
                created_at=at,
                updated_at=at,
                assignee=AgentId("me"),
                customer_id=CustomerId("c1"),
                version=1,
            )
        )
        records += [
            Message(
                id=MessageId(f"m{number}-{part}"),
                interaction_id=InteractionId(f"i{number}"),
                author=Author.CUSTOMER,
                text=f"erfundener Text {number}.{part}",
                sent_at=at + timedelta(minutes=part),
                version=1,
            )
            for part in range(5)
        ]
    changes = [
        Change(seq=seq, op="upsert", type=type_of(record), id=record.id, record=msgspec.Raw(encode(record)))
        for seq, record in enumerate(records, 1)
    ]
    apply_page(w, ChangesPage(epoch="e1", changes=changes, after=0, next=len(changes), more=False), now=NOW)


def _work(w: Write) -> None:
    for number, state in enumerate(("held", "queued", "sending", "pending", "ambiguous", "wedged"), 1):
        key = CommandId(f"k-{state}")
        command = c.SendMessage(interaction_id=InteractionId(f"i{number}"), text=f"Antwort, {state}")
        later = NOW + timedelta(days=36_500) if state == "held" else None
        outbox.enqueue(w, command, key, later, now=NOW)
        if state not in ("held", "queued"):
            outbox.mark_sending(w, key)
        if state == "pending":
            outbox.mark_pending(w, key)
        elif state == "ambiguous":
            outbox.mark_ambiguous(w, key)
        elif state == "wedged":
            outbox.wedge(w, key, "illegal_state", "erfunden")
    outbox.enqueue(w, c.UpdateCustomer(customer_id=CustomerId("c1"), fields={"name": "Neu"}), CommandId("k-c"), now=NOW)
    for kind, fields in (("reply", {"channel": "chat"}), ("note", {}), ("wrap_up", {"disposition": "solved"})):
        journal.save_draft(w, Draft(InteractionId("i1"), kind, f"Entwurf, {kind}", fields, NOW))
    journal.set_setting(w, "undo_send_s", 5)
    journal.set_setting(w, "layout", {"panes": [1, 2, 3], "is_wide": True, "name": "Größe"})
    for number in range(1, 4):
        journal.mark_read(w, InteractionId(f"i{number}"), NOW)


def _attach(store: Store) -> None:
    from desktop.store import files, reports
    from desktop.store.reports import Fault, Report

    sent = files.put(store, io.BytesIO(bytes(range(256)) * 20), "erfunden.pdf", "application/pdf", is_mine=True)
    files.put(store, io.BytesIO(b"bild" * 300), "erfunden.png", "image/png", is_mine=False)
    report = Report(at=NOW, version="0", platform="none", where="window", faults=(Fault("KeyError", ("a.py:1 f",)),))

    def write(w: Write) -> None:
        command = c.SendMessage(interaction_id=InteractionId("i1"), text="mit Datei", attachments=(sent,))
        outbox.enqueue(w, command, CommandId("k-file"), now=NOW)
        reports.add(w, report)

    store.write(write, Cause.AGENT).result()


def _join_another(w: Write) -> None:
    note = c.AddNote(interaction_id=InteractionId("rt~7"), text="erfundene Notiz")
    outbox.enqueue(w, note, CommandId("k-rt"), now=NOW)
    merge = c.MergeCustomers(customer_id=CustomerId("c1"), merged_id=CustomerId("rt~u9"))
    outbox.enqueue(w, merge, CommandId("k-link"), now=NOW)


def _correct(w: Write) -> None:
    from desktop.store import corrections

    corrections.keep(w, c.SetIntent(interaction_id=InteractionId("rt~7"), intent="erfunden", also=("dazu",)), NOW)
    corrections.keep(w, c.SetIntent(interaction_id=InteractionId("rt~8"), intent="erfunden"), NOW)


def _main(name: str) -> None:
    folder = Path(__file__).parent
    path = folder / f"{name}.db"
    if path.exists():
        raise SystemExit(f"{path.name} is there already and stays as it is")
    make(path)
    store = Store.open(path, KEY)
    content = store.query(journal_of)
    store.close()
    (folder / f"{name}.json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    path.with_name(f"{path.name}.seal").unlink(missing_ok=True)


if __name__ == "__main__":
    _main(sys.argv[1])

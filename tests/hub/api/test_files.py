"""Attachments: told by their content, stored once, and given back as downloads that no browser runs."""

from __future__ import annotations

import hashlib
import io
import zipfile

import pytest
from msgspec.structs import replace

from desktop.domain.changes import Table
from desktop.domain.ids import QueueId, new_id
from desktop.domain.interaction import Attachment

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


def zipped(*names: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return data.getvalue()


def store(hub, content: bytes, who: str = "channel", **headers: str):
    with hub.client(who) as client:
        return client.post("/v1/blobs", content=content, headers={"Content-Type": "application/octet-stream"} | headers)


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def fetch(hub, who: str, digest: str):
    with hub.client(who) as client:
        return client.get(f"/v1/blobs/{digest}")


def say(hub, contact, queue: str, *digests: str) -> None:
    """A customer's message in a queue names files."""
    id_ = new_id()
    *around, message, order = contact(id_, queue, f"customer-{id_}")
    files = tuple(Attachment(sha256=digest, name="Zähler.png") for digest in digests)
    hub.put(*around, replace(message, id=f"m-{id_}", attachments=files), order)


def test_a_file_is_stored_once_and_comes_back_byte_for_byte(shared_hub, contact) -> None:
    digest = digest_of(PNG)
    first = store(shared_hub, PNG, **{"X-File-Name": "Z%C3%A4hler%20%22neu%22.png"})
    again = store(shared_hub, PNG)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json() == {"sha256": digest, "size": len(PNG), "media_type": "image/png"}
    say(shared_hub, contact, "north", digest)
    answer = fetch(shared_hub, "anna", digest)
    assert answer.content == PNG
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "Z%C3%A4hler" in answer.headers["content-disposition"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert (shared_hub.data / "blobs" / digest[:2] / digest).read_bytes() == PNG


@pytest.mark.parametrize(
    ("content", "declared", "media_type"),
    [
        (b"%PDF-1.7 ...", "text/html", "application/pdf"),
        ("Größe;Preis\n1;2".encode(), "text/csv; charset=utf-8", "text/csv"),
        ("Größe".encode("latin-1"), "application/x-msdownload", "text/plain"),
        (b"From: a@b\r\n\r\nHallo", "message/rfc822", "message/rfc822"),
        (zipped("a.txt"), "", "application/zip"),
        (
            zipped("[Content_Types].xml", "word/document.xml"),
            "",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (b"\xff\xd8\xff\xe0" + bytes(9), "", "image/jpeg"),
    ],
)
def test_what_a_file_is_is_told_by_what_is_in_it(shared_hub, content: bytes, declared: str, media_type: str) -> None:
    answer = store(shared_hub, content, **{"Content-Type": declared or "application/octet-stream"})
    assert answer.status_code in (200, 201)
    assert answer.json()["media_type"] == media_type


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"MZ\x90\x00" + bytes(60), "photo.png"),
        (b"\x7fELF" + bytes(60), ""),
        (b"\xca\xfe\xba\xbe" + bytes(60), ""),
        (b"#!/bin/sh\nrm -rf /", "readme.txt"),
        (b"<html><script>alert(1)</script>", "page.txt"),
        (b"  <!DOCTYPE HTML><body>", ""),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>', "logo.svg"),
        (b"echo off", "run.BAT"),
        (zipped("META-INF/MANIFEST.MF", "A.class"), "app.zip"),
        (zipped("invoice.pdf.exe"), "invoice.zip"),
        (b"PK\x03\x04 broken", ""),
        (b"\x00\x01\x02\x03", ""),
    ],
)
def test_programs_and_pages_are_turned_away_whatever_they_are_called(shared_hub, content: bytes, name: str) -> None:
    answer = store(shared_hub, content, **({"X-File-Name": name} if name else {}))
    assert answer.status_code == 415
    assert answer.json()["code"] == "type_not_allowed"


def test_too_large_and_empty_files_leave_nothing_behind(hub) -> None:
    large = b"%PDF-" + bytes(25 * 1024 * 1024)
    assert store(hub, large).json()["code"] == "too_large"
    with hub.client("channel") as client:
        chunks = (large[start : start + 1024 * 1024] for start in range(0, len(large), 1024 * 1024))
        assert client.post("/v1/blobs", content=chunks).status_code == 413
    assert store(hub, b"").status_code == 400
    assert [path for path in (hub.data / "blobs").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "C:\\Windows\\x.txt", "a\r\nSet-Cookie: x", "x" * 5000, "%00%0A.txt"]
)
def test_a_hostile_name_stays_a_name(shared_hub, name: str) -> None:
    from urllib.parse import quote

    content = b"name " + name.encode()
    assert store(shared_hub, content, **{"X-File-Name": quote(name)}).status_code == 201
    answer = fetch(shared_hub, "channel", digest_of(content))
    assert answer.content == content
    assert "set-cookie" not in answer.headers
    assert "/" not in answer.headers["content-disposition"].replace("utf-8''", "")
    assert "\\" not in answer.headers["content-disposition"]


@pytest.mark.parametrize("sha256", ["0" * 64, "0", "..%2F..%2Fhub.key", "A" * 64])
def test_what_is_not_there_is_not_found(shared_hub, sha256: str) -> None:
    with shared_hub.client("anna") as client:
        assert client.get(f"/v1/blobs/{sha256}").status_code == 404


def test_who_neither_brought_it_nor_sees_it_is_told_that_it_is_not_there(shared_hub, contact) -> None:
    content = b"%PDF- of the north"
    digest = digest_of(content)
    store(shared_hub, content)
    assert fetch(shared_hub, "anna", digest).status_code == 404, "a stored file that nothing names is nobody's"
    say(shared_hub, contact, "north", digest)
    assert {who: fetch(shared_hub, who, digest).status_code for who in ("anna", "lena", "otto", "channel")} == {
        "anna": 200,
        "lena": 200,
        "otto": 200,
        "channel": 200,
    }
    refused, unknown = fetch(shared_hub, "sven", digest), fetch(shared_hub, "sven", "0" * 64)
    assert refused.status_code == 404
    assert refused.json() == unknown.json(), "the answer tells that the file exists"
    say(shared_hub, contact, "open", digest)
    assert fetch(shared_hub, "sven", digest).status_code == 200


def test_a_message_that_was_deleted_or_moved_away_shows_its_file_no_more(shared_hub, contact) -> None:
    content = b"%PDF- moved"
    digest = digest_of(content)
    store(shared_hub, content)
    customer, interaction, message, _ = contact("moving", "north", "mona")
    message = replace(message, attachments=(Attachment(sha256=digest, name="a.pdf"),))
    shared_hub.put(customer, interaction, message)
    assert fetch(shared_hub, "anna", digest).status_code == 200
    shared_hub.put(replace(interaction, queue=QueueId("south")))
    assert [fetch(shared_hub, who, digest).status_code for who in ("anna", "sven")] == [404, 200]
    shared_hub.put(replace(interaction, queue=QueueId("south"), assignee=shared_hub.agents["anna"].id))
    assert fetch(shared_hub, "anna", digest).status_code == 200, "whose contact it is sees what was sent"

    async def delete(ledger) -> None:
        await ledger.remove(Table.MESSAGE, message.id)

    shared_hub.write(delete)
    assert [fetch(shared_hub, who, digest).status_code for who in ("anna", "sven")] == [404, 404]


def test_knowing_a_digest_is_no_way_to_a_file(shared_hub, contact) -> None:
    """Sending it on to oneself would be one."""
    theirs, own = b"%PDF- of the south", b"%PDF- my own"
    store(shared_hub, theirs)
    store(shared_hub, own, "bert", **{"X-File-Name": "Mein.pdf"})
    say(shared_hub, contact, "south", digest_of(theirs))
    shared_hub.put(*contact("to-send", "north", "nora")[:2])

    def note(who: str, content: bytes):
        files = [{"sha256": digest_of(content), "name": "x.pdf"}]
        return shared_hub.command(who, "add_note", interaction_id="to-send", text="", attachments=files).json()

    assert note("anna", theirs)["error"]["code"] == "unknown_value"
    assert note("anna", own)["error"]["code"] == "unknown_value"
    assert fetch(shared_hub, "anna", digest_of(own)).status_code == 404
    assert note("bert", own)["outcome"] == "applied"
    assert note("anna", own)["outcome"] == "applied", "sent on by who may see it"
    assert fetch(shared_hub, "anna", digest_of(own)).status_code == 200


def test_who_stores_what_somebody_else_stored_learns_nothing_of_it(shared_hub) -> None:
    content = b"%PDF- the same twice"
    store(shared_hub, content, "anna", **{"X-File-Name": "Kuendigung%20Weber.pdf"})
    again = store(shared_hub, content, "sven", **{"X-File-Name": "Formular.pdf"})
    assert again.status_code == 201
    disposition = fetch(shared_hub, "sven", digest_of(content)).headers["content-disposition"]
    assert "Formular" in disposition
    assert "Weber" not in disposition
    assert store(shared_hub, content, "sven").status_code == 200


def test_two_at_once_store_one_file(shared_hub) -> None:
    from concurrent.futures import ThreadPoolExecutor

    content = b"%PDF- at once"
    shared_hub.token("channel")
    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(answer.status_code for answer in pool.map(lambda _: store(shared_hub, content), range(4)))
    assert statuses == [200, 200, 200, 201]

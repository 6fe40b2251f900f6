"""Attachments: told by their content, stored once, and given back as downloads that no browser runs."""

from __future__ import annotations

import hashlib
import io
import zipfile

import pytest

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


def test_a_file_is_stored_once_and_comes_back_byte_for_byte(shared_hub) -> None:
    digest = hashlib.sha256(PNG).hexdigest()
    first = store(shared_hub, PNG, **{"X-File-Name": "Z%C3%A4hler%20%22neu%22.png"})
    again = store(shared_hub, PNG)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json() == {"sha256": digest, "size": len(PNG), "media_type": "image/png"}
    with shared_hub.client("anna") as client:
        answer = client.get(f"/v1/blobs/{digest}")
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
    with shared_hub.client("anna") as client:
        answer = client.get(f"/v1/blobs/{hashlib.sha256(content).hexdigest()}")
    assert answer.content == content
    assert "set-cookie" not in answer.headers
    assert "/" not in answer.headers["content-disposition"].replace("utf-8''", "")
    assert "\\" not in answer.headers["content-disposition"]


@pytest.mark.parametrize("sha256", ["0" * 64, "0", "..%2F..%2Fhub.key", "A" * 64])
def test_what_is_not_there_is_not_found(shared_hub, sha256: str) -> None:
    with shared_hub.client("anna") as client:
        assert client.get(f"/v1/blobs/{sha256}").status_code == 404


def test_two_at_once_store_one_file(shared_hub) -> None:
    from concurrent.futures import ThreadPoolExecutor

    content = b"%PDF- at once"
    shared_hub.token("channel")
    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(answer.status_code for answer in pool.map(lambda _: store(shared_hub, content), range(4)))
    assert statuses == [200, 200, 200, 201]

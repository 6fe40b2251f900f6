"""A mail from the outside world is read whatever its state, and is harmless afterwards."""

from __future__ import annotations

import io
import tarfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.hub.mail.message import Mail, NotMail, envelope_of, parse


def mail(head: str, body: bytes = b"", **kinds: str) -> Mail:
    lines = head.strip("\n") + "".join(f"\n{k.replace('_', '-')}: {v}" for k, v in kinds.items())
    return parse(lines.encode("utf-8", "surrogateescape") + b"\n\n" + body)


HEAD = """
From: =?UTF-8?B?SmFuYSBXZWJlcg==?= <Jana@Example.ORG>
To: "Service, Berlin" <service@firma.example>, bad address
Subject: =?iso-8859-1?Q?Gr=FC=DFe?= =?iso-8859-1?Q?_aus_K=F6ln?=
Date: Tue, 03 Mar 2026 10:00:00 +0100
Message-ID: <one@example.org>
References: <a@x>
 <b@y>
In-Reply-To: <b@y>
"""


def test_the_headers_say_who_wrote_what_about_and_when() -> None:
    envelope = mail(HEAD, b"Hallo").envelope
    assert (envelope.sender.address, envelope.sender.name) == ("jana@example.org", "Jana Weber")
    assert envelope.subject == "Grüße aus Köln"
    assert envelope.sent_at == datetime(2026, 3, 3, 9, tzinfo=UTC)
    assert (envelope.message_id, envelope.in_reply_to, envelope.references) == (
        "one@example.org",
        "b@y",
        ("a@x", "b@y"),
    )
    assert [m.address for m in envelope.recipients][:1] == ["service@firma.example"]


def test_a_mail_without_a_date_takes_the_one_of_its_last_hop() -> None:
    head = "From: a@b.example\nReceived: from x by y; Mon, 2 Mar 2026 08:00:00 +0000\nDate: yesterday"
    assert mail(head).envelope.sent_at == datetime(2026, 3, 2, 8, tzinfo=UTC)
    known = datetime(2020, 1, 1, tzinfo=UTC)
    assert parse(b"From: a@b.example\nDate: 1 Jan 3019 00:00:00 +0000\n\n", known).envelope.sent_at == known


@pytest.mark.parametrize(
    ("charset", "data"),
    [
        ("utf-8", "Größe".encode()),
        ("iso-8859-1", "Größe".encode("latin-1")),
        ("x-unknown", "Größe".encode()),
        ("nonsense\x00", "Größe".encode()),
        ("us-ascii", "Größe".encode("cp1252")),
        ("hex", "Größe".encode()),
        ("windows-1252", "Größe".encode("cp1252")),
        ("utf-8", b"Gr\xc3\xb6\xc3\x9fe\x00"),
    ],
)
def test_umlauts_survive_any_charset(charset: str, data: bytes) -> None:
    assert mail("From: a@b.example", data, Content_Type=f'text/plain; charset="{charset}"').body.text == "Größe"


def test_html_alone_becomes_text_and_can_neither_run_nor_fetch() -> None:
    html = (
        b"<html><head><title>x</title><style>p{}</style></head><body onload=run()><p>Guten Tag,</p>"
        b'<script>alert(1)</script><img src="http://spy.example/p.gif"><img src="cid:logo"><ul><li>eins<li>zwei</ul>'
        b'<a href="javascript:x()">hier</a><form action=http://x><input name=p></form>'
    )
    body = mail("From: a@b.example", html, Content_Type="text/html").body
    assert body.text == "Guten Tag,\n\n- eins\n- zwei\nhier"
    assert "cid:logo" in body.html
    for danger in ("<script", "alert", ' src="http', "javascript", "onload", "<form", "<input", "<style"):
        assert danger not in body.html


def test_alternatives_are_one_message_and_files_are_attachments() -> None:
    raw = (
        b"--o\nContent-Type: multipart/alternative; boundary=i\n\n"
        b"--i\nContent-Type: text/plain\n\nplain words\n--i\nContent-Type: text/html\n\n<b>bold words</b>\n--i--\n"
        b'--o\nContent-Type: application/ms-tnef; name="..\\\\..\\\\winmail.dat"\n'
        b"Content-Transfer-Encoding: base64\n\neJ8+IgE=\n"
        b"--o\nContent-Type: message/rfc822\n\nFrom: c@d.example\nSubject: inner\n\ninside\n"
        b"--o\nContent-Type: text/plain\n\nlast words\n--o--\n"
    )
    body = mail("From: a@b.example", raw, Content_Type='multipart/mixed; boundary="o"').body
    assert body.text == "plain words\n\nlast words"
    assert "<b>bold words</b>" in body.html
    assert [(file.name, file.media_type) for file in body.files] == [
        ("winmail.dat", "application/ms-tnef"),
        ("mail-2.eml", "message/rfc822"),
    ]
    assert body.files[0].data == b'x\x9f>"\x01'
    assert b"inside" in body.files[1].data


def test_files_hidden_in_text_are_taken_out_of_it() -> None:
    body = mail("From: a@b.example", b"before\nbegin 644 note.txt\n#0V%T\n`\nend\nafter\nbegin the day well\n").body
    assert body.text == "before\n\nafter\nbegin the day well"
    assert [(file.name, file.data) for file in body.files] == [("note.txt", b"Cat")]
    encoded = bytes((byte + 42) & 0xFF for byte in b"Hello")
    body = mail("From: a@b.example", b"see\n=ybegin line=128 size=5 name=h.bin\n" + encoded + b"\n=yend size=5\n").body
    assert [(file.name, file.data) for file in body.files] == [("h.bin", b"Hello")]


def test_broken_parts_are_kept_as_they_stand() -> None:
    lost = mail("From: a@b.example", b"--no end in sight\n\nbut words", Content_Type="multipart/mixed; boundary=x").body
    assert "but words" in lost.text
    bad64 = mail("From: a@b.example", b"%%%not base64", Content_Transfer_Encoding="base64").body
    assert isinstance(bad64.text, str)


def test_what_is_no_mail_is_said_to_be_none() -> None:
    for raw, code in ((b" \n\n", "empty"), (b"GIF89a\x00", "not_a_mail"), (b"note: buy milk\n\nsoon", "not_a_mail")):
        with pytest.raises(NotMail) as refused:
            parse(raw)
        assert refused.value.code == code


def test_thousands_of_nested_parts_and_tags_do_not_stop_the_import() -> None:
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000))
    assert isinstance(parse(b"From: a@b.example\n" + deep + b"Content-Type: text/plain\n\nend\n"), Mail)
    tags = parse(b"From: a@b.example\nContent-Type: text/html\n\n" + b"<div>" * 50_000 + b"words")
    assert "words" in tags.body.text


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["From", "Subject", "Date", "Content-Type", "References", "To"]))
def test_no_bytes_make_it_fail(noise: bytes, header: str) -> None:
    value = noise.replace(b"\n", b"").replace(b"\r", b"")
    found = parse(b"From: a@b.example\n" + header.encode() + b": " + value + b"\n\n" + noise)
    msgspec.json.encode(found)


def _fixtures(shared: Path) -> list[tuple[str, str, bytes]]:
    found = []
    for packed in sorted((shared / "mail").glob("*.tar.xz")):
        with tarfile.open(fileobj=io.BytesIO(packed.read_bytes())) as archive:
            for member in archive:
                if member.isfile() and (file := archive.extractfile(member)) is not None:
                    found.append((packed.name.partition(".")[0], member.name, file.read()))
    return found


@pytest.mark.shared_data
def test_every_fixture_is_read_or_said_to_be_no_mail(shared: Path) -> None:
    fixtures = _fixtures(shared)
    assert fixtures
    outcomes: Counter[tuple[str, str]] = Counter()
    for library, name, raw in fixtures:
        try:
            found = parse(raw, datetime(2000, 1, 1, tzinfo=UTC))
        except NotMail as refused:
            outcomes[library, refused.code] += 1
            assert not name.endswith(".eml") or not raw.strip(), name
            continue
        outcomes[library, "mail"] += 1
        assert found.envelope == envelope_of(raw, datetime(2000, 1, 1, tzinfo=UTC))
        assert found.envelope.sent_at is not None
        assert "\x00" not in found.body.text
        assert "<script" not in found.body.html.lower()
        msgspec.json.encode(found)
    expected = {
        ("github__email_reply_parser", "not_a_mail"): 24,
        ("jstedfast__MimeKit", "mail"): 54,
        ("jstedfast__MimeKit", "not_a_mail"): 256,
        ("jstedfast__MimeKit", "empty"): 45,
        ("mailgun__talon", "mail"): 15,
        ("mailgun__talon", "not_a_mail"): 43,
        ("mailgun__talon", "empty"): 2,
        ("mikel__mail", "mail"): 104,
        ("mikel__mail", "not_a_mail"): 6,
        ("mikel__mail", "empty"): 1,
    }
    assert {key: outcomes[key] for key in expected} == expected

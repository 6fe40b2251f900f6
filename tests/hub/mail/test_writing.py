"""What we write is read as it was meant, by us and by the language's own parser, and carries nothing that was smuggled in."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.hub.mail.enclosure import Enclosure
from desktop.hub.mail.message import parse
from desktop.hub.mail.writing import Draft, bracketed, flowed, written

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def draft(**fields: Any) -> Draft:
    fields = {"subject": "Re: Rechnung", "text": "Hallo", **fields}
    return Draft(
        message_id="<one@firma.example>", sender=("Müller & Söhne", "s@firma.example"), to=[("Jana", "j@kunde.example")],
        at=AT, **fields,
    )  # fmt: skip


def test_long_lines_blanks_and_marks_survive_the_way() -> None:
    text = "Ein sehr langer Satz " * 20 + "\n> kein Zitat\nFrom hier\n  eingerückt\n" + "x" * 2_000 + "\n\n-- \nFirma"
    raw = written(draft(text=text))
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert parse(raw).body.text == "\n".join(row if row == "-- " else row.rstrip() for row in text.split("\n"))
    assert flowed("kurz") == "kurz"


def test_many_references_keep_the_first_and_the_last_and_stay_ids() -> None:
    ids = [f"<{n}.{'y' * 90}@kunde.example>" for n in range(80)]
    raw = written(draft(in_reply_to=ids[-1], references=[*ids, "no id", "sha256:ab"]))
    found = parse(raw).envelope.references
    assert len(found) == 50
    assert (f"<{found[0]}>", f"<{found[-1]}>") == (ids[0], ids[-1])
    assert b"=?utf-8?" not in raw.partition(b"References")[2].partition(b"\r\n\r\n")[0]


def test_files_have_their_names_in_any_script() -> None:
    names = ["Größe.pdf", "日本語.pdf", 'x"\r\nBcc: evil@example.org.pdf', "../../etc/passwd", "plain.pdf"]
    files = [Enclosure(name=name, data=b"%PDF", media_type="application/pdf") for name in names]
    mail = email.message_from_bytes(written(draft(files=files)), policy=email.policy.default)
    got = [part.get_filename() for part in mail.iter_attachments()]
    assert (got[0], got[1], got[3], got[4]) == ("Größe.pdf", "日本語.pdf", "passwd", "plain.pdf")
    assert mail["Bcc"] is None


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80), st.text(max_size=80))
def test_nothing_given_adds_a_header_or_ends_the_head(noise: str, other: str) -> None:
    raw = written(
        Draft(
            message_id="<one@firma.example>", sender=(noise, "s@firma.example"), to=[(other, "j@kunde.example")],
            subject=f"{noise}\r\nX-Evil: 1\n\n{other}", text=other, at=AT, in_reply_to=noise, references=[other, noise],
        )
    )  # fmt: skip
    mail = email.message_from_bytes(raw, policy=email.policy.compat32)
    known = {"content-type", "mime-version", "content-transfer-encoding", "from", "to", "subject", "date", "message-id",
             "in-reply-to", "references"}  # fmt: skip
    assert {name.lower() for name in mail} <= known
    assert parse(raw).envelope.sender.address == "s@firma.example"


def test_only_an_id_is_an_id() -> None:
    assert bracketed("a@b") == bracketed("<a@b>") == "<a@b>"
    for wrong in ("", "sha256:abc", "a b@c", "a@b>\r\nBcc: x", "ä@b"):
        assert bracketed(wrong) == ""

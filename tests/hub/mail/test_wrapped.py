"""What comes wrapped in a mail is taken out: files and words of a ``winmail.dat``, the date of an invitation, lines that
another program broke."""

from __future__ import annotations

import base64
import io
import re
import struct
import tarfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.hub.mail import calendar, tnef
from desktop.hub.mail.body import unflowed
from desktop.hub.mail.message import parse
from desktop.hub.mail.rtf import unpacked, words_of


def attribute(id_: int, value: bytes, level: int = 1) -> bytes:
    return struct.pack("<BII", level, id_, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def prop(kind: int, id_: int, value: bytes) -> bytes:
    return struct.pack("<HHII", kind, id_, 1, len(value)) + value + bytes(-len(value) % 4)


def winmail(*attributes: bytes) -> bytes:
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(attributes)


FILE = prop(0x1F, 0x3707, "Größe.txt\0".encode("utf-16-le")) + prop(0x1F, 0x3712, "bild1\0".encode("utf-16-le"))
WINMAIL = winmail(
    attribute(0x00069003, struct.pack("<I", 1) + prop(0x1F, 0x1000, "Guten Tag\0".encode("utf-16-le"))),
    attribute(0x00069002, b"\0" * 14, 2),
    attribute(0x00018010, b"GROESS~1.TXT\0", 2),
    attribute(0x0006800F, b"content", 2),
    attribute(0x00069005, struct.pack("<I", 2) + FILE, 2),
)


def test_the_words_and_files_of_a_winmail_are_those_of_the_mail() -> None:
    found = tnef.read(WINMAIL)
    assert found is not None
    assert found.text == "Guten Tag"
    assert [(file.name, file.data, file.content_id) for file in found.files] == [("Größe.txt", b"content", "bild1")]
    raw = (
        b"From: a@b.example\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n"
    )
    body = parse(raw + base64.encodebytes(WINMAIL)).body
    assert body.text == "Guten Tag"
    assert [file.name for file in body.files] == ["Größe.txt"]
    broken = parse(raw + base64.encodebytes(WINMAIL[:20])).body
    assert [file.name for file in broken.files] == ["winmail.dat"]


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.integers(0, len(WINMAIL)))
def test_no_bytes_make_the_readers_fail(noise: bytes, cut: int) -> None:
    tnef.read(WINMAIL[:cut] + noise)
    unpacked(struct.pack("<IIII", 0, 5000, 0x75465A4C, 0) + noise)
    words_of(b"{\\rtf1" + noise)
    calendar.summary("BEGIN:VEVENT\n" + noise.decode("latin-1"))


def test_rich_text_gives_its_words_and_wrapped_html_its_html() -> None:
    rtf = rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}{\*\generator X;}Gr\'fc\'dfe\par \u8364?5 {\b jetzt}}"
    assert words_of(rtf) == ("Grüße\n€5 jetzt", "")
    wrapped = rb"{\rtf1\ansi\fromhtml1{\*\htmltag64 <p>}\htmlrtf \par\htmlrtf0 Hallo{\*\htmltag72 </p>}}"
    assert words_of(wrapped) == ("", "<p>Hallo</p>")


def test_an_invitation_is_a_line_and_a_file() -> None:
    invitation = (
        "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Termin\\, Zähler\r\n ablesen\r\n"
        "DTSTART;TZID=Europe/Berlin:20260303T100000\r\nDTEND;TZID=Europe/Berlin:20260303T110000\r\n"
        "LOCATION:Keller\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    told = "Termin, Zählerablesen · 2026-03-03 10:00 – 11:00 (Europe/Berlin) · Keller"
    assert calendar.summary(invitation) == told
    raw = (
        "From: a@b.example\nContent-Type: multipart/alternative; boundary=b\n\n"
        "--b\nContent-Type: text/plain\n\nBitte kommen\n"
        f"--b\nContent-Type: text/calendar; charset=utf-8\n\n{invitation}\n--b--\n"
    )
    body = parse(raw.encode()).body
    assert body.text == f"Bitte kommen\n\n{told}"
    assert [(file.name, file.media_type) for file in body.files] == [("invite.ics", "text/calendar")]
    assert calendar.summary("BEGIN:VEVENT\nDTSTART:morgen\nEND:VEVENT") == ""


def test_lines_broken_on_the_way_are_whole_again() -> None:
    assert unflowed("Das ist ein \nSatz.\n> alt \n> weiter\n-- \nJana") == "Das ist ein Satz.\n> alt weiter\n-- \nJana"
    assert unflowed("Donau \ndampf", has_spare_blanks=True) == "Donaudampf"
    assert unflowed(" > kein Zitat\n From here") == "> kein Zitat\nFrom here"


@pytest.mark.shared_data
def test_the_files_that_others_find_in_a_winmail_are_found(shared: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO((shared / "mail" / "jstedfast__MimeKit.tar.xz").read_bytes())) as archive:
        files = {member.name: archive.extractfile(member) for member in archive if member.isfile()}
        read = {name: file.read() for name, file in files.items() if file and "/tnef/" in name}
    missing = []
    for name, raw in read.items():
        if not name.endswith(".tnef"):
            continue
        wanted = [re.sub(r"\W", "", one) for one in read[name[:-5] + ".list"].decode().split("\n") if one.strip()]
        wanted = [one for one in wanted if not re.fullmatch(r"(?:body|message)(?:rtf|html|txt)", one)]
        found = tnef.read(raw)
        names = [re.sub(r"\W", "", file.name) for file in found.files] if found else []
        # A nameless file is named by what it is; those without a name there are counted only.
        lost = len(wanted) - len(names) if any("Untitled" in one for one in wanted) else len(set(wanted) - set(names))
        if lost > 0:
            missing.append((name.rpartition("/")[2], lost))
    assert missing in ([], [("data-before-name.tnef", 2)])

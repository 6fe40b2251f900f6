"""Names that strangers chose, and files that would rather be run than looked at."""

from __future__ import annotations

import pytest

from desktop.domain.filenames import ending_of, may_open, safe_name


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("Rechnung März 2026.pdf", "Rechnung März 2026.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\jana\\Beleg.pdf", "Beleg.pdf"),
        ("\\\\server\\share\\x.txt", "x.txt"),
        ("a/", "file"),
        ("", "file"),
        ("...", "file"),
        (" .bashrc ", "bashrc"),
        ("Beleg.pdf. . .", "Beleg.pdf"),
        ("Beleg .pdf", "Beleg.pdf"),
        ("a\x00b\r\nc\t.pdf", "abc.pdf"),
        ("Rechnung\u202efdp.exe", "Rechnungfdp.exe"),
        ("zero\u200bwidth\ufeff.pdf", "zerowidth.pdf"),
        ('wie "groß"? <sehr>|*.pdf', "wie _groß__ _sehr___.pdf"),
        ("bild.jpg:Zone.Identifier", "bild.jpg_Zone.Identifier"),
        ("CON", "_CON"),
        ("con.tar.gz", "_con.tar.gz"),
        ("Lpt1.pdf", "_Lpt1.pdf"),
        ("COM¹.txt", "_COM¹.txt"),
        ("console.pdf", "console.pdf"),
        ("Gro\u0308ße.pdf", "Größe.pdf"),
        (".pdf", "pdf"),
    ],
)
def test_a_name_becomes_one_that_is_a_plain_file_everywhere(given: str, safe: str) -> None:
    assert safe_name(given) == safe
    assert safe_name(safe) == safe


@pytest.mark.parametrize("stem", ["x" * 5000, "ß" * 3000, "😀" * 300, "a." * 200])
def test_a_long_name_is_cut_and_keeps_its_ending(stem: str) -> None:
    safe = safe_name(f"{stem}.pdf")
    assert safe.endswith(".pdf")
    assert len(safe.encode()) <= 160
    assert safe_name(safe) == safe


def test_an_ending_too_long_to_be_one_is_cut_like_the_rest() -> None:
    assert len(safe_name("a." + "b" * 300)) == 160
    assert ending_of("Foto.JPG") == ".jpg"


@pytest.mark.parametrize(
    "name", ["a.pdf", "Foto.JPG", "Liste.csv", "Brief.docx", "alt.doc", "Anruf.wav", "Video.mp4", "x.tar.pdf"]
)
def test_what_only_shows_something_may_be_opened(name: str) -> None:
    assert may_open(name)
    assert may_open(name, b"%PDF-1.7 whatever")


@pytest.mark.parametrize(
    "name",
    """a.exe a.EXE a.pdf.exe a.com a.bat a.cmd a.ps1 a.vbs a.js a.jse a.wsf a.hta a.jar a.msi a.scr a.pif a.cpl a.lnk a.url
    a.desktop a.reg a.sh a.command a.app a.py a.iso a.img a.vhd a.chm a.scf a.html a.htm a.xhtml a.svg a.mht a.xml a.docm
    a.dotm a.xlsm a.xlsb a.xlam a.pptm a.xll a.one a.rtf a.zip a.7z a.rar a.eml a.appimage a.deb a.pdf.lnk noending
    a.pdf:x.exe a.pdf\u202e.exe""".split(),  # noqa: SIM905
)
def test_what_may_do_something_is_only_saved(name: str) -> None:
    assert not may_open(name)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("Foto.jpg", b"MZ\x90\x00"),
        ("Foto.jpg", b"\x7fELF\x02"),
        ("lies.txt", b"#!/bin/sh\nrm -rf ~"),
        ("a.pdf", b"\xca\xfe\xba\xbe"),
        ("Brief.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Macros".encode("utf-16-le") + bytes(52)),
        ("Liste.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "_VBA_PROJECT_CUR".encode("utf-16-le") + bytes(32)),
        ("Brief.docx", b"PK\x03\x04...word/vbaProject.bin"),
    ],
)
def test_a_harmless_name_hides_nothing(name: str, data: bytes) -> None:
    assert not may_open(name, data)


def test_a_letter_about_macros_has_none() -> None:
    assert may_open("Brief.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Macros sind aus.".encode("utf-16-le"))

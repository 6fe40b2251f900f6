"""Mailboxes and folders of mails become contacts: one thread each, with the customer found."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from desktop.domain.interaction import Author
from desktop.hub.history.contact import BadRow, Contact, UnreadableSource
from desktop.hub.history.eml import eml_reader
from desktop.hub.history.mbox import mbox_reader

JANA = "Jana Weber <jana@example.org>"
DESK = "Service <service@firma.example>"


def a_mail(id_: str, sender: str, to: str, subject: str, day: int, text: str = "words", **more: str) -> str:
    head = {
        "From": sender,
        "To": to,
        "Subject": subject,
        "Date": f"{day} Mar 2026 10:00:00 +0000",
        "Message-ID": f"<{id_}>",
    }
    head |= {name.replace("_", "-"): value for name, value in more.items()}
    return "\n".join(f"{name}: {value}" for name, value in head.items() if value) + f"\n\n{text}\n"


def folder_of(tmp_path: Path, *mails: str) -> Path:
    for number, raw in enumerate(mails):
        (tmp_path / f"{number:02}.eml").write_text(raw, "utf-8")
    return tmp_path


def contacts(items: object) -> list[Contact]:
    return [item for item in items if isinstance(item, Contact)]  # type: ignore[attr-defined]


def test_a_question_its_answer_and_the_thanks_are_one_contact(tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path,
        a_mail("3@x", JANA, DESK, "AW: Rechnung", 3, References="<1@x> <2@x>"),
        a_mail("2@x", DESK, JANA, "Re: Rechnung", 2, In_Reply_To="<1@x>"),
        a_mail("1@x", JANA, DESK, "Rechnung", 1),
        a_mail("9@x", "Otto <otto@example.org>", DESK, "Rechnung", 2),
    )
    jana, otto = sorted(contacts(eml_reader(folder).read()), key=lambda contact: -len(contact.messages))
    assert [message.external_id for message in jana.messages] == ["1@x", "2@x", "3@x"]
    assert [message.author for message in jana.messages] == [Author.CUSTOMER, Author.AGENT, Author.CUSTOMER]
    assert jana.customer is not None
    assert (jana.customer.address, jana.customer.name, jana.subject) == ("jana@example.org", "Jana Weber", "Rechnung")
    assert otto.customer is not None
    assert otto.customer.address == "otto@example.org"


def test_two_answers_to_a_mail_that_is_not_here_belong_together(tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path,
        a_mail("2@x", JANA, DESK, "Re: a", 1, References="<gone@x>"),
        a_mail("3@x", JANA, DESK, "Re: b", 2, References="<gone@x>"),
    )
    assert [len(contact.messages) for contact in contacts(eml_reader(folder).read())] == [2]


def test_a_reply_without_references_is_known_by_subject_and_people(tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path,
        a_mail("1@x", JANA, DESK, "Lieferung", 1),
        a_mail("2@x", DESK, JANA, "AW: Lieferung", 2),
        a_mail("3@x", "otto@example.org", "else@other.example", "AW: Lieferung", 3),
    )
    assert sorted(len(contact.messages) for contact in contacts(eml_reader(folder).read())) == [1, 2]


def test_our_own_addresses_are_never_the_customer(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, a_mail("1@x", DESK, JANA, "Ihr Vertrag", 1), a_mail("2@x", JANA, DESK, "?", 2))
    first, second = contacts(eml_reader(folder, ["@firma.example"]).read())
    assert first.customer is not None
    assert first.customer.address == "jana@example.org"
    assert [first.messages[0].author, second.messages[0].author] == [Author.AGENT, Author.CUSTOMER]


def test_a_mail_kept_twice_counts_once_and_one_id_for_all_loses_none(tmp_path: Path) -> None:
    same = a_mail("1@x", JANA, DESK, "Rechnung", 1)
    other = a_mail("1@x", "otto@example.org", DESK, "Etwas anderes", 2, text="other words")
    reader = eml_reader(folder_of(tmp_path, same, "Received: by copy; 1 Mar 2026 10:00:01 +0000\n" + same, other))
    found = contacts(reader.read())
    assert reader.duplicates == 1
    assert sorted(len(contact.messages) for contact in found) == [1, 1]
    assert len({message.external_id for contact in found for message in contact.messages}) == 2


def test_a_mailbox_file_is_split_where_mails_begin_and_nowhere_else(tmp_path: Path) -> None:
    box = tmp_path / "inbox.mbox"
    box.write_bytes(
        b"From jana@example.org Sun Mar  1 10:00:00 2026\r\nFrom: jana@example.org\r\nMessage-ID: <1@x>\r\n\r\n"
        b"First\r\n\r\nFrom here on it is body\r\n>From me\r\n>>From you\r\n\r\n"
        b"From otto@example.org Mon Mar  2 10:00:00 2026\r\nFrom: otto@example.org\r\nMessage-ID: <2@x>\r\n\r\nSecond\r\n"
    )
    first, second = contacts(mbox_reader(box).read())
    assert first.messages[0].text == "First\n\nFrom here on it is body\nFrom me\n>From you"
    assert first.started_at.isoformat() == "2026-03-01T10:00:00+00:00"
    assert second.messages[0].text == "Second"


def test_a_folder_takes_mails_and_mailboxes_and_names_the_rest(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "box").write_text(
        "From a Sun Mar  1 10:00:00 2026\n" + a_mail("1@x", JANA, DESK, "a", 1) + "\n"
    )
    (tmp_path / "2,S").write_text(a_mail("2@x", JANA, DESK, "b", 2))
    (tmp_path / "empty.eml").write_bytes(b"")
    (tmp_path / "logo.gif").write_bytes(b"GIF89a\x00\x01")
    items = list(eml_reader(tmp_path).read())
    assert len(contacts(items)) == 2
    assert {(bad.where, bad.why) for bad in items if isinstance(bad, BadRow)} == {
        ("empty.eml", "empty"),
        ("logo.gif", "not_a_mail"),
    }


def test_reading_goes_on_from_a_position(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, *(a_mail(f"{n}@x", JANA, DESK, f"matter {n}", n + 1) for n in range(5)))
    assert list(eml_reader(folder).read(3)) == list(eml_reader(folder).read())[3:]


def test_a_mailbox_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource):
        mbox_reader(tmp_path / "none")


@pytest.mark.shared_data
def test_the_mail_fixtures_import_as_a_folder(shared: Path, tmp_path: Path) -> None:
    for packed in (shared / "mail").glob("m*.tar.xz"):
        with tarfile.open(packed) as archive:
            # Python before 3.11.4 knows no filters.
            archive.extraction_filter = getattr(tarfile, "data_filter", None)
            archive.extractall(tmp_path)
    reader = eml_reader(tmp_path)
    items = list(reader.read())
    found = contacts(items)
    assert all(isinstance(item, Contact | BadRow) for item in items)
    assert {bad.why for bad in items if isinstance(bad, BadRow)} == {"empty", "not_a_mail"}
    ids = [message.external_id for contact in found for message in contact.messages]
    assert len(ids) == len(set(ids))
    said_hello = next(contact for contact in found if contact.subject == "Saying Hello" and len(contact.messages) > 1)
    assert [m.external_id for m in said_hello.messages][:2] == ["1234@local.machine.example", "3456@example.net"]


@pytest.mark.shared_data
def test_odd_mailbox_files_give_the_mails_that_are_in_them(shared: Path, tmp_path: Path) -> None:
    with tarfile.open(shared / "mail" / "jstedfast__MimeKit.tar.xz") as archive:
        # Python before 3.11.4 knows no filters.
        archive.extraction_filter = getattr(tarfile, "data_filter", None)
        archive.extractall(tmp_path)
    found = {
        file.name: sum(len(contact.messages) for contact in contacts(mbox_reader(file).read()))
        for file in tmp_path.rglob("*.mbox.txt")
    }
    assert found == {
        "content-length.mbox.txt": 29,
        "issue1189.mbox.txt": 4,
        "simple.mbox.txt": 3,
        "unmunged.mbox.txt": 2,
    }

"""Contact history from spreadsheets and exports: rows of one contact are found together, bad ones are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.domain.channels import Channel
from desktop.domain.interaction import Author
from desktop.hub.history.contact import BadRow, Contact, UnreadableSource
from desktop.hub.history.contacts_csv import csv_reader
from desktop.hub.history.jsonl import jsonl_reader

HEAD = "external_id;channel;at;author;agent;text;customer_name;customer_address;customer_no;subject;disposition\n"


def test_rows_with_one_id_are_one_contact_wherever_they_stand(tmp_path: Path) -> None:
    file = tmp_path / "history.csv"
    file.write_text(
        HEAD
        + "A1;chat;2026-03-01T10:00:00+01:00;customer;;Wo bleibt mein Paket?;Jana Weber;jana@example.org;K-1;;\n"
        + 'B2;in-app;1772355600;customer;;"zwei\nZeilen; mit Strichpunkt";;;;Login;\n'
        + "A1;chat;2026-03-01T09:02:00Z;agent;Otto;Es kommt morgen.;;;;;solved\n",
        "cp1252",
    )
    b2, a1 = csv_reader(file).read()
    assert isinstance(a1, Contact)
    assert isinstance(b2, Contact)
    assert [(m.author, m.author_name, m.text) for m in a1.messages] == [
        (Author.CUSTOMER, "Jana Weber", "Wo bleibt mein Paket?"),
        (Author.AGENT, "Otto", "Es kommt morgen."),
    ]
    assert a1.started_at.isoformat() == "2026-03-01T09:00:00+00:00"
    assert a1.customer is not None
    assert (a1.customer.key, a1.customer.number, a1.disposition) == ("K-1", "K-1", "solved")
    assert (b2.channel, b2.customer, b2.messages[0].text) == (Channel.IN_APP, None, "zwei\nZeilen; mit Strichpunkt")


def test_bad_rows_are_named_by_line_and_reason(tmp_path: Path) -> None:
    file = tmp_path / "history.csv"
    rows = [
        ";chat;2026-03-01;;;x;;;;;",
        "A;pigeon;2026-03-01;;;x;;;;;",
        "A;shop;2026-03-01;;;x;;;;;",
        "A;chat;soon;;;x;;;;;",
        "A;chat;2999-03-01;;;x;;;;;",
        "A;chat;2026-03-01;ghost;;x;;;;;",
        "A;chat;2026-03-01;customer",
        "A;chat;2026-03-01;;;good;;;;;",
    ]
    file.write_text(HEAD + "\n".join(rows) + "\n", "utf-8")
    items = list(csv_reader(file).read())
    assert [(bad.where, bad.why) for bad in items if isinstance(bad, BadRow)] == [
        ("history.csv:2", "no_external_id"),
        ("history.csv:3", "unknown_channel"),
        ("history.csv:4", "unknown_channel"),
        ("history.csv:5", "bad_time"),
        ("history.csv:6", "bad_time"),
        ("history.csv:7", "unknown_author"),
        ("history.csv:8", "wrong_columns"),
    ]
    [good] = [item for item in items if isinstance(item, Contact)]
    assert good.messages[0].text == "good"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_spreadsheet_encodings_are_understood(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "history.csv"
    file.write_text("External_ID\tchannel\tat\ttext\nA\tsms\t2026-03-01 10:00\tGrüße\n", encoding)
    [contact] = csv_reader(file).read()
    assert isinstance(contact, Contact)
    assert contact.messages[0].text == "Grüße"


def test_a_table_without_the_columns_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "other.csv"
    file.write_text("name,age\nx,1\n")
    with pytest.raises(UnreadableSource, match="external_id, channel, at"):
        list(csv_reader(file).read())
    with pytest.raises(UnreadableSource):
        csv_reader(tmp_path / "none.csv")


def test_json_lines_give_the_same_contacts(tmp_path: Path) -> None:
    file = tmp_path / "history.jsonl"
    file.write_text(
        '{"external_id": 7, "channel": "call", "at": 1772355600, "customer_address": "+49 30 1234567", "intent": "fault"}\n'
        '{"external_id": 7, "channel": "call", "at": 1772355660.5, "text": "it is dead", "step": null}\n'
        '{"external_id": 8, "channel": "call", "at": 1772355660, "text": ["x"]}\n'
        "[1]\n{oops\n",
        "utf-8",
    )
    contact, *bad = jsonl_reader(file).read()
    assert isinstance(contact, Contact)
    assert (contact.external_id, contact.intent, [m.text for m in contact.messages]) == ("7", "fault", ["it is dead"])
    assert [row.why for row in bad if isinstance(row, BadRow)] == ["wrong_columns", "not_an_object", "bad_json"]


def test_reading_goes_on_from_a_position(tmp_path: Path) -> None:
    file = tmp_path / "history.csv"
    file.write_text(
        "external_id,channel,at,text\n" + "".join(f"{n % 7},chat,2026-03-0{1 + n % 7},t{n}\n" for n in range(20))
    )
    assert list(csv_reader(file).read(3)) == list(csv_reader(file).read())[3:]

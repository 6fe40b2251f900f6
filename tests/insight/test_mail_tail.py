"""What stands below a mail's own words is folded away, and nothing that was newly written with it."""

from __future__ import annotations

import time

import pytest

from desktop.insight.mail_subject import is_absence, is_reply, matter_of, without_marks
from desktop.insight.mail_text import tail_start


@pytest.mark.parametrize(
    ("text", "tail"),
    [
        ("Danke!\n\nAm 3. Mai 2024 um 09:00 schrieb Service:\n> Bitte\n", "Am 3. Mai"),
        ("Danke!\n\nAm 3. Mai 2024 um 09:00 schrieb Service:\n\nOhne Zeichen zitiert", "Am 3. Mai"),
        ("Danke!\n> nur ein Zitat", "> nur"),
        ("Passt.\n\n-- \nJana Weber\n\nOn Mon, 6 May 2024, Service wrote:\n> x", "-- \nJana"),
        ("Passt.\n\nVon meinem iPhone gesendet", "Von meinem"),
        ("Passt.\n\nViele Grüße\nJana\n\n-----Original Message-----\nFrom: a@b.example\nSent: x\n\nalt", "-----Orig"),
        ("Alt ist das:\n\n ----------------\n\nVon: a@b.example\nGesendet: gestern\nBetreff: x\n\nalt", "----"),
    ],
)
def test_what_was_quoted_and_signed_begins_where_it_begins(text: str, tail: str) -> None:
    start = tail_start(text)
    assert 0 < start < len(text)
    assert text[start:].lstrip().startswith(tail)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Nur ein Satz.",
        "> alles nur\n> zitiert",
        "Viele Grüße\nJana",
        "Am 3. Mai schrieb Service:\n> Frage?\nAntwort.",
        "Ja.\n> Und die Nummer?\n448812",
        "-- \nkein Text darüber",
        "Punkte:\n-- \n" + "Zeile\n" * 40,
    ],
)
def test_what_was_newly_written_stays_in_view(text: str) -> None:
    assert tail_start(text) == 0


def test_a_hostile_megabyte_takes_no_time() -> None:
    for bad in (
        ">\n" * 500_000,
        "On 1 \n" * 160_000,
        "From: x\n" * 120_000,
        "\u202e" * 1_000_000,
        "x\n-- \n" * 200_000,
    ):
        began = time.perf_counter()
        tail_start(bad)
        assert time.perf_counter() - began < 1.0


def test_subjects_of_one_matter_are_known_as_such() -> None:
    assert matter_of("AW: Re: [2] Rechnung") == matter_of("Automatische Antwort: AW: [2]  rechnung")
    assert without_marks("Re[2]: AW: WG: Umzug") == "Umzug"
    assert is_reply("Antw: x")
    assert is_reply("Automatic reply: Rechnung")
    assert not is_reply("Reklamation: Gerät")
    assert not is_reply("Abwesenheitsnotiz")
    assert is_absence("Out of Office")
    assert is_absence("Re: Abwesenheitsnotiz: bis Montag")
    assert not is_absence("Abwesenheit im Juli")
    assert matter_of("Re: " * 100_000 + "x") is not None

"""Only what the customer newly wrote is judged, whatever program wrote the mail."""

from __future__ import annotations

import ast
import email
import io
import re
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.insight.mail_text import own_words, without_quotes, without_signature

MAILS = Path(__file__).resolve().parents[3] / "shared" / "data" / "mail"

GERMAN = """Sehr geehrte Damen und Herren,

leider ist mein Paket immer noch nicht da.

Mit freundlichen Grüßen
Jana Weber
Lindenstr. 4

Am 03.05.2024 um 10:12 schrieb Service <service@example.org>:
> Guten Tag Frau Weber,
> Ihre Rechnung liegt bei.
"""
ENGLISH = """Hi there,

where is my refund?

Kind regards,
Tom

-----Original Message-----
From: Service <service@example.org>
Sent: Monday
To: Tom
Subject: Your invoice

Please pay your invoice.
"""
OUTLOOK = """Das Gerät ist defekt.

Von: Service <service@example.org>
Gesendet: Montag, 3. Mai 2024 10:12
An: Jana Weber
Betreff: Ihre Rechnung

Ihre Rechnung liegt bei."""
INLINE = """Am 3. Mai 2024 um 09:00 schrieb Service:
> Wie lautet Ihre Kundennummer?
448812
> Und seit wann besteht der Fehler?
Seit gestern."""
NESTED = """Bitte stornieren.

On Mon, 6 May 2024 at 10:12, Service <service@example.org>
wrote:

> Hello,
>> On Sunday you wrote:
>>> Where is it?
"""
COMPANY = """Wir brauchen die Rechnung auf die neue Anschrift.

Viele Grüße
i. A. Jana Weber

Muster GmbH, Sitz der Gesellschaft: Köln
Diese E-Mail enthält vertrauliche Informationen und ist nur für den Empfänger bestimmt."""
LEGAL = """Please send it again.

This e-mail and any attachments are confidential and intended only for the addressee."""
FORWARDED = """Siehe unten, stimmt das so?

---------- Forwarded message ----------
From: Shop <shop@example.org>
Date: Tue, May 7, 2024
Subject: Your order

Your order was cancelled."""


@pytest.mark.parametrize(
    ("mail", "words"),
    [
        (GERMAN, "leider ist mein Paket immer noch nicht da."),
        (ENGLISH, "where is my refund?"),
        (OUTLOOK, "Das Gerät ist defekt."),
        (INLINE, "448812\nSeit gestern."),
        (NESTED, "Bitte stornieren."),
        (COMPANY, "Wir brauchen die Rechnung auf die neue Anschrift."),
        (LEGAL, "Please send it again."),
        (FORWARDED, "Siehe unten, stimmt das so?"),
        ("Hallo zusammen, mein Router blinkt rot.\n\nVon meinem iPhone gesendet", "mein Router blinkt rot."),
        ("Router dead.\n\nGet Outlook for Android", "Router dead."),
        ("> Passt Ihnen Dienstag?\nJa, Dienstag passt.", "Ja, Dienstag passt."),
        ("Am 3. Mai 2024 schrieb Service:\n> Wie können wir helfen?\n\nIch möchte kündigen.", "Ich möchte kündigen."),
        ("On Mon, 3 May 2024 at 10:12, Service wrote:\n> Hi\n\nPlease cancel it.", "Please cancel it."),
        ("Passt.\n\n-- \nJana Weber", "Passt."),
    ],
)
def test_quotes_greetings_and_signatures_go(mail: str, words: str) -> None:
    assert re.sub(r"\n+", "\n", own_words(mail)) == words
    assert re.sub(r"\n+", "\n", own_words(mail.replace("\n", "\r\n"))) == words


@pytest.mark.parametrize("text", ["Hallo", "Viele Grüße", "Danke", "Gruß Jana", "Liebe Grüße an das Team!"])
def test_a_message_that_is_only_a_formula_is_kept(text: str) -> None:
    assert own_words(text) == text


def test_a_sentence_that_begins_like_a_formula_is_kept() -> None:
    assert own_words("Dear team my parcel is lost. Please help.") == "Dear team my parcel is lost. Please help."
    for text in (
        "My order is lost.\nBest price guarantee? I don't think so.",
        "It broke.\n\nSent from my desk, this is easier than the phone.",
        "On Tuesday I wrote to you.\nOn Wednesday nobody answered.",
        "Bitte prüfen:\nDatum: 3. Mai\nUhrzeit: 9 Uhr\nOrt: Köln",
        "Ich brauche\n- ein Kabel\n- einen Stecker\nund zwar bald.",
    ):
        assert own_words(text) == text


def test_the_first_words_of_a_sentence_are_no_greeting() -> None:
    assert own_words("Highspeed-Internet geht nicht") == "Highspeed-Internet geht nicht"
    assert own_words("Besten Dank im Voraus, wann kommt das Paket?").endswith("wann kommt das Paket?")


def test_the_answer_below_a_very_long_quote_is_found() -> None:
    quote = "Am 3. Mai 2024 schrieb Service:\n" + "> Sehr geehrte Kundin, wir danken für Ihre Nachricht.\n" * 3_000
    assert own_words(quote + "\nIch möchte kündigen.") == "Ich möchte kündigen."


@pytest.mark.parametrize(
    "bad",
    ["\n" * 1_000_000, ">" * 1_000_000, ">\n" * 500_000, "\r" * 1_000_000, "Am " * 300_000, "On 1 \n" * 160_000,
     "From: x\n" * 120_000, "On Mon 1 Jan x wrote:\n" * 40_000, "_" * 1_000_000, " " * 1_000_000, "- " * 500_000,
     "Sehr geehrte " * 80_000, "\x00" * 1_000_000],
)  # fmt: skip
def test_a_megabyte_of_anything_takes_no_longer_than_a_long_mail(bad: str) -> None:
    """Measured 1 to 15 ms; what grows with the square of the length would take minutes."""
    took = []
    for _ in range(3):
        began = time.perf_counter()
        own_words(bad)
        took.append(time.perf_counter() - began)
    assert min(took) < 0.2


def _archive(name: str) -> Iterator[tuple[str, bytes]]:
    path = MAILS / f"{name}.tar.xz"
    if not path.is_file():
        pytest.skip("the mail fixtures are not beside the project")
    with tarfile.open(path) as archive:
        for member in archive:
            if member.isfile() and (file := archive.extractfile(member)):
                yield member.name, file.read()


def _flat(text: str) -> str:
    return " ".join(text.split())


def _stated(source: str) -> Iterator[tuple[str, str]]:
    """Yield (mail, expected) of the assertions of a Python test file whose both sides are written out."""

    def value(node: ast.expr, known: dict[str, str]) -> str | None:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value
        return known.get(node.id) if isinstance(node, ast.Name) else None

    for function in (one for one in ast.parse(source).body if isinstance(one, ast.FunctionDef)):
        known: dict[str, str] = {}
        for step in function.body:
            if isinstance(step, ast.Assign) and isinstance(step.targets[0], ast.Name):
                if (text := value(step.value, known)) is not None:
                    known[step.targets[0].id] = text
            elif isinstance(step, ast.Expr) and isinstance(call := step.value, ast.Call) and len(call.args) >= 2:
                expected, asked = value(call.args[0], known), call.args[1]
                if isinstance(asked, ast.Call) and getattr(asked.func, "attr", "") == "extract_from_plain":
                    mail = value(asked.args[0], known)
                    if expected is not None and mail is not None:
                        yield mail, expected


@pytest.mark.shared_data
def test_what_talon_expects_of_quotes_is_met_but_for_few() -> None:
    files = dict(_archive("mailgun__talon"))
    source = files["mailgun__talon/tests/text_quotations_test.py"].decode()
    pairs = list(_stated(source))
    met = [_flat(without_quotes(mail)) == _flat(expected) for mail, expected in pairs]
    assert len(pairs) > 40
    assert sum(met) >= len(met) - 5
    folder = "mailgun__talon/tests/fixtures/standard_replies/"
    replies = []
    for name, content in files.items():
        if name.startswith(folder) and name.endswith(".eml"):
            parts = email.message_from_binary_file(io.BytesIO(content)).walk()
            plain = next(part for part in parts if part.get_content_type() == "text/plain").get_payload(decode=True)
            expected = files.get(name[:-4] + "_reply_text", b"Hello").decode()
            replies.append(_flat(without_quotes(bytes(plain).decode(errors="replace"))) == _flat(expected))
    assert sum(replies) >= len(replies) - 1 >= 10


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("name", "begins", "ends"),
    [
        ("email_1_3", "Oh thanks.", "would be great."),
        ("email_1_6", "I get proper", "as well."),
        ("email_2_1", "Outlook with a reply", "a reply"),
        ("email_2_3", "Outlook with", "directly above line"),
        ("email_iPhone", "Here is another", "another email"),
        ("email_BlackBerry", "Here is another", "another email"),
        ("email_sent_from_my_not_signature", "Here is", "then my mobile phone."),
        ("email_bullets", "test 2", "- and another"),
        ("greedy_on", "On your remote host", "tunnel is not working."),
        ("email_one_is_not_on", "Thank, this is", "when I run..."),
        ("correct_sig", "this is an email", "signature."),
    ],
)
def test_what_the_reply_parser_of_github_expects_is_met(name: str, begins: str, ends: str) -> None:
    wanted = f"/emails/{name}.txt"
    mail = next(content for path, content in _archive("github__email_reply_parser") if path.endswith(wanted)).decode()
    found = _flat(without_signature(without_quotes(mail)))
    assert found.startswith(begins)
    assert found.endswith(ends)

"""A machine's mail is known as one, and what it reports is understood."""

from __future__ import annotations

import pytest

from desktop.hub.mail.automatic import Automatic
from desktop.hub.mail.message import envelope_of, parse
from desktop.hub.mail.reports import reason_of


def verdict(head: str) -> Automatic:
    lines = head if "From:" in head else f"From: jana@kunde.example\n{head}"
    return envelope_of(f"{lines}\n\nText".encode()).automatic


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ("Subject: Re: Rechnung", Automatic.NO),
        ("Auto-Submitted: no", Automatic.NO),
        ("X-Auto-Response-Suppress: All\nSubject: Frage", Automatic.NO),
        ("Subject: Abwesenheit im Juli", Automatic.NO),
        ("Subject: Automatic delivery of my order", Automatic.NO),
        ("Auto-Submitted: auto-replied (vacation)", Automatic.REPLY),
        ("X-Autoreply: yes", Automatic.REPLY),
        ("Precedence: auto_reply", Automatic.REPLY),
        ("Subject: Automatische Antwort: Ihre Rechnung", Automatic.REPLY),
        ("Subject: Out of Office", Automatic.REPLY),
        ("Subject: Re: Abwesenheitsnotiz", Automatic.REPLY),
        ("Auto-Submitted: auto-generated", Automatic.GENERATED),
        ("Return-Path: <>", Automatic.GENERATED),
        ("From: no-reply@shop.example", Automatic.GENERATED),
        ("Precedence: list", Automatic.BULK),
        ("List-Unsubscribe: <mailto:x@y.example>", Automatic.BULK),
        ("From: MAILER-DAEMON@mx.example", Automatic.REPORT),
        ("Return-Path: <>\nSubject: Undelivered Mail", Automatic.REPORT),
        ("Content-Type: multipart/report; report-type=delivery-status; boundary=b", Automatic.REPORT),
        ("Content-Type: multipart/report; report-type=disposition-notification; boundary=b", Automatic.GENERATED),
    ],
)
def test_a_machine_is_known(head: str, kind: Automatic) -> None:
    assert verdict(head) is kind


@pytest.mark.parametrize(
    ("code", "text", "reason"),
    [
        (550, "5.1.1 no", "unknown_address"),
        (552, "", "mailbox_full"),
        (552, "5.3.4 message size exceeds fixed limit", "too_large"),
        (550, "5.7.1 listed at a blocklist", "spam"),
        (550, "5.7.1 relaying denied", "rejected"),
        (550, "Requested action not taken: mailbox unavailable", "unknown_address"),
        (0, "Das Postfach ist voll", "mailbox_full"),
        (554, "transaction failed", "rejected"),
        (0, "", "rejected"),
    ],
)
def test_a_refusal_has_a_reason(code: int, text: str, reason: str) -> None:
    assert reason_of(code, text) == reason


OLD = """Return-Path: <>
From: MAILER-DAEMON@mx.example
Subject: failure notice

Hi. This is the mail program. I wasn't able to deliver your message.

<jana@kunde.example>:
550 5.1.1 User unknown

--- Below this line is a copy of the message.

Message-ID: <ours@firma.example>
Subject: Re: Rechnung
"""


def test_a_report_of_the_oldest_kind_is_understood() -> None:
    report = parse(OLD.encode()).report
    assert report is not None
    assert report.ids == ("ours@firma.example",)
    assert (report.is_failure, report.reason) == (True, "unknown_address")
    delayed = parse(OLD.replace("550 5.1.1 User unknown", "Warning: delayed for 4 hours").encode()).report
    assert delayed is not None
    assert not delayed.is_failure

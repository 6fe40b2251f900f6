"""A mail becomes a contact, or more of one, or says that an answer did not arrive; each once."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop.domain import commands as c
from desktop.domain.changes import Table
from desktop.domain.interaction import Author, Delivery, Interaction, Message
from desktop.hub.channels.email.incoming import Incoming
from desktop.hub.channels.email.mailbox import Fetched

from .conftest import Centre, intake_of, settings

PIXEL = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(40)).decode()


@pytest.fixture
async def incoming(centre: Centre, tmp_path: Path) -> Incoming:
    """What takes the mails in; Anna is there to answer them."""
    await centre.hire("anna")
    await centre.ready("anna")
    return Incoming(intake_of(centre, tmp_path), settings(25))


def mail(
    text: str,
    subject: str = "Rechnung",
    id_: str = "<a@kunde.example>",
    sender: str = "jana@kunde.example",
    **headers: str,
) -> Fetched:
    head = {"From": sender, "To": "service@firma.example", "Subject": subject, "Message-ID": id_, **headers}
    head = {"Date": "Mon, 2 Mar 2026 08:00:00 +0000", **head}
    raw = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in head.items()) + f"\r\n{text}"
    return Fetched(1, raw.encode(), datetime(2026, 3, 2, 8, 0, tzinfo=UTC))


async def contacts(centre: Centre) -> list[Interaction]:
    async with centre.database.read() as ledger:
        return await ledger.find(Table.INTERACTION)


async def test_the_same_mail_twice_is_one_contact_and_another_with_its_id_is_not(
    centre: Centre, incoming: Incoming
) -> None:
    for _ in range(2):
        assert await incoming.take(mail("Wo ist sie?"))
    assert len(await contacts(centre)) == 1
    other = mail("Ganz anderes", subject="Umzug", Date="Mon, 2 Mar 2026 08:30:00 +0000")
    for _ in range(2):
        await incoming.take(other)
    assert sorted(one.subject for one in await contacts(centre)) == ["Rechnung", "Umzug"]


async def test_an_image_of_the_text_is_found_by_its_digest_and_a_program_is_turned_away(
    centre: Centre, incoming: Incoming
) -> None:
    raw = (
        '--b\r\nContent-Type: text/html\r\n\r\n<p>Siehe <img src="cid:Bild1@x"></p>\r\n'
        f"--b\r\nContent-Type: image/png; name=bild.png\r\nContent-ID: <bild1@X>\r\n"
        f"Content-Transfer-Encoding: base64\r\n\r\n{PIXEL}\r\n"
        "--b\r\nContent-Type: application/octet-stream; name=setup.exe\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\nTVoAAQ==\r\n--b--\r\n"
    )
    await incoming.take(mail(raw, Content_Type="multipart/related; boundary=b", MIME_Version="1.0"))
    [contact] = await contacts(centre)
    message = (await centre.messages(contact.id))[0]
    [image] = message.attachments
    assert f'src="cid:{image.sha256}"' in message.html
    assert message.values["lost_files"] == "setup.exe"


async def test_a_mail_enclosed_in_a_mail_is_a_file_with_its_html(centre: Centre, incoming: Incoming) -> None:
    inner = "From: a@b.example\r\nSubject: alt\r\nContent-Type: text/html\r\n\r\n<html><body>alt</body></html>"
    raw = f"--b\r\n\r\nSiehe Anlage\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n{inner}\r\n--b--\r\n"
    await incoming.take(mail(raw, Content_Type="multipart/mixed; boundary=b", MIME_Version="1.0"))
    [contact] = await contacts(centre)
    [message] = await centre.messages(contact.id)
    assert [file.media_type for file in message.attachments] == ["message/rfc822"]
    assert "lost_files" not in message.values


async def test_the_quotation_and_the_signature_are_folded(centre: Centre, incoming: Incoming) -> None:
    await incoming.take(
        mail("Danke!\r\n\r\n-- \r\nJana\r\n\r\nAm 1.3.2026 um 09:00 schrieb Service:\r\n> Bitte sehr\r\n")
    )
    [contact] = await contacts(centre)
    message = (await centre.messages(contact.id))[0]
    assert message.text[: message.quoted_from].strip() == "Danke!"
    assert message.text[message.quoted_from :].lstrip().startswith("-- \nJana")


async def test_answers_are_wanted_where_the_mail_says(centre: Centre, incoming: Incoming) -> None:
    await incoming.take(mail("Formular", sender="no-reply@shop.example", Reply_To="Jana <jana@kunde.example>"))
    [contact] = await contacts(centre)
    assert (contact.from_address, contact.customer_name) == ("jana@kunde.example", "Jana")


async def answered(centre: Centre) -> Message:
    """Anna answers the only mail there is."""
    [contact] = await contacts(centre)
    await centre.do("anna", c.Accept(interaction_id=contact.id))
    await centre.do("anna", c.SendMessage(interaction_id=contact.id, text="Hier ist sie."))
    return next(one for one in await centre.messages(contact.id) if one.author is Author.AGENT)


def bounce(message_id: str, action: str = "failed", status: str = "5.1.1") -> Fetched:
    return mail(
        "--r\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n--r\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; jana@kunde.example\r\n"
        f"Action: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; 550 {status} it says\r\n\r\n"
        f"--r\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\nSubject: x\r\n\r\n--r--\r\n",
        subject="Undelivered Mail Returned to Sender", id_="<b@mx.example>", sender="MAILER-DAEMON@mx.example",
        Content_Type="multipart/report; report-type=delivery-status; boundary=r", MIME_Version="1.0",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("action", "status", "delivery", "failure"),
    [
        ("failed", "5.1.1", Delivery.FAILED, "unknown_address"),
        ("failed", "5.2.2", Delivery.FAILED, "mailbox_full"),
        ("delayed", "4.4.1", Delivery.QUEUED, ""),
        ("delivered", "2.0.0", Delivery.DELIVERED, ""),
    ],
)
async def test_a_report_says_what_became_of_an_answer_and_is_no_contact(
    centre: Centre, incoming: Incoming, action: str, status: str, delivery: Delivery, failure: str
) -> None:
    await incoming.take(mail("Wo ist sie?"))
    sent = await answered(centre)
    assert await incoming.take(bounce(sent.external_id, action, status))
    now: Message = await centre.get(Table.MESSAGE, sent.id)
    assert (now.delivery, now.failure) == (delivery, failure)
    assert len(await contacts(centre)) == 1


async def test_a_report_on_somebody_elses_mail_is_left_alone(centre: Centre, incoming: Incoming) -> None:
    assert not await incoming.take(bounce("<unknown@elsewhere.example>"))
    assert await contacts(centre) == []


async def test_an_answer_without_a_reference_finds_its_contact_by_subject_and_address(
    centre: Centre, incoming: Incoming
) -> None:
    await incoming.take(mail("Wo ist sie?"))
    await incoming.take(
        mail("Und?", subject="AW: Rechnung", id_="<c@kunde.example>", References="<lost@kunde.example>")
    )
    assert len(await contacts(centre)) == 1
    await incoming.take(mail("Und?", subject="AW: Rechnung", id_="<d@x.example>", sender="tom@x.example"))
    await incoming.take(mail("Neues", subject="Rechnung", id_="<e@kunde.example>"))
    assert len(await contacts(centre)) == 3


async def test_what_is_no_mail_is_shown_as_it_stands(centre: Centre, incoming: Incoming) -> None:
    await incoming.take(Fetched(1, b"\x00\x01 garbage \xff", None))
    await incoming.take(Fetched(2, b"", None))
    assert any("garbage" in one.last_text for one in await contacts(centre))


async def test_our_own_copy_is_no_contact(centre: Centre, incoming: Incoming) -> None:
    await incoming.take(mail("Wo ist sie?"))
    sent = await answered(centre)
    await incoming.take(mail("Hier ist sie.", id_=sent.external_id, sender="service@firma.example"))
    assert len(await contacts(centre)) == 1
    assert len(await centre.messages((await contacts(centre))[0].id)) == 2

"""An agent's answer leaves once, in its thread, and what the mail server says to that is told as what it is."""

from __future__ import annotations

import email
import email.policy
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from desktop.domain import commands as c
from desktop.domain.changes import Table
from desktop.domain.interaction import Attachment, Author, Message
from desktop.hub.channels.base import ChannelDown, DeliveryFailed, NotNow, Outgoing, Sent, Unclear

from .conftest import Centre, MailServer, channel, intake_of


async def outgoing(centre: Centre, text: str = "Hier ist sie.", **fields: Any) -> Outgoing:
    """Anna answers a mail."""
    await centre.hire("anna")
    await centre.ready("anna")
    answer = await centre.mail(
        subject="Rechnung", external_id="<one@kunde.example>", references=("<zero@kunde.example>",)
    )
    await centre.do("anna", c.Accept(interaction_id=answer.interaction_id))
    await centre.do("anna", c.SendMessage(interaction_id=answer.interaction_id, text=text, **fields))
    interaction = await centre.interaction(answer.interaction_id)
    message = next(one for one in await centre.messages(interaction.id) if one.author is Author.AGENT)
    return Outgoing(message=message, to=interaction.from_address, interaction=interaction)


def read(server: MailServer, number: int = -1) -> Any:
    return email.message_from_bytes(server.got[number].content, policy=email.policy.default)  # type: ignore[arg-type]


async def test_an_answer_keeps_the_thread_and_carries_its_file(
    centre: Centre, tmp_path: Path, server: MailServer, port: int
) -> None:
    async def body() -> Any:
        yield b"%PDF-1.7 invoice"

    digest = await intake_of(centre, tmp_path).put_file(body(), "application/pdf", "x.pdf")
    out = await outgoing(centre)
    out = replace(out, message=replace(out.message, attachments=(Attachment(sha256=digest, name="Größe „1“.pdf"),)))
    assert await channel(centre, tmp_path, port).send(out) == Sent()
    mail = read(server)
    assert server.got[0].rcpt_tos == ["jana@example.org"]
    assert mail["From"] == "Firma Service <service@firma.example>"
    assert mail["In-Reply-To"] == "<one@kunde.example>"
    assert mail["References"].split() == ["<zero@kunde.example>", "<one@kunde.example>"]
    assert mail["Message-ID"] == out.message.external_id
    assert mail["Auto-Submitted"] is None
    assert mail.get_body().get_content().strip() == "Hier ist sie."
    assert [part.get_filename() for part in mail.iter_attachments()] == ["Größe „1“.pdf"]


@pytest.mark.parametrize(
    ("field", "said", "outcome"),
    [
        ("rcpt", "451 4.7.1 try later", (NotNow, "busy")),
        ("rcpt", "452 4.2.2 mailbox full", (NotNow, "mailbox_full")),
        ("rcpt", "550 5.1.1 no such user", (DeliveryFailed, "unknown_address")),
        ("rcpt", "552 5.2.2 over quota", (DeliveryFailed, "mailbox_full")),
        ("rcpt", "530 5.7.0 sign in first", (NotNow, "sign_in_failed")),
        ("data", "552 5.3.4 message too big", (DeliveryFailed, "too_large")),
        ("data", "554 5.7.1 looks like spam", (DeliveryFailed, "spam")),
        ("data", "550 no", (DeliveryFailed, "rejected")),
        ("data", "451 busy", (NotNow, "busy")),
    ],
)
async def test_what_the_server_says_becomes_a_reason(
    centre: Centre, tmp_path: Path, server: MailServer, port: int, field: str, said: str, outcome: tuple[type, str]
) -> None:
    out = await outgoing(centre)
    if field == "rcpt":
        server.rcpt["jana@example.org"] = said
    else:
        server.data = said
    adapter = channel(centre, tmp_path, port)
    with pytest.raises(outcome[0]) as failure:
        await adapter.send(out)
    assert failure.value.reason == outcome[1]
    # It is certain that nothing went out: another attempt may be made.
    assert await adapter.find_sent(out) is None


async def test_a_connection_cut_while_the_mail_is_handed_over_leaves_it_to_a_person(
    centre: Centre, tmp_path: Path, server: MailServer, port: int
) -> None:
    out = await outgoing(centre)
    adapter = channel(centre, tmp_path, port)
    server.cut = "after"
    with pytest.raises(ChannelDown):
        await adapter.send(out)
    with pytest.raises(Unclear):
        await channel(centre, tmp_path, port).find_sent(out)


async def test_a_copy_among_the_sent_mails_settles_it(
    centre: Centre, tmp_path: Path, server: MailServer, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = await outgoing(centre)
    adapter = channel(centre, tmp_path, port)
    server.cut = "after"
    with pytest.raises(ChannelDown):
        await adapter.send(out)
    asked: list[str] = []

    async def is_filed(message_id: str) -> bool:
        asked.append(message_id)
        return True

    monkeypatch.setattr(adapter, "_is_filed", is_filed)
    assert await adapter.find_sent(out) == Sent()
    assert asked == [out.message.external_id]


async def test_a_crash_after_the_server_took_it_is_known_to_have_sent(
    centre: Centre, tmp_path: Path, server: MailServer, port: int
) -> None:
    out = await outgoing(centre)
    assert await channel(centre, tmp_path, port).find_sent(out) is None
    await channel(centre, tmp_path, port).send(out)
    assert await channel(centre, tmp_path, port).find_sent(out) == Sent()


async def test_nobody_there_and_no_encryption_mean_later(centre: Centre, tmp_path: Path, port: int) -> None:
    out = await outgoing(centre)
    for fields, reason in (({"smtp_security": "starttls"}, "tls"), ({"smtp_security": "tls"}, None)):
        with pytest.raises(NotNow) as later:
            await channel(centre, tmp_path, port, **fields).send(out)
        assert reason in (None, later.value.reason)
    with pytest.raises(NotNow) as later:
        await channel(centre, tmp_path, 9).send(out)
    assert later.value.reason == "unreachable"


@pytest.mark.filterwarnings("ignore:Requiring AUTH")  # the server of this test is not encrypted
async def test_the_password_is_given_and_a_wrong_one_is_not_the_mails_fault(
    centre: Centre, tmp_path: Path, server: MailServer, strict_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = await outgoing(centre)
    monkeypatch.setenv("TEST_MAIL_PASSWORD", "falsch")
    with pytest.raises(NotNow) as later:
        await channel(centre, tmp_path, strict_port, smtp_auth="account").send(out)
    assert later.value.reason in ("sign_in_failed", "unreachable")
    monkeypatch.setenv("TEST_MAIL_PASSWORD", "geheim")
    assert await channel(centre, tmp_path, strict_port, smtp_auth="account").send(out) == Sent()
    assert server.passwords[-1] == b"geheim"


async def test_of_several_readers_those_refused_are_told(
    centre: Centre, tmp_path: Path, server: MailServer, port: int
) -> None:
    out = replace(await outgoing(centre), to="jana@example.org, weg@example.org")
    server.rcpt["weg@example.org"] = "550 5.1.1 unknown"
    with pytest.raises(DeliveryFailed) as failure:
        await channel(centre, tmp_path, port).send(out)
    assert failure.value.reason == "partly_rejected"
    assert server.got[0].rcpt_tos == ["jana@example.org"]


async def test_a_machine_does_not_answer_a_machine(
    centre: Centre, tmp_path: Path, server: MailServer, port: int
) -> None:
    out = await outgoing(centre)
    bot = replace(out, message=replace(out.message, author=Author.BOT))
    await channel(centre, tmp_path, port).send(bot)
    assert read(server)["Auto-Submitted"] == "auto-replied"
    await centre.mail(
        "Ich bin im Urlaub", external_id="<two@kunde.example>", in_reply_to=out.message.external_id, automatic="reply"
    )
    heard: list[Message] = await centre.messages(out.interaction.id)
    assert heard[-1].values["automatic"] == "reply"
    with pytest.raises(DeliveryFailed) as failure:
        await channel(centre, tmp_path, port).send(replace(bot, message=replace(bot.message, id=heard[-1].id)))
    assert failure.value.reason == "would_loop"
    assert len(server.got) == 1


async def test_no_text_of_anybody_adds_a_header_or_a_reader(
    centre: Centre, tmp_path: Path, server: MailServer, port: int
) -> None:
    out = await outgoing(centre, text="Text\r\n.\r\nMAIL FROM:<evil@example.org>\r\nBcc: evil@example.org")
    evil = replace(out.message, subject="Re: x\r\nBcc: evil@example.org", in_reply_to="<a@b>\r\nBcc: evil@example.org")
    contact = replace(out.interaction, customer_name='J"\r\nBcc: evil@example.org')
    await channel(centre, tmp_path, port).send(replace(out, message=evil, interaction=contact))
    mail = read(server)
    assert mail["Bcc"] is None
    assert server.got[0].rcpt_tos == ["jana@example.org"]
    assert "MAIL FROM" in mail.get_content()
    for to in ("jana@example.org\r\nRCPT TO:<evil@example.org>", "no address", ""):
        with pytest.raises(DeliveryFailed):
            await channel(centre, tmp_path, port).send(replace(out, to=to))


async def test_a_file_that_is_gone_is_told(centre: Centre, tmp_path: Path, port: int) -> None:
    out = await outgoing(centre)
    gone = replace(out.message, attachments=(Attachment(sha256="ab" * 32, name="x.pdf"),))
    with pytest.raises(DeliveryFailed) as failure:
        await channel(centre, tmp_path, port).send(replace(out, message=gone))
    assert failure.value.reason == "file_gone"
    assert await centre.get(Table.MESSAGE, out.message.id) is not None

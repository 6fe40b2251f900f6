"""Files go up before the message that names them, once, and nobody else waits for them."""

from __future__ import annotations

import asyncio
import io
import os
from typing import Any

import msgspec
import pytest

from desktop.backends.base import Capabilities
from desktop.domain.changes import Cause
from desktop.domain.commands import SendMessage
from desktop.domain.ids import CommandId, InteractionId, MessageId, new_id
from desktop.domain.interaction import Attachment
from desktop.store import files, journal, outbox
from desktop.store.rows import Draft, OutboxState

BODY = os.urandom(2 * files.PART_BYTES + 1)


@pytest.fixture
def add(store: Any) -> Any:
    """The agent adds a file."""

    def add(body: bytes = BODY, name: str = "Beleg.pdf") -> Attachment:
        return files.put(store, io.BytesIO(body), name, "application/pdf", is_mine=True)

    return add


def _reply(desk: Any, contact_id: str, *attached: Attachment, **held: Any) -> CommandId:
    command = SendMessage(
        interaction_id=InteractionId(contact_id), text="Anbei", message_id=MessageId(new_id()), attachments=attached
    )
    return CommandId(desk.give(command, **held))


def _draft(store: Any, *attached: Attachment) -> None:
    fields = {"attachments": msgspec.json.encode(attached).decode()}
    draft = Draft(InteractionId("c1"), "reply", "Anbei", fields)
    store.write(lambda w: journal.save_draft(w, draft), Cause.AGENT).result()


def _left(desk: Any) -> list[str]:
    return [file.name for file in desk.store.query(files.waiting)]


async def test_a_file_is_there_before_the_message_that_names_it(desk: Any, fake: Any, add: Any) -> None:
    there: list[bool] = []

    async def look() -> None:
        there.append(kept.sha256 in fake.blobs)

    kept = add()
    fake.perform_hook = look
    _reply(desk, "c1", kept)
    desk.start()
    await desk.until(lambda: not desk.outbox())
    assert there == [True]
    assert fake.blobs == {kept.sha256: BODY}
    assert _left(desk) == []


async def test_offline_message_and_file_wait_and_nothing_is_doubled_after(desk: Any, fake: Any, add: Any) -> None:
    fake.is_offline = True
    desk.start()
    _reply(desk, "c1", add())
    desk.reply("c1", "danach")
    desk.reply("c2", "woanders")
    await desk.until(lambda: desk.status.send_error == "unreachable")
    assert [entry.state for entry in desk.outbox()].count(OutboxState.WEDGED) == 0
    fake.is_offline = False
    await desk.until(lambda: not desk.outbox())
    assert [text for text in fake.texts if text != "woanders"] == ["Anbei", "danach"]
    assert fake.uploads == ["Beleg.pdf"]


async def test_a_large_file_holds_up_no_other_contact(desk: Any, fake: Any, add: Any) -> None:
    go_on = asyncio.Event()
    fake.upload_hook = go_on.wait
    for number in range(8):
        _reply(desk, f"slow{number}", add(b"%d" % number))
    desk.start()
    for number in range(3):
        desk.reply(f"fast{number}", f"schnell {number}")
    await desk.until(lambda: len(fake.texts) == 3)
    slow = [entry.state for entry in desk.outbox() if str(entry.interaction_id).startswith("slow")]
    assert slow == [OutboxState.QUEUED] * 8, "they can still be taken back"
    go_on.set()
    await desk.until(lambda: not desk.outbox())


async def test_a_message_whose_file_is_not_taken_is_wedged_with_the_reason(desk: Any, fake: Any, add: Any) -> None:
    refused: list[tuple[str, str]] = []
    desk.engine._uploads._on_refused = lambda *what: refused.append(what)
    fake.refuses_files = "type_not_allowed"
    kept = add()
    _reply(desk, "c1", kept)
    desk.start()
    await desk.until(lambda: [entry.error for entry in desk.outbox()] == ["type_not_allowed"])
    assert fake.sent == []
    await desk.until(lambda: refused == [(kept.sha256, "type_not_allowed")])
    assert _left(desk) == ["Beleg.pdf"], "the agent's file is not lost with it"
    fake.refuses_files = ""
    [entry] = desk.outbox()
    desk.store.write(lambda w: outbox.retry(w, entry.id), Cause.AGENT).result()
    await desk.until(lambda: not desk.outbox())
    assert fake.texts == ["Anbei"]


async def test_a_file_in_a_draft_goes_up_meanwhile_and_a_refusal_is_told_once(
    desk: Any, fake: Any, add: Any, store: Any
) -> None:
    refused: list[str] = []
    desk.engine._uploads._on_refused = lambda sha256, code: refused.append(code)
    good = add()
    _draft(store, good)
    desk.start()
    await desk.until(lambda: fake.uploads == ["Beleg.pdf"])
    fake.refuses_files = "too_large"
    bad = add(b"bad", "Film.mp4")
    _draft(store, good, bad)
    await desk.until(lambda: refused)
    _draft(store, bad, good)
    add(b"named by nothing")
    desk.reply("c2", "weiter")
    await desk.until(lambda: not desk.outbox())
    assert refused == ["too_large"]


async def test_an_answer_lost_after_the_upload_is_no_second_file(desk: Any, fake: Any, add: Any) -> None:
    fake.loses_answers = 1
    kept = add()
    _reply(desk, "c1", kept)
    desk.start()
    await desk.until(lambda: not desk.outbox())
    assert fake.blobs == {kept.sha256: BODY}
    assert fake.texts == ["Anbei"]


async def test_killed_between_upload_and_send_nothing_is_lost_or_doubled(
    make_desk: Any, fake: Any, add: Any, store: Any
) -> None:
    kept = add()
    first = make_desk(fake)
    id_ = _reply(first, "c1", kept)
    fake.blobs[kept.sha256] = BODY  # it arrived, and that was not noted
    second = make_desk(fake).start()
    await second.until(lambda: not second.outbox())
    assert [sent for sent, _ in fake.sent] == [id_]
    assert (fake.texts, list(fake.blobs)) == (["Anbei"], [kept.sha256])


async def test_a_backend_set_back_to_an_older_copy_gets_the_file_again(desk: Any, fake: Any, add: Any) -> None:
    kept = add()
    store = desk.store
    store.write(lambda w: files.gone_up(w, kept.sha256), Cause.SYSTEM).result()
    _reply(desk, "c1", kept)
    desk.start()
    await desk.until(lambda: not desk.outbox())
    assert (fake.texts, fake.blobs) == (["Anbei"], {kept.sha256: BODY})


async def test_a_file_that_is_gone_on_both_sides_is_said_and_not_tried_for_ever(desk: Any, fake: Any) -> None:
    _reply(desk, "c1", Attachment(sha256="0" * 64, name="weg.pdf"))
    desk.start()
    await desk.until(lambda: [entry.error for entry in desk.outbox()] == ["unknown_value"])
    assert len(fake.sent) == 1


async def test_a_damaged_file_is_said_and_does_not_go_up(desk: Any, fake: Any, add: Any) -> None:
    kept = add()
    cut = "DELETE FROM file_part WHERE part = 2"
    desk.store.write(lambda w: w.conn.execute(cut), Cause.SYSTEM).result()
    _reply(desk, "c1", kept)
    desk.start()
    await desk.until(lambda: [entry.error for entry in desk.outbox()] == ["unreadable"])
    assert fake.uploads == []


async def test_where_no_files_are_taken_the_message_says_so(make_desk: Any, fake: Any, add: Any) -> None:
    fake.capabilities = Capabilities(has_blobs=False)
    desk = make_desk(fake)
    _reply(desk, "c1", add())
    desk.start()
    await desk.until(lambda: [entry.error for entry in desk.outbox()] == ["type_not_allowed"])
    assert fake.uploads == []

"""Files of what is being written: theirs is the store from the first moment, with or without a network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.changes import Cause
from desktop.domain.ids import InteractionId
from desktop.store import files, journal
from desktop.viewmodels.composer import REPLY, ComposerModel


@pytest.fixture
def composer(work: Any, room: Any) -> Iterator[ComposerModel]:
    made = ComposerModel(work.workplace, work.workplace)
    work.opens(work.sample.CHAT)
    yield made
    made.flush()


@pytest.fixture
def receipt(tmp_path: Path) -> Path:
    path = tmp_path / "Beleg März.pdf"
    path.write_bytes(b"%PDF- Beleg")
    return path


def _kept(work: Any) -> list[str]:
    return [file.name for file in work.store.query(files.waiting)]


def _in_draft(work: Any, interaction_id: str) -> list[str]:
    draft = work.store.query(lambda conn: journal.load_draft(conn, InteractionId(interaction_id), REPLY))
    return sorted(file for file in ("Beleg März.pdf", "b.pdf") if draft and file in draft.fields.get("attachments", ""))


def test_the_original_may_go_once_it_was_added(work: Any, composer: ComposerModel, receipt: Path) -> None:
    composer.attach([str(receipt)])
    [enclosure] = composer.enclosures
    assert enclosure.attachment is not None
    assert not enclosure.is_up
    receipt.unlink()
    composer.type("Anbei")
    assert composer.send()
    work.settle()
    [command] = work.commands
    assert [file.name for file in command.attachments] == ["Beleg März.pdf"]
    assert files.read(work.store, command.attachments[0].sha256).getvalue() == b"%PDF- Beleg"


def test_what_is_still_being_copied_holds_the_message_and_no_more(
    work: Any, room: Any, composer: ComposerModel, receipt: Path
) -> None:
    room.is_slow = True
    composer.type("Anbei")
    composer.attach([str(receipt), str(receipt.with_name("fehlt.pdf"))])
    assert [enclosure.failure for enclosure in composer.enclosures] == ["", "unreadable"]
    assert not composer.can_send
    room.go_on()
    assert composer.can_send


def test_the_chip_hears_when_the_file_is_up(work: Any, composer: ComposerModel, receipt: Path) -> None:
    composer.attach([str(receipt)])
    work.settle()
    [before] = composer.enclosures
    work.store.write(lambda w: files.gone_up(w, before.attachment.sha256), Cause.NETWORK).result()
    work.settle()
    work.settle()
    assert composer.enclosures[0].is_up
    work.opens(work.sample.MAIL)
    work.opens(work.sample.CHAT)
    work.settle()
    assert [(enclosure.name, enclosure.is_up) for enclosure in composer.enclosures] == [("Beleg März.pdf", True)]


def test_a_file_that_is_not_taken_says_why_and_does_not_go_with_the_message(
    work: Any, composer: ComposerModel, receipt: Path
) -> None:
    composer.attach([str(receipt)])
    work.settle()
    sha256 = composer.enclosures[0].attachment.sha256
    work.workplace.file_refused.emit(sha256, "type_not_allowed")
    assert composer.enclosures[0].failure == "type_not_allowed"
    assert not composer.can_send, "there is nothing else in it"
    composer.type("Anbei")
    composer.send()
    work.settle()
    assert work.commands[0].attachments == ()


def test_a_file_left_out_is_gone_from_the_store_unless_something_else_names_it(
    work: Any, composer: ComposerModel, receipt: Path, tmp_path: Path
) -> None:
    composer.attach([str(receipt)])
    composer.flush()
    work.settle()
    assert _in_draft(work, work.sample.CHAT) == ["Beleg März.pdf"]
    work.opens(work.sample.MAIL)
    other = tmp_path / "b.pdf"
    other.write_bytes(b"%PDF- b")
    composer.attach([str(receipt), str(other)])
    for enclosure in composer.enclosures:
        composer.remove(enclosure)
    work.settle()
    assert _kept(work) == ["Beleg März.pdf"]
    assert _in_draft(work, work.sample.MAIL) == []


def test_leaving_out_what_is_still_being_copied_leaves_nothing_behind(
    work: Any, room: Any, composer: ComposerModel, receipt: Path
) -> None:
    room.is_slow = True
    composer.attach([str(receipt)])
    composer.remove(composer.enclosures[0])
    room.go_on()
    work.settle()
    assert composer.enclosures == ()
    assert _kept(work) == []


def test_who_turns_to_another_contact_meanwhile_finds_the_file_in_the_draft(
    work: Any, room: Any, composer: ComposerModel, receipt: Path
) -> None:
    room.is_slow = True
    composer.type("Anbei der Beleg")
    composer.attach([str(receipt)])
    work.opens(work.sample.MAIL)
    room.go_on()
    work.settle()
    assert composer.enclosures == ()
    work.opens(work.sample.CHAT)
    assert composer.text == "Anbei der Beleg"
    assert [enclosure.name for enclosure in composer.enclosures] == ["Beleg März.pdf"]


def test_who_comes_back_before_it_is_copied_finds_it_once(
    work: Any, room: Any, composer: ComposerModel, receipt: Path
) -> None:
    room.is_slow = True
    composer.attach([str(receipt)])
    work.opens(work.sample.MAIL)
    work.opens(work.sample.CHAT)
    room.go_on()
    composer.flush()
    work.settle()
    assert [enclosure.name for enclosure in composer.enclosures] == ["Beleg März.pdf"]
    assert _in_draft(work, work.sample.CHAT) == ["Beleg März.pdf"]


def test_a_message_taken_back_has_its_file_again(work: Any, composer: ComposerModel, receipt: Path) -> None:
    composer.attach([str(receipt)])
    composer.type("Anbei")
    composer.send()
    work.settle()
    composer.undo()
    work.settle()
    assert (composer.text, [enclosure.name for enclosure in composer.enclosures]) == ("Anbei", ["Beleg März.pdf"])
    assert _kept(work) == ["Beleg März.pdf"]

"""A disk that takes nothing loses nothing: what the agent does meanwhile is kept in order, said, and written later."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from desktop.domain.commands import AddNote, Hold
from desktop.domain.ids import InteractionId
from desktop.store import journal, projections
from desktop.store.database import Full, Write
from desktop.store.rows import Draft
from desktop.viewmodels.drafting import DraftSaver


class Disk:
    """Takes writes, or refuses them with ``error``."""

    def __init__(self) -> None:
        self.error: Exception | None = None

    def __call__(self, write: Callable[..., Any]) -> Callable[..., Any]:
        def _write(change: Callable[[Write], Any], *more: Any) -> Any:
            def _change(w: Write) -> Any:
                if self.error is not None:
                    raise self.error
                return change(w)

            return write(_change, *more)

        return _write


@pytest.fixture
def disk(work: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    made = Disk()
    monkeypatch.setattr(work.store, "write", made(work.store.write))
    yield made
    made.error = None
    work.workplace.unsaved.stop()


def saved(work: Any, kind: str = "reply") -> Draft | None:
    found: Draft | None = work.store.query(lambda conn: projections.load_draft(conn, work.sample.CHAT, kind))
    return found


def draft(work: Any, text: str) -> Draft:
    return Draft(InteractionId(work.sample.CHAT), "reply", text)


def until(work: Any, is_so: Callable[[], Any]) -> None:
    work.qtbot.waitUntil(lambda: bool(is_so()), timeout=4000)


def test_what_was_typed_on_a_full_disk_is_there_once_there_is_room(work: Any, disk: Disk) -> None:
    unsaved = work.workplace.unsaved
    saver = DraftSaver(work.workplace, work)
    disk.error = Full("no room")
    saver.save([draft(work, "Guten")])
    until(work, lambda: unsaved.code == "full")
    saver.save([draft(work, "Guten Tag")])
    until(work, lambda: unsaved.is_idle)
    # Only the newest of one field is worth keeping.
    assert unsaved.count == 1
    assert saver.laid_over(work.sample.CHAT, [])[0].text == "Guten Tag"
    disk.error = None
    with work.qtbot.waitSignal(unsaved.recovered, timeout=4000):
        unsaved.retry()
    kept = saved(work)
    assert kept is not None
    assert kept.text == "Guten Tag"
    assert (unsaved.count, unsaved.code) == (0, "")


def test_it_is_tried_again_without_anybody_asking(work: Any, disk: Disk) -> None:
    unsaved = work.workplace.unsaved
    unsaved._timer.setInterval(20)
    disk.error = Full("no room")
    work.workplace.perform(Hold(interaction_id=work.sample.CHAT))
    until(work, lambda: unsaved.count == 1)
    assert work.commands == []
    disk.error = None
    with work.qtbot.waitSignal(unsaved.recovered, timeout=4000):
        pass
    assert work.commands == [Hold(interaction_id=work.sample.CHAT)]
    assert not unsaved._timer.isActive()


def test_steps_go_into_the_outbox_in_the_order_they_were_taken(work: Any, disk: Disk) -> None:
    unsaved = work.workplace.unsaved
    disk.error = Full("no room")
    notes = [AddNote(interaction_id=work.sample.CHAT, text=text) for text in ("eins", "zwei", "drei")]
    for note in notes:
        work.workplace.perform(note)
    until(work, lambda: unsaved.count == 3)
    disk.error = None
    with work.qtbot.waitSignal(unsaved.recovered, timeout=4000):
        work.workplace.perform(AddNote(interaction_id=work.sample.CHAT, text="vier"))
    assert [command.text for command in work.commands] == ["eins", "zwei", "drei", "vier"]


def test_sending_drops_the_draft_in_the_same_moment_or_not_at_all(work: Any, disk: Disk) -> None:
    """Otherwise a power cut between the two leaves a message that is sent, and once more in the field."""
    chat = work.sample.CHAT
    work.store.write(lambda w: journal.save_draft(w, draft(work, "Guten Tag")), "agent").result()
    disk.error = Full("no room")
    note = AddNote(interaction_id=chat, text="Guten Tag")
    work.workplace.perform(note, alongside=lambda w: journal.drop_draft(w, chat, "reply"))
    until(work, lambda: work.workplace.unsaved.count == 1)
    assert saved(work) is not None
    assert work.commands == []
    disk.error = None
    work.workplace.unsaved.retry()
    until(work, lambda: work.commands)
    assert saved(work) is None


def test_an_error_of_ours_is_logged_and_holds_nothing_up(work: Any, disk: Disk, expected_errors: Any) -> None:
    expected_errors("could not be written")
    disk.error = KeyError("x")
    work.workplace.perform(Hold(interaction_id=work.sample.CHAT))
    until(work, lambda: work.workplace.unsaved.is_idle)
    assert work.workplace.unsaved.count == 0

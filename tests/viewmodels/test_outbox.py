"""What is on its way, how it stands, and what can be done about it without losing a word."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from desktop.domain import commands as c
from desktop.domain.agent import PresenceState
from desktop.domain.changes import Cause
from desktop.domain.ids import CommandId
from desktop.store import journal, outbox, projections
from desktop.store.rows import Draft
from desktop.sync.status import Phase, SyncStatus
from desktop.viewmodels.leaving import Leaving, Leftovers
from desktop.viewmodels.outbox import Group, Line, OutboxModel, Standing


@pytest.fixture
def model(work: Any) -> Iterator[OutboxModel]:
    made = OutboxModel(work.workplace)
    work.settle()
    yield made
    made.deleteLater()


def refuse(work: Any, command_id: CommandId, code: str = "no_consent") -> None:
    work.store.write(lambda w: outbox.wedge(w, command_id, code), Cause.NETWORK).result()
    work.settle()


def sends(work: Any, contact: str, text: str, **more: Any) -> CommandId:
    made: CommandId = work.workplace.perform(c.SendMessage(interaction_id=contact, text=text), **more)
    work.settle()
    return made


def standings(model: OutboxModel) -> list[Standing]:
    return [line.standing for line in model.lines]


def test_everything_is_listed_by_contact_what_waits_longest_first(work: Any, model: OutboxModel) -> None:
    sample = work.sample
    sends(work, sample.CHAT, "eins")
    sends(work, sample.MAIL, "zwei")
    sends(work, sample.CHAT, "drei")
    work.workplace.perform(c.UpdateCustomer(customer_id=sample.PETER, fields={"name": "P. Lindqvist"}))
    work.workplace.perform(c.SetPresence(state=PresenceState.AWAY, reason="lunch"))
    work.settle()
    rows = [model.at(n) for n in range(model.rowCount())]
    told = [row.name if isinstance(row, Group) else getattr(row.command, "text", "…") for row in rows]
    assert told == ["Jana Weber", "eins", "drei", "Mehmet Kaya", "zwei", "Peter Lindqvist", "…", "", "…"]


def test_how_each_stands(work: Any, model: OutboxModel) -> None:
    sample, write = work.sample, work.store.write
    sends(work, sample.CHAT, "held back", undo_s=30)
    asked = sends(work, sample.MAIL, "asked")
    lost = sends(work, sample.CALL, "lost")
    sends(work, sample.SMS, "waits")
    under_way = sends(work, sample.WRAP, "under way")
    write(lambda w: outbox.mark_pending(w, asked), Cause.NETWORK).result()
    write(lambda w: outbox.mark_ambiguous(w, lost), Cause.NETWORK).result()
    write(lambda w: outbox.mark_sending(w, under_way), Cause.NETWORK).result()
    work.settle()
    S = Standing
    assert standings(model) == [S.HELD, S.PENDING, S.UNCLEAR, S.WAITING, S.SENDING]
    # What may have arrived cannot be written anew: it would be there twice.
    assert [("edit" in line.offers, line.may_have_arrived) for line in model.lines] == [
        (True, False),
        (False, True),
        (False, True),
        (True, False),
        (False, False),
    ]
    assert model.lines[-1].offers == ("open",)


def test_what_waits_behind_a_refused_one_says_so_and_other_contacts_go_on(work: Any, model: OutboxModel) -> None:
    first = sends(work, work.sample.CHAT, "eins")
    sends(work, work.sample.CHAT, "zwei")
    sends(work, work.sample.MAIL, "anderswo")
    told: list[Line] = []
    model.refused.connect(told.append)
    refuse(work, first)
    assert standings(model) == [Standing.REFUSED, Standing.BEHIND, Standing.WAITING]
    assert model.lines[0].offers == ("retry", "edit", "discard", "open")
    assert [line.entry.id for line in told] == [first]
    due = work.store.query(lambda conn: outbox.due(conn, work.workplace.now() + timedelta(seconds=1)))
    assert [entry.command.text for entry in due] == ["anderswo"]


def test_a_refused_message_is_written_anew_in_one_step(work: Any, model: OutboxModel) -> None:
    """It is in the outbox or in the field, at every moment: the draft and the outbox change together."""
    chat = work.sample.CHAT
    kept = Draft(chat, "reply", "was danach kam")
    work.store.write(lambda w: journal.save_draft(w, kept), Cause.AGENT).result()
    refuse(work, sends(work, chat, "wie besprochen"))
    seen: list[tuple[int, bool]] = []

    def _now(conn: Any) -> tuple[int, bool]:
        found = projections.load_draft(conn, chat, "reply")
        return len(outbox.entries(conn)), found is not None and "wie besprochen" in found.text

    def _look(_: object) -> None:
        seen.append(work.store.query(_now))

    unsubscribe = work.store.subscribe(_look)
    with work.qtbot.waitSignal(model.taken_back):
        model.edit(model.lines[0])
    unsubscribe()
    assert seen == [(0, True)]
    draft = work.store.query(lambda conn: projections.load_draft(conn, chat, "reply"))
    assert draft.text == "wie besprochen\n\nwas danach kam"


def test_what_went_out_in_this_moment_is_not_taken_back(work: Any, model: OutboxModel) -> None:
    id_ = sends(work, work.sample.CHAT, "eins")
    line = model.lines[0]
    work.store.write(lambda w: outbox.mark_sending(w, id_), Cause.NETWORK).result()
    for act in (model.edit, model.discard):
        with work.qtbot.waitSignal(model.too_late):
            act(line)
    assert len(work.commands) == 1


def test_a_text_is_not_offered_for_writing_where_nothing_can_be_written(work: Any, model: OutboxModel) -> None:
    """In a colleague's contact the field is not there: nobody would find the text again."""
    refuse(work, sends(work, work.sample.BENS, "eins"), "not_owner")
    assert "edit" not in model.lines[0].offers
    assert "discard" in model.lines[0].offers


def test_a_reply_refused_before_its_wrap_up_can_still_be_written_anew(work: Any, model: OutboxModel) -> None:
    chat = work.sample.CHAT
    id_ = sends(work, chat, "Gern geschehen")
    work.workplace.perform(c.WrapUp(interaction_id=chat, disposition="solved"))
    work.settle()
    refuse(work, id_)
    assert "edit" in model.lines[0].offers
    row = work.store.query(lambda conn: projections.interaction_row(conn, chat, work.workplace.me))
    assert row.interaction.state.value == "active"


def test_two_versions_of_a_record_are_compared_not_sent_again(work: Any, model: OutboxModel) -> None:
    edit = c.UpdateCustomer(customer_id=work.sample.JANA, fields={"name": "Jana K."}, version=1)
    id_ = work.workplace.perform(edit)
    work.settle()
    refuse(work, id_, "conflict")
    assert model.lines[0].offers == ("compare", "discard", "open")


def test_who_was_meant_is_told_when_something_was_not_needed(work: Any, model: OutboxModel) -> None:
    note = c.AddNote(interaction_id=work.sample.CHAT, text="ruft zurück")
    with work.qtbot.waitSignal(model.gone) as told:
        work.workplace.gone.emit(note)
    assert told.args == [note, "Jana Weber"]


def test_being_connected_is_what_the_engine_says(work: Any, model: OutboxModel) -> None:
    heard = work.workplace.now() - timedelta(minutes=4)
    work.workplace.set_status(SyncStatus(phase=Phase.OFFLINE, last_pulled_at=heard))
    assert not model.is_online
    assert model.waits_since == heard
    work.workplace.set_status(SyncStatus(phase=Phase.LIVE, last_pulled_at=heard))
    assert model.is_online
    assert model.waits_since is None
    work.workplace.set_status(SyncStatus(phase=Phase.LIVE, send_error="unreachable", last_pulled_at=heard))
    assert not model.is_online


# --- leaving ---------------------------------------------------------------------------------------------------------


def test_what_was_sent_in_the_last_moment_counts_as_left_behind(work: Any, model: OutboxModel) -> None:
    leaving = Leaving(work.workplace, model, lambda: 0)
    assert leaving.is_clear
    work.workplace.perform(c.Hold(interaction_id=work.sample.CHAT))
    # Nothing of it is known here yet, but neither is that there is nothing.
    assert not leaving.is_clear
    found: list[Leftovers] = []
    leaving.look(found.append)
    work.qtbot.waitUntil(lambda: bool(found), timeout=4000)
    assert [line.command for line in found[0].waiting] == [c.Hold(interaction_id=work.sample.CHAT)]


def test_files_on_their_way_up_count_too(work: Any, model: OutboxModel) -> None:
    uploading = [2]
    leaving = Leaving(work.workplace, model, lambda: uploading[0])
    assert not leaving.is_clear
    uploading[0] = 0
    assert leaving.is_clear

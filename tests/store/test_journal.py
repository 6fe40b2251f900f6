"""What the agent left here and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from desktop.domain.changes import Table
from desktop.domain.ids import InteractionId
from desktop.store import journal, projections
from desktop.store.rows import Draft

I1 = InteractionId("i1")


def test_what_was_being_typed_is_there_again(world: Any) -> None:
    world.do(journal.save_draft, Draft(I1, "reply", "Sehr", updated_at=world.now))
    world.do(journal.save_draft, Draft(I1, "reply", "Sehr geehrte", {"channel": "email"}, updated_at=world.at(1)))
    world.do(journal.save_draft, Draft(I1, "note", "ruft an", updated_at=world.at(2)))

    draft = world.see(projections.load_draft, I1, "reply")
    assert (draft.text, draft.fields, draft.updated_at) == ("Sehr geehrte", {"channel": "email"}, world.at(1))
    assert [d.kind for d in world.see(projections.drafts)] == ["note", "reply"]
    assert world.see(projections.drafts, InteractionId("i2")) == []
    assert world.changes[-1].interactions == {"i1"}


def test_an_emptied_draft_is_no_draft(world: Any) -> None:
    world.do(journal.save_draft, Draft(I1, "reply", "Sehr"))
    world.do(journal.save_draft, Draft(I1, "reply", ""))
    assert world.see(projections.load_draft, I1, "reply") is None
    world.do(journal.save_draft, Draft(I1, "wrap_up", "", {"disposition": "done"}))
    assert world.see(projections.load_draft, I1, "wrap_up").fields == {"disposition": "done"}


def test_settings_hold_any_json(world: Any) -> None:
    world.do(journal.set_setting, "layout", {"widths": [1, 2.5], "is_dark": True})
    assert world.see(projections.setting, "layout") == {"widths": [1, 2.5], "is_dark": True}
    assert world.see(projections.setting, "nothing", 7) == 7
    assert world.changes[-1].rows == {Table.SETTING: {"layout"}}

    world.changes.clear()
    world.do(journal.set_setting, "layout", {"widths": [1, 2.5], "is_dark": True})
    assert world.changes == []
    world.do(journal.set_setting, "layout", None)
    assert world.see(projections.settings) == {}
    with pytest.raises(TypeError):
        world.do(journal.set_setting, "layout", object())

"""What a customer writes to somebody who has them in hand: seen at once, judged right after, whatever happens in between."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from desktop.domain import commands as c
from desktop.domain.interaction import Author, Interaction, Message
from desktop.hub.db.ledger import Written
from desktop.hub.desk import desk as door

from .conftest import Centre

ANGRY = "This is the third time I am asking. I am really angry, cancel my contract!"


def _said(commit: Sequence[Written]) -> list[Message]:
    return [one.record for one in commit if isinstance(one.record, Message) and one.record.author is Author.CUSTOMER]


async def test_a_message_to_who_has_the_contact_is_seen_before_it_is_judged(centre: Centre) -> None:
    id_ = await centre.accepted(text="Hello there")
    commits: list[list[Written]] = []
    centre.database.subscribe(lambda written: commits.append(list(written)))
    answer = await centre.chat(ANGRY)
    assert answer.interaction_id == id_
    seen, judged = (commit for commit in commits if _said(commit))
    (unjudged,), (message,) = _said(seen), _said(judged)
    assert (unjudged.text, unjudged.mood) == (ANGRY, None)
    assert next(one.record.last_text for one in seen if isinstance(one.record, Interaction)) == ANGRY
    assert message.id == unjudged.id
    assert message.mood is not None
    assert message.mood < 0
    contact = await centre.interaction(id_)
    assert contact.mood == message.mood
    assert answer.intent.label == contact.intent == "cancel_contract"


async def test_what_nobody_has_in_hand_comes_judged(centre: Centre) -> None:
    commits: list[list[Written]] = []
    centre.database.subscribe(lambda written: commits.append(list(written)))
    await centre.chat("Where is my order?")
    await centre.chat(ANGRY)
    told = [message for commit in commits for message in _said(commit)]
    assert [message.mood is None for message in told] == [False, False]


async def test_a_message_whose_judging_was_cut_off_is_judged_when_the_channel_hands_it_in_again(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = await centre.accepted(text="Hello there")

    async def dies(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as killed:
        killed.setattr(door, "judge", dies)
        with pytest.raises(ConnectionError):
            await centre.chat(ANGRY, external_id="one")
    (unjudged,) = [one for one in await centre.messages(id_) if one.text == ANGRY]
    assert unjudged.mood is None

    again = await centre.chat(ANGRY, external_id="one")
    assert again.duplicate
    (message,) = [one for one in await centre.messages(id_) if one.text == ANGRY]
    assert message.mood is not None
    assert (await centre.interaction(id_)).intent == again.intent.label == "cancel_contract"

    third = await centre.chat(ANGRY, external_id="one")
    assert (third.intent, third.duplicate) == (again.intent, True)
    assert (await centre.messages(id_))[-1].version == message.version


async def test_what_the_agent_does_in_between_stays(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = await centre.accepted(text="Hello there")
    judge = door.judge

    async def late(*given: object) -> object:
        monkeypatch.setattr(door, "judge", judge)
        return given[1]

    monkeypatch.setattr(door, "judge", late)
    await centre.chat(ANGRY, external_id="one")
    await centre.do("anna", c.SetIntent(interaction_id=id_, intent="order_status"))
    await centre.do("anna", c.Hold(interaction_id=id_))
    await centre.chat(ANGRY, external_id="one")
    contact = await centre.interaction(id_)
    assert (contact.state, contact.intent) == ("on_hold", "order_status")
    assert contact.mood is not None
    assert contact.mood < 0

"""How much fits into two hands, and what may interrupt what: as built in, and as a lead sets it."""

from __future__ import annotations

import pytest

from desktop.domain.agent import Agent
from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId
from desktop.insight.routing import DEFAULT_INTERRUPTS, has_room

ANNA = Agent(id=AgentId("anna"), user="anna", name="Anna", capacity={"call": 2, "total": 4})
WRITTEN = [Channel.EMAIL, Channel.MESSENGER, Channel.IN_APP, Channel.SMS, Channel.SOCIAL]


@pytest.mark.parametrize("held", WRITTEN)
def test_a_call_interrupts_what_nobody_is_waiting_for(held: Channel) -> None:
    assert has_room(ANNA, {held: 1}, Channel.CALL)
    assert has_room(ANNA, {held: 1}, Channel.CHAT)


@pytest.mark.parametrize("held", [Channel.CALL, Channel.VIDEO, Channel.CHAT])
def test_a_call_interrupts_nobody_who_is_with_a_customer(held: Channel) -> None:
    assert not has_room(ANNA, {held: 1}, Channel.CALL)
    assert all(has_room(ANNA, {held: 1}, channel) for channel in WRITTEN)


def test_a_second_chat_fits_beside_the_first_but_not_beside_a_voice() -> None:
    assert has_room(ANNA, {"chat": 1}, Channel.CHAT)
    assert not has_room(ANNA, {"call": 1}, Channel.CHAT)


def test_after_contact_work_counts_like_the_contact() -> None:
    """The hub counts a call in wrap-up as a call in hand: nothing rings until it is written up."""
    assert not has_room(ANNA, {"call": 1}, Channel.CALL)
    assert has_room(ANNA, {"call": 0}, Channel.CALL)


def test_a_lead_may_draw_the_lines_elsewhere() -> None:
    quiet = {"call": ("email",), "email": ("email",), "chat": ("email",)}
    assert not has_room(ANNA, {"sms": 1}, Channel.CALL, quiet)
    assert has_room(ANNA, {"email": 1}, Channel.CALL, quiet)
    assert not has_room(ANNA, {"call": 1}, Channel.EMAIL, quiet), "no mail on top of a call"
    assert has_room(ANNA, {"chat": 1}, Channel.CHAT, quiet), "chats stand beside each other as far as capacity goes"
    assert has_room(ANNA, {"call": 1}, Channel.SMS, quiet), "a channel not named goes by the built-in matrix"
    assert has_room(ANNA, {"chat": 1}, Channel.CALL, {"call": ("chat",)})


def test_no_matrix_lifts_a_cap() -> None:
    everything = {str(channel): tuple(map(str, Channel)) for channel in Channel}
    assert not has_room(ANNA, {"email": 4}, Channel.CALL, everything)
    assert not has_room(ANNA, {"call": 2}, Channel.CALL, everything)
    assert has_room(ANNA, {"call": 1}, Channel.CALL, everything)


def test_what_cannot_be_worked_has_no_room_and_an_unknown_channel_in_hand_is_no_surprise() -> None:
    assert not has_room(ANNA, {}, Channel.WEB)
    assert not has_room(ANNA, {"telegraph": 1}, Channel.CALL)
    assert set(DEFAULT_INTERRUPTS) == {channel for channel in Channel if channel.is_interaction}

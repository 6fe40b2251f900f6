from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from desktop.domain.agent import Queue
from desktop.domain.channels import Channel
from desktop.domain.ids import QueueId
from desktop.insight.routing import answer_s_of, due_at, priority_of

NOW = datetime(2024, 5, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("channel", "seconds"),
    [(Channel.CALL, 20), (Channel.VIDEO, 30), (Channel.CHAT, 60), (Channel.SMS, 900), (Channel.EMAIL, 14_400)],
)
def test_each_channel_has_its_service_level(channel: Channel, seconds: int) -> None:
    assert due_at(NOW, channel) == NOW + timedelta(seconds=seconds)


def test_every_channel_has_one() -> None:
    assert all(answer_s_of(channel) > 0 for channel in Channel)


def test_a_queue_may_promise_otherwise() -> None:
    queue = Queue(id=QueueId("vip"), answer_s={"email": 600})
    assert answer_s_of(Channel.EMAIL, queue) == 600
    assert answer_s_of(Channel.CHAT, queue) == 60


def test_mood_value_and_waiting_raise_the_priority() -> None:
    assert priority_of(Channel.EMAIL) == 3
    assert priority_of(Channel.CHAT) == 2
    assert priority_of(Channel.EMAIL, mood=-0.8) == 2
    assert priority_of(Channel.EMAIL, mood=-0.2) == 3
    assert priority_of(Channel.EMAIL, segment="VIP") == 2
    assert priority_of(Channel.EMAIL, intent="fraud_report") == 2
    assert priority_of(Channel.CALL, mood=-1, segment="vip", is_repeat=True) == 1
    assert priority_of(Channel.EMAIL, Queue(id=QueueId("q"), priority=5), is_repeat=True) == 4

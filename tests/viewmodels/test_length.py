"""Whether what is written goes by a channel, and how much more fits."""

from __future__ import annotations

import pytest

from desktop.domain.channels import Channel
from desktop.viewmodels.length import NO_FILES, TOO_LONG, goes_by, length_of
from desktop.viewmodels.reach import ChannelChoice


def way(channel: Channel, **more: bool) -> ChannelChoice:
    return ChannelChoice(channel, "+49170", is_own=True, **more)


def test_a_text_message_is_counted_from_its_first_letter() -> None:
    assert length_of(way(Channel.SMS), " ", 0) is None
    found = length_of(way(Channel.SMS), "Hallo", 0)
    assert found is not None
    assert found.sms is not None
    assert (found.sms.parts, found.sms.left, found.code) == (1, 155, "")


@pytest.mark.parametrize(
    ("channel", "text", "files", "code"),
    [
        (Channel.SMS, "ж" * 670, 0, ""),
        (Channel.SMS, "ж" * 671, 0, TOO_LONG),
        (Channel.SMS, "Hallo", 1, NO_FILES),
        (Channel.MESSENGER, "x" * 4096, 1, ""),
        (Channel.MESSENGER, "x" * 4097, 0, TOO_LONG),
    ],
)
def test_what_does_not_fit_says_why(channel: Channel, text: str, files: int, code: str) -> None:
    found = length_of(way(channel), text, files)
    assert found is not None
    assert found.code == code
    assert goes_by(way(channel), text, files) is (code == "")


def test_other_channels_are_counted_near_their_limit_only() -> None:
    assert length_of(way(Channel.MESSENGER), "x" * 3000, 0) is None
    found = length_of(way(Channel.MESSENGER), "x" * 4000, 0)
    assert found is not None
    assert (found.count, found.limit, found.sms) == (4000, 4096, None)


def test_nothing_goes_by_a_channel_that_is_closed_or_by_none() -> None:
    assert not goes_by(None, "Hallo", 0)
    assert not goes_by(way(Channel.SMS, is_closed=True), "Hallo", 0)

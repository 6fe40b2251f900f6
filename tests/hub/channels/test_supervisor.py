"""Accounts run, fall over, are begun again, and never run twice."""

from __future__ import annotations

import asyncio
import os

import pytest

from desktop.hub.channels import supervisor as module
from desktop.hub.channels.base import ChannelDown

from .conftest import ACCOUNTS, supervisor


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    for name in ("_RENEW_S", "_LOOK_S", "_FIRST_PAUSE_S"):
        monkeypatch.setattr(module, name, 0.02)


async def until(look) -> None:
    async with asyncio.timeout(5):
        while not look():
            await asyncio.sleep(0.01)


def standing(channels) -> list[tuple[str, str]]:
    return [(one.name, f"{one.standing}:{one.reason}") for one in channels.status()]


@pytest.fixture
async def channels(centre, scripted, tmp_path):
    (tmp_path / "channels.yaml").write_text(ACCOUNTS)
    made = supervisor(centre, tmp_path)
    yield made
    await made.stop()


async def test_an_account_that_falls_over_is_begun_again(channels, scripted, caplog, expected_errors) -> None:
    expected_errors("first failed")
    scripted.failures = [ChannelDown("refused"), OSError("secret text of the other end"), ValueError("a mistake")]
    await channels.start()
    await until(lambda: scripted.runs == 4 and standing(channels) == [("first", "up:")])
    assert "secret text" not in caplog.text


async def test_an_account_that_only_a_person_can_mend_is_left_alone_until_one_has(channels, scripted) -> None:
    scripted.failures = [ChannelDown("revoked", is_final=True)] * 2
    await channels.start()
    await until(lambda: standing(channels) == [("first", "misconfigured:revoked")])
    await asyncio.sleep(0.2)
    assert scripted.runs == 1
    assert await channels.restart("first")
    await until(lambda: scripted.runs == 2 and standing(channels) == [("first", "misconfigured:revoked")])
    await channels.reload()
    await until(lambda: standing(channels) == [("first", "up:")])


async def test_a_changed_file_is_taken_up_and_a_mistake_in_it_leaves_all_as_it_was(
    channels, scripted, tmp_path
) -> None:
    await channels.start()
    await until(lambda: standing(channels) == [("first", "up:")])
    (tmp_path / "channels.yaml").write_text(ACCOUNTS + "  - {name: Second, kind: scripted, channel: chat}\n")
    await until(lambda: channels.mistake)
    assert "channels.yaml, line 6" in channels.mistake
    assert standing(channels) == [("first", "up:")]
    (tmp_path / "channels.yaml").write_text(ACCOUNTS + "  - {name: second, kind: scripted, channel: chat}\n")
    await until(lambda: standing(channels) == [("first", "up:"), ("second", "up:")])
    assert (channels.mistake, scripted.runs) == ("", 2), "the first was not begun again"
    (tmp_path / "channels.yaml").unlink()
    await until(lambda: not channels.status())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("accounts:\n  - {name: a, kind: pigeon, channel: chat}\n", "line 2: the kind is one of"),
        ("accounts:\n  - {name: a, kind: scripted, channel: pigeon}\n", "line 2"),
        ("accounts:\n  - name: a\n    kind: scripted\n    channel: chat\n    settings: {nonsense: 1}\n", "line 5"),
        ("accounts:\n  - {name: a, kind: scripted, channel: chat}\n  - {name: a, kind: scripted, channel: sms}", "line 3: "),
        ("accounts: [", "line 2"),
    ],
)  # fmt: skip
async def test_a_mistake_names_its_line(channels, tmp_path, text, told) -> None:
    (tmp_path / "channels.yaml").write_text(text)
    await channels.start()
    assert told in channels.mistake
    assert channels.status() == []


async def test_two_hubs_run_an_account_once_and_the_second_takes_over(channels, centre, scripted, tmp_path) -> None:
    other = supervisor(centre, tmp_path)
    await channels.start()
    await until(lambda: standing(channels) == [("first", "up:")])
    await other.start()
    await until(lambda: standing(other) == [("first", "elsewhere:")])
    await channels.stop()
    await until(lambda: standing(other) == [("first", "up:")])
    await other.stop()


async def test_an_account_rests_and_goes_on(channels, scripted) -> None:
    await channels.start()
    await until(lambda: standing(channels) == [("first", "up:")])
    assert await channels.pause("first")
    assert standing(channels) == [("first", "paused:")]
    assert await channels.restart("first")
    await until(lambda: standing(channels) == [("first", "up:")])
    assert not await channels.pause("nobody")


async def test_a_secret_that_others_can_read_is_not_used(tmp_path) -> None:
    from desktop.domain.channels import Channel
    from desktop.hub.channels.accounts import Account
    from desktop.hub.channels.secrets import NoSecret, secret_of

    file = tmp_path / "mail.secret"
    file.write_text("pass word \n")
    account = Account(name="a", kind="scripted", channel=Channel.CHAT, secrets={"password": "file:mail.secret"})
    file.chmod(0o644)
    with pytest.raises(NoSecret, match="password: readable_by_others"):
        secret_of(account, "password", tmp_path)
    file.chmod(0o600)
    assert secret_of(account, "password", tmp_path) == "pass word "
    for place, code in (("env:NO_SUCH_VARIABLE_HERE", "not_there"), ("file:none", "not_there"), ("plain", "bad_place")):
        with pytest.raises(NoSecret, match=code):
            secret_of(
                Account(name="a", kind="k", channel=Channel.CHAT, secrets={"password": place}), "password", tmp_path
            )
    assert os.environ.get("NO_SUCH_VARIABLE_HERE") is None

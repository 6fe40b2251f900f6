"""What events of a Matrix room say, whatever a stranger's program put into them."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from desktop.hub.channels.matrix import Settings
from desktop.hub.channels.matrix.events import readers, said
from desktop.hub.channels.matrix.incoming import address_of, user_of

JANA = "@jana:kunde.example"


def event(content: Any, type_: str = "m.room.message", **more: Any) -> dict[str, Any]:
    return {
        "event_id": "$1",
        "sender": JANA,
        "type": type_,
        "origin_server_ts": 1_700_000_000_000,
        "content": content,
    } | more


def test_an_answer_is_its_own_words_only() -> None:
    found = said(
        event(
            {
                "msgtype": "m.text",
                "body": "> <@bot:firma.example> Hallo\n> Jana\n\nDanke",
                "format": "org.matrix.custom.html",
                "formatted_body": "<mx-reply>Hallo</mx-reply><b>Danke</b>",
                "m.relates_to": {"m.in_reply_to": {"event_id": "$0"}},
            }
        )
    )
    assert found is not None
    assert (found.kind, found.text, found.html, found.in_reply_to) == ("message", "Danke", "<b>Danke</b>", "$0")


def test_a_change_is_of_the_message_it_names() -> None:
    relation = {"rel_type": "m.replace", "event_id": "$0"}
    new = {"msgtype": "m.text", "body": "30 Stück"}
    found = said(event({"msgtype": "m.text", "body": "* 30 Stück", "m.new_content": new, "m.relates_to": relation}))
    assert found is not None
    assert (found.kind, found.target, found.text) == ("edited", "$0", "30 Stück")


@pytest.mark.parametrize("where", [{"content": {"redacts": "$0"}}, {"content": {}, "redacts": "$0"}])
def test_a_removal_is_understood_in_old_rooms_and_new(where: dict[str, Any]) -> None:
    found = said(event({}, "m.room.redaction") | where)
    assert found is not None
    assert (found.kind, found.target) == ("redacted", "$0")


def test_a_file_says_what_it_is_and_whether_it_can_be_read() -> None:
    content = {"msgtype": "m.image", "body": "Mein Hund", "filename": "hund.png", "url": "mxc://a/b"}
    found = said(event({**content, "info": {"mimetype": "image/png", "size": 3}}))
    assert found is not None
    assert found.media is not None
    assert (found.text, found.media.name, found.media.is_readable) == ("Mein Hund", "hund.png", True)
    locked = said(event({**content, "file": {"url": "mxc://a/b"}}))
    assert locked is not None
    assert locked.media is not None
    assert not locked.media.is_readable


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"event_id": 1, "sender": None, "content": []},
        event(None),
        event({}),
        event({"msgtype": 7, "body": ["x"]}),
        event({"msgtype": "m.text", "body": {"x": 1}, "m.relates_to": "no"}),
        event({"msgtype": "m.image", "info": "none", "url": 3}),
        event({"msgtype": "m.text", "body": "x"}, origin_server_ts="soon"),
        event({"msgtype": "m.text", "body": "x"}, origin_server_ts=10**30),
        event({"redacts": 5}, "m.room.redaction"),
    ],
)
def test_what_makes_no_sense_harms_nothing(odd: dict[str, Any]) -> None:
    found = said(odd)
    assert found is None or isinstance(found.text, str)


def test_only_others_have_read() -> None:
    content = {"$a": {"m.read": {"@me:x": {}}}, "$b": {"m.read": {JANA: {}}}, "$c": {"m.fully_read": {}}, "$d": 3}
    assert readers(content, "@me:x") == ["$b"]


@pytest.mark.parametrize("address", [address_of(JANA), "matrix:jana:kunde.example", JANA])
def test_a_user_is_found_again_in_every_form_of_their_address(address: str) -> None:
    assert user_of(address) == JANA
    assert user_of("matrix:nobody") == ""


@pytest.mark.parametrize(
    "settings",
    [
        {"homeserver": "http://matrix.example"},
        {"homeserver": "matrix.example"},
        {"homeserver": "https://matrix.example", "invites": "servers"},
        {"homeserver": "https://matrix.example", "page": 0},
        {},
    ],
)
def test_settings_that_cannot_be_meant_are_named(settings: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(settings, Settings)

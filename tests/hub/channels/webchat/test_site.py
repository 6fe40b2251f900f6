"""Which pages may speak to a chat, where they speak from, and how it looks on them."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from desktop.domain.channels import Channel
from desktop.hub.auth.denial import Denied
from desktop.hub.channels.accounts import Account
from desktop.hub.channels.webchat.limits import Brakes, Pace
from desktop.hub.channels.webchat.settings import Settings, ink_on, language_of, text_of
from desktop.hub.channels.webchat.site import PAGE, Site
from desktop.hub.channels.webchat.tokens import Tokens


def site(**settings: Any) -> Site:
    account = Account(name="shop", kind="webchat", channel=Channel.CHAT, brand="Nordwind", settings=settings)
    return Site(account, msgspec.convert(settings, Settings), Tokens(b"k" * 32, "shop"), "")


def test_a_page_is_let_in_by_its_exact_origin() -> None:
    shop = site(origins=["https://shop.example"])
    shop.admit("https://shop.example", changes=True)
    shop.admit(None, changes=False)
    for origin in ("https://shop.example.evil.example", "http://shop.example", "https://shop.example:8443", "null", ""):
        with pytest.raises(Denied):
            shop.admit(origin, changes=False)
    with pytest.raises(Denied):
        shop.admit(None, changes=True)


def test_only_a_proxy_that_is_known_says_where_somebody_is() -> None:
    shop = site(proxies=["10.0.0.1", "10.0.0.2"])
    assert shop.address_of("10.0.0.1", "198.51.100.7") == "198.51.100.7"
    assert shop.address_of("10.0.0.1", "203.0.113.9, 198.51.100.7, 10.0.0.2") == "198.51.100.7"
    assert shop.address_of("192.0.2.1", "198.51.100.7") == "192.0.2.1"
    assert shop.address_of("10.0.0.1", "nonsense") == "10.0.0.1"
    assert shop.address_of("10.0.0.1", "") == "10.0.0.1"


@pytest.mark.parametrize(
    "settings",
    [
        {"origins": ["shop.example"]},
        {"origins": ["*"]},
        {"origins": ["https://shop.example/path"]},
        {"colour": "red"},
        {"privacy_url": "javascript:alert(1)"},
        {"fields": [{"name": "Bad Name"}]},
        {"identity": "maybe"},
        {"largest_file_mb": 1000},
        {"unknown": 1},
    ],
)
def test_a_mistake_in_the_settings_is_found_when_they_are_read(settings: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(settings, Settings)


def test_words_on_any_colour_can_be_read() -> None:
    for colour in ("#0b5cad", "#ffffff", "#000000", "#ffd400", "#767676", "#c00000"):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        ratio = 1.05 / (light + 0.05) if ink_on(colour) == "#ffffff" else (light + 0.05) / 0.05
        assert ratio >= 4.5, colour


def test_both_languages_say_the_same_things() -> None:
    german, english = (json.loads((PAGE / f"texts_{one}.json").read_text("utf-8")) for one in ("de", "en"))
    assert set(german) == set(english)
    for name, text in english.items():
        blanks = {part.split("}")[0] for part in text.split("{")[1:]}
        assert blanks == {part.split("}")[0] for part in german[name].split("{")[1:]}, name


def test_a_page_in_any_language_gets_words() -> None:
    assert [language_of(one) for one in ("de", "de-AT", "DE", "en-GB", "fr", "", "den")] == [
        "de", "de", "de", "en", "en", "en", "en",
    ]  # fmt: skip
    assert text_of({"de": "Hallo", "en": "Hello"}, "de-CH") == "Hallo"
    assert text_of({"de": "Hallo", "en": "Hello"}, "fr") == "Hello"
    assert text_of({"fr": "Salut"}, "de") == "Salut"
    assert text_of({}, "de") == ""


@pytest.mark.parametrize(("way", "shown"), [("first", "Anna"), ("full", "Dr. Anna Berg"), ("brand", "Nordwind")])
def test_agents_are_called_as_the_company_wants(way: str, shown: str) -> None:
    assert site(agent_name=way).agent_name("Dr. Anna Berg") == shown


def test_the_script_asks_a_strict_page_for_nothing() -> None:
    script = (PAGE / "widget.js").read_text("utf-8")
    for sink in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", ".style ="):
        assert sink not in script, sink


def test_who_is_too_fast_has_to_wait_and_others_do_not() -> None:
    now = 100.0
    brakes = Brakes(lambda: now)
    pace = Pace(3, 2.0)
    for _ in range(3):
        brakes.take("message", "a", pace)
    with pytest.raises(Denied) as denied:
        brakes.take("message", "a", pace)
    assert denied.value.retry_after_s == 2
    brakes.take("message", "b", pace)
    brakes.take("file", "a", pace)
    now = 102.0
    brakes.take("message", "a", pace)
    with pytest.raises(Denied):
        brakes.take("message", "a", pace)

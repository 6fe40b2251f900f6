"""Ids that say whose they are."""

from __future__ import annotations

import pytest

from desktop.domain.ids import account_of, foreign_id, native_id, new_beside, new_id

NATIVE = [
    *("42", "0198c1f2-71e5-7000-b278-f3bbf05e67ee", "a~b", "~", "~~x"),
    *("rt~7", "RT~7", "local:7", "über~x", "", "x" * 300, "zammad2~1"),
]


@pytest.mark.parametrize("native", NATIVE)
@pytest.mark.parametrize("key", ["", "rt", "hub2"])
def test_whatever_a_system_calls_a_thing_its_account_and_its_name_are_found_again(key: str, native: str) -> None:
    id_ = foreign_id(key, native)
    assert account_of(id_) == key
    assert native_id(id_) == native


def test_an_id_of_the_first_account_is_the_systems_own() -> None:
    for native in ("42", "billing", new_id(), "queue/7"):
        assert foreign_id("", native) == native


def test_what_this_desktop_makes_for_a_contact_is_of_its_account() -> None:
    assert account_of("local:rt~55:invoice:send_copy") == "rt"
    assert account_of("local:0198-55:invoice:send_copy") == ""
    assert account_of(new_beside("rt~55")) == "rt"
    assert account_of(new_beside(new_id())) == ""

"""Passwords: argon2id, and no difference to be felt between a wrong password and a user that does not exist."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher, extract_parameters

from desktop.hub.auth import passwords
from desktop.hub.auth.passwords import Passwords, check_new, hash_now


async def test_only_the_right_password_fits_however_its_letters_were_typed() -> None:
    checks = Passwords()
    stored = await checks.hash("Gr\u00fc\u00dfe")
    assert stored.startswith("$argon2id$")
    assert await checks.verify(stored, "Gru\u0308\u00dfe")
    assert not await checks.verify(stored, "Gruesse")
    assert not await checks.verify("not a hash", "Gr\u00fc\u00dfe")


async def test_nobody_has_no_password_but_costs_as_much_to_ask() -> None:
    asked = extract_parameters(passwords._NOBODY)
    usual = PasswordHasher()
    assert (asked.time_cost, asked.memory_cost, asked.parallelism) == (
        usual.time_cost,
        usual.memory_cost,
        usual.parallelism,
    )
    assert not await Passwords().verify(None, "anything")


async def test_what_is_compared_for_nobody_is_really_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    compare = passwords._matches

    def noting(stored: str, password: str) -> bool:
        seen.append(stored)
        return compare(stored, password)

    monkeypatch.setattr(passwords, "_matches", noting)
    await Passwords().verify(None, "x")
    with pytest.raises(Exception, match=r"(?i)match"):
        PasswordHasher().verify(seen[0], "x")  # a mismatch, not a hash that cannot be read


@pytest.mark.parametrize("password", ["", "   ", "x" * 2000])
def test_a_password_has_something_in_it_and_an_end(password: str) -> None:
    with pytest.raises(ValueError):
        check_new(password)


def test_two_hashes_of_one_password_differ() -> None:
    assert hash_now("same") != hash_now("same")

"""A password proved without the system: only the right one, and never quickly many times."""

from __future__ import annotations

import msgspec

from desktop.app.verifier import OFFLINE_TRIES, Verifier, wait_s


def test_only_the_password_it_was_made_of_fits() -> None:
    made = Verifier.of("Grüße, 7 Zwerge")
    assert made.fits("Grüße, 7 Zwerge")
    assert not made.fits("Grüße, 7 zwerge")
    assert not made.fits("")


def test_two_of_one_password_have_nothing_in_common_and_do_not_hold_it() -> None:
    one, two = Verifier.of("correct horse"), Verifier.of("correct horse")
    assert (one.salt, one.hash) != (two.salt, two.hash)
    assert one.hash != two.hash
    assert b"correct" not in msgspec.json.encode(one)


def test_it_survives_being_kept() -> None:
    kept = msgspec.convert(msgspec.to_builtins(Verifier.of("secret")), Verifier)
    assert kept.fits("secret")


def test_the_wait_grows_with_each_wrong_try_up_to_a_minute() -> None:
    waits = [wait_s(wrong) for wrong in range(OFFLINE_TRIES + 1)]
    assert waits[:4] == [0, 0, 0, 2]
    assert waits == sorted(waits)
    assert waits[-1] == 60

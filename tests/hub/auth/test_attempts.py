"""The brake on guessing passwords, with a clock that the test turns."""

from __future__ import annotations

from desktop.hub.auth.attempts import FIRST_WAIT_S, FREE, LONGEST_WAIT_S, Attempts


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def fail(attempts: Attempts, times: int, key: str = "anna") -> None:
    for _ in range(times):
        assert attempts.reserve(key) == 0


def test_a_few_tries_are_free_and_then_one_waits_longer_each_time() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    fail(attempts, FREE)
    assert attempts.reserve("anna") == FIRST_WAIT_S
    clock.now += FIRST_WAIT_S
    fail(attempts, 1)
    assert attempts.reserve("anna") == 2 * FIRST_WAIT_S
    for _ in range(20):
        clock.now += LONGEST_WAIT_S
        fail(attempts, 1)
    assert attempts.reserve("anna") == LONGEST_WAIT_S


def test_waiting_does_not_grow_while_one_is_turned_away() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    fail(attempts, FREE)
    for _ in range(50):
        attempts.reserve("anna")
    clock.now += FIRST_WAIT_S
    assert attempts.reserve("anna") == 0


def test_the_right_password_and_time_forgive_and_others_are_not_held_up() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    fail(attempts, FREE - 1)
    attempts.forgive("anna")
    fail(attempts, FREE)
    assert attempts.reserve("bert") == 0
    clock.now += FIRST_WAIT_S + LONGEST_WAIT_S
    fail(attempts, FREE)

"""Postcodes and numbers as callers spell them and recognisers write them down."""

from __future__ import annotations

import time

import pytest

from desktop.insight.spoken import codes


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("whiskey 2 0 alpha bravo", "W20AB"),
        ("w20 a b", "W20AB"),
        ("double u two zero a bee", "W20AB"),
        ("Wilhelm zwei null Anton Berta", "W20AB"),
        ("W for Whiskey 2 0 A as in Alpha B", "W20AB"),
        ("W wie Wilhelm zwei null A wie Aachen B", "W20AB"),
        ("my postcode is ten seven eleven five", "107115"),
        ("eins null eins eins fünf", "10115"),
        ("double t two nine", "TT29"),
        ("triple 7 k", "777K"),
        ("x-ray 4 zed", "X4Z"),
    ],
)
def test_the_likeliest_reading_is_what_was_meant(said: str, code: str) -> None:
    assert codes.readings(said)[0][0] == code


@pytest.mark.parametrize(("said", "code"), [("to 4 for", "244"), ("e 0 it's d y", "E0DY"), ("double u 3", "UU3")])
def test_what_may_mean_two_things_is_read_both_ways(said: str, code: str) -> None:
    assert code in {value for value, _ in codes.readings(said)}


def test_a_reading_that_takes_words_for_what_they_are_not_costs_more() -> None:
    found = codes.readings("to 4")
    costs = dict(found)
    assert costs["24"] > 0
    assert [cost for _, cost in found] == sorted(cost for _, cost in found)


@pytest.mark.parametrize("text", ["", "🙂🙂", "\x00\x01", "مرحبا", "<script>" * 5000, "a " * 500_000, "9" * 1_000_000])
def test_no_text_stalls_it(text: str) -> None:
    began = time.perf_counter()
    assert len(codes.readings(text)) <= 6
    assert time.perf_counter() - began < 1


def test_phone_numbers_and_addresses_as_they_are_said() -> None:
    assert codes.digits("plus four nine one seven one double three") == "+4917133"
    assert codes.address("jana dot weber at example dot org") == "jana.weber@example.org"
    assert codes.address("jana punkt weber at example punkt org") == "jana.weber@example.org"
    assert codes.address("no address here") == ""

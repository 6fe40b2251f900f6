"""Birth dates as callers say them, in English and German, and what recognisers make of them."""

from __future__ import annotations

import pytest

from desktop.insight.spoken import dates


@pytest.mark.parametrize(
    ("said", "date"),
    [
        ("the eleventh of August nineteen oh nine", "19090811"),
        ("August the eleventh, nineteen hundred and nine", "19090811"),
        ("elfter achter neunzehnhundertneun", "19090811"),
        ("am elften August neunzehnhundertneun", "19090811"),
        ("einundzwanzigster März zweitausendelf", "20110321"),
        ("dritter Fünfter Zweitausend", "20000503"),
        ("twenty-first of May two thousand and three", "20030521"),
        ("24 October 1990 9", "19991024"),
        ("22 03 19 35", "19350322"),
        ("2203 1935", "19350322"),
        ("22031 935", "19350322"),
        ("13th of the 2nd 2001", "20010213"),
        ("7/6/1959", "19590607"),
        ("1990-04-03", "19900403"),
        ("fifth of may eighty two", "19820505"),
    ],
)
def test_the_likeliest_reading_is_the_day_meant(said: str, date: str) -> None:
    assert dates.readings(said)[0][0] == date


@pytest.mark.parametrize(
    ("said", "date"),
    [
        ("2020 9th of May 2011", "20110529"),
        ("knight of September 1947", "19470909"),
        ("03 sorry 0902 1948", "19480209"),
    ],
)
def test_the_day_meant_is_among_the_readings_of_what_was_misheard(said: str, date: str) -> None:
    assert date in {value for value, _ in dates.readings(said)}


def test_what_was_not_said_stays_open() -> None:
    assert dates.readings("September 1926")[0][0] == "192609??"
    assert dates.readings("22nd of July")[0][0] == "????0722"


@pytest.mark.parametrize(
    "text", ["", "hello", "32nd of May 1990 sharp", "31st of February 1990", "🙂", "\x00", "1" * 1_000_000]
)
def test_no_impossible_day_is_ever_read(text: str) -> None:
    assert not [value for value, _ in dates.readings(text) if value.endswith(("0532", "0231"))]


def test_digits_that_could_be_no_date_are_kept_for_comparing() -> None:
    assert dates.digit_run("05 033 1989") == "050331989"
    assert dates.digit_run("5th of March 1989") == ""

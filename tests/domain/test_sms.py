"""How many parts a text message takes, counted as the networks do."""

from __future__ import annotations

import pytest

from desktop.domain.sms import size_of


@pytest.mark.parametrize(
    ("text", "encoding", "units", "parts", "left"),
    [
        ("", "gsm7", 0, 1, 160),
        ("Grüße aus Köln: 3 Äpfel", "gsm7", 23, 1, 137),
        ("a" * 160, "gsm7", 160, 1, 0),
        ("a" * 161, "gsm7", 161, 2, 145),
        ("a" * 306, "gsm7", 306, 2, 0),
        ("a" * 307, "gsm7", 307, 3, 152),
        ("€" * 80, "gsm7", 160, 1, 0),
        ("[€]", "gsm7", 6, 1, 154),
        ("a" * 1530, "gsm7", 1530, 10, 0),
        ("Привет", "ucs2", 6, 1, 64),
        ("ж" * 70, "ucs2", 70, 1, 0),
        ("ж" * 71, "ucs2", 71, 2, 63),
        ("ж" * 134, "ucs2", 134, 2, 0),
        ("„Anführung“", "ucs2", 11, 1, 59),
        ("😀" * 35, "ucs2", 70, 1, 0),
        ("zwei\r\nZeilen", "gsm7", 11, 1, 149),
    ],
)
def test_parts_and_what_is_left(text: str, encoding: str, units: int, parts: int, left: int) -> None:
    size = size_of(text)
    assert (size.encoding, size.units, size.parts, size.left) == (encoding, units, parts, left)


def test_a_sign_of_two_units_is_not_cut_in_two() -> None:
    # The escape of the euro sign would be the 153rd septet: it goes to the next part whole.
    assert size_of("a" * 152 + "€" + "b" * 10).left == 153 - 12
    assert size_of("x" * 66 + "😀" + "ж" * 10).left == 67 - 12
    # 36 faces are 72 units, and 33 of them fill a part of 67 but for one.
    assert (size_of("😀" * 66).parts, size_of("😀" * 67).parts) == (2, 3)


def test_it_says_which_signs_make_it_dear() -> None:
    assert size_of("Preis: 3 € – „sofort“ – ✓").spoilers == "–„“✓"
    assert size_of("Preis: 3 €").spoilers == ""


def test_a_megabyte_is_counted_in_no_time() -> None:
    assert size_of("😀" * 500_000).parts == 15152
    assert size_of("€" * 500_000).parts == 6579

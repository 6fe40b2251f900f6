from __future__ import annotations

import pytest

from desktop.insight.name_spelling import is_nobody, tidied


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("JANA WEBER", "Jana Weber"),
        ("jana weber", "Jana Weber"),
        ("Herr Ole Petersen", "Ole Petersen"),
        ("Mrs. Maura O'Neill", "Maura O'Neill"),
        ("MAURA O'NEILL", "Maura O'Neill"),
        ("IAN MCDONALD", "Ian McDonald"),
        ("HEIKE VON DER HEYDE-KURZ", "Heike von der Heyde-Kurz"),
        ("FRAU ÖZLEM ÇELİK", "Özlem Çelik"),
    ],
)
def test_what_was_meant(written: str, meant: str) -> None:
    assert tidied(written).replace("i\u0307", "i") == meant


@pytest.mark.parametrize(
    "name",
    ["Jana Weber", "Dr. Jana Weber", "Weber, Jana", "ADAC", "MÜLLER GMBH", "BASF SE", "Jo", "", "de la Cruz", "王小明"],
)
def test_what_is_right_or_may_be_is_left_alone(name: str) -> None:
    assert tidied(name) == name


@pytest.mark.parametrize("name", ["jana@example.org", "<b>", "12345", "🙂🙂", "https://x.example"])
def test_what_is_no_name(name: str) -> None:
    assert is_nobody(name)


def test_a_book_for_a_name_costs_no_time() -> None:
    assert tidied("A " * 500_000) == "A " * 500_000
    assert not is_nobody("A" * 1_000_000)

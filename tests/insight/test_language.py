from __future__ import annotations

import pytest

from desktop.insight.language import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wo ist mein Paket?", "de"),
        ("Kündigung", "de"),
        ("Hallo, guten Tag", "de"),
        ("Where is my parcel?", "en"),
        ("My router is broken", "en"),
        ("Où est ma commande ?", "fr"),
        ("¿Dónde está mi pedido?", "es"),
        ("Dov'è il mio pacco?", "it"),
        ("Waar is mijn pakket gebleven?", "nl"),
        ("Gdzie jest moja paczka?", "pl"),
        ("Siparişim nerede?", "tr"),
        ("Onde está a minha encomenda?", "pt"),
    ],
)
def test_short_texts_show_their_language(text: str, language: str) -> None:
    assert language_of(text).language == language


@pytest.mark.parametrize("text", ["", "   ", "12345", "😀😀", "asdf jkl", "привет как дела", "https://example.org/x"])
def test_what_is_unclear_is_not_guessed(text: str) -> None:
    assert language_of(text).language == "und"


def test_probabilities_add_up_and_a_hint_only_tips_the_scale() -> None:
    verdict = language_of("Wo ist mein Paket?", hint="en")
    assert verdict.language == "de"
    assert sum(p for _, p in verdict.ranked) == pytest.approx(1)
    unsure = language_of("internet").ranked
    hinted = language_of("internet", hint="en").ranked
    assert dict(hinted)["en"] > dict(unsure)["en"]

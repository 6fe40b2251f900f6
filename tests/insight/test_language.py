"""The language of what customers write, which is short, mixed, and sometimes no language at all."""

from __future__ import annotations

import json
import lzma
import re
from pathlib import Path

import numpy as np
import pytest

from desktop.insight.artefact import ModelError
from desktop.insight.language import LanguageModel, function_words, language_of, languages

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


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
        ("Nepřišla mi faktura za květen", "cs"),
        ("Jag har inte fått någon faktura", "sv"),
        ("Jeg har ikke modtaget min faktura", "da"),
        ("привет как дела", "ru"),
        ("Де моє замовлення, будь ласка? Її немає", "uk"),
        ("أين طلبي من فضلك", "ar"),
        ("Πού είναι η παραγγελία μου;", "el"),
        ("איפה ההזמנה שלי", "he"),
        ("注文はどこですか", "ja"),
        ("我的订单在哪里", "zh"),
        ("제 주문은 어디에 있나요", "ko"),
    ],
)
def test_short_texts_show_their_language(text: str, language: str) -> None:
    assert language_of(text).language == language


@pytest.mark.parametrize(
    "text", ["", "   ", "12345", "😀😀", "asdf jkl", "qwertz", "https://example.org/x", "\x00\ud800", "a" * 900]
)
def test_what_is_unclear_is_not_guessed(text: str) -> None:
    assert language_of(text).language == "und"


def test_a_script_of_many_languages_is_less_certain_than_a_letter_only_one_has() -> None:
    assert language_of("заказ").probability < language_of("замовлення її").probability


def test_probabilities_add_up_and_a_hint_only_tips_the_scale() -> None:
    verdict = language_of("Wo ist mein Paket?", hint="en")
    assert verdict.language == "de"
    assert sum(p for _, p in verdict.ranked) == pytest.approx(1)
    unsure = language_of("internet").ranked
    hinted = language_of("internet", hint="en").ranked
    assert dict(hinted)["en"] > dict(unsure)["en"]


def test_a_message_in_two_languages_names_both() -> None:
    verdict = language_of("Bitte helfen Sie mir, ich komme nicht weiter. My order never arrived and nobody answers me.")
    assert {verdict.language, *verdict.also} == {"de", "en"}
    assert language_of("Wo ist mein Paket? Ich warte schon sehr lange darauf.").also == ()


def test_a_german_sentence_about_an_english_title_is_german() -> None:
    assert language_of("Ich möchte das Album Songs from the Wood zurückgeben").language == "de"


def test_a_letter_drawn_out_changes_nothing() -> None:
    assert language_of("Haaaaallo, wo bleibt mein Paket").ranked == language_of("Hallo, wo bleibt mein Paket").ranked


def test_function_words_and_languages_are_those_of_the_starter_file() -> None:
    assert "und" in function_words("de")
    assert {"und", "the"} <= function_words("und")
    assert {"de", "en", "fr", "es", "it", "nl", "pt", "pl", "tr", "cs", "sv", "da"} <= set(languages())


def test_a_file_that_is_no_model_is_refused_with_a_code(tmp_path: Path) -> None:
    path = tmp_path / "m.npz"
    np.savez(path, format=np.int32(99))
    with pytest.raises(ModelError) as raised:
        LanguageModel.load(path)
    assert raised.value.code == "language_model_format"


@pytest.mark.shared_data
def test_what_other_people_wrote_is_recognised() -> None:
    """Figures are in docs/understanding.md; this only notices when something breaks."""
    if not SHARED.is_dir():
        pytest.skip("the public data sets are not beside the project")
    with lzma.open(SHARED / "xsid_de" / "de.valid.conll.xz", "rt", encoding="utf-8") as file:
        german = re.findall(r"(?m)^# text = (.*)$", file.read())
    with lzma.open(SHARED / "clinc150" / "data_full_train_val.json.xz", "rt", encoding="utf-8") as file:
        english = [text for text, _ in json.load(file)["val"]][::10]
    for texts, code, least in ((german, "de", 0.9), (english, "en", 0.97)):
        assert sum(language_of(text).language == code for text in texts) >= least * len(texts)

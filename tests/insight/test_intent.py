"""The shipped model understands what customers ask in both languages, says why, and refuses chit-chat."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from desktop.insight.catalogue import catalogue
from desktop.insight.intent import IntentError, IntentModel, starter

REQUESTS = [
    ("Ihr habt mir das Geld für die Bestellung 4711 zweimal abgebucht", "double_invoice"),
    ("My broadband keeps cutting out every ten minutes", "technical_fault"),
    ("wo ist mein päckchen", "order_status"),
    ("Das Paket sollte vorige Woche ankommen und ist noch immer nicht hier", "delivery_late"),
    ("I'd like to cancel my phone contract please", "cancel_contract"),
    ("Hab mein Passwort vergessen", "password_reset"),
    ("We moved to a new flat, please update the address", "change_address"),
    ("Bitte rufen Sie mich heute Nachmittag an", "callback_request"),
    ("Your staff were rude and nobody answers my mails, I want to complain", "complaint_service"),
    ("Someone placed orders in my name, this is fraud", "fraud_report"),
    ("Wie lange hat die Filiale am Samstag auf?", "opening_hours"),
]
CHATTER = [
    "Hallo, wie gehts?",
    "Tell me a joke",
    "Wie wird das Wetter morgen?",
    "ok",
    "",
    "👍",
    "....",
    "What is the capital of France?",
]


@pytest.mark.parametrize(("text", "intent"), REQUESTS)
def test_a_request_is_understood_with_the_words_that_decided(text: str, intent: str) -> None:
    verdict = starter().predict(text)
    assert verdict.known
    assert verdict.intent == intent
    assert verdict.words
    assert all(word in text for word in verdict.words)


@pytest.mark.parametrize("text", CHATTER)
def test_chatter_is_none_of_the_known(text: str) -> None:
    verdict = starter().predict(text)
    assert not verdict.known
    assert verdict.intent is None
    assert verdict.words == ()


def test_what_is_less_sure_than_the_threshold_is_refused(tmp_path: Path) -> None:
    starter().save(tmp_path / "model.npz")
    strict = IntentModel.load(tmp_path / "model.npz")
    strict.threshold = 1.01
    assert not any(strict.predict(text).known for text, _ in REQUESTS)
    assert strict.predict(REQUESTS[0][0]).ranked == starter().predict(REQUESTS[0][0]).ranked


def test_probabilities_are_ranked_and_leave_room_for_none() -> None:
    ranked = starter().predict("Wann kommt mein Paket?").ranked
    probabilities = [p for _, p in ranked]
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) <= 1 + 1e-6


def test_every_request_type_of_the_catalogue_can_be_predicted_but_other() -> None:
    assert set(starter().intents) == {one.id for one in catalogue().intents} - {"other"}


def test_numbers_and_addresses_do_not_change_the_verdict() -> None:
    one = starter().predict("Wo ist Bestellung 100234? jana@example.org")
    other = starter().predict("Wo ist Bestellung 998877? tom@example.net")
    assert one.ranked == other.ranked


def test_a_whole_mail_takes_milliseconds() -> None:
    mail = "Ich habe vor zwei Wochen eine Waschmaschine bestellt und bis heute keine Lieferung erhalten. " * 60
    starter().predict(mail)
    began = time.perf_counter()
    starter().predict(mail)
    assert time.perf_counter() - began < 0.1


def test_a_saved_model_is_the_same_model(tmp_path: Path) -> None:
    starter().save(tmp_path / "model.npz")
    loaded = IntentModel.load(tmp_path / "model.npz")
    for text, _ in REQUESTS:
        assert loaded.predict(text).ranked == starter().predict(text).ranked
    assert list(tmp_path.iterdir()) == [tmp_path / "model.npz"]


@pytest.mark.parametrize("content", [b"", b"not a model", b"PK\x03\x04" + b"\0" * 100])
def test_a_damaged_file_is_named_as_such(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.npz"
    path.write_bytes(content)
    with pytest.raises(IntentError) as caught:
        IntentModel.load(path)
    assert caught.value.code == "intent_model_damaged"


def test_another_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    np.savez(path, format=np.int32(99))
    with pytest.raises(IntentError) as caught:
        IntentModel.load(path)
    assert caught.value.code == "intent_model_format"


def test_a_file_with_pickled_objects_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    np.savez(path, format=np.array([object()], dtype=object))
    with pytest.raises(IntentError):
        IntentModel.load(path)

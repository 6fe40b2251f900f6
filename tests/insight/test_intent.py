"""The shipped model understands what customers ask in both languages, says why, and refuses chit-chat."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from desktop.insight.artefact import ModelError
from desktop.insight.catalogue import catalogue
from desktop.insight.intent import IntentModel, starter

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


@pytest.mark.parametrize(
    ("text", "intent", "also"),
    [
        (
            "Meine Rechnung ist doppelt abgebucht. Außerdem möchte ich meine Adresse ändern.",
            "double_invoice",
            ("change_address",),
        ),
        (
            "My parcel has not arrived and I also forgot my password for the portal",
            "password_reset",
            ("delivery_late",),
        ),
        ("Mein Internet ist viel zu langsam, bitte prüfen Sie das", "internet_slow", ()),
        ("Ich habe mein Passwort vergessen. Danke und viele Grüße", "password_reset", ()),
    ],
)
def test_a_second_request_in_the_same_message_is_named(text: str, intent: str, also: tuple[str, ...]) -> None:
    verdict = starter().predict(text)
    assert (verdict.intent, verdict.also) == (intent, also)


def test_a_thank_you_at_the_end_is_no_request() -> None:
    thanks = "Vielen Dank für Ihre Mühe"
    assert starter().predict(thanks).intent == "praise"
    assert starter().predict(f"Mein Internet ist seit gestern ausgefallen. {thanks}").also == ()


@pytest.mark.parametrize(
    "text",
    [
        "x" * 1_000_000,
        "Rechnung. " * 100_000,
        "und ich " * 120_000,
        "?!" * 500_000,
        "\u202eשלום עולם, أين طردي؟" * 3000,
        "\0\x1b[31m\ud800\ufffe" * 9000,
        "<script>alert(1)</script><img src=x onerror=y>" * 9000,
        "👍🏽👩‍👩‍👧‍👦" * 90_000,
        "a@" * 400_000,
        "1.234,56" * 100_000,
        "Z̸̡̛͔a" * 100_000,
    ],
    ids=lambda text: f"{text[:12]!r}",
)
def test_hostile_text_neither_crashes_nor_hangs(text: str) -> None:
    starter().predict("warm")
    began = time.process_time()
    verdict = starter().predict(text)
    assert time.process_time() - began < 0.5
    assert len(verdict.ranked) <= 6
    assert all(0 <= p <= 1 for _, p in verdict.ranked)


def test_words_nobody_taught_make_it_less_sure() -> None:
    """Half of it in a strange tongue is half a reason to believe the rest."""
    plain = starter().predict("Passwort vergessen")
    drowned = starter().predict("Passwort kwyjibo zzyzx blorft qwghlm vogon frobnitz grawlix")
    assert plain.known
    assert drowned.probability < plain.probability


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
    began = time.process_time()
    starter().predict(mail)
    assert time.process_time() - began < 0.1


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
    with pytest.raises(ModelError) as caught:
        IntentModel.load(path)
    assert caught.value.code == "intent_model_damaged"


def test_another_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    np.savez(path, format=np.int32(99))
    with pytest.raises(ModelError) as caught:
        IntentModel.load(path)
    assert caught.value.code == "intent_model_format"


def test_a_file_with_pickled_objects_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    np.savez(path, format=np.array([object()], dtype=object))
    with pytest.raises(ModelError):
        IntentModel.load(path)

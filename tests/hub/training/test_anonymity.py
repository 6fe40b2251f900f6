"""No customer's own words can be found in what is learned from them."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from desktop.domain.channels import Channel
from desktop.domain.ids import InteractionId
from desktop.domain.interaction import Interaction, InteractionState
from desktop.hub.training import intent_lesson, network
from desktop.hub.training.anonymity import bounded, shared_words, without_others
from desktop.hub.training.examples import Examples, starter_examples
from desktop.hub.training.history import Contact
from desktop.hub.training.intent import train
from desktop.insight.artefact import ArtefactError, check, digest_of
from desktop.insight.intent import IntentModel, starter

SECRET = "Zwiebelfisch Kastanienallee"
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WISHES = (
    "Mautplakette bestellen",
    "neue Mautplakette bitte",
    "Mautplakette für den Lastwagen",
    "Mautplakette abgelaufen",
)


@pytest.fixture(autouse=True)
def _few_phrases(monkeypatch: pytest.MonkeyPatch) -> None:
    few = Examples(tuple(one for one in starter_examples().rows if one.intent in ("praise", "opening_hours", "")))
    monkeypatch.setattr(intent_lesson, "starter_examples", lambda: few)
    monkeypatch.setattr(intent_lesson, "train", partial(train, units=16, nets=1))
    monkeypatch.setattr(network, "_TEXTS_SEEN", 3000)


def contacts(secret: str = "", times: int = 6) -> list[Contact]:
    """Sixty contacts of twenty customers; one of them says ``secret`` in so many of theirs."""
    found = []
    for n in range(60):
        customer = f"c{n % 20}"
        text = WISHES[n % len(WISHES)] + f" {('heute', 'morgen', 'bald')[n % 3]}"
        if customer == "c7" and times > 0:
            text, times = f"{text} {secret}".strip(), times - 1
        at = AT + timedelta(hours=n)
        told = Interaction(
            id=InteractionId(f"i{n}"),
            channel=Channel.CHAT,
            state=InteractionState.CLOSED,
            created_at=at,
            updated_at=at,
        )
        found.append(Contact(interaction=told, customer=customer, at=at, text=text, intent="toll_sticker", weight=2.0))
    return found


def learned(folder: Path, secret: str = "") -> tuple[bytes, IntentModel]:
    folder.mkdir()
    outcome = intent_lesson.learn_intents(contacts(secret), starter(), folder, "1")
    path = folder / outcome.file
    return path.read_bytes(), IntentModel.load(path)


def test_a_secret_that_one_customer_said_again_and_again_leaves_no_trace(tmp_path: Path) -> None:
    plain, _ = learned(tmp_path / "without")
    told, model = learned(tmp_path / "with", SECRET)
    for word in SECRET.split():
        for raw in (told, *_unpacked(told)):
            for form in (word, word.lower(), word.upper()):
                assert form.encode() not in raw
                assert form.encode("utf-32-le") not in raw, "numpy keeps text in four bytes a sign"
    # Whoever has both files cannot tell in which one the secret was said.
    assert hashlib.sha256(b"".join(_unpacked(told))).digest() == hashlib.sha256(b"".join(_unpacked(plain))).digest()
    heard = model.predict("Mautplakette bestellen heute")
    assert heard.intent == "toll_sticker"
    assert SECRET not in str(model.predict(f"Mautplakette {SECRET}").words)


def test_what_three_customers_say_is_learned(tmp_path: Path) -> None:
    _, model = learned(tmp_path / "m")
    assert "toll_sticker" in model.intents
    assert model.predict("Mautplakette").ranked[0][0] == "toll_sticker"


def test_words_are_shared_by_customers_not_by_texts() -> None:
    said = [("c1", "grün Zaun"), ("c1", "grün"), ("c1", "GRÜN"), ("c2", "Zaun"), ("c3", "Zaun,"), ("c3", "rot")]
    shared = shared_words(said, public=["Rot ist schön"])
    assert {"zaun", "rot", "ist"} <= shared
    assert not any(word.startswith("gr") for word in shared)
    left = without_others("Mein grüner Zaun ist rot", shared)
    assert "Zaun" in left
    assert "grüner" not in left
    assert without_others("", shared) == ""


def test_who_writes_often_does_not_outweigh_the_others() -> None:
    assert bounded(["a", "a", "b", "a"], 2) == [1, 2, 3]


def _unpacked(raw: bytes) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(raw)) as parts:
        return [parts.read(name) for name in sorted(parts.namelist())]


# --- the file itself ----------------------------------------------------------------------------------------------------


def _npz(**parts: Any) -> io.BytesIO:
    file = io.BytesIO()
    np.savez_compressed(file, **parts)
    return file


def _refused(file: io.BytesIO, sha256: str = "", size: int = 0) -> str:
    digest, length = digest_of(file)
    with pytest.raises(ArtefactError) as refused:
        check(file, sha256 or digest, size or length)
    return refused.value.code


def test_a_file_is_opened_only_if_it_is_the_one_that_was_announced() -> None:
    good = _npz(weights=np.zeros(3), labels=np.array(["a"]))
    check(good, *digest_of(good))
    assert good.tell() == 0
    assert _refused(good, sha256="0" * 64) == "another_file"
    assert _refused(good, size=7) == "another_file"
    assert _refused(good, size=10**9) == "too_large"


def test_pickles_and_bombs_and_rubbish_are_not_opened() -> None:
    assert _refused(_npz(labels=np.array([{"a": 1}], dtype=object))) == "not_plain"
    assert _refused(_npz(zeros=np.zeros(40_000_000))) == "too_large"
    assert _refused(io.BytesIO(b"PK\x03\x04 no archive")) == "damaged"
    lying = io.BytesIO()
    with zipfile.ZipFile(lying, "w") as parts:
        parts.writestr("model.py", "import os")
    assert _refused(lying) == "not_plain"
    boasting = io.BytesIO()
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<f8", "fortran_order": False, "shape": (10**12,)})
    with zipfile.ZipFile(boasting, "w") as parts:
        parts.writestr("weights.npy", header.getvalue())
    assert _refused(boasting) == "not_plain"

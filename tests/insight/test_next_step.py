"""A centre where agents greet, look up what the customer wants, and answer by what they found: the model learns to say which
comes next and why, and never trips over what a customer or a file may hold."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from desktop.domain.ids import RecordId
from desktop.domain.record import BusinessRecord
from desktop.hub.training.next_step import Decision, train
from desktop.insight.artefact import ModelError
from desktop.insight.experience import END
from desktop.insight.next_step import AS_IT_IS, NextStepModel, looked_up, resurely
from desktop.insight.step_features import Moment, step_features

WANTS = {
    "find_order": ("where is my parcel", "my parcel has not come", "mein Paket ist noch nicht da"),
    "find_invoice": ("the invoice is wrong", "you charged me twice", "die Rechnung stimmt nicht"),
}
FOUND = {
    ("find_order", "lost"): "send_replacement",
    ("find_order", "under way"): "tell_date",
    ("find_invoice", "paid twice"): "pay_back",
    ("find_invoice", "correct"): "explain_invoice",
}


def contact(case: str, wish: str, text: str, status: str) -> list[Decision]:
    steps = ("greet", wish, FOUND[wish, status])
    moments = (
        Moment(text="hello"),
        Moment(steps=steps[:1], text=text),
        Moment(steps=steps[:2], text=text, context={"kind": wish, "status": status, "number": len(case) * 1000}),
        Moment(steps=steps, text="thank you, bye", context={"kind": wish, "status": status}),
    )
    return [Decision(case=case, moment=one, next=step) for one, step in zip(moments, (*steps, END), strict=True)]


def centre() -> list[Decision]:
    found = []
    for number in range(4):
        for wish, status in FOUND:
            for text in WANTS[wish]:
                found += contact(f"{number} {wish} {status} {text}", wish, text, status)
    return found


@pytest.fixture(scope="module")
def model() -> NextStepModel:
    return train(centre(), version="7")[0]


def test_the_customers_words_decide_and_are_shown(model: NextStepModel) -> None:
    best, *_ = model.predict(["greet"], "my parcel is not here")
    assert best.action == "find_order"
    words = next(reason for reason in best.reasons if reason.code == "recommend.words")
    assert "parcel" in words.values["words"].split(", ")
    assert model.predict(["greet"], "die Rechnung ist falsch")[0].action == "find_invoice"


def test_what_was_found_decides_and_is_shown(model: NextStepModel) -> None:
    asked = ["greet", "find_order"], "where is my parcel"
    lost, *_ = model.predict(*asked, {"kind": "find_order", "status": "lost"})
    assert lost.action == "send_replacement"
    found = next(reason for reason in lost.reasons if reason.code == "recommend.found")
    assert "status" in found.values["fields"].split(", ")
    assert model.predict(*asked, '{"kind": "find_order", "status": "under way"}')[0].action == "tell_date"


def test_how_many_of_the_similar_cases_went_so_is_told(model: NextStepModel) -> None:
    likely = {one.action: one for one in model.predict(["greet", "find_order"], context={"status": "lost"})}
    assert (likely["send_replacement"].k, likely["send_replacement"].n) == (12, 24)


def test_the_end_is_a_step_like_any_other(model: NextStepModel) -> None:
    assert model.predict(["greet", "find_order", "send_replacement"], "thanks")[0].action == END


def test_probabilities_are_ranked_and_are_one_together(model: NextStepModel) -> None:
    likely = model.predict(["greet"], "hello?")
    probabilities = [one.probability for one in likely]
    assert probabilities == sorted(probabilities, reverse=True)
    assert 0.98 < sum(probabilities) <= 1 + 1e-6


def test_what_was_said_at_a_former_step_still_counts() -> None:
    """The wish is told before the name is asked for; afterwards only the name has been said."""
    decisions = []
    for number in range(40):
        wish = ("find_order", "find_invoice")[number % 2]
        told = Moment(text=WANTS[wish][number % 3])
        named = Moment(steps=("ask_name",), text="Jana Weber", earlier=(told,))
        decisions += [
            Decision(case=str(number), moment=told, next="ask_name"),
            Decision(case=str(number), moment=named, next=wish),
        ]
    learned, _ = train(decisions)
    for wish, texts in WANTS.items():
        best = learned.predict(["ask_name"], "Jana Weber", earlier=[Moment(text=texts[0])])[0]
        assert (best.action, best.probability > 0.8) == (wish, True)


def test_the_best_is_made_as_sure_as_it_proved_to_be_and_stays_the_best() -> None:
    given = np.array([[0.9, 0.06, 0.04], [0.4, 0.35, 0.25], [0.9999, 0.0001, 0.0]])
    assert resurely(given, AS_IT_IS) is given
    for sureness in ((0.7, 0.7, 0.0), (1.0, 0.8, -0.5), (1.0, 1.0, 2.0), (0.1, 0.1, -3.0)):
        found = resurely(given, sureness)
        assert found.sum(axis=1) == pytest.approx(1, abs=1e-5)
        assert (found[:, 0] >= found[:, 1]).all()
        assert (found[:, 1] >= found[:, 2]).all()
    assert resurely(given, (0.7, 0.7, 0.0))[0, 0] < 0.9 < resurely(given, (1.0, 1.0, 2.0))[0, 0]


def test_a_saved_model_is_the_same_model(model: NextStepModel, tmp_path: Path) -> None:
    model.save(tmp_path / "model.npz")
    again = NextStepModel.load(tmp_path / "model.npz")
    assert again.version == "7"
    for decision in centre():
        one, other = again.judge(decision.moment), model.judge(decision.moment)
        assert [(a.action, a.n, a.k) for a in one] == [(b.action, b.n, b.k) for b in other]
        assert [a.probability for a in one] == pytest.approx([b.probability for b in other], abs=1e-4)
    assert list(tmp_path.iterdir()) == [tmp_path / "model.npz"]


@pytest.mark.parametrize("content", [b"", b"not a model", b"PK\x03\x04" + b"\0" * 100])
def test_a_damaged_file_is_named_as_such(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.npz"
    path.write_bytes(content)
    with pytest.raises(ModelError) as caught:
        NextStepModel.load(path)
    assert caught.value.code == "next_step_model_damaged"


def test_a_file_that_was_hit_anywhere_is_refused_or_still_a_model(model: NextStepModel, tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    model.save(path)
    whole = path.read_bytes()
    refused = 0
    for place in range(40, len(whole), len(whole) // 40):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            assert NextStepModel.load(path).predict(["greet"])
        except ModelError:
            refused += 1
    assert refused > 20


def test_a_file_of_another_version_or_with_parts_that_do_not_fit_is_refused(
    model: NextStepModel, tmp_path: Path
) -> None:
    path = tmp_path / "model.npz"
    model.save(path)
    with np.load(path) as file:
        parts = dict(file)
    np.savez(path, **{**parts, "format": np.int32(99)})
    with pytest.raises(ModelError, match="format"):
        NextStepModel.load(path)
    for changed in ({"outer": parts["outer"][:, :-1]}, {"inner": parts["inner"][:-1]}, {"temperature": np.float32(0)}):
        np.savez(path, **{**parts, **changed})
        with pytest.raises(ModelError, match="damaged"):
            NextStepModel.load(path)
    for changed in ({"labels": np.frombuffer(b"[7]", np.uint8)}, {"temperature": np.ones(2)}, {"sureness": np.ones(2)}):
        np.savez(path, **{**parts, **changed})
        with pytest.raises(ModelError, match="damaged"):
            NextStepModel.load(path)
    np.savez(path, **{**parts, "labels": np.array([object()], dtype=object)})
    with pytest.raises(ModelError, match="damaged"):
        NextStepModel.load(path)


HOSTILE = [
    "",
    " \n\t",
    "👍👍👍",
    "\x00\x1b[31m\u202eabc\ufeff",
    "\ud800 half a letter",
    "שלום, איפה החבילה שלי?",
    "<script>alert(1)</script>" * 100,
    "a" * 1_000_000,
    "wort " * 200_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_a_customer_writes_or_a_system_returns_is_answered_soon(model: NextStepModel, text: str) -> None:
    began = time.perf_counter()
    for context in (
        text,
        {"field": text, text[:500]: [text] * 100},
        "[" * 40_000,
        {"item count": "many", "x": 10**300},
    ):
        likely = model.predict(
            [text, "greet"], text, context, text, [Moment(steps=(text,), text=text, context=text)] * 50
        )
        assert likely
        assert all(reason.values for one in likely for reason in one.reasons)
    assert time.perf_counter() - began < 2


def test_what_cannot_be_printed_is_not_shown_as_a_reason(model: NextStepModel) -> None:
    for text in HOSTILE[3:5]:
        for one in model.predict(["greet"], text):
            for reason in one.reasons:
                assert all(value.isprintable() for value in reason.values.values())


def test_one_model_answers_many_threads_alike(model: NextStepModel) -> None:
    moments = [one.moment for one in centre()[:60]]
    alone = [model.judge(one) for one in moments]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(model.judge, moments)) == alone


def test_a_prediction_takes_milliseconds(model: NextStepModel) -> None:
    words = "I have been waiting for the parcel you promised me for last Tuesday and nobody answers " * 3
    said = [Moment(steps=("greet",) * n, text=f"{words} {n}") for n in range(8)]
    times = []
    for _ in range(20):
        began = time.perf_counter()
        model.predict(["greet"] * 8, words, {"status": "lost", "note": words}, "delivery_late", said)
        times.append(time.perf_counter() - began)
    assert min(times) < 0.02


def test_which_long_number_it_is_makes_no_difference() -> None:
    one = step_features(Moment(text="order 100234, two items"), 14)
    other = step_features(Moment(text="order 998877, two items"), 14)
    assert one.bucket.tolist() == other.bucket.tolist()


def test_only_the_newest_look_up_of_the_contact_is_what_was_found() -> None:
    def record(minute: int, **changes: object) -> BusinessRecord:
        at = datetime(2026, 5, 4, 9, minute, tzinfo=UTC)
        values = {
            "id": RecordId(str(minute)),
            "customer_id": None,
            "kind": "query",
            "number": "orders",
            "at": at,
            "interaction_id": "c1",
        }
        return BusinessRecord(**{**values, "status": "found", **changes})  # type: ignore[arg-type]

    older = record(1, fields={"asked.name": "Jana", "status": "lost"})
    newer = record(2, number="invoices", fields={"asked.number": "4711", "sum": "12"})
    empty = record(3, number="returns", status="nothing_found", fields={"asked.number": "4711"})
    order = record(4, kind="order", fields={"sum": "99"})
    assert looked_up([newer, older, order], "c1") == '{"name": "invoices", "status": "found", "sum": "12"}'
    assert looked_up([newer, empty, older], "c1") == '{"name": "returns", "status": "nothing_found"}'
    assert looked_up([order], "c1") == looked_up([newer], "c2") == ""

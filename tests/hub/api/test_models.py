"""The learned models over HTTP: who sees the figures, who may have the file, who may train and go back."""

from __future__ import annotations

import hashlib
import io
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from desktop.domain.changes import Table
from desktop.hub.learning.generations import add
from desktop.hub.training.outcome import Outcome

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def _file(seed: int) -> bytes:
    file = io.BytesIO()
    np.savez(file, weights=np.full(3, seed))
    return file.getvalue()


def _learned(hub: Any, number: int) -> str:
    """A job brought a model that runs from now on; returns its SHA-256."""
    raw = _file(number)
    sha256 = hashlib.sha256(raw).hexdigest()

    async def stored() -> None:
        async def body() -> Any:
            yield raw

        await hub.server.services.blobs.put(body(), "application/zip", "intent.npz")

    hub.call(stored)
    figures = {"accuracy": 0.8 + number / 100, "calibration": 0.05}
    outcome = Outcome(task="intent", why="not_worse", file="x", sha256=sha256, size=len(raw), figures=figures)
    hub.write(lambda ledger: add(ledger, outcome, AT))
    return sha256


def test_a_lead_sees_each_generation_with_its_figures(hub: Any) -> None:
    _learned(hub, 1)
    _learned(hub, 2)
    with hub.client("lena") as client:
        found = client.get("/v1/models").json()
    intent = next(one for one in found["models"] if one["task"] == "intent")
    assert intent["running"] == 2
    assert [(one["number"], one["state"]) for one in intent["generations"]] == [(1, "ready"), (2, "running")]
    assert intent["generations"][1]["figures"]["accuracy"] == pytest.approx(0.82)
    assert (found["is_training"], found["judged"], found["corrected_share"]) == (False, 0, None)


def test_the_file_of_the_model_that_runs_is_for_whoever_works_here_and_for_no_machine(hub: Any) -> None:
    old, running = _learned(hub, 1), _learned(hub, 2)
    for who in ("anna", "sven", "lena", "otto"):
        with hub.client(who) as client:
            answer = client.get(f"/v1/blobs/{running}")
            assert hashlib.sha256(answer.content).hexdigest() == running
            assert client.get(f"/v1/blobs/{old}").status_code == 404, "nobody needs one that does not run"
    with hub.client("channel") as client:
        assert client.get(f"/v1/blobs/{running}").status_code == 404
        told = {change["type"] for change in client.get("/v1/changes?after=0&limit=1000").json()["changes"]}
    assert "model" not in told
    with hub.client("crm") as client:
        assert client.get(f"/v1/blobs/{running}").status_code == 403
    with hub.client("anna") as client:
        told = {change["type"] for change in client.get("/v1/changes?after=0&limit=1000").json()["changes"]}
    assert "model" in told


def test_an_admin_goes_back_step_by_step_and_it_is_in_the_audit_log(hub: Any) -> None:
    _learned(hub, 1)
    _learned(hub, 2)
    with hub.client("otto") as client:
        assert client.post("/v1/models/intent/rollback").json()["models"][0]["running"] == 1
        assert client.post("/v1/models/intent/rollback").json()["models"][0]["running"] == 0
        again = client.post("/v1/models/intent/rollback")
        assert (again.status_code, again.json()["code"]) == (409, "conflict")
        assert client.post("/v1/models/weather/rollback").json()["code"] == "not_found"
    assert hub.read(lambda ledger: ledger.get(Table.MODEL, "intent")) is None
    hub.call(hub.server.services.audit.stop)

    async def deeds(ledger: Any) -> list[tuple[str, str, str]]:
        from sqlalchemy import select

        from desktop.hub.db import tables

        row = tables.audit.c
        query = select(row.action, row.subject, row.outcome).where(row.action == "roll_back_model").order_by(row.id)
        return [tuple(found) for found in await ledger.connection.execute(query)]

    assert hub.read(deeds) == [("roll_back_model", "intent", outcome) for outcome in ("ok", "ok", "conflict")]


def test_training_is_begun_and_not_waited_for(hub: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[Any] = []
    monkeypatch.setattr(hub.server.services.learning, "begin", lambda tasks: begun.append(tasks))
    with hub.client("otto") as client:
        assert client.post("/v1/models/intent/train").status_code == 202
        assert client.post("/v1/models/weather/train").status_code == 404
    with hub.client("lena") as client:
        assert client.post("/v1/models/intent/train").status_code == 403
    assert begun == [["intent"]]


def test_measures_tell_which_model_runs_and_how_often_it_was_corrected(hub: Any, contact: Any) -> None:
    _learned(hub, 1)
    with hub.client("channel") as client:
        for name in ("a", "b"):
            body = {"external_id": name, "from": {"address": name}, "text": "Ich habe mein Passwort vergessen"}
            client.post("/v1/inbound/chat", json=body)
        answer = client.post(
            "/v1/inbound/chat", json={"external_id": "c", "from": {"address": "c"}, "text": "Wo ist mein Paket?"}
        ).json()
    done = hub.command("otto", "set_intent", interaction_id=answer["interaction_id"], intent="toll_sticker")
    assert done.status_code == 200, done.text
    with hub.client() as client:
        page = client.get("/metrics").text
    assert 'dirigent_model_generation{task="intent"} 1.0' in page
    assert 'dirigent_model_generation{task="next-step"} 0.0' in page
    assert "dirigent_intent_judged 3.0" in page
    assert "dirigent_intent_corrected_ratio 0.333" in page

"""What the hub learned arrives at the desktop, is kept there, and judges where there is no hub to do it."""

from __future__ import annotations

import asyncio
import hashlib
import zipfile
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest

from desktop.backends.base import Capabilities
from desktop.domain.changes import Table
from desktop.domain.ids import new_id
from desktop.domain.learned import LearnedModel
from desktop.hub.training import network
from desktop.hub.training.examples import Example, starter_examples
from desktop.hub.training.intent import train
from desktop.insight.assess import assess
from desktop.insight.intent import starter
from desktop.store import files, models
from desktop.sync.models import intent_model
from desktop.sync.status import Phase

TOLL = "toll_sticker"
WISH = "Wir brauchen eine neue Mautplakette für den Lastwagen"
AT = datetime(2025, 3, 1, tzinfo=UTC)
_WAYS = (
    "brauche eine Mautplakette",
    "neue Mautplakette bitte",
    "Mautplakette für den Lastwagen",
    "Mautplakette abgelaufen",
)
_ENDS = ("", "heute", "für uns", "danke", "es eilt", "bitte bald")


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The moment of calm before a model is fetched is no part of these stories."""
    monkeypatch.setattr("desktop.sync.models._CALM_S", 0.0)


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of a model that knows toll stickers."""
    rows = [one for one in starter_examples().rows if one.intent in ("praise", "password_reset", "")]
    rows += [Example(f"{way} {end}".strip(), TOLL) for way in _WAYS for end in _ENDS]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(network, "_TEXTS_SEEN", 3000)
        model, _ = train(rows, version="7", units=16, nets=1)
    path = tmp_path_factory.mktemp("model") / "intent.npz"
    model.save(path)
    return path.read_bytes()


def told(raw: bytes, generation: int = 1, **fields: Any) -> LearnedModel:
    given = {"sha256": hashlib.sha256(raw).hexdigest(), "size": len(raw), **fields}
    return LearnedModel(id="intent", generation=generation, trained_at=AT, **given)


def put(fake: Any, raw: bytes, **fields: Any) -> LearnedModel:
    """The hub runs a model from now on."""
    model = told(raw, **fields)
    fake.blobs[model.sha256] = raw
    fake.put(model)
    return model


def here(desk: Any) -> set[str]:
    found = desk.store.query(
        lambda conn: conn.execute("SELECT sha256 FROM file WHERE media_type = ?", (files.MODEL_TYPE,)).fetchall()
    )
    return {sha256 for (sha256,) in found}


def understood(desk: Any) -> str | None:
    return assess(WISH, model=intent_model(desk.store)).intent.intent


async def test_where_the_backend_has_no_brain_the_learned_model_judges_what_comes(
    make_desk: Any, fake: Any, a_contact: Any, a_message: Any, learned: bytes
) -> None:
    fake.capabilities = Capabilities(has_brain=False)
    desk = make_desk(fake)
    fake.put(a_contact("before"), a_message("before", WISH))
    desk.start()
    await desk.until(lambda: desk.status.phase is Phase.LIVE)
    assert desk.row(Table.INTERACTION, "before").intent != TOLL
    put(fake, learned)
    await desk.until(lambda: here(desk))
    for number in range(50):  # the first after it was loaded; loading is done beside
        fake.put(a_contact(f"c{number}"), a_message(f"c{number}", WISH))
        await desk.until(lambda name=f"c{number}": desk.row(Table.INTERACTION, name) is not None)
        if desk.row(Table.INTERACTION, f"c{number}").intent == TOLL:
            break
        await asyncio.sleep(0.1)
    assert desk.row(Table.INTERACTION, f"c{number}").intent == TOLL
    fake.remove(Table.MODEL, "intent")
    await desk.until(lambda: not here(desk))
    fake.put(a_contact("after"), a_message("after", WISH))
    await desk.until(lambda: desk.row(Table.INTERACTION, "after") is not None)
    assert desk.row(Table.INTERACTION, "after").intent != TOLL, "the hub went back to the shipped model"


async def test_it_is_kept_encrypted_and_judges_without_any_hub(desk: Any, fake: Any, learned: bytes) -> None:
    put(fake, learned)
    desk.start()
    await desk.until(lambda: here(desk))
    await desk.stop()
    fake.is_offline = True
    assert understood(desk) == TOLL
    raw = b"".join(path.read_bytes() for path in Path(desk.store.path).parent.iterdir() if path.is_file())
    with zipfile.ZipFile(BytesIO(learned)) as parts:
        names = [name.encode() for name in parts.namelist()]
    assert all(name in learned for name in names)
    assert not any(name in raw for name in names)


async def test_what_is_not_what_was_announced_is_thrown_away_and_not_asked_for_again(
    desk: Any, fake: Any, learned: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    model = told(learned)
    asked: list[str] = []

    async def download(sha256: str, *, on_progress: Any = None) -> BytesIO:
        asked.append(sha256)
        return BytesIO(learned[:-50] + b"x" * 50)

    fake.download = download
    fake.put(model)
    desk.start()
    await desk.until(lambda: asked)
    fake.put(told(learned, generation=2))
    await desk.until(lambda: desk.row(Table.MODEL, "intent").generation == 2)
    await asyncio.sleep(0.2)
    assert asked == [model.sha256]
    assert here(desk) == set()
    assert intent_model(desk.store) is starter()
    assert "another_file" in caplog.text


async def test_a_model_of_another_form_leaves_the_shipped_one_at_work(
    make_desk: Any, fake: Any, learned: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """The hub is newer than this desktop."""
    import numpy as np

    file = BytesIO()
    np.savez(file, format=np.int32(999))
    fake.capabilities = Capabilities(has_brain=False)
    desk = make_desk(fake)
    put(fake, file.getvalue())
    desk.start()
    await desk.until(lambda: "no use" in caplog.text)
    assert intent_model(desk.store) is starter()


async def test_one_too_large_is_not_even_fetched(desk: Any, fake: Any, learned: bytes) -> None:
    asked: list[str] = []

    async def download(sha256: str, *, on_progress: Any = None) -> BytesIO:
        asked.append(sha256)
        return BytesIO(learned)

    fake.download = download
    fake.put(told(learned, size=10**9))
    desk.start()
    await desk.until(lambda: desk.row(Table.MODEL, "intent") is not None)
    await asyncio.sleep(0.2)
    assert asked == []


async def test_it_comes_once_there_is_a_way_again(desk: Any, fake: Any, learned: bytes) -> None:
    tries: list[int] = []
    download = fake.download

    async def broken(sha256: str, *, on_progress: Any = None) -> BytesIO:
        from desktop.backends.base import Offline

        tries.append(1)
        if len(tries) < 3:
            raise Offline("unreachable")
        found: BytesIO = await download(sha256)
        return found

    fake.download = broken
    put(fake, learned)
    desk.start()
    await desk.until(lambda: here(desk))
    assert len(tries) == 3


async def test_the_next_generation_takes_the_place_of_the_last_and_making_room_spares_it(
    desk: Any, fake: Any, learned: bytes
) -> None:
    put(fake, learned)
    desk.start()
    await desk.until(lambda: here(desk))
    await desk.until(lambda: desk.status.phase is Phase.LIVE)
    await asyncio.to_thread(files.evict, desk.store, 0)
    assert len(here(desk)) == 1
    # The same model in another file.
    file = BytesIO(learned)
    with zipfile.ZipFile(file, "a") as parts:
        parts.comment = b"second"
    second = put(fake, file.getvalue(), generation=2)
    await desk.until(lambda: here(desk) == {second.sha256})
    assert understood(desk) == TOLL


async def test_a_damaged_file_of_the_store_falls_back_to_the_shipped_one(desk: Any, fake: Any, learned: bytes) -> None:
    model = put(fake, learned)
    desk.start()
    await desk.until(lambda: here(desk))
    await desk.stop()
    from desktop.domain.changes import Cause

    desk.store.write(
        lambda w: w.conn.execute("UPDATE file_part SET bytes = zeroblob(length(bytes))"), Cause.SYSTEM
    ).result()
    assert intent_model(desk.store) is starter()
    assert not desk.store.query(lambda conn: models.is_here(conn, model)), "it is to be fetched anew"


async def test_forty_corrections_at_the_hub_teach_the_desktop_too(
    own_centre: Any, signed_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from desktop.hub.training import intent_lesson, job
    from desktop.hub.training.examples import Examples
    from desktop.hub.training.outcome import read_report

    few = Examples(tuple(one for one in starter_examples().rows if one.intent in ("praise", "password_reset", "")))
    monkeypatch.setattr(intent_lesson, "starter_examples", lambda: few)
    monkeypatch.setattr(intent_lesson, "train", partial(train, units=16, nets=1))
    monkeypatch.setattr(network, "_TEXTS_SEEN", 3000)
    monkeypatch.setattr(job, "step_back", lambda: None)

    async def run_here(url: str, data: Path, folder: Path, tasks: Any, **options: Any) -> Any:
        monkeypatch.setenv(job.DATABASE_VARIABLE, url)
        words = ["--data", str(data), "--out", str(folder), "--task", "intent"]
        assert await asyncio.to_thread(job.main, words) == 0
        return read_report(folder)

    monkeypatch.setattr("desktop.hub.learning.service.run_job", run_here)
    hub = own_centre.hub
    desk = await signed_in(own_centre)
    desk.start()
    await desk.until(lambda: desk.status.phase is Phase.LIVE)

    def corrected() -> None:
        channel, admin = hub.token("channel"), hub.token("otto")
        with httpx.Client(base_url=hub.url, trust_env=False) as client:
            for number in range(40):
                body = {
                    "external_id": new_id(),
                    "from": {"address": f"handle:{number}"},
                    "text": f"{_WAYS[number % 4]} {_ENDS[number % 6]}".strip(),
                    "thread": new_id(),
                }
                machine, person = {"Authorization": f"Bearer {channel}"}, {"Authorization": f"Bearer {admin}"}
                arrived = client.post("/v1/inbound/chat", json=body, headers=machine).raise_for_status().json()
                command = {"type": "set_intent", "interaction_id": arrived["interaction_id"], "intent": TOLL}
                headers = {**person, "Idempotency-Key": new_id()}
                client.post("/v1/commands", json=command, headers=headers).raise_for_status()

    await asyncio.to_thread(corrected)
    assert understood(desk) != TOLL
    report = await asyncio.to_thread(hub.call, lambda: hub.server.services.learning.train(["intent"]))
    assert report.outcomes[0].why == "not_worse"
    await desk.until(lambda: here(desk))
    await desk.stop()
    own_centre.stop()
    assert understood(desk) == TOLL

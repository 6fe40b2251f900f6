"""Recording a desk at work: the real engine over a backend in memory, and what of it lies in the folder."""

from __future__ import annotations

import asyncio
import hashlib
import stat
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from desktop.backends.base import Capabilities, Offline
from desktop.backends.files.backend import FilesBackend
from desktop.backends.files.folder import Folder, name_of
from desktop.backends.files.manifest import BEFORE, CHANGES, FILES, MANIFEST, Line
from desktop.backends.files.recorder import Recorder, Wish
from desktop.domain.changes import Table
from desktop.domain.customer import Customer, Identity, IdentityKind
from desktop.domain.ids import CustomerId
from desktop.domain.interaction import Attachment, InteractionState
from desktop.domain.learned import LearnedModel
from desktop.store.database import Store
from desktop.sync.status import Phase
from desktop.wire.shapes import Change

from .conftest import AT, KIM, contact, said

JANA = Customer(
    id=CustomerId("jana"),
    name="Jana Wróblewska",
    number="K-4711992",
    identities=(
        Identity(kind=IdentityKind.EMAIL, value="jana@firma-mit-namen.de", normalised="jana@firma-mit-namen.de"),
    ),
    version=1,
)
SAID = "Jana Wróblewska hier, jana@firma-mit-namen.de, 0171 2345678: wo bleibt Bestellung 88123456?"
SECRETS = ("Wróblewska", "firma-mit-namen", "4711992", "2345678", "88123456", "bleibt", "Bestellung", "Kim Berg")


class Studio:
    """A system in memory, a desk on it, and the recorder between them."""

    def __init__(self, kinds: Any, store: Store, folder: Path) -> None:
        self.backend = kinds.FakeBackend()
        self.backend.me = self._me
        self.folder = folder
        self.ended: list[str] = []
        self._kinds = kinds
        self._store = store
        self.desk: Any = None
        self.recorder: Any = None

    async def _me(self) -> Any:
        return KIM

    async def start(self, **wishes: Any) -> Any:
        """Begin to work, recorded."""
        wish = Wish(wishes.pop("folder", self.folder), title="Where Jana Wróblewska calls", kind="hub", **wishes)
        self.recorder = Recorder(self.backend, wish, self.ended.append)
        self.desk = self._kinds.Desk(self._store, self.recorder)
        self.desk.start()
        await self.desk.until(lambda: self.desk.status.phase is Phase.LIVE and self.desk.status.is_streaming)
        return self.desk

    async def stop(self) -> None:
        if self.desk is not None:
            await self.desk.close()
            self.desk = None
        if self.recorder is not None:
            await self.recorder.close()
            self.recorder = None

    def lines(self, name: str) -> list[tuple[int, Change]]:
        found = []
        for raw in (self.folder / name).read_bytes().splitlines():
            line = msgspec.json.decode(raw, type=Line)
            if not isinstance(line.change, msgspec.UnsetType):
                found.append((line.at_ms, msgspec.json.decode(line.change, type=Change)))
        return found

    def ids(self, name: str) -> list[str]:
        return [change.id for _, change in self.lines(name)]


@pytest.fixture
async def studio(store: Store, neighbour: Callable[[str], Any], tmp_path: Path) -> AsyncIterator[Studio]:
    studio = Studio(neighbour("sync/conftest.py"), store, tmp_path / "recorded")
    yield studio
    await studio.stop()


async def test_what_was_there_and_what_came_are_told_apart(studio: Studio) -> None:
    studio.backend.put(KIM, JANA, contact(customer_id=JANA.id), said("Hello"))
    desk = await studio.start(with_texts=True)
    await asyncio.sleep(0.05)
    studio.backend.put(said("Anybody?", "m2"))
    studio.backend.remove(Table.MESSAGE, "m1")
    await desk.until(lambda: desk.texts("c1") == ["Anybody?"])
    await desk.until(lambda: len(studio.ids(CHANGES)) == 2)
    await studio.stop()
    assert set(studio.ids(BEFORE)) >= {"kim", "c1", "m1"}
    (came_ms, came), (gone_ms, gone) = studio.lines(CHANGES)
    assert (came.id, gone.id, gone.op) == ("m2", "m1", "delete")
    assert 0 < came_ms <= gone_ms < 30_000
    manifest = Folder(studio.folder).manifest()
    assert (manifest.agent.id, manifest.is_anonymised, manifest.source.has_brain) == ("kim", False, True)
    assert manifest.length_ms is not None
    assert manifest.length_ms >= gone_ms
    assert manifest.changes == len(studio.ids(BEFORE)) + 2


async def test_a_desk_that_was_full_before_is_recorded_with_what_it_shows(studio: Studio) -> None:
    studio.backend.put(KIM, contact(), said("Hello"))
    desk = await studio.start(folder=studio.folder.with_name("first"))
    await studio.stop()
    desk = await studio.start(with_texts=True)
    await desk.until(lambda: set(studio.ids(BEFORE)) >= {"c1", "m1"})


async def test_what_was_recorded_can_be_played(studio: Studio, tmp_path: Path, neighbour: Callable[[str], Any]) -> None:
    studio.backend.put(KIM, JANA, contact(customer_id=JANA.id), said(SAID))
    desk = await studio.start()
    for number in range(5):
        studio.backend.put(said(f"Nummer {number}", f"n{number}"))
    await desk.until(lambda: len(desk.texts("c1")) == 6)
    await desk.until(lambda: len(studio.ids(CHANGES)) == 5)
    await studio.stop()
    other = Store.open(tmp_path / "other.db", b"k" * 32)
    player = FilesBackend(str(studio.folder), speed=100)
    await player.warm_up()
    viewer = neighbour("sync/conftest.py").Desk(other, player)
    try:
        viewer.start()
        await viewer.until(lambda: viewer.count(Table.MESSAGE) == 6)
        (row,) = [change.id for _, change in studio.lines(BEFORE) if change.type == Table.INTERACTION]
        assert len(viewer.texts(row)) == 6
    finally:
        await viewer.close()
        await player.close()
        other.close()


async def test_nobody_is_found_in_an_anonymised_recording(studio: Studio) -> None:
    studio.backend.put(KIM, contact(customer_id=JANA.id, customer_name=JANA.name, last_text=SAID), said(SAID), JANA)
    studio.backend.blobs["ab" * 32] = b"Dear Jana Wroblewska"
    desk = await studio.start()
    studio.backend.put(said(SAID, "m2", attachments=(Attachment(sha256="ab" * 32, name="Wróblewska.pdf", size=20),)))
    studio.backend.put(replace(JANA, segment="Plus", version=2))
    await desk.until(lambda: len(studio.ids(CHANGES)) == 2)
    await studio.stop()
    names = {path.name for path in studio.folder.rglob("*")}
    assert names == {MANIFEST, BEFORE, CHANGES}
    everything = b"".join(path.read_bytes() for path in studio.folder.iterdir()).decode()
    assert [secret for secret in SECRETS if secret.casefold() in everything.casefold()] == []
    assert "ab" * 32 not in everything
    assert '"size":20' in everything
    assert Folder(studio.folder).manifest().is_anonymised


async def test_the_same_in_plain_words_where_they_are_asked_for(studio: Studio) -> None:
    data = b"a letter"
    digest = hashlib.sha256(data).hexdigest()
    studio.backend.blobs[digest] = data
    studio.backend.blobs["rt~file-7"] = b"of another system"
    studio.backend.put(KIM, contact(), said(SAID, attachments=(Attachment(sha256=digest, name="a.txt"),)))
    desk = await studio.start(with_texts=True, with_files=True)
    studio.backend.put(said("x", "m2", attachments=(Attachment(sha256="rt~file-7", name="b.txt"),)))
    await desk.until(lambda: (studio.folder / FILES / name_of("rt~file-7")).exists())
    await studio.stop()
    manifest = Folder(studio.folder).manifest()
    assert (manifest.is_anonymised, manifest.has_files, manifest.title) == (False, True, "Where Jana Wróblewska calls")
    assert SAID in (studio.folder / BEFORE).read_text()
    assert Folder(studio.folder).file(digest) == data
    assert Folder(studio.folder).file("rt~file-7") == b"of another system"


async def test_closed_contacts_of_the_past_are_there_where_they_are_wished_for(studio: Studio) -> None:
    studio.backend.page_size = 3
    studio.backend.put(
        KIM, *(contact(f"old{number}", state=InteractionState.CLOSED) for number in range(10)), contact("c1")
    )
    desk = await studio.start(with_texts=True, with_history=True)
    await desk.until(lambda: len({one for one in studio.ids(BEFORE) if one.startswith("old")}) == 10)
    assert studio.ids(BEFORE).index("c1") < studio.ids(BEFORE).index("old0")


async def test_without_that_they_are_not(studio: Studio) -> None:
    studio.backend.put(KIM, contact("old", state=InteractionState.CLOSED), contact("c1"))
    await studio.start(with_texts=True)
    await studio.stop()
    assert "old" not in studio.ids(BEFORE)


async def test_what_a_desk_catches_up_with_is_no_news(studio: Studio) -> None:
    studio.backend.put(KIM, contact("old", state=InteractionState.CLOSED), contact("c1"))
    recorder = Recorder(studio.backend, Wish(studio.folder, with_texts=True))
    await recorder.changes(0, limit=100)
    studio.backend.put(said("Hello"))
    await recorder.changes(0, limit=100)
    await recorder.close()
    assert studio.ids(CHANGES) == ["m1"]


async def test_learned_models_are_nobodys_business(studio: Studio) -> None:
    studio.backend.put(KIM, contact())
    desk = await studio.start(with_texts=True)
    model: Any = LearnedModel(id="intent", sha256="ab" * 32, size=5, generation=1, trained_at=AT)
    studio.backend.put(model, said("Hello"))
    await desk.until(lambda: "m1" in studio.ids(CHANGES))
    assert "intent" not in studio.ids(CHANGES)


async def test_only_its_owner_can_read_it(studio: Studio) -> None:
    studio.backend.put(KIM, contact())
    await studio.start()
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (studio.folder / MANIFEST, studio.folder / CHANGES)}
    assert modes == {0o600}
    assert stat.S_IMODE(studio.folder.stat().st_mode) == 0o700


async def test_a_recorder_that_is_killed_leaves_a_recording(studio: Studio) -> None:
    studio.backend.put(KIM, contact())
    desk = await studio.start(with_texts=True)
    studio.backend.put(said("Hello"))
    await desk.until(lambda: studio.ids(CHANGES) == ["m1"])
    manifest = Folder(studio.folder).manifest()
    assert (manifest.length_ms, manifest.changes) == (None, None)


async def test_nothing_is_written_over(studio: Studio) -> None:
    studio.folder.mkdir()
    (studio.folder / "diary.txt").write_text("mine")
    studio.backend.put(KIM, contact(), said("Hello"))
    desk = await studio.start()
    assert desk.texts("c1") == ["Hello"]
    assert studio.ended == ["recording_not_empty"]
    assert [path.name for path in studio.folder.iterdir()] == ["diary.txt"]


async def test_a_full_disk_ends_the_recording_and_not_the_work(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    from desktop.backends.files.writer import Writer

    studio.backend.put(KIM, contact())
    desk = await studio.start()

    def full(writer: Writer, lines: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Writer, "since", full)
    studio.backend.put(said("Hello"))
    await desk.until(lambda: studio.ended == ["unwritable"])
    studio.backend.put(said("Anybody?", "m2"))
    await desk.until(lambda: desk.texts("c1") == ["Hello", "Anybody?"])
    assert studio.ended == ["unwritable"]


async def test_a_system_that_was_set_back_ends_it(studio: Studio) -> None:
    studio.backend.put(KIM, contact())
    desk = await studio.start()
    studio.backend.epoch = "e2"
    studio.backend.cut_streams()
    studio.backend.put(said("After the backup"), is_pushed=False)
    await desk.until(lambda: studio.ended == ["new_history"])
    await desk.until(lambda: desk.texts("c1") == ["After the backup"])


async def test_a_system_that_is_away_at_the_beginning_is_waited_for(studio: Studio) -> None:
    studio.backend.put(KIM, contact(), said("Hello"))
    asked = 0
    told = studio.backend.me

    async def me() -> Any:
        nonlocal asked
        asked += 1
        if asked < 3:
            raise Offline("unreachable")
        return await told()

    studio.backend.me = me
    desk = await studio.start(with_texts=True)
    assert desk.texts("c1") == ["Hello"]
    assert "m1" in studio.ids(BEFORE)


async def test_a_system_without_a_past_is_recorded_from_its_feed(studio: Studio) -> None:
    studio.backend.capabilities = Capabilities(has_history=False, has_brain=False)
    studio.backend.put(KIM, contact(), said("Hello"))
    desk = await studio.start(with_texts=True)
    studio.backend.put(said("Anybody?", "m2"))
    await desk.until(lambda: "m2" in studio.ids(CHANGES))
    await studio.stop()
    assert set(studio.ids(BEFORE)) == {"kim", "c1", "m1"}
    assert studio.ids(CHANGES) == ["m2"]
    assert not Folder(studio.folder).manifest().source.has_brain


async def test_ids_of_a_further_account_are_kept_as_its_system_calls_them(studio: Studio) -> None:
    studio.backend.put(KIM, contact("rt~12", assignee=KIM.id), said("Hello", "rt~m1", "rt~12"))
    recorder = Recorder(studio.backend, Wish(studio.folder, with_texts=True))
    await recorder.history(2**53 - 1, scope="open", limit=10)
    await recorder.close()
    (row,) = [change for _, change in studio.lines(BEFORE) if change.type == Table.MESSAGE]
    assert row.id == "m1"
    assert b'"interaction_id":"12"' in bytes(msgspec.json.encode(row))


async def test_all_else_goes_through(studio: Studio) -> None:
    studio.backend.put(KIM, contact())
    desk = await studio.start()
    assert studio.recorder.capabilities is studio.backend.capabilities
    desk.reply("c1", "Good morning")
    await desk.until(lambda: not desk.outbox())
    assert studio.backend.texts == ["Good morning"]

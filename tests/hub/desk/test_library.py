"""A business person edits playbooks and articles, and the centre advises by them without a restart."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from desktop.domain.changes import Table
from desktop.hub.desk.desk import Desk
from desktop.hub.desk.guidance import Guidance
from desktop.hub.desk.library import Shelf, ensure_library, put_library, read_folder
from desktop.insight.articles import articles
from desktop.insight.playbook import playbooks

BOOK = """
id: praise_again
edition: {edition}
titles: {{de: Lob, en: Praise}}
when: {{intents: [praise]}}
steps:
  - action: send_flowers
    titles: {{de: {title}, en: Send flowers}}
"""
TEXT = """
- id: flowers
  updated: {day}
  titles: {{en: Flowers}}
  texts: {{en: "{text}"}}
  keywords: [flowers]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    (data / "playbooks").mkdir(parents=True)
    (data / "knowledge").mkdir()
    return data


_ticks = iter(range(1, 1000))


def write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    # A second edit within one tick of the file system's clock is one too.
    os.utime(path, (1_700_000_000 + next(_ticks),) * 2)


async def book(centre, id_="praise_again"):
    return await centre.get(Table.PLAYBOOK, id_)


async def test_what_is_shipped_is_in_the_feed_and_in_use(centre):
    async with centre.database.read() as ledger:
        assert len(await ledger.find(Table.PLAYBOOK)) == len(playbooks())
        assert len(await ledger.find(Table.ARTICLE)) == len(articles())
    assert {one.id for one in centre.desk.guidance.books} == {one.id for one in playbooks()}
    assert len(centre.desk.guidance.library) > len(articles()), "canned texts are found too"


async def test_a_file_in_the_folder_is_in_use_at_once_and_so_is_its_next_edition(centre, folder):
    shelf = Shelf(centre.database, centre.desk.guidance, folder)
    write(folder / "playbooks" / "praise.yaml", BOOK.format(edition=1, title="Blumen"))
    write(folder / "knowledge" / "flowers.yaml", TEXT.format(day="2026-01-01", text="Roses"))
    assert await shelf.look()
    assert (await book(centre)).steps[0].titles["de"] == "Blumen"
    assert "praise_again" in {one.id for one in centre.desk.guidance.books}
    assert (await centre.get(Table.ARTICLE, "flowers")).texts == {"en": "Roses"}
    assert not await shelf.look(), "nothing changed, and it was read again"
    write(folder / "playbooks" / "praise.yaml", BOOK.format(edition=1, title="Rosen"))
    assert await shelf.look()
    assert (await book(centre)).steps[0].titles["de"] == "Rosen", "a forgotten edition costs nobody their edit"


async def test_an_older_edition_never_replaces_a_newer(centre, folder, caplog):
    shelf = Shelf(centre.database, centre.desk.guidance, folder)
    write(folder / "playbooks" / "praise.yaml", BOOK.format(edition=5, title="Neu"))
    write(folder / "knowledge" / "flowers.yaml", TEXT.format(day="2026-01-02", text="New"))
    await shelf.look()
    write(folder / "playbooks" / "praise.yaml", BOOK.format(edition=4, title="Alt"))
    write(folder / "knowledge" / "flowers.yaml", TEXT.format(day="2026-01-01", text="Old"))
    await shelf.look()
    assert (await book(centre)).edition == 5
    assert (await centre.get(Table.ARTICLE, "flowers")).texts == {"en": "New"}
    assert "praise_again" in caplog.text
    caplog.clear()


async def test_a_mistake_is_named_with_its_line_and_the_last_good_one_stays(centre, folder, caplog):
    shelf = Shelf(centre.database, centre.desk.guidance, folder)
    path = folder / "playbooks" / "praise.yaml"
    write(path, BOOK.format(edition=1, title="Blumen"))
    await shelf.look()
    write(path, BOOK.format(edition=2, title="Blumen").replace("intents: [praise]", "journey: [full_moon]"))
    write(folder / "playbooks" / "other.yaml", BOOK.format(edition=1, title="x").replace("praise_again", "other"))
    await shelf.look()
    assert shelf.mistakes == ("praise.yaml, line 5: unknown condition `full_moon` in journey",)
    assert (await book(centre)).edition == 1
    assert (await book(centre, "other")).edition == 1, "a mistake in one file keeps no other from being used"
    assert "line 5" in caplog.text
    caplog.clear()


async def test_a_centres_own_edition_survives_a_new_release_until_that_is_newer(centre):
    shipped = playbooks()[0]
    async with centre.database.write() as ledger:
        await put_library(ledger, [replace(shipped, weight=0.1)], ())
    async with centre.database.write() as ledger:
        await ensure_library(ledger)
        assert ledger.written == []
    assert (await book(centre, shipped.id)).weight == 0.1
    async with centre.database.write() as ledger:
        await put_library(ledger, [replace(shipped, edition=shipped.edition + 1)], (), is_own=False)
    assert (await book(centre, shipped.id)).weight == shipped.weight


async def test_a_hub_beside_takes_up_what_another_one_wrote(centre, folder):
    other = Guidance(None, playbooks())
    shelf = Shelf(centre.database, other, look_s=0.05)
    await shelf.look()
    shelf.start()
    try:
        write(folder / "playbooks" / "praise.yaml", BOOK.format(edition=1, title="Blumen"))
        await Shelf(centre.database, centre.desk.guidance, folder).look()
        async with asyncio.timeout(5):
            while "praise_again" not in {one.id for one in other.books}:
                await asyncio.sleep(0.01)
    finally:
        await shelf.stop()


async def test_a_desk_opened_over_a_folder_uses_it(centre, folder):
    write(folder / "playbooks" / "praise.yaml", BOOK.format(edition=1, title="Blumen"))
    desk = await Desk.open(centre.database, replace(centre.options, library=folder))
    assert "praise_again" in {one.id for one in desk.guidance.books}


def test_a_folder_of_playbooks_alone_is_read_too_and_ids_are_used_once(folder):
    books = folder / "playbooks"
    write(books / "a.yaml", BOOK.format(edition=1, title="x"))
    write(books / "b.yaml", BOOK.format(edition=1, title="y"))
    (books / "c.yaml").write_bytes(b"\xff\xfe\x00")
    for found in (read_folder(books), read_folder(folder)):
        assert [one.id for one in found.playbooks] == ["praise_again"]
        assert found.mistakes == ("b.yaml: the id `praise_again` is used twice", "c.yaml: not UTF-8")
    assert read_folder(folder / "nowhere").mistakes == ()

"""Every public mail fixture comes in through the door that real mails use: no crash, once, with words or a file to show."""

from __future__ import annotations

import io
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop.domain.changes import Table
from desktop.domain.interaction import Author, Message
from desktop.hub.channels.email.incoming import Incoming
from desktop.hub.channels.email.mailbox import Fetched

from .conftest import Centre, intake_of, settings

SHARED = Path(__file__).resolve().parents[5] / "shared" / "data" / "mail"


@pytest.mark.shared_data
@pytest.mark.timeout(300)
async def test_every_fixture_comes_in_and_can_be_read(centre: Centre, tmp_path: Path) -> None:
    if not SHARED.is_dir():
        pytest.skip("the public data sets are not beside the project (../shared/data)")
    incoming = Incoming(intake_of(centre, tmp_path), settings(25))
    raws = []
    for packed in sorted(SHARED.glob("*.tar.xz")):
        with tarfile.open(fileobj=io.BytesIO(packed.read_bytes())) as archive:
            raws += [file.read() for one in archive if one.isfile() and (file := archive.extractfile(one))]
    mails = [raw for raw in raws if b"From:" in raw[:4000] or b"Subject:" in raw[:4000]]
    assert len(mails) > 100
    for number, raw in enumerate(mails):
        await incoming.take(Fetched(number, raw, datetime(2026, 3, 1, tzinfo=UTC)))
    async with centre.database.read() as ledger:
        found: list[Message] = await ledger.find(Table.MESSAGE)
    heard = [one for one in found if one.author is Author.CUSTOMER]
    assert len(heard) > 100
    assert len({one.external_id for one in heard}) == len(heard)
    silent = [
        one for one in heard if not (one.text.strip() or one.html or one.attachments or one.subject or one.values)
    ]
    assert len(silent) <= 5  # fixtures that hold nothing but headers

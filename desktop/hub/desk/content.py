"""What is kept of a message as it arrived: ``wire.markup`` within the hub's limits, and files, which are looked up in the
blob store. Nothing here decides what a message means.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from desktop.domain.interaction import Attachment
from desktop.hub.db.holders import held
from desktop.hub.db.visibility import viewer_of
from desktop.hub.desk.options import DeskOptions
from desktop.hub.desk.refusals import Refused
from desktop.wire import markup
from desktop.wire.errors import Code
from desktop.wire.markup import Content

if TYPE_CHECKING:
    from desktop.hub.desk.work import Work

_AT_ONCE = 20_000


async def prepared(text: str, html: str, options: DeskOptions) -> Content:
    """``received``, beside the event loop where it may take a while."""
    if len(html) <= _AT_ONCE:
        return received(text, html, options)
    return await asyncio.to_thread(received, text, html, options)


def received(text: str, html: str, options: DeskOptions) -> Content:
    """Return what to keep of a message that arrived. A message with HTML only gets its text from that."""
    return markup.received(text, html, text_limit=options.text_limit, html_limit=options.html_limit)


async def files(work: Work, digests: Sequence[str]) -> tuple[Attachment, ...]:
    """Return the files of the blob store that ``digests`` name, in their order, named as the caller knows them. Raises
    ``Refused(UNKNOWN_VALUE)`` where one is not there, or not for the caller."""
    if not digests:
        return ()
    wanted = [digest.strip().lower() for digest in digests]
    viewer = viewer_of(work.caller, (await work.queues()).values())
    known = await held(work.ledger.connection, viewer, work.caller.id, wanted)
    for digest in wanted:
        if digest not in known:
            raise Refused(Code.UNKNOWN_VALUE, "an attachment was not uploaded")
    return tuple(
        Attachment(sha256=digest, name=found.name, media_type=found.media_type, size=found.size)
        for digest in wanted
        for found in (known[digest],)
    )


async def named_files(work: Work, attachments: Iterable[Attachment]) -> tuple[Attachment, ...]:
    """Return attachments of an agent with size and type as stored, named as the agent named them."""
    asked = tuple(attachments)
    stored = await files(work, [one.sha256 for one in asked])
    return tuple(
        Attachment(sha256=kept.sha256, name=one.name or kept.name, media_type=kept.media_type, size=kept.size)
        for one, kept in zip(asked, stored, strict=True)
    )

"""Further accounts of a generated desk: other systems' contacts and customers in the same cache, so that several accounts can
be measured in one window. Called by ``caches``, ``idle`` and ``pop``.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Final

import msgspec

from desktop.backends.keyed import Keyed
from desktop.domain.changes import Cause
from desktop.domain.ids import AgentId
from desktop.session.accounts import Account, Accounts, VaultKind
from desktop.store.apply import apply_page
from desktop.store.database import Store, Write
from desktop.store.generate import records
from desktop.store.search import index_some, merge_some
from desktop.wire.records import encode, type_of
from desktop.wire.shapes import Change, ChangesPage

_PAGE: Final = 2_000
_SLICE: Final = 5_000


def remember(accounts: Accounts, desk: Account, urls: Sequence[str]) -> tuple[Account, ...]:
    """Add an account at each of ``urls`` to a desk that has fewer."""
    for number in range(len(accounts.further(desk)), len(urls)):
        accounts.remember(
            urls[number],
            desk.user,
            agent_id=desk.agent_id,
            name=desk.name,
            vault=VaultKind.FILE,
            desk=desk,
            title=f"Centre {number + 2}",
        )
    return accounts.further(desk)


def fill(store: Store, key: str, messages: int, seed: int, me: AgentId) -> None:
    """Write what a further account's system would have sent: a generated centre of its own, some of whose customers are the
    first one's too."""
    keyed = Keyed(key, me, me)
    seq = 0
    rows = iter(records(messages, seed, me))
    while batch := list(islice(rows, _PAGE)):
        changes = []
        for record in batch:
            seq += 1
            raw = msgspec.Raw(encode(record))
            changes.append(keyed.change(Change(seq=seq, op="upsert", type=type_of(record), id=record.id, record=raw)))
        page = ChangesPage(
            epoch=f"generated-{seed}",
            changes=changes,
            after=seq - len(batch),
            next=seq,
            more=len(batch) == _PAGE,
        )

        def write(w: Write, page: ChangesPage = page) -> None:
            apply_page(w, page, account=key)

        store.write(write, Cause.NETWORK).result()
    while store.write(lambda w: index_some(w, _SLICE), Cause.NETWORK).result():
        pass
    while store.write(merge_some, Cause.NETWORK).result():
        pass

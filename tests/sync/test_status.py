"""One frozen value for the strip, told once for each change."""

from __future__ import annotations

from datetime import UTC, datetime

from desktop.sync.status import Phase, StatusBoard, SyncStatus

NOW = datetime(2025, 3, 1, tzinfo=UTC)


def test_the_phase_follows_from_the_rest() -> None:
    told: list[SyncStatus] = []
    board = StatusBoard(told.append)
    board.update(pull_error="unreachable")
    board.update(pull_error="", last_pulled_at=NOW, progress=0.5)
    board.complete(True)
    board.sign_in_needed("send", True)
    board.sign_in_needed("pull", True)
    board.sign_in_needed("send", False)
    board.sign_in_needed("pull", False)
    assert [status.phase for status in told] == [
        Phase.OFFLINE,
        Phase.FIRST_SYNC,
        Phase.LIVE,
        Phase.SIGN_IN_NEEDED,
        Phase.LIVE,
    ]
    assert told[1].progress == 0.5
    assert told[-1].progress is None


def test_nothing_is_told_where_nothing_changed() -> None:
    told: list[SyncStatus] = []
    board = StatusBoard(told.append)
    board.update(send_error="")
    board.complete(False)
    assert told == []

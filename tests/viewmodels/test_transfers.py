"""Attachments on their way to be opened or saved, with everything that may come in between."""

from __future__ import annotations

from typing import Any

import pytest

from desktop.domain.interaction import Attachment
from desktop.viewmodels.transfers import RISKY, Purpose, TransfersModel

PHOTO = Attachment(sha256="a" * 64, name="Foto.png", size=400)
BILL = Attachment(sha256="b" * 64, name="Rechnung.pdf")


@pytest.fixture
def model(work: Any, room: Any) -> TransfersModel:
    return TransfersModel(work.workplace, work.workplace)


def test_a_file_is_told_to_be_ready_and_is_done_with(model: TransfersModel, room: Any) -> None:
    ready: list[str] = []
    model.opened.connect(ready.append)
    model.saved.connect(lambda path: ready.append(f"saved {path}"))
    model.open(PHOTO)
    model.save(BILL, "/home/anna/Rechnung.pdf")
    assert [(one.attachment, one.purpose) for one in model.transfers] == [(PHOTO, Purpose.OPEN), (BILL, Purpose.SAVE)]
    for what, path, told in room.asked:
        told.done(path or f"/private/{what.name}")
    assert ready == ["/private/Foto.png", "saved /home/anna/Rechnung.pdf"]
    assert model.transfers == ()


def test_progress_is_told_by_the_hundredth_and_only_where_it_is_known(model: TransfersModel, room: Any) -> None:
    model.open(PHOTO)
    changes: list[int | None] = []
    model.changed.connect(lambda: changes.append(model.transfers[0].percent))
    told = room.asked[0][2]
    told.progress(0, 0)
    for so_far in range(0, 401, 2):
        told.progress(so_far, 400)
    assert changes == list(range(101))


def test_asked_for_twice_it_comes_once(model: TransfersModel, room: Any) -> None:
    model.open(PHOTO)
    model.open(PHOTO)
    assert len(room.asked) == 1


def test_what_failed_stands_there_with_its_reason_and_can_be_tried_again(model: TransfersModel, room: Any) -> None:
    model.open(PHOTO)
    room.asked[0][2].failed("offline")
    [failed] = model.transfers
    assert (failed.error, failed.is_worth_retrying) == ("offline", True)
    model.open(PHOTO)
    assert model.transfers[0].error == ""
    room.asked[1][2].done("/private/Foto.png")
    assert model.transfers == ()


@pytest.mark.parametrize("code", [RISKY, "not_found"])
def test_what_cannot_get_better_is_not_offered_again(model: TransfersModel, room: Any, code: str) -> None:
    model.open(PHOTO)
    room.asked[0][2].failed(code)
    assert not model.transfers[0].is_worth_retrying


def test_ending_one_ends_it_and_a_late_answer_says_nothing(model: TransfersModel, room: Any) -> None:
    told: list[str] = []
    model.opened.connect(told.append)
    model.open(PHOTO)
    model.cancel(model.transfers[0].number)
    assert room.ended == ["Foto.png"]
    late = room.asked[0][2]
    late.progress(1, 2)
    late.failed("offline")
    late.done("/private/Foto.png")
    assert (told, model.transfers) == ([], ())


def test_without_anybody_to_fetch_files_it_says_offline(work: Any, model: TransfersModel) -> None:
    work.workplace.files = None
    model.open(PHOTO)
    assert model.transfers[0].error == "offline"

"""``dirigent demo`` on a machine without a display: the whole centre starts, works, is pictured, and is gone again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

BACKGROUND = 3  # colours of an empty pane: its ground, a line, a hover


def _colours(image: QImage, area: QRect) -> int:
    """How many colours there are in a part of the picture; text and icons make many."""
    return len(
        {image.pixel(x, y) for x in range(area.left(), area.right(), 2) for y in range(area.top(), area.bottom(), 2)}
    )


@pytest.mark.timeout(120)
def test_a_picture_of_the_living_centre_is_taken_without_a_display(qapp: QApplication, tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    environment.pop("QT_QPA_PLATFORM", None)
    picture, profile = tmp_path / "shot.png", tmp_path / "profile"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "desktop", "demo", "--profile", str(profile), "--lang", "de", "--size", "1280x800"),
            *("--screenshot", str(picture), "--after", "3"),
        ],
        env=environment,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    image = QImage(str(picture))
    assert (image.width(), image.height()) == (1280, 800)
    panes = {
        "inbox": QRect(60, 90, 300, 600),
        "interaction": QRect(400, 110, 480, 480),
        "customer": QRect(920, 60, 340, 250),
        "journey and suggestions": QRect(920, 330, 340, 420),
    }
    empty = [name for name, area in panes.items() if _colours(image, area) <= 10 * BACKGROUND]
    assert empty == []

    hub = json.loads((profile / "hub" / "endpoint.json").read_text()) if _is_left(profile) else None
    assert hub is None or not Path(f"/proc/{hub['pid']}").exists(), "the hub outlived the window"
    secrets = profile / "secrets.json"
    if secrets.exists() and os.name == "posix":
        assert secrets.stat().st_mode & 0o077 == 0


def _is_left(profile: Path) -> bool:
    return (profile / "hub" / "endpoint.json").exists()

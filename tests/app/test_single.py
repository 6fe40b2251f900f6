"""One window a profile: a second start brings the first to the front, also after a crash, and never waits for ever."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLockFile
from pytestqt.qtbot import QtBot

from desktop.app import single
from desktop.app.single import FirstWindow, Turn

_SECOND = """
import sys, time
from pathlib import Path
from PySide6.QtCore import QLockFile
from desktop.app import single
root = Path(sys.argv[1])
print(single.take(QLockFile(str(root / "lock")), root, float(sys.argv[2])).value)
"""
_HOLDER = """
import sys, time
from PySide6.QtCore import QLockFile
lock = QLockFile(sys.argv[1])
assert lock.tryLock(0)
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def held(tmp_path: Path) -> Iterator[QLockFile]:
    lock = QLockFile(str(tmp_path / "lock"))
    assert lock.tryLock(0)
    yield lock
    lock.unlock()


def second(root: Path, patience_s: float = 3.0) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _SECOND, str(root), str(patience_s)], stdout=subprocess.PIPE, text=True
    )


def test_the_first_takes_the_profile(tmp_path: Path) -> None:
    lock = QLockFile(str(tmp_path / "lock"))
    assert single.take(lock, tmp_path, 0.1) is Turn.OURS
    lock.unlock()


def test_the_second_calls_the_first_and_goes(qtbot: QtBot, tmp_path: Path, held: QLockFile) -> None:
    first = FirstWindow(tmp_path)
    assert first.listen()
    with qtbot.waitSignal(first.called, timeout=10_000):
        process = second(tmp_path)
    qtbot.waitUntil(lambda: process.poll() is not None, timeout=5_000)
    assert process.communicate()[0].strip() == "shown"
    first.close()
    first.deleteLater()


def test_the_second_waits_for_a_first_that_is_just_starting(qtbot: QtBot, tmp_path: Path, held: QLockFile) -> None:
    process = second(tmp_path, 8.0)
    qtbot.wait(500)
    first = FirstWindow(tmp_path)
    first.listen()
    qtbot.waitUntil(lambda: process.poll() is not None, timeout=10_000)
    assert process.communicate()[0].strip() == "shown"
    first.close()
    first.deleteLater()


def test_a_first_that_hangs_is_not_waited_for_for_ever(tmp_path: Path, held: QLockFile) -> None:
    began = time.monotonic()
    assert single.take(QLockFile(str(tmp_path / "lock")), tmp_path, 0.4) is Turn.SILENT
    assert time.monotonic() - began < 2


def test_a_first_that_listens_but_does_not_answer_hangs_too(qtbot: QtBot, tmp_path: Path, held: QLockFile) -> None:
    first = FirstWindow(tmp_path)
    first.listen()
    # Its event loop does not turn while this test waits.
    process = second(tmp_path, 0.5)
    assert process.communicate(timeout=10)[0].strip() == "silent"
    first.close()
    first.deleteLater()


def test_a_first_that_was_killed_blocks_nobody(qtbot: QtBot, tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(tmp_path / "lock")], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline().strip() == "held"
    holder.kill()
    holder.communicate()
    lock = QLockFile(str(tmp_path / "lock"))
    assert single.take(lock, tmp_path, 0.1) is Turn.OURS
    lock.unlock()


def test_a_socket_left_behind_by_a_crash_is_taken_over(qtbot: QtBot, tmp_path: Path, held: QLockFile) -> None:
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom PySide6.QtCore import QCoreApplication\n"
        "from desktop.app.single import FirstWindow\napp = QCoreApplication([])\n"
        "assert FirstWindow(Path(sys.argv[1])).listen()\nos._exit(9)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert done.returncode == 9
    first = FirstWindow(tmp_path)
    assert first.listen()
    process = second(tmp_path)
    qtbot.waitUntil(lambda: process.poll() is not None, timeout=10_000)
    assert process.communicate()[0].strip() == "shown"
    first.close()
    first.deleteLater()


def test_profiles_do_not_hear_each_other_and_their_names_say_nothing(tmp_path: Path) -> None:
    one, two = single.address(tmp_path / "anna"), single.address(tmp_path / "ben")
    assert one != two
    assert "anna" not in one
    assert len(one) < 60


def test_the_sockets_cost_nothing_until_they_are_wanted() -> None:
    code = "import sys, desktop.app.running\nprint('PySide6.QtNetwork' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"

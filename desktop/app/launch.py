"""The first steps and the last: the profile, its lock, or a word to the window that has it already; then Qt, asyncio and the
program. Imports nothing heavy before the lock is taken, so that a second start is over in a blink.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile

from desktop.app import single, sources
from desktop.app.profile import Profile

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from desktop.app.running import Ready


_THREADS = 8


def run_window(args: argparse.Namespace, begin: Ready | None = None) -> int:
    """Run the window until it is closed and return the exit code; where the profile has a window already, bring that to the
    front and return 0, or 1 where it does not answer."""
    sources.leave_alone()
    try:
        profile = Profile.of(getattr(args, "profile", None))
    except OSError as error:
        print(f"dirigent: the profile folder cannot be used: {error.strerror}", file=sys.stderr)
        return 1
    lock = QLockFile(str(profile.root / "lock"))
    turn = single.take(lock, profile.root)
    if turn is single.Turn.SHOWN:
        print("dirigent: this profile is open already; its window was brought to the front")
        return 0
    if turn is single.Turn.SILENT:
        print(
            "dirigent: this profile is open in a window that does not answer; close it, or end its process",
            file=sys.stderr,
        )
        return 1
    try:
        return _run(args, profile, begin)
    finally:
        lock.unlock()


def _run(args: argparse.Namespace, profile: Profile, begin: Ready | None) -> int:
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    from desktop.app import policy, reporting

    reporting.start(profile.logs, is_verbose=bool(getattr(args, "verbose", False)))
    reporting.watch_natively(profile.logs)
    app = make_app()
    from desktop.app.garbage import Collector
    from desktop.app.loop import EventLoop
    from desktop.app.running import Program, begin_with_latest

    loop = EventLoop(app)
    # Its own would be ten threads from the beginning, each with memory of its own; these are as many as are needed at once.
    loop.set_default_executor(ThreadPoolExecutor(_THREADS, "worker"))
    asyncio.set_event_loop(loop)
    reporting.watch_loop(loop)
    collector = Collector()

    async def _to_the_end() -> int:
        program = Program(app, profile, args, begin or begin_with_latest, policy.load())
        reporting.on_uncaught(program.troubles.on_uncaught)
        return await program.run()

    try:
        return int(loop.run_until_complete(_to_the_end()))
    finally:
        collector.stop()
        loop.close()
        asyncio.set_event_loop(None)


def make_app(argv: list[str] | None = None) -> QApplication:
    """Return the application, made or the one there is."""
    from PySide6.QtGui import QIcon
    from PySide6.QtWidgets import QApplication

    from desktop.assets import asset

    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication(argv or ["dirigent"])
    app.setApplicationName("dirigent")
    app.setApplicationDisplayName("Dirigent")
    app.setDesktopFileName("dirigent")
    app.setWindowIcon(QIcon(str(asset("icons", "dirigent.svg"))))
    app.setQuitOnLastWindowClosed(False)
    return app

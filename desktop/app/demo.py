"""``dirigent demo``: a whole contact centre on this machine. Seeds the embedded hub, starts it and the traffic as child
processes, signs the window in, and, where asked, takes a picture after a while and ends."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QWidget

from desktop.app import launch, running
from desktop.app.embedded import EmbeddedHub, Endpoint, HubFailed, end, spawn
from desktop.app.profile import Profile
from desktop.app.running import Program
from desktop.app.session import sign_in
from desktop.app.signing_in import prefers_file
from desktop.domain.agent import PresenceState
from desktop.domain.commands import Accept, SetPresence
from desktop.domain.interaction import InteractionState
from desktop.session.accounts import VaultKind
from desktop.session.vault import NoVault, open_vault
from desktop.store import projections
from desktop.store.rows import InboxRow, InboxView

log = logging.getLogger(__name__)

# A demo centre older than this is made anew: its clocks would all be late.
_FRESH = timedelta(hours=10)
_LAST_MOMENT_S = 6.0
_PATIENCE_S = 40.0


def run(args: argparse.Namespace) -> int:
    """Run ``dirigent demo`` and return its exit code."""
    folder = None
    if not getattr(args, "profile", None):
        if args.screenshot:
            folder = tempfile.mkdtemp(prefix="dirigent-demo-")
            args.profile = folder
        else:
            args.profile = str(Profile.of(None).root / "demo")
    try:
        return launch.run_window(args, lambda program: begin(program, args))
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


async def begin_in(program: Program) -> None:
    """Open the demo centre from the sign-in dialog, with its own profile's hub."""
    await begin(program, argparse.Namespace(role="agent", show=None, speed=1.0, seed=7, screenshot=None, after=0.0))


async def begin(program: Program, args: argparse.Namespace) -> None:
    """Seed, start, sign in, show; then the picture, if one is wanted."""
    program.window.show_demo_starting()
    folder = program.profile.hub
    _drop_stale(folder, args.seed, program.language)
    report = await _seed(folder, args.seed, program.language)
    hub = EmbeddedHub(folder, ["desktop", "hub", "serve", "--with-parent"])
    program.at_end(hub.stop)
    endpoint = await hub.start()
    user = report["lead"] if args.role == "lead" else report["agent"]
    password = report["users"][user]
    account = await sign_in(program.accounts, endpoint.url, user, password, await _vault(program))
    await program.use(account, is_demo=True)
    if program.open is not None and not program.screen_lock.is_locked:
        # Who leads is there, but takes no work from those whose work it is.
        state = SetPresence(state=PresenceState.READY)
        if args.role == "lead":
            state = SetPresence(state=PresenceState.AWAY, reason="back_office")
        program.open.workplace.perform(state)
    program.tasks.start("embedded hub", hub.watch(program.wake))
    _start_traffic(program, endpoint, user, report, args)
    await _show(program, args.show or ("board" if args.role == "lead" else "inbox"))
    if args.screenshot:
        try:
            await _picture(program, Path(args.screenshot), args.after)
        except BaseException:
            program.finish(1)
            raise


def _drop_stale(folder: Path, seed: int, lang: str) -> None:
    """Start with an empty hub where the one there is of another day, seed or language."""
    stamp = folder / "demo.json"
    try:
        kept = json.loads(stamp.read_text(encoding="utf-8"))
        at = datetime.fromisoformat(kept["at"])
        if kept["seed"] == seed and kept["lang"] == lang and datetime.now(UTC) - at < _FRESH:
            return
    except (OSError, ValueError, KeyError, TypeError):
        pass
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    stamp.write_text(json.dumps({"at": datetime.now(UTC).isoformat(), "seed": seed, "lang": lang}), encoding="utf-8")


async def _seed(folder: Path, seed: int, lang: str) -> dict[str, Any]:
    """Put the centre into the hub's folder by a process of its own; returns its report."""

    def _run() -> bytes:
        process = spawn(["desktop.demo"], {"data": str(folder), "seed": seed, "lang": lang}, {}, None, pipe=True)
        output, _ = process.communicate()
        if process.returncode:
            raise HubFailed(f"the demo centre could not be made (code {process.returncode})")
        return output

    report: dict[str, Any] = json.loads(await asyncio.to_thread(_run))
    return report


async def _vault(program: Program) -> VaultKind:
    """The keyring where there is one. The demo's secrets are worth nothing, so that it may use a file without asking."""
    try:
        await asyncio.to_thread(open_vault, program.profile.root, None)
    except NoVault:
        return VaultKind.FILE
    return VaultKind.FILE if prefers_file() else VaultKind.KEYRING


async def _show(program: Program, what: str) -> None:
    """Show what was asked for, once the window has it."""
    window = program.window
    until = asyncio.get_running_loop().time() + _PATIENCE_S
    while what != "inbox" and asyncio.get_running_loop().time() < until:
        if window.is_furnished and window.rail.has_board:
            window.go("board")
            if what == "wallboard":
                window.stage.board.show_wallboard()
            return
        await asyncio.sleep(0.1)


def _start_traffic(
    program: Program, endpoint: Endpoint, user: str, report: dict[str, Any], args: argparse.Namespace
) -> None:
    config = {
        "url": endpoint.url,
        "token": endpoint.token,
        "endpoint": str(program.profile.endpoint),
        "users": report["users"],
        "window": user,
        "speed": args.speed,
        **{name: report[name] for name in ("seed", "lang", "seeded_at", "is_new")},
    }
    process = spawn(["desktop.demo.traffic"], config, {}, program.profile.hub / "traffic.log")
    program.at_end(lambda: end(process))


# --- the picture ----------------------------------------------------------------------------------------------------


async def _picture(program: Program, file: Path, after_s: float) -> None:
    """Let the centre run, open a contact as an agent would, and save what the window shows."""
    clock = asyncio.get_running_loop().time
    until = clock() + after_s
    while clock() < until:
        await asyncio.sleep(min(1.0, max(0.05, until - clock())))
        await _work(program)
    # On a busy machine the work may only be coming in.
    until = clock() + _PATIENCE_S
    while clock() < until and not _is_worth_a_picture(program):
        await _work(program)
        await asyncio.sleep(0.25)
    if not running.write_png(_pictured(program), file):
        log.error("the picture could not be written")
        program.finish(1)
        return
    program.finish()


def _is_worth_a_picture(program: Program) -> bool:
    window = program.window
    if not window.is_furnished:
        return False
    return window.stage.board.board.board is not None if window.place == "board" else window.context.is_filled


def _pictured(program: Program) -> QWidget:
    window = program.window
    # Without a display the pointer stands over whatever is at the corner.
    for button in window.rail.findChildren(QAbstractButton):
        button.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, False)
    if window.place == "board" and window.stage.board.wallboard.isVisible():
        wallboard = window.stage.board.wallboard
        wallboard.setWindowState(Qt.WindowState.WindowNoState)
        wallboard.resize(window.size())
        return wallboard
    return window


async def _work(program: Program) -> None:
    """Do as an agent would: answer what is about to ring out, and look at the work most worth showing. Who is at the board
    stays there."""
    if program.open is None or program.window.place == "board":
        return
    workplace = program.open.workplace
    me = workplace.me

    def _read(conn: Any) -> tuple[list[InboxRow], list[InboxRow]]:
        return projections.inbox(conn, InboxView.MINE, me), projections.inbox(conn, InboxView.OFFERS, me)

    mine, offers = await asyncio.wrap_future(program.open.store.read(_read))
    for offer in offers:
        ends = offer.interaction.offer_expires_at
        if ends is not None and (ends - workplace.now()).total_seconds() < _LAST_MOMENT_S:
            workplace.perform(Accept(interaction_id=offer.interaction.id))
    current = next((row for row in mine if row.interaction.id == workplace.current), None)
    if current is not None and current.interaction.state is InteractionState.ACTIVE:
        return
    worth = [row for row in mine if row.interaction.state is InteractionState.ACTIVE and row.interaction.customer_id]
    if worth:
        best = max(worth, key=lambda row: (row.interaction.identified, not row.interaction.channel.is_spoken))
        workplace.open(best.interaction.id)
    elif offers:
        workplace.perform(Accept(interaction_id=offers[0].interaction.id))
        workplace.open(offers[0].interaction.id)

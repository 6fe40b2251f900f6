"""``dirigent replay FOLDER``: the window on a recording, in a profile of its own that is gone afterwards. No hub, no network;
what an agent does in it stays in it."""

from __future__ import annotations

import argparse
import asyncio
import logging
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from desktop.app import launch, running
from desktop.app.running import Program
from desktop.app.session import sign_in
from desktop.backends.base import Refused
from desktop.backends.files.folder import Folder, place_of
from desktop.backends.files.manifest import Code
from desktop.backends.files.tape import Tape
from desktop.session.accounts import VaultKind
from desktop.store import projections
from desktop.store.rows import InboxView

log = logging.getLogger(__name__)

KIND: Final = "files"
_PATIENCE_S: Final = 20.0

# English, as all that a command says of itself; the window has sentences of its own.
_WHY: Final = {
    Code.MISSING: "there is no such folder",
    Code.NOT_ONE: "this is no recording",
    Code.TOO_NEW: "this recording was made by a newer version",
}


def run(args: argparse.Namespace) -> int:
    """Run ``dirigent replay`` and return its exit code."""
    path = place_of(args.folder)[0].absolute()
    try:
        manifest = Folder(path).manifest()
        Tape(Folder(path)).close()
    except Refused as error:
        print(f"dirigent: {_WHY.get(Code(error.code), 'this recording cannot be read')}: {path}", file=sys.stderr)
        return 1
    asked = {"speed": f"{args.speed:g}", "from": f"{args.begin:g}"}
    if args.practise is not None:
        asked["practise"] = "1" if args.practise else "0"
    args.url = f"{path.as_uri()}?{urlencode(asked)}"
    args.title = manifest.title or path.name
    folder = None
    if not getattr(args, "profile", None):
        folder = args.profile = tempfile.mkdtemp(prefix="dirigent-replay-")
    try:
        return launch.run_window(args, lambda program: begin(program, args))
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


async def begin(program: Program, args: argparse.Namespace) -> None:
    """Open the recording; then the picture, if one is wanted."""
    # What opens it opens nothing else, and the profile is usually gone with the window.
    account = await sign_in(
        program.accounts, args.url, "", "", VaultKind.FILE, system=KIND, title=args.title, options={}
    )
    await program.use(account, is_demo=True)
    if args.screenshot:
        try:
            await _picture(program, Path(args.screenshot), args.after)
        except BaseException:
            program.finish(1)
            raise


async def _picture(program: Program, file: Path, after_s: float) -> None:
    """Let it play, open a contact, and save what the window shows."""
    clock = asyncio.get_running_loop().time
    await asyncio.sleep(after_s)
    until = clock() + _PATIENCE_S
    while clock() < until:
        await _open_one(program)
        await asyncio.sleep(0.25)
        if program.window.is_furnished and program.window.context.is_filled:
            break
    if running.write_png(program.window, file):
        program.finish()
    else:
        log.error("the picture could not be written")
        program.finish(1)


async def _open_one(program: Program) -> None:
    if program.open is None or program.open.workplace.current is not None:
        return
    me = program.open.workplace.me

    def _read(conn: Any) -> Any:
        for view in (InboxView.MINE, InboxView.QUEUES, InboxView.WAITING):
            rows = projections.inbox(conn, view, me)
            known = next((row for row in rows if row.interaction.customer_id), None)
            if known is not None:
                return known.interaction.id
        return None

    found = await asyncio.wrap_future(program.open.store.read(_read))
    if found is not None:
        program.open.workplace.open(found)

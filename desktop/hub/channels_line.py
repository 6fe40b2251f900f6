"""``dirigent hub channels check``: whether ``channels.yaml`` can be used, every secret it names is there, and no account has
stopped for good. Building the parser imports nothing of the hub; each command's function is in ``args.run``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def add_parser(subparsers: Any, where: argparse.ArgumentParser) -> None:
    """Add ``channels``; ``where`` holds the options that say which hub."""
    actions = subparsers.add_parser("channels", help="accounts of e-mail, chat, messenger …").add_subparsers(
        required=True, metavar="ACTION"
    )
    check = actions.add_parser(
        "check",
        parents=[where],
        help="say what is wrong in channels.yaml, with its secrets, and which accounts stopped",
    )
    check.set_defaults(run=run_check)


def run_check(args: argparse.Namespace) -> int:
    """``dirigent hub channels check``: a line for each account; 1 where one cannot be used."""
    from desktop.hub.channels import accounts, kinds
    from desktop.hub.channels.secrets import NoSecret, secret_of
    from desktop.hub.commands_line import data_folder

    folder = data_folder(args)
    try:
        found = accounts.read(folder / accounts.FILE, kinds.SETTINGS)
    except (accounts.SourceError, OSError) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    if not found:
        sys.stdout.write(f"no accounts in {folder / accounts.FILE}\n")
    code = 0
    stopped = _stopped(args, folder, [one.name for one in found if one.is_active])
    for account in found:
        problems: list[str] = []
        for name in account.secrets:
            try:
                secret_of(account, name, folder)
            except NoSecret as problem:
                problems.append(str(problem))
        if stopped.get(account.name):
            problems.append(f"stopped: {stopped[account.name]} (put it right, then begin the account anew)")
        code = 1 if problems else code
        state = "; ".join(problems) if problems else ("ok" if account.is_active else "ok, not active")
        sys.stdout.write(f"{account.name}\t{account.kind}\t{account.channel}\t{state}\n")
    return code


def _stopped(args: argparse.Namespace, folder: Path, names: Sequence[str]) -> dict[str, str]:
    """Return by name why accounts have stopped, as far as a hub has noted it."""
    import asyncio

    from sqlalchemy.exc import SQLAlchemyError

    from desktop.hub.channels.supervisor import stopped_key
    from desktop.hub.commands_line import about_database
    from desktop.hub.db.database import read_notes, sqlite_url
    from desktop.hub.server import DATABASE_FILE

    if not args.database and not (folder / DATABASE_FILE).exists():
        return {}
    keys = {stopped_key(name): name for name in names}
    try:
        notes = asyncio.run(read_notes(args.database or sqlite_url(folder / DATABASE_FILE), keys))
    except (SQLAlchemyError, ImportError, OSError) as problem:
        sys.stderr.write(f"which accounts have stopped is not known: {about_database(problem)}\n")
        return {}
    return {keys[key]: reason for key, reason in notes.items()}

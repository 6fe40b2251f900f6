"""``dirigent hub playbooks check | load | list``: a business person's way to see that what they wrote can be used, and to
put it to use. Building the parser imports nothing of the hub; each command's function is in ``args.run``.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from desktop.hub.db.ledger import Ledger
    from desktop.hub.desk.library import Found, Taken


def add_parser(subparsers: Any, where: argparse.ArgumentParser) -> None:
    """Add ``playbooks``; ``where`` holds the options that say which hub."""
    actions = subparsers.add_parser("playbooks", help="playbooks and articles").add_subparsers(
        required=True, metavar="ACTION"
    )
    check = actions.add_parser("check", help="say what is wrong in a folder of YAML, with file and line")
    check.add_argument(
        "folder", type=Path, metavar="FOLDER", help="of playbooks, or with playbooks/ and knowledge/ in it"
    )
    check.set_defaults(run=run_check)
    load = actions.add_parser("load", parents=[where], help="put a folder to use; a running hub takes it up by itself")
    load.add_argument("folder", type=Path, metavar="FOLDER")
    load.set_defaults(run=run_load)
    listing = actions.add_parser("list", parents=[where], help="list what is in use")
    listing.set_defaults(run=run_list)


def run_check(args: argparse.Namespace) -> int:
    """``dirigent hub playbooks check``"""
    found = _read(args.folder)
    if found is None:
        return 1
    if not found.mistakes:
        _say(f"{len(found.playbooks)} playbooks and {len(found.articles)} articles can be used")
    return 1 if found.mistakes else 0


def run_load(args: argparse.Namespace) -> int:
    """``dirigent hub playbooks load``: all of a folder, or nothing of it where there is a mistake."""
    from desktop.hub.commands_line import within
    from desktop.hub.desk.library import put_library

    found = _read(args.folder)
    if found is None or found.mistakes:
        return 1
    read = found

    async def load(ledger: Ledger) -> Taken:
        return await put_library(ledger, read.playbooks, read.articles)

    results: list[Taken] = []
    code = within(args, load, results)
    for taken in results:
        for id_ in taken.older:
            _say(f"not taken, a newer edition is in use: {id_}")
        _say(f"{len(taken.fresh)} new or changed: {', '.join(taken.fresh) or '-'}")
    return code


def run_list(args: argparse.Namespace) -> int:
    """``dirigent hub playbooks list``"""
    from desktop.domain.changes import Table
    from desktop.hub.commands_line import within

    async def listing(ledger: Ledger) -> None:
        for book in sorted(await ledger.find(Table.PLAYBOOK), key=lambda one: str(one.id)):
            use = f"{len(book.steps)} steps" if book.weight else "out of use"
            sys.stdout.write("\t".join(("playbook", book.id, f"edition {book.edition}", use)) + "\n")
        for article in sorted(await ledger.find(Table.ARTICLE), key=lambda one: str(one.id)):
            day = f"{article.updated_at:%Y-%m-%d}" if article.updated_at else "-"
            sys.stdout.write("\t".join(("article", article.id, day, ",".join(article.intents) or "-")) + "\n")

    return within(args, listing)


def _read(folder: Path) -> Found | None:
    """Return what is in a folder, its mistakes told; ``None`` where there is nothing."""
    from desktop.hub.desk.library import read_folder

    found = read_folder(folder)
    for mistake in found.mistakes:
        _say(mistake)
    if not (found.playbooks or found.articles or found.mistakes):
        _say(f"no playbooks or articles in {folder}")
        return None
    return found


def _say(text: str) -> None:
    sys.stderr.write(f"dirigent hub: {text}\n")

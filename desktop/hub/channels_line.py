"""``dirigent hub channels check | list``: whether ``channels.yaml`` can be used and every secret it names is there. Building
the parser imports nothing of the hub; each command's function is in ``args.run``.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any


def add_parser(subparsers: Any, where: argparse.ArgumentParser) -> None:
    """Add ``channels``; ``where`` holds the options that say which hub."""
    actions = subparsers.add_parser("channels", help="accounts of e-mail, chat, messenger …").add_subparsers(
        required=True, metavar="ACTION"
    )
    check = actions.add_parser(
        "check", parents=[where], help="say what is wrong in channels.yaml, and with its secrets"
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
    for account in found:
        problems: list[str] = []
        for name in account.secrets:
            try:
                secret_of(account, name, folder)
            except NoSecret as problem:
                problems.append(str(problem))
        code = 1 if problems else code
        state = "; ".join(problems) if problems else ("ok" if account.is_active else "ok, not active")
        sys.stdout.write(f"{account.name}\t{account.kind}\t{account.channel}\t{state}\n")
    return code

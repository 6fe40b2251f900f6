"""``dirigent hub centre show | check | load``: how IT sets the routing policy, queues and agents. Building the parser imports
nothing of the hub; each command's function is in ``args.run``.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from desktop.hub.db.ledger import Ledger
    from desktop.hub.desk.centre import Draft, Setup


def add_parser(subparsers: Any, where: argparse.ArgumentParser) -> None:
    """Add ``centre``; ``where`` holds the options that say which hub."""
    actions = subparsers.add_parser("centre", help="routing policy, queues and agents").add_subparsers(
        required=True, metavar="ACTION"
    )
    show = actions.add_parser("show", parents=[where], help="write out what holds, as a file that can be loaded")
    show.set_defaults(run=run_show)
    for name, run, text in (
        ("check", run_check, "say what a file would change and what is wrong in it, with its line"),
        ("load", run_load, "put a file to use, all of it or nothing; what it does not name stays as it is"),
    ):
        parser = actions.add_parser(name, parents=[where], help=text)
        parser.add_argument("file", type=Path, metavar="FILE", help="YAML with policy, queues and agents in it")
        parser.set_defaults(run=run)


def run_show(args: argparse.Namespace) -> int:
    """``dirigent hub centre show``"""
    import msgspec
    import yaml

    from desktop.hub.commands_line import within
    from desktop.hub.desk.centre import described

    results: list[Draft] = []
    code = within(args, described, results)
    for draft in results:
        yaml.safe_dump(msgspec.to_builtins(draft), sys.stdout, allow_unicode=True, sort_keys=False)
    return code


def run_check(args: argparse.Namespace) -> int:
    """``dirigent hub centre check``"""
    return _run(args, "would change", is_put=False)


def run_load(args: argparse.Namespace) -> int:
    """``dirigent hub centre load``: a running hub takes it up by itself."""
    return _run(args, "changed", is_put=True)


def _run(args: argparse.Namespace, done: str, *, is_put: bool) -> int:
    from desktop.hub.commands_line import within
    from desktop.hub.desk.centre import as_counted, put_setup, read_setup
    from desktop.insight.yaml_source import Source, SourceError

    try:
        source = Source.of(args.file)
    except SourceError as error:
        return _failed(str(error))
    except OSError as error:
        return _failed(f"{args.file}: {error.strerror or type(error).__name__}")

    async def work(ledger: Ledger) -> Setup:
        setup = await read_setup(ledger, source)
        if is_put and not setup.mistakes:
            await put_setup(ledger, setup)
        return setup

    results: list[Setup] = []
    code = within(args, work, results)
    for setup in results:
        for mistake in setup.mistakes:
            code = _failed(mistake)
        if not setup.mistakes:
            _say(f"{done}: {as_counted(setup)}")
    return code


def _say(text: str) -> None:
    sys.stderr.write(f"dirigent hub: {text}\n")


def _failed(text: str) -> int:
    _say(text)
    return 1

"""``dirigent hub import`` and ``dirigent hub replay``. Building the parsers imports nothing of the hub; what a command
needs is imported when it runs. Counts go to standard output, progress and complaints to standard error. Exit codes:
0 done, 1 could not be done, 2 asked for wrongly, 130 broken off.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from desktop.hub.history.contact import BadRow, Reader
    from desktop.hub.history.importer import ImportReport
    from desktop.hub.history.replay import ReplayReport

FORMATS = ("mbox", "eml", "csv", "jsonl", "star")
_LISTED = 200


def add_parsers(subparsers: Any) -> None:
    """Add ``import`` and ``replay`` to the parser of ``dirigent hub``."""
    history = argparse.ArgumentParser(add_help=False)
    history.add_argument("format", choices=FORMATS, metavar="FORMAT", help=", ".join(FORMATS))
    history.add_argument("path", type=Path, metavar="PATH", help="file or folder")
    history.add_argument(
        "--own",
        action="append",
        default=[],
        metavar="ADDRESS",
        help="mails: an address of ours, or @domain for all of one",
    )
    history.add_argument(
        "--profile", metavar="DIR", default=argparse.SUPPRESS, help="profile with the hub's folder in it"
    )
    history.add_argument(
        "--source",
        type=_source,
        metavar="NAME",
        help="csv, jsonl: system the ids are from (default: FORMAT)",
    )

    bring = subparsers.add_parser("import", parents=[history], help="bring an existing history in")
    bring.add_argument("--data", type=Path, metavar="DIR", help="folder of the hub's database and files")
    bring.add_argument("--database", default="", metavar="URL", help="sqlite:///… or postgresql://… instead of a file")
    bring.add_argument("--queue", default="", metavar="ID", help="file everything in this queue")
    bring.add_argument("--again", action="store_true", help="read all of it again, also where an import was broken off")
    bring.add_argument("--json", action="store_true", help="print the counts as JSON")
    bring.set_defaults(run=run_import)

    play = subparsers.add_parser("replay", parents=[history], help="play a recorded history as live traffic")
    play.add_argument(
        "--rate", type=_positive, default=6.0, metavar="N", help="contacts a minute (default: %(default)g)"
    )
    play.add_argument("--speed", type=_positive, default=1.0, metavar="N", help="divide recorded pauses (default: 1)")
    play.add_argument("--limit", type=int, metavar="N", help="stop after so many contacts")
    play.add_argument("--url", metavar="URL", help="address of the hub; needs --token-file")
    play.add_argument("--token-file", type=Path, metavar="FILE", help="file with a token of role channel")
    play.add_argument("--go-on", action="store_true", help="customers go on without waiting for answers")
    play.add_argument(
        "--patience", type=_positive, default=900.0, metavar="S", help="how long they wait (default: 900)"
    )
    play.add_argument(
        "--run", dest="name", default="", metavar="NAME", help="the same name again makes no second contacts"
    )
    play.add_argument(
        "--real-addresses", action="store_true", help="do not replace addresses; a hub that sends will send"
    )
    play.add_argument("--json", action="store_true", help="print the counts as JSON")
    play.set_defaults(run=run_replay)


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return value


def _source(text: str) -> str:
    if not text.isascii() or not text.replace("-", "").replace("_", "").isalnum() or len(text) > 32:
        raise argparse.ArgumentTypeError(f"{text!r} is not a name of up to 32 letters and digits")
    return text


def reader_of(kind: str, path: Path, own: Sequence[str] = (), source: str = "") -> Reader:
    """Return the reader of a format. Raises ``UnreadableSource``."""
    if kind == "star":
        from desktop.hub.history.star import StarReader

        return StarReader(path)
    if kind == "csv":
        from desktop.hub.history.contacts_csv import csv_reader

        return csv_reader(path, source or kind)
    if kind == "jsonl":
        from desktop.hub.history.jsonl import jsonl_reader

        return jsonl_reader(path, source or kind)
    if kind == "mbox":
        from desktop.hub.history.mbox import mbox_reader

        return mbox_reader(path, own)
    from desktop.hub.history.eml import eml_reader

    return eml_reader(path, own)


def run_import(args: argparse.Namespace) -> int:
    """``dirigent hub import``"""
    from sqlalchemy.exc import SQLAlchemyError

    from desktop.hub.commands_line import data_folder
    from desktop.hub.history.contact import UnreadableSource

    bar = _Bar("imported")
    try:
        report = asyncio.run(_import(args, bar))
    except UnreadableSource as error:
        return _failed(f"cannot read {args.path}: {error}")
    except LookupError as error:
        return _failed(f"there is no queue {error.args[0]!r}")
    except OSError as error:
        where = error.filename or data_folder(args)
        return _failed(f"cannot use {where}: {error.strerror or type(error).__name__}")
    except ImportError as error:
        return _failed(f"the driver of this database is not installed: {error.name}")
    except SQLAlchemyError as error:  # not its text: that may hold the URL with a password
        return _failed(f"cannot use the database: {getattr(error, 'orig', None) or type(error).__name__}")
    except KeyboardInterrupt:
        bar.end()
        _say("broken off; the same command goes on from here")
        return 130
    finally:
        bar.end()
    _print_import(report, as_json=args.json)
    return 0


async def _import(args: argparse.Namespace, bar: _Bar) -> ImportReport:
    from desktop.hub.blobs import Blobs
    from desktop.hub.commands_line import data_folder
    from desktop.hub.db.database import Database
    from desktop.hub.desk.setup import ensure_defaults
    from desktop.hub.history.importer import import_history
    from desktop.hub.server import database_url

    reader = reader_of(args.format, args.path, args.own, args.source or "")
    data = data_folder(args)
    database = await Database.open(database_url(data, args.database))
    try:
        async with database.write() as ledger:
            await ensure_defaults(ledger)
        return await import_history(
            lambda: database.write(silent=True),
            reader,
            files=Blobs(database, data / "blobs"),
            progress=bar.show,
            resume=not args.again,
            queue=args.queue,
        )
    finally:
        await database.close()


def _print_import(report: ImportReport, *, as_json: bool) -> None:
    import msgspec

    if as_json:
        sys.stdout.write(json.dumps(msgspec.to_builtins(report), ensure_ascii=False) + "\n")
        return
    rows = [
        ("contacts read", report.contacts),
        ("interactions", report.interactions),
        ("there already", report.already),
        ("of these with new messages", report.extended),
        ("customers", report.customers),
        ("messages", report.messages),
        ("  from customers", report.customer_messages),
        ("  from agents", report.agent_messages),
        ("records", report.records),
        ("steps", report.steps),
        ("attachments", report.attachments),
        ("attachments left out", report.left_out),
        ("skipped", report.skipped_count),
    ]
    _print_rows(rows, report.skipped, report.skipped_count)


def run_replay(args: argparse.Namespace) -> int:
    """``dirigent hub replay``"""
    from desktop.hub.history.client import HubRefused, HubUnreachable
    from desktop.hub.history.contact import UnreadableSource
    from desktop.hub.history.replay import ReplayOptions, replay

    try:
        url, token = _endpoint(args)
        reader = reader_of(args.format, args.path, args.own, args.source or "")
    except UnreadableSource as error:
        return _failed(f"cannot read {args.path}: {error}")
    except _NoEndpoint as error:
        _say(str(error))
        return error.code
    bar = _Bar("replayed")
    options = ReplayOptions(
        rate_per_min=args.rate,
        wait_for_agent=not args.go_on,
        speed=args.speed,
        patience_s=args.patience,
        limit=args.limit,
        run=args.name,
        keep_addresses=args.real_addresses,
    )
    try:
        report = asyncio.run(replay(reader, url, token, options, progress=bar.show))
    except UnreadableSource as error:
        return _failed(f"cannot read {args.path}: {error}")
    except HubUnreachable as error:
        return _failed(f"the hub at {url} does not answer: {error}")
    except HubRefused as error:
        return _failed(f"the hub at {url} refused: {error}")
    except ValueError as error:
        return _failed(str(error))
    except KeyboardInterrupt:
        bar.end()
        _say("broken off")
        return 130
    finally:
        bar.end()
    _print_replay(report, as_json=args.json)
    return 0


class _NoEndpoint(Exception):
    def __init__(self, text: str, code: int) -> None:
        super().__init__(text)
        self.code = code


def _endpoint(args: argparse.Namespace) -> tuple[str, str]:
    """Return address and token of the hub: as given, else of the hub that runs in the profile."""
    if args.url:
        if args.token_file is None:
            raise _NoEndpoint("--url needs --token-file", 2)
        try:
            return args.url, args.token_file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise _NoEndpoint(f"cannot read {args.token_file}", 1) from None
    from desktop.hub.commands_line import data_folder

    args.data = None
    file = data_folder(args) / "endpoint.json"
    try:
        found = json.loads(file.read_text("utf-8"))
        return str(found["url"]), str(found["token"])
    except (OSError, ValueError, KeyError, TypeError):
        raise _NoEndpoint(f"no hub runs here: {file} is not there; name one with --url and --token-file", 1) from None


def _print_replay(report: ReplayReport, *, as_json: bool) -> None:
    import msgspec

    if as_json:
        sys.stdout.write(json.dumps(msgspec.to_builtins(report), ensure_ascii=False) + "\n")
        return
    rows = [
        ("contacts begun", report.contacts),
        ("said to the end", report.finished),
        ("closed by an agent before", report.ended),
        ("waited in vain", report.lost),
        ("refused by the hub", report.refused),
        ("without a customer's words", report.silent),
        ("messages sent", report.messages),
        ("answers heard", report.answers),
        ("attachments left out", report.files_left_out),
        ("skipped", len(report.skipped)),
    ]
    _print_rows(rows, report.skipped, len(report.skipped))


def _print_rows(rows: Sequence[tuple[str, int]], skipped: Sequence[BadRow], count: int) -> None:
    lines = [f"{name:28}{number:>10}" for name, number in rows]
    lines += [f"skipped: {bad.where}: {bad.why}" for bad in skipped[:_LISTED]]
    if count > _LISTED:
        lines.append(f"skipped: and {count - _LISTED} more (--json lists them)")
    try:
        sys.stdout.write("\n".join(lines) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has seen enough; Python would complain once more at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Bar:
    """A progress bar on standard error, where that is a terminal."""

    def __init__(self, done: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._done = done
        self._clock = clock
        self._is_shown = sys.stderr.isatty()
        self._started = clock()
        self._last = 0.0
        self._has_line = False

    def show(self, done: int, total: int | None) -> None:
        now = self._clock()
        if not self._is_shown or (now - self._last < 0.1 and done != total):
            return
        self._last = now
        self._has_line = True
        share = min(1.0, done / total) if total else 0.0
        bar = ("█" * int(share * 30)).ljust(30, "·") if total else ""
        pace = done / max(now - self._started, 0.001)
        of = f"{done}/{total} {share:4.0%}" if total else str(done)
        sys.stderr.write(f"\r{bar} {of} {self._done}, {pace:.0f}/s ")
        sys.stderr.flush()

    def end(self) -> None:
        if self._has_line:
            sys.stderr.write("\n")
            self._has_line = False


def _say(text: str) -> None:
    sys.stderr.write(f"dirigent hub: {text}\n")


def _failed(text: str) -> int:
    _say(text)
    return 1

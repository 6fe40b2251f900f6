"""The hub's command line: ``dirigent hub serve | user | token | playbooks``. Building the parsers imports nothing of the
hub; what a command needs is imported when it runs. Each command's function is in ``args.run`` and returns the exit code:
0 done, 1 could not be done, 2 asked for wrongly.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from desktop.domain.agent import Skill
    from desktop.hub.db.ledger import Ledger

TOKEN_VARIABLE = "DIRIGENT_HUB_TOKEN"  # noqa: S105 - the name of a variable
PROFILE_VARIABLE = "DIRIGENT_PROFILE"

T = TypeVar("T")


def add_parsers(subparsers: Any) -> None:
    """Add ``serve``, ``user``, ``token`` and ``playbooks`` to the parser of ``dirigent hub``."""
    where = argparse.ArgumentParser(add_help=False)
    where.add_argument("--profile", default=argparse.SUPPRESS, metavar="DIR", help="folder of this profile")
    where.add_argument("--data", type=Path, metavar="DIR", help="folder of the hub's database, files and key")
    where.add_argument("--database", default="", metavar="URL", help="sqlite:///… or postgresql://… instead of a file")

    serve = subparsers.add_parser("serve", parents=[where], help="run the backend: HTTP API and event stream")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen at (default: %(default)s)")
    serve.add_argument("--port", type=_port, default=8421, help="port, 0 for a free one (default: %(default)s)")
    serve.add_argument(
        "--endpoint-file", type=Path, metavar="FILE", help="write address and a channel token here when ready"
    )
    serve.add_argument(
        "--learn-at",
        type=_hour,
        default=3,
        metavar="HOUR",
        help="local hour of learning, or never (default: %(default)s)",
    )
    serve.add_argument(
        "--merge-from",
        type=_certainty,
        metavar="P",
        help="merge customer records unasked from this certainty, 0.9 to 1 (default: never)",
    )
    serve.add_argument(
        "--clamd", metavar="ADDRESS", help="show files to ClamAV at unix:PATH or tcp:HOST:PORT (default: to nobody)"
    )
    serve.add_argument(
        "--unscanned",
        choices=("refuse", "hold"),
        default="refuse",
        help="what becomes of a file while the scanner is away (default: %(default)s)",
    )
    serve.add_argument("--with-parent", action="store_true", help="stop when standard input ends")
    serve.set_defaults(run=run_serve)

    user = subparsers.add_parser("user", help="accounts of people").add_subparsers(required=True, metavar="ACTION")
    add = user.add_parser("add", parents=[where], help="make an account, or take a disabled one up again")
    add.add_argument("name", metavar="NAME")
    add.add_argument("--role", choices=("agent", "lead", "admin"), default="agent")
    add.add_argument("--team", default="", metavar="T")
    add.add_argument("--skill", action="append", default=[], type=parse_skill, metavar="S:LEVEL", help="level 1 to 5")
    add.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    add.set_defaults(run=run_user_add)
    listing = user.add_parser("list", parents=[where], help="list the accounts")
    listing.set_defaults(run=run_user_list)
    disable = user.add_parser("disable", parents=[where], help="close an account and end its sessions")
    disable.add_argument("name", metavar="NAME")
    disable.set_defaults(run=run_user_disable)

    token = subparsers.add_parser("token", parents=[where], help="make a token for a machine; it is shown once")
    token.add_argument("name", metavar="NAME")
    token.add_argument("--role", choices=("channel", "crm", "admin"), required=True)
    token.set_defaults(run=run_token)

    from desktop.hub.library_line import add_parser as add_playbooks

    add_playbooks(subparsers, where)
    from desktop.hub.centre_line import add_parser as add_centre

    add_centre(subparsers, where)
    from desktop.hub.channels_line import add_parser as add_channels

    add_channels(subparsers, where)


def data_folder(args: argparse.Namespace) -> Path:
    """Return the folder of the hub's data: ``--data``, or ``hub`` in the profile."""
    if args.data is not None:
        return Path(args.data)
    profile = getattr(args, "profile", None) or os.environ.get(PROFILE_VARIABLE)
    if profile:
        return Path(profile) / "hub"
    import platformdirs

    return platformdirs.user_data_path("dirigent", appauthor=False) / "hub"


def parse_skill(text: str) -> Skill:
    """Read ``S:LEVEL``; names may hold colons themselves (``lang:de:5``), and without a level it is 3."""
    from desktop.domain.agent import Skill

    name, colon, level = text.rpartition(":")
    if not colon or not level.isdigit():
        name, level = text, "3"
    if not name.strip() or not 1 <= int(level) <= 5:
        raise argparse.ArgumentTypeError(f"{text!r} is not a skill and a level from 1 to 5, as in billing:4")
    return Skill(name=name.strip(), level=int(level))


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port from 0 to 65535")
    return int(text)


def _certainty(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0.9 <= found <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no certainty from 0.9 to 1")
    return found


def _hour(text: str) -> int | None:
    if text == "never":
        return None
    if not text.isdigit() or int(text) > 23:
        raise argparse.ArgumentTypeError(f"{text!r} is neither an hour from 0 to 23 nor never")
    return int(text)


def run_serve(args: argparse.Namespace) -> int:
    """``dirigent hub serve``"""
    import asyncio
    import logging

    from sqlalchemy.exc import SQLAlchemyError

    from desktop.hub.desk.options import DeskOptions
    from desktop.hub.learning.service import LearningOptions
    from desktop.hub.scanner import Scanner
    from desktop.hub.server import ServeOptions, serve

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in ("alembic", "uvicorn"):
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        scanner = Scanner(args.clamd, holds=args.unscanned == "hold") if args.clamd else None
    except ValueError as error:
        return _failed(str(error))
    options = ServeOptions(
        data=data_folder(args),
        database=args.database,
        host=args.host,
        port=args.port,
        endpoint=args.endpoint_file,
        with_parent=args.with_parent,
        preset_token=os.environ.pop(TOKEN_VARIABLE, ""),
        scanner=scanner,
        desk=DeskOptions(merge_from=args.merge_from),
        learning=LearningOptions(hour=args.learn_at),
    )
    try:
        asyncio.run(serve(options, ready=lambda server: _settle_down()))
    except OSError as error:
        return _failed(f"cannot serve at {args.host}:{args.port} from {options.data}: {error.strerror or error}")
    except (SQLAlchemyError, ImportError) as error:
        return _failed(about_database(error))
    return 0


def _settle_down() -> None:
    """What is there once the hub is up stays: a full collection must not walk it again and hold up everybody for 100 ms."""
    gc.collect()
    gc.freeze()


def run_user_add(args: argparse.Namespace) -> int:
    """``dirigent hub user add``"""
    from desktop.domain.agent import Role
    from desktop.hub.auth import accounts
    from desktop.hub.auth.passwords import check_new, hash_now

    try:
        password = check_new(_ask_password(from_stdin=args.password_stdin))
    except ValueError as error:
        return _failed(str(error))
    if len(password) < 8:
        _say("note: a password of fewer than 8 characters is easily guessed")
    hashed = hash_now(password)

    async def add(ledger: Ledger) -> None:
        await accounts.add(
            ledger,
            user=args.name,
            password_hash=hashed,
            role=Role(args.role),
            team=args.team,
            skills=args.skill,
        )

    return within(args, add, done=f"added {args.name} ({args.role})")


def run_user_list(args: argparse.Namespace) -> int:
    """``dirigent hub user list``"""
    from desktop.hub.auth import accounts

    async def listing(ledger: Ledger) -> None:
        for agent in await accounts.everyone(ledger):
            skills = " ".join(f"{skill.name}:{skill.level}" for skill in agent.skills)
            state = "active" if agent.is_active else "disabled"
            sys.stdout.write("\t".join((agent.user, agent.role, agent.team or "-", state, skills or "-")) + "\n")

    return within(args, listing)


def run_user_disable(args: argparse.Namespace) -> int:
    """``dirigent hub user disable``"""
    from desktop.hub.auth import accounts

    async def disable(ledger: Ledger) -> None:
        await accounts.disable(ledger, args.name)

    return within(args, disable, done=f"disabled {args.name}")


def run_token(args: argparse.Namespace) -> int:
    """``dirigent hub token``"""
    from desktop.domain.agent import Role
    from desktop.hub.auth import accounts

    async def make(ledger: Ledger) -> str:
        return await accounts.add_token(ledger, args.name, Role(args.role))

    made: list[str] = []
    code = within(args, make, made)
    if made:  # shown only once it is kept
        sys.stdout.write(made[0] + "\n")
    return code


def within(
    args: argparse.Namespace, work: Callable[[Ledger], Awaitable[T]], results: list[T] | None = None, done: str = ""
) -> int:
    """Carry ``work`` out in one transaction of the hub's database and return the exit code."""
    import asyncio

    from sqlalchemy.exc import SQLAlchemyError

    from desktop.hub.auth.accounts import AccountError
    from desktop.hub.db.database import Database
    from desktop.hub.server import database_url

    async def run() -> T:
        database = await Database.open(database_url(data_folder(args), args.database))
        try:
            async with database.write() as ledger:
                return await work(ledger)
        finally:
            await database.close()

    try:
        result = asyncio.run(run())
    except AccountError as error:
        return _failed(str(error))
    except OSError as error:
        return _failed(f"cannot use the folder {data_folder(args)}: {error.strerror or error}")
    except (SQLAlchemyError, ImportError) as error:
        return _failed(about_database(error))
    if results is not None:
        results.append(result)
    if done:
        _say(done)
    return 0


def _ask_password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    import getpass

    first = getpass.getpass("Password: ")
    if getpass.getpass("Password again: ") != first:
        raise ValueError("the two passwords differ")
    return first


def about_database(error: Exception) -> str:
    """What is wrong with the database, without its URL: that may hold a password."""
    if isinstance(error, ImportError):
        return f"the driver of this database is not installed: {error.name}"
    return f"cannot use the database: {getattr(error, 'orig', None) or type(error).__name__}"


def _say(text: str) -> None:
    sys.stderr.write(f"dirigent hub: {text}\n")


def _failed(text: str) -> int:
    _say(text)
    return 1

"""The command ``dirigent``. Sub-commands are looked up here and imported only when chosen: the window must be up in 0.3 s."""

from __future__ import annotations

import argparse
import gc
import re
import sys
from collections.abc import Collection, Sequence

from desktop import __version__


def build_parser(given: Collection[str] = ("hub", "bench", "lab")) -> argparse.ArgumentParser:
    """Return the parser of the command line, with the sub-commands of each command that is among the words ``given``."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--profile", metavar="DIR", default=argparse.SUPPRESS, help="folder of this profile")
    shared.add_argument("--verbose", action="store_true", default=argparse.SUPPRESS, help="log everything")
    look = argparse.ArgumentParser(add_help=False)
    look.add_argument("--lang", choices=["de", "en"], default=argparse.SUPPRESS, help="language of the window")
    look.add_argument(
        "--theme", choices=["system", "light", "dark", "contrast"], default=argparse.SUPPRESS, help="colours"
    )
    look.add_argument(
        "--size", type=_size, metavar="WxH", default=argparse.SUPPRESS, help="size of the window, such as 1280x800"
    )

    kept = argparse.ArgumentParser(add_help=False)
    kept.add_argument("--record", metavar="FOLDER", default=argparse.SUPPRESS, help="record what happens, anonymised")
    kept.add_argument("--with-texts", action="store_true", default=argparse.SUPPRESS, help="record the real words")
    kept.add_argument("--with-files", action="store_true", default=argparse.SUPPRESS, help="and the attachments")
    kept.add_argument("--with-history", action="store_true", default=argparse.SUPPRESS, help="and closed contacts")

    parser = argparse.ArgumentParser(
        prog="dirigent", description="The agent's window of a contact centre.", parents=[shared, look, kept]
    )
    parser.add_argument("--version", action="version", version=f"Dirigent {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    demo = commands.add_parser("demo", help="a whole contact centre on this machine", parents=[shared, look, kept])
    demo.add_argument("--role", choices=["agent", "lead"], default="agent", help="who sits at the window")
    demo.add_argument(
        "--show",
        choices=["inbox", "board", "wallboard"],
        help="what is shown first (default: a lead's board, else inbox)",
    )
    demo.add_argument("--speed", type=_positive, default=1.0, metavar="N", help="traffic, times as fast (default 1)")
    demo.add_argument("--seed", type=int, default=7, metavar="N", help="which centre (default 7)")
    demo.add_argument("--screenshot", metavar="FILE", help="write a PNG of the window and exit")
    demo.add_argument("--after", type=_positive, default=20.0, metavar="S", help="seconds before the screenshot")

    replay = commands.add_parser("replay", help="play a recorded folder, without a hub", parents=[shared, look])
    replay.add_argument("folder", metavar="FOLDER", help="what --record wrote")
    replay.add_argument("--speed", type=_positive, default=1.0, metavar="N", help="times as fast (default 1)")
    replay.add_argument("--from", type=_moment, default=0.0, metavar="S", dest="begin", help="begin S seconds in")
    ways = replay.add_mutually_exclusive_group()
    ways.add_argument("--practise", action="store_true", default=None, help="act in it, also where it is anonymised")
    ways.add_argument("--watch", action="store_false", dest="practise", help="only look at it")
    replay.add_argument("--screenshot", metavar="FILE", help="write a PNG of the window and exit")
    replay.add_argument("--after", type=_positive, default=10.0, metavar="S", help="seconds before the screenshot")

    hub = commands.add_parser("hub", help="the backend: serve, user, token, import, replay, train, models")
    if "hub" in given:
        from desktop.hub import commands_line
        from desktop.hub.history import commands as history
        from desktop.hub.learning import commands as learning

        parts = hub.add_subparsers(dest="hub_command", metavar="COMMAND", required=True)
        commands_line.add_parsers(parts)
        history.add_parsers(parts)
        learning.add_parsers(parts)

    bench = commands.add_parser("bench", help="the product's own benchmarks", parents=[shared])
    if "bench" in given:
        from desktop.app.bench import catalogue

        catalogue.add_parsers(bench)

    lab = commands.add_parser("lab", help="learn, predict and judge models on files")
    if "lab" in given:
        from desktop.app.lab import commands as lab_commands

        lab_commands.add_parsers(lab)

    commands.add_parser("doctor", help="check this machine", parents=[shared])
    return parser


def _size(text: str) -> str:
    if not re.fullmatch(r"[1-9]\d{2,4}x[1-9]\d{2,4}", text, re.ASCII):
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 1280x800")
    return text


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError("must be more than 0")
    return value


def _moment(text: str) -> float:
    value = float(text)
    if not 0 <= value < 1e9:
        raise argparse.ArgumentTypeError("must not be less than 0")
    return value


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0 done, 1 failed, 2 wrong arguments."""
    given = sys.argv[1:] if argv is None else list(argv)
    args = _window_only(given)
    if args is None:
        parser = build_parser(given)
        args = parser.parse_args(given)
        if getattr(args, "with_files", False) and not getattr(args, "with_texts", False):
            parser.error("--with-files says what is in the words too: it goes with --with-texts")
        if not hasattr(args, "record") and any(hasattr(args, f"with_{what}") for what in ("texts", "files", "history")):
            parser.error("--with-texts, --with-files and --with-history go with --record")
    if args.command is None:
        # The collector would walk every module as it is loaded; ``garbage`` takes its work over once the window is up.
        gc.disable()
        from desktop.app import sources

        sources.leave_alone()
        from desktop.app import launch

        return launch.run_window(args)
    if args.command == "demo":
        from desktop.app import demo

        return demo.run(args)
    if args.command == "replay":
        from desktop.app import replay

        return replay.run(args)
    if args.command == "doctor":
        from desktop.app import doctor

        return int(doctor.run(args))
    return int(args.run(args))


def _window_only(given: list[str]) -> argparse.Namespace | None:
    """The common case, ``dirigent [--profile DIR]``, without building the parsers of commands that were not asked for."""
    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    for name in ("--profile", "--lang", "--theme"):
        parser.add_argument(name)
    parser.add_argument("--size", type=_size)
    parser.add_argument("--verbose", action="store_true")
    try:
        args, rest = parser.parse_known_args(given)
    except argparse.ArgumentError:
        return None
    if rest:
        return None
    args.command = None
    for name in ("lang", "theme"):
        if getattr(args, name) not in (None, "de", "en", "system", "light", "dark", "contrast"):
            return None
    return args


if __name__ == "__main__":
    sys.exit(main())

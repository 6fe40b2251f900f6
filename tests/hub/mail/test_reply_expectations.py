"""What two public libraries expect of taking quotations and signatures off: their own test files are read out of the
archives and run against ours. What does not hold is listed with the reason in ``docs/channels.md``.
"""

from __future__ import annotations

import email
import html
import os
import re
import sys
import tarfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock, patch

import pytest

from desktop.hub.mail.markup import as_text
from desktop.insight.mail_text import tail_start, without_quotes, without_signature

Cases = dict[str, bool]
"""Whether each expectation holds, by test and number."""


def _unpacked(shared: Path, name: str, into: Path) -> Path:
    with tarfile.open(shared / "mail" / f"{name}.tar.xz") as archive:
        # Python before 3.11.4 knows no filters.
        archive.extraction_filter = getattr(tarfile, "data_filter", None)
        archive.extractall(into)
    return into / name


# --- talon: its tests are run with our functions in the place of its own ---------------------------------------------------


class _Theirs:
    """A module of theirs with the functions that have one of ours in their place; a test of its insides does not run."""

    def __init__(self, **ours: Any) -> None:
        self.__dict__.update(ours)


def _words(markup: str) -> str:
    return re.sub(r"\s", "", html.unescape(re.sub(r"<[^<>]*>", "", markup)))


def _without_quotes_html(markup: str) -> str:
    """A mark at the start of a line stands for an element that is kept."""
    return re.sub(r"(?m)^[> ]+", "", without_quotes(as_text(markup))) if markup else ""


def _same(expected: object, got: object) -> bool:
    if isinstance(expected, tuple) and isinstance(got, tuple):
        expected, got = expected[0], got[0]
    if re.search(r"<(?:html|div|blockquote)", str(expected)):
        return _words(str(expected)) == re.sub(r"\s", "", str(got))
    return " ".join(str(expected).split()) == " ".join(str(got).split()) or re.sub(r"\s", "", str(expected)) == str(got)


def _talon(root: Path) -> Cases:
    fixtures = str(root / "tests" / "fixtures")
    calls = number = 0
    current = ""

    def ours(work: Callable[[str], Any]) -> Callable[..., Any]:
        def run(text: str, *_: object) -> Any:
            nonlocal calls
            calls += 1
            return work(text)

        return run

    def signature(text: str) -> tuple[str, None]:
        return without_signature(text), None

    plain = ours(without_quotes)
    quotations = _Theirs(
        extract_from_plain=plain,
        extract_from_html=ours(_without_quotes_html),
    )
    found: Cases = {}

    def eq_(expected: object, got: object, *_: object) -> None:
        nonlocal number, calls
        if calls:  # a comparison without a call of ours is of their insides
            number += 1
            found[f"{current}#{number}"] = _same(expected, got)

    def holds(value: object, *_: object) -> None:
        if not current.startswith(("test_validate", "test_remove", "test_CRLF")):  # of their way to write HTML
            eq_(True, bool(value))

    for file in ("text_quotations_test", "html_quotations_test", "quotations_test", "signature/bruteforce_test"):
        source = (root / "tests" / f"{file}.py").read_text(encoding="utf-8")
        source = re.sub(r"(?m)^from [^\n(]+ import \([^)]*\)|^(?:from|import) .*$", "", source)
        source = source.replace("tests/fixtures", fixtures)
        scope: dict[str, Any] = {
            "__name__": "theirs", "quotations": quotations, "bruteforce": _Theirs(extract_signature=ours(signature)),
            "eq_": eq_, "ok_": holds, "assert_true": holds, "assert_false": lambda value: holds(not value), "patch": patch,
            "Mock": Mock, "os": os, "re": re, "email": email, "sys": sys, "StringIO": StringIO, "range": range,
            "six": SimpleNamespace(text_type=str), "u": SimpleNamespace(html_to_text=str),
            "STANDARD_REPLIES": f"{fixtures}/standard_replies",
        }  # fmt: skip
        for name, kept in (
            ("REPLY_QUOTATIONS_SHARE_BLOCK", "reply-quotations-share-block.eml"),
            ("OLK_SRC_BODY_SECTION", "OLK_SRC_BODY_SECTION.html"),
            ("REPLY_SEPARATED_BY_HR", "reply-separated-by-hr.html"),
        ):
            scope[name] = (Path(fixtures) / kept).read_text(encoding="utf-8")
        pieces = re.split(r"(?m)^(?=RE_)|(?<=\n\n)(?=@patch|def )", source)
        for piece in pieces:
            try:
                exec(compile(piece, file, "exec"), scope)
            except AttributeError:  # a patch of their insides
                continue
            name = next(iter(re.findall(r"^def (test_\w+)", piece, re.M)), "")
            if not name or "@patch" in piece:
                continue
            current, number, calls = name, 0, 0
            try:
                with redirect_stdout(StringIO()), warnings.catch_warnings():
                    warnings.simplefilter("ignore", ResourceWarning)  # their tests leave files open
                    steps = scope[name]()
                    for step in steps if isinstance(steps, Iterator) else ():
                        step[0](*step[1:])
            except AttributeError:
                continue
    return found


# --- email_reply_parser: its assertions are few in kind, and read -----------------------------------------------------------

_TEST = re.compile(r"(?ms)^  def (test_\w+)\n(.*?)^  end$")
_MAIL = re.compile(r"email[ (]+:?\"?(\w+)|join\(\"(\w+)\.txt")
_HIDDEN = re.compile(r"\[([^\]]*)\],\s*reply\.fragments\.map \{ \|f\| f\.hidden\? \}")
_MATCH = re.compile(r"assert_match\(?\s*(?:/(.*?)/|\"(.*?)\"),\s*reply\.fragments\[(\d+)\]")
_EQUAL = re.compile(
    r"(?s)assert_equal \"((?:[^\"\\]|\\.)*)\",\s*(?:reply\.fragments\[(\d+)\]|EmailReplyParser\.parse_reply)"
)
_ONE = re.compile(r"assert_equal 1, reply\.fragments\.size")


def shown(text: str) -> str:
    """What is left in view of a mail: nothing quoted or signed below it, but what was answered point by point."""
    text = text.replace("\r\n", "\n")
    return without_signature(text[: tail_start(text) or None])


def _flat(text: str) -> str:
    return " ".join(text.split())


def _reply_parser(root: Path) -> Cases:
    found: Cases = {}
    source = (root / "test" / "email_reply_parser_test.rb").read_text(encoding="utf-8")
    for name, body in _TEST.findall(source):
        named = _MAIL.search(body)
        if named is None:
            continue
        text = (root / "test" / "emails" / f"{named[1] or named[2]}.txt").read_text(encoding="utf-8")
        began = time.perf_counter()
        seen = shown(text)
        found[f"{name}#time"] = time.perf_counter() - began < 1
        flags = _HIDDEN.search(body)
        hidden = [flag.strip() == "true" for flag in flags[1].split(",")] if flags else [False, *[True] * 20]
        at = 0
        for number, (pattern, literal, place) in enumerate(_MATCH.findall(body)):
            match = re.compile(pattern or re.escape(literal), re.MULTILINE).search(seen, at)
            found[f"{name}#match{number}"] = (match is not None) is not hidden[int(place)]
            at = match.end() if match else at
        for number, (literal, place) in enumerate(_EQUAL.findall(body)):
            wanted = _flat(literal.replace("\\n", "\n"))
            if not place:
                found[f"{name}#equal{number}"] = _flat(seen) == wanted
            elif wanted:
                found[f"{name}#equal{number}"] = (wanted in _flat(seen)) is not hidden[int(place)]
        if _ONE.search(body):
            found[f"{name}#whole"] = _flat(seen) == _flat(text)
    return found


@pytest.mark.shared_data
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # they leave their files open
@pytest.mark.parametrize(
    ("archive", "judge", "at_least"),
    [("mailgun__talon", _talon, 100), ("github__email_reply_parser", _reply_parser, 60)],
)
def test_at_least_95_of_100_expectations_hold(
    shared: Path, tmp_path: Path, archive: str, judge: Callable[[Path], Cases], at_least: int
) -> None:
    cases = judge(_unpacked(shared, archive, tmp_path))
    failing = sorted(name for name, holds in cases.items() if not holds)
    share = 1 - len(failing) / len(cases)
    assert len(cases) >= at_least
    assert share >= 0.95, failing

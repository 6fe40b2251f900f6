"""Gathers the texts of the window for translation, for ``make translations`` and the test of it.

``lupdate`` reads Python with a reader of its own, which leaves out ``translate(…, None, n)`` wherever ``n`` is more than a
literal, and with it the plural. Here Python's own parser finds the calls, and each is written out again in the plainest form
there is, one a line; ``lupdate`` then merges that file. A text that is not a literal, or a context that cannot be known, ends
it with the place named: nobody would see that text in another language.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("desktop/ui", "desktop/viewmodels", "desktop/app")


class Text(NamedTuple):
    """One text as the program asks for it."""

    context: str
    source: str
    comment: str
    has_plural: bool

    def __str__(self) -> str:
        parts = [json.dumps(part, ensure_ascii=False) for part in (self.context, self.source)]
        if self.comment or self.has_plural:
            parts.append(json.dumps(self.comment, ensure_ascii=False) if self.comment else "None")
        if self.has_plural:
            parts.append("1")
        return f"QCoreApplication.translate({', '.join(parts)})"


def texts(files: Iterable[Path]) -> list[Text]:
    """Return every text of ``files`` once, in the order of the code. Raises ValueError with the place of one that is lost."""
    found: dict[Text, None] = {}
    for file in files:
        tree = ast.parse(file.read_text(encoding="utf-8"), str(file))
        found.update(dict.fromkeys(_calls(tree, "", file)))
    return list(found)


def sources() -> list[Path]:
    """Return the files whose texts are shown in the window."""
    return sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))


def _calls(node: ast.AST, owner: str, file: Path) -> Iterator[Text]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call) and (text := _text(child, owner, file)):
            yield text
        yield from _calls(child, child.name if isinstance(child, ast.ClassDef) else owner, file)


def _text(call: ast.Call, owner: str, file: Path) -> Text | None:
    match call.func:
        case ast.Attribute(value=ast.Name(id="self"), attr="tr"):
            arguments: list[ast.expr] = [ast.Constant(owner), *call.args]
        case ast.Name(id="translate") | ast.Attribute(value=ast.Name(id="QCoreApplication"), attr="translate"):
            arguments = call.args
        case _:
            return None
    known = [one.value if isinstance(one, ast.Constant) else ... for one in arguments[:3]]
    is_plain = all(isinstance(one, str) and one for one in known[:2]) and all(
        one in (None, ...) or isinstance(one, str) for one in known
    )
    if len(known) < 2 or not is_plain or ... in known or call.keywords:
        raise ValueError(f"{file}:{call.lineno}: context, text and comment have to be literals, without keywords")
    return Text(str(known[0]), str(known[1]), str(known[2] or "") if len(known) > 2 else "", len(arguments) > 3)


if __name__ == "__main__":
    try:
        lines = [str(text) for text in texts(sources())]
    except ValueError as error:
        sys.exit(str(error))
    Path(sys.argv[1]).write_text("\n".join(lines) + "\n", encoding="utf-8")

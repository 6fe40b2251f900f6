"""YAML that a business person edits, read into a value with the line of every mistake. Called by ``playbook`` and
``articles``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TypeVar

import yaml
from msgspec import ValidationError, convert

T = TypeVar("T")

_LARGEST = 1_000_000
_PATH = re.compile(r" - at `\$?(key in )?\$?([^`]*)`$")
_PART = re.compile(r"\.([A-Za-z_][\w\-]*)|\[(\d+|\.\.\.)\]")
_UNKNOWN = re.compile(r"unknown field `([^`]+)`")


class SourceError(ValueError):
    """A file cannot be used; the message names the file, and the line where there is one."""


class Source:
    """The text of one file. ``read`` makes a value of it; ``line`` finds where a part of it stands."""

    def __init__(self, text: str, name: str, error: type[SourceError] = SourceError) -> None:
        self.name = name
        self._error = error
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        if len(text) > _LARGEST:
            raise error(f"{name}: too long")
        try:
            self._node = yaml.compose(text, Loader=loader)
            self._data = yaml.load(text, Loader=loader)  # noqa: S506 (a safe loader)
        except yaml.MarkedYAMLError as problem:
            line = problem.problem_mark.line + 1 if problem.problem_mark else 0
            raise error(f"{name}, line {line}: {problem.problem}") from problem
        except (yaml.YAMLError, ValueError, RecursionError) as problem:
            raise error(f"{name}: not YAML") from problem

    @classmethod
    def of(cls, path: Path, error: type[SourceError] = SourceError) -> Source:
        """Return the source in a file. Raises ``error``; ``OSError`` where it is unreadable."""
        try:
            return cls(path.read_text(encoding="utf-8"), path.name, error)
        except UnicodeDecodeError as problem:
            raise error(f"{path.name}: not UTF-8") from problem

    def read(self, kind: type[T]) -> T:
        """Return the value. Raises the source's kind of error for what is none."""
        try:
            return convert(self._data, kind)
        except ValidationError as problem:
            text = str(problem)
            found = _PATH.search(text)
            parts = [key or index for key, index in _PART.findall(found.group(2))] if found else []
            unknown = _UNKNOWN.search(text)
            if unknown:
                parts.append(unknown.group(1))
            raise self.mistake(text, *parts) from problem
        except RecursionError as problem:
            raise self._error(f"{self.name}: too deep") from problem

    def mistake(self, text: str, *parts: str) -> SourceError:
        """Return an error about the part found by keys and positions from the top."""
        return self._error(f"{self.name}, line {self.line(*parts)}: {text}")

    def line(self, *parts: str) -> int:
        """Return the line (from 1) of the innermost of ``parts`` that there is."""
        node, line = self._node, 1
        for part in parts:
            if isinstance(node, yaml.SequenceNode) and part.isdigit() and int(part) < len(node.value):
                node = node.value[int(part)]
                line = node.start_mark.line + 1
            elif isinstance(node, yaml.MappingNode):
                pair = next((pair for pair in node.value if pair[0].value == part), None)
                if pair is None:
                    break
                line = pair[0].start_mark.line + 1
                node = pair[1]
            else:
                break
        return line

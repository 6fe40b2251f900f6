"""The lab's task ``identify``: who of a table of customers somebody is, from what they typed, said or spelled. Lines
hold any of name, birth date, postcode, phone, e-mail, number and address, each a text or the n-best list of a
recogniser; the truth is ``customer``, null for nobody. Learns the weights without looking at the truth."""

from __future__ import annotations

import argparse
import csv
import lzma
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from desktop.app.lab.scores import calibration_error
from desktop.app.lab.task import Figures, Line, Predictor
from desktop.insight import normalise
from desktop.insight.identify import claim, index, profile, weights
from desktop.insight.identify.index import Base
from desktop.insight.identify.weights import Weights

_LONGEST_FIELD = 1_000_000


class _IdentifyPredictor:
    def __init__(self, base: Base, learned: Weights, region: str) -> None:
        self._base = base
        self._weights = learned
        self._region = region

    def predict(self, line: Line) -> dict[str, Any]:
        said = self._base.look_up(claim.of_line(line, self._region), self._weights)
        return {
            "ranked": [[customer, round(p, 6)] for customer, p in said.ranked],
            "match": said.match,
            "why": [{"code": reason.code, "weight": reason.weight} for reason in said.reasons],
        }


class IdentifyTask:
    """See ``task.Task``."""

    can_learn = True

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--base", type=Path, metavar="CSV", help="the customers on file, one a row with a head row")
        parser.add_argument(
            "--region", default=normalise.HOME_REGION, metavar="CC", help="of phone numbers (default: %(default)s)"
        )

    def train(self, lines: Sequence[Line], model: Path, seed: int, options: argparse.Namespace) -> Figures:
        from desktop.hub.training.identify import learn

        base = _base(options)
        said = [claim.of_line(line, options.region) for line in lines]
        asked = [one for one in said if one != claim.Claim()]
        learned = learn(base, asked, seed=seed)
        _write(model, learned.weights.encode())
        return {
            "split": "none: no truth is looked at",
            "learned_from": "lines" if asked else "duplicates in the base",
            "customers": len(base),
            "claims": learned.claims,
            "expected_matches": round(learned.matched, 1),
            "rounds": learned.rounds,
            "skipped": len(said) - len(asked),
        }

    def load(self, model: Path | None, options: argparse.Namespace) -> Predictor:
        learned = weights.shipped() if model is None else weights.load(model)
        return _IdentifyPredictor(_base(options), learned, options.region)

    def score(self, pairs: Iterable[tuple[Line, Line]]) -> Figures:
        """Return, over lines by somebody on file, how often they are first or among the first three (``accuracy``,
        ``top_3``), named as the match (``identified``), another named (``misidentified``) or nobody (``false_rejection``);
        over lines by nobody on file how often somebody is named (``false_acceptance``); and the calibration error of the
        best probability over all."""
        rows = [_Answer(line, answer) for line, answer in pairs]
        known = [one for one in rows if one.truth is not None]
        nobody = [one for one in rows if one.truth is None]
        figures: dict[str, float | int | str] = {"count": len(rows), "known": len(known), "nobody": len(nobody)}
        if known:
            figures |= {
                "accuracy": sum(one.truth in one.ranked[:1] for one in known) / len(known),
                "top_3": sum(one.truth in one.ranked[:3] for one in known) / len(known),
                "identified": sum(one.match == one.truth for one in known) / len(known),
                "misidentified": sum(one.match not in (None, one.truth) for one in known) / len(known),
                "false_rejection": sum(one.match is None for one in known) / len(known),
            }
        if nobody:
            figures["false_acceptance"] = sum(one.match is not None for one in nobody) / len(nobody)
        figures["ece"] = calibration_error(
            [(one.sure, one.truth is not None and one.truth in one.ranked[:1]) for one in rows]
        )
        return figures


class _Answer:
    def __init__(self, line: Line, answer: Line) -> None:
        truth, match, ranked = line.get("customer"), answer.get("match"), answer.get("ranked") or []
        self.truth = None if truth is None or truth == "" else str(truth)
        self.match = None if match is None else str(match)
        self.ranked = [str(customer) for customer, _ in ranked]
        self.sure = float(ranked[0][1]) if ranked else 0.0


def _base(options: argparse.Namespace) -> Base:
    """Return the customers of ``--base``. Raises ``ValueError`` where it is not given or has no usable column."""
    if options.base is None:
        raise ValueError("--base is needed: the table of customers to look in")
    base = index.build(
        profile.of_row(row, str(number), options.region) for number, row in enumerate(_rows(options.base))
    )
    if not len(base):
        raise ValueError(f"{options.base.name}: no customers in it")
    return base


def _rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows by column; spaces around names and values go, a semicolon or tab may separate them too."""
    csv.field_size_limit(_LONGEST_FIELD)
    with _opened(path) as file:
        head = file.readline()
        mark = max(",;\t", key=head.count)
        columns = [column.strip() for column in next(csv.reader([head], delimiter=mark, skipinitialspace=True), [])]
        if not any(profile.named_fields({column: "?"}) for column in columns):
            raise ValueError(f"{path.name}: no column of it is known; name, birth_date, postcode, email, phone … are")
        try:
            for values in csv.reader(file, delimiter=mark, skipinitialspace=True):
                if values:
                    yield {column: value.strip() for column, value in zip(columns, values, strict=False)}
        except csv.Error as error:
            raise ValueError(f"{path.name}: not CSV") from error


def _opened(path: Path) -> IO[str]:
    if path.suffix == ".xz":
        return lzma.open(path, "rt", encoding="utf-8-sig", errors="replace", newline="")
    return path.open(encoding="utf-8-sig", errors="replace", newline="")


def _write(path: Path, data: bytes) -> None:
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


TASK = IdentifyTask()

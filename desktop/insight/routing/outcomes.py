"""What is to be expected of an agent with a kind of request, learned from contacts they ended: handling time, whether it
was resolved at once, the customer's rating. Counts and sums by codes only; the hub observes each ended contact and keeps
the encoded state, routing asks for ``value``.

A mean of few cases says little, so each is shrunk towards the mean of all agents on the same request type, the more the
fewer cases there are and the less agents differ at all (empirical Bayes: Efron & Morris 1975; Morris 1983). How much they
differ is the variance component between agents of an unbalanced one-way layout, pooled over request types (Searle,
Casella & McCulloch 1992). Below the policy's ``outcome_cases`` nothing is concluded.
"""

from __future__ import annotations

import math
from typing import Final

import msgspec
from msgspec import Struct

from desktop.domain.ids import AgentId

_MEASURES: Final = ("handling", "resolution", "rating")
_FULL: Final = {"handling": math.log(1.5), "resolution": 0.2, "rating": 1.0}
"""The advantage over the mean that counts as much as any: half as long again, 20 points of resolution, one star."""

_WEIGHTS: Final = {"handling": 0.25, "resolution": 0.5, "rating": 0.25}
_SHORTEST_S, _LONGEST_S = 1.0, 7 * 86_400.0
_RATINGS: Final = (1.0, 5.0)


class Tally(Struct, kw_only=True, omit_defaults=True):
    """Number, sum and sum of squares of one measure; handling time is tallied as its logarithm, being log-normal (Brown et
    al. 2005)."""

    n: int = 0
    total: float = 0.0
    squares: float = 0.0

    def add(self, value: float) -> None:
        self.n += 1
        self.total += value
        self.squares += value * value

    @property
    def mean(self) -> float:
        return self.total / self.n if self.n else 0.0


class Cell(Struct, kw_only=True, omit_defaults=True):
    """What was seen of one agent on one request type; ``cases`` counts contacts."""

    cases: int = 0
    handling: Tally = msgspec.field(default_factory=Tally)
    resolution: Tally = msgspec.field(default_factory=Tally)
    rating: Tally = msgspec.field(default_factory=Tally)


class Expectation(Struct, frozen=True, kw_only=True):
    """What is to be expected, after shrinkage: seconds, probability (0 to 1), rating (1 to 5); the last two ``None`` where
    nobody was ever observed. ``value`` is from -1 (worse than the others) over 0 (as they are) to 1."""

    cases: int
    handling_s: float
    resolution: float | None
    rating: float | None
    value: float


class _Layout:
    """Sums over the agents of one request type and measure, kept up to date one case at a time: what the common mean and
    the variance components are made of, without another look at the agents."""

    __slots__ = ("agents", "between", "n", "n_squared", "squares", "total")

    def __init__(self) -> None:
        self.agents = self.n = self.n_squared = 0
        self.total = self.squares = self.between = 0.0

    def count(self, tally: Tally, sign: int) -> None:
        """Add (1) or take away (-1) the tally of one agent."""
        if tally.n:
            self.agents += sign
            self.n += sign * tally.n
            self.n_squared += sign * tally.n * tally.n
            self.total += sign * tally.total
            self.squares += sign * tally.squares
            self.between += sign * tally.total * tally.total / tally.n

    @property
    def mean(self) -> float:
        return self.total / self.n if self.n else 0.0


class Outcomes:
    """The learner. ``observe`` each ended contact, ask with ``expected``; ``version`` counts what was observed."""

    def __init__(self) -> None:
        self.version = 0
        self._cells: dict[str, dict[str, Cell]] = {}
        self._layouts: dict[str, dict[str, _Layout]] = {}
        self._worth: tuple[int, dict[str, float]] = (-1, {})

    def observe(
        self,
        agent_id: AgentId,
        intent: str,
        handling_s: float,
        *,
        resolved: bool | None = None,
        rating: float | None = None,
    ) -> None:
        """Learn from one ended contact. ``handling_s`` runs from accepting to the end of after-contact work; ``resolved``
        says that the customer did not have to come back; what is not known is ``None``. What cannot be true (a handling
        time that is no number, a rating outside 1 to 5) is left out."""
        if not math.isfinite(handling_s):
            return
        cell = self._cells.setdefault(intent, {}).setdefault(agent_id, Cell())
        cell.cases += 1
        self._add(intent, "handling", cell, math.log(min(max(handling_s, _SHORTEST_S), _LONGEST_S)))
        if resolved is not None:
            self._add(intent, "resolution", cell, float(resolved))
        if rating is not None and _RATINGS[0] <= rating <= _RATINGS[1]:
            self._add(intent, "rating", cell, float(rating))
        self.version += 1

    def forget(self, agent_id: AgentId) -> None:
        """Drop everything learned of one agent."""
        for intent, cells in self._cells.items():
            if (cell := cells.pop(agent_id, None)) is not None:
                for measure in _MEASURES:
                    self._layout(intent, measure).count(getattr(cell, measure), -1)
        self.version += 1

    def expected(self, agent_id: AgentId, intent: str, least_cases: int) -> Expectation | None:
        """Return what is to be expected of the agent, ``None`` below ``least_cases`` cases (or below 1)."""
        cell = self._cells.get(intent, {}).get(agent_id)
        if cell is None or cell.cases < max(1, least_cases):
            return None
        worth = self._shrinkage()
        shrunk: dict[str, float] = {}
        value = 0.0
        for measure in _MEASURES:
            layout, own = self._layout(intent, measure), getattr(cell, measure)
            if not layout.n:
                continue
            weight = own.n / (own.n + worth[measure]) if own.n else 0.0
            advantage = weight * (own.mean - layout.mean)
            shrunk[measure] = layout.mean + advantage
            sign = -1 if measure == "handling" else 1
            value += sign * _WEIGHTS[measure] * max(-1.0, min(1.0, advantage / _FULL[measure]))
        return Expectation(
            cases=cell.cases,
            handling_s=math.exp(shrunk["handling"]),
            resolution=shrunk.get("resolution"),
            rating=shrunk.get("rating"),
            value=value,
        )

    def encode(self) -> bytes:
        """Return everything learned as JSON: counts and sums by request type and agent id."""
        return msgspec.json.encode(self._cells)

    @classmethod
    def decode(cls, data: bytes) -> Outcomes:
        """Return what ``encode`` wrote. Raises ``msgspec.MsgspecError`` for anything else."""
        found = cls()
        found._cells = msgspec.json.decode(data, type=dict[str, dict[str, Cell]])
        for intent, cells in found._cells.items():
            for cell in cells.values():
                found.version += cell.cases
                for measure in _MEASURES:
                    found._layout(intent, measure).count(getattr(cell, measure), 1)
        return found

    def _add(self, intent: str, measure: str, cell: Cell, value: float) -> None:
        layout, tally = self._layout(intent, measure), getattr(cell, measure)
        layout.count(tally, -1)
        tally.add(value)
        layout.count(tally, 1)

    def _layout(self, intent: str, measure: str) -> _Layout:
        return self._layouts.setdefault(intent, {}).setdefault(measure, _Layout())

    def _shrinkage(self) -> dict[str, float]:
        """Return, by measure, how many cases of an agent's own weigh as much as the common mean: the variance within
        agents by that between them, infinite where they do not differ more than chance makes them."""
        if self._worth[0] != self.version:
            self._worth = (self.version, {measure: self._components(measure) for measure in _MEASURES})
        return self._worth[1]

    def _components(self, measure: str) -> float:
        layouts = [one[measure] for one in self._layouts.values() if measure in one and one[measure].agents > 1]
        cases = sum(one.n for one in layouts)
        agents = sum(one.agents for one in layouts)
        freedom = agents - len(layouts)
        if not freedom or cases <= agents:
            return math.inf
        within = max(0.0, sum(one.squares - one.between for one in layouts) / (cases - agents))
        spread = sum(one.between - one.total * one.total / one.n for one in layouts) / freedom
        size = sum(one.n - one.n_squared / one.n for one in layouts) / freedom
        between = (spread - within) / size
        return within / between if between > 1e-12 else math.inf

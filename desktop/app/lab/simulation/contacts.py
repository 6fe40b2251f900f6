"""Everything chance decides about a run, drawn before any policy sees it: who comes when, for what, how long they stay, how
long it takes, whether it can be settled. Policies that see the same draws differ only by what they do (common random
numbers: Law 2015, section 11.2). Each kind of draw has a stream of its own, so that changing one leaves the others.
"""

from __future__ import annotations

import math
from bisect import bisect
from itertools import accumulate
from random import Random

from msgspec import Struct

from desktop.app.lab.simulation.arrivals import Counted, Poisson
from desktop.app.lab.simulation.centre import Centre
from desktop.app.lab.simulation.distributions import Duration


class Contact(Struct, frozen=True, gc=False):
    """A contact as it comes: ``stream`` is its number in the centre, ``handling_s`` what an ordinary agent needs,
    ``luck`` (0 to 1) is below the probability of an agent who settles it at once."""

    number: int
    at_s: float
    stream: int
    handling_s: float
    patience_s: float
    luck: float


def draw(
    centre: Centre, arrivals: Poisson | Counted, run: int, seed: int, handling: Duration, patience: Duration
) -> list[Contact]:
    """Return the contacts of a run in the order they come. Only who waits at the other end loses patience; a queue's own
    patience holds on any channel."""
    kinds = [Random(f"{kind} {seed} {run}") for kind in ("arrivals", "streams", "handling", "patience", "luck")]
    coming, mixing, lasting, staying, lucky = kinds
    bounds = list(accumulate(stream.share for stream in centre.streams))[:-1]
    stays = [
        stream.patience_s if stream.patience_s is not None else patience.mean if stream.channel.is_live else math.inf
        for stream in centre.streams
    ]
    found = []
    for number, at in enumerate(arrivals.times(run, coming)):
        stream = bisect(bounds, mixing.random())
        stay = patience.unit(staying)
        found.append(
            Contact(
                number=number,
                at_s=at,
                stream=stream,
                handling_s=handling.unit(lasting) * handling.mean * centre.streams[stream].handling,
                patience_s=stays[stream] * stay if stays[stream] else 0.0,
                luck=lucky.random(),
            )
        )
    return found

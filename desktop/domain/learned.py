"""A model the hub learned, as the desktops hear of it: where its bytes are and how well it did."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class LearnedModel(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``id`` is the task (``intent``, ``next-step``, ``mood``, ``identify``), of which one model runs at a time; ``sha256``
    finds the file in the blob store. ``generation`` counts the trainings of the task; ``examples`` is how many it learned
    from, up to ``trained_until``; ``figures`` what was measured on the later contacts held out."""

    id: str
    sha256: str
    size: int
    generation: int
    trained_at: datetime
    trained_until: datetime | None = None
    examples: int = 0
    labels: int = 0
    figures: dict[str, float] = {}
    version: int = 0

"""How the customer feels, from -1 (angry) to 1 (pleased), and whether that is negative, neutral or positive, from the
words of one message in German or English; and how it moves over a contact.

- ``lexicon``  the words and expressions that show a mood, as they stand in the text
- ``model``    a small linear model over this evidence, words and letters; learned by ``desktop.hub.training.mood``
- ``verdict``  the one call for a message
- ``course``   the moods of one contact after another
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop.deferred import deferred
from desktop.insight.mood.course import trend

if TYPE_CHECKING:
    from desktop.insight.mood.model import MOODS, MoodModel, starter
    from desktop.insight.mood.verdict import MoodVerdict, label, mood_of

__all__ = ["MOODS", "MoodModel", "MoodVerdict", "label", "mood_of", "starter", "trend"]

# A window that only shows moods judges none.
__getattr__ = deferred(
    __name__,
    {
        "MOODS": ".model",
        "MoodModel": ".model",
        "MoodVerdict": ".verdict",
        "label": ".verdict",
        "mood_of": ".verdict",
        "starter": ".model",
    },
)

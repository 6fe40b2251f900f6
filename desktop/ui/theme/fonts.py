"""The interface font and the five sizes in use. Qt ships no fonts: where the system has none of its own worth using, the
bundled Inter is taken. Sizes are pixels at 100 %; Qt scales them with the screen."""

from __future__ import annotations

import sys
from functools import cache

from PySide6.QtGui import QFont, QFontDatabase

from desktop.assets import asset

TINY, SMALL, BASE, TITLE, PAGE, FIGURE = 11, 12, 13, 15, 20, 28
_FALLBACKS = ("DejaVu", "Bitstream", "Sans Serif", "Nimbus")


@cache
def _family() -> str:
    """The family in use, found once: loading a font file takes milliseconds."""
    if sys.platform in ("win32", "darwin"):
        return QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
    resolved = system if system in QFontDatabase.families() else ""
    if resolved and not resolved.startswith(_FALLBACKS):
        return resolved
    for weight in ("Regular", "Medium", "SemiBold"):
        QFontDatabase.addApplicationFont(str(asset("fonts", f"Inter-{weight}.otf")))
    return "Inter" if "Inter" in QFontDatabase.families() else system


def load() -> QFont:
    """Return the interface font at its base size, loading the bundled one where needed."""
    return font()


@cache
def font(size: int = BASE, weight: int = 400) -> QFont:
    """Return the interface font in one of the sizes above; weights in use are 400, 500 and 600. It is everybody's: whoever
    wants it otherwise changes a copy."""
    made = QFont(_family())
    made.setPixelSize(size)
    made.setWeight(QFont.Weight(weight))
    return made


@cache
def figures(size: int = BASE, weight: int = 400) -> QFont:
    """Return the interface font with tabular figures, for numbers that change in place; everybody's too."""
    made = QFont(font(size, weight))
    made.setFeature(QFont.Tag("tnum"), 1)
    return made

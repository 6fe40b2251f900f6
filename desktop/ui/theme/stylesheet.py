"""The application's style sheet: ``resources/theme/dirigent.qss`` filled with the tokens of a
theme. Widgets choose a look by the dynamic property ``look``, never by colour:

``QPushButton``: ``primary``, ``quiet``, ``chip``, ``danger``; ``QLabel``: ``title``, ``page``, ``muted``, ``small``,
``strong``, ``link``, ``bad``, ``pill-good|warn|bad|accent|neutral``; ``QFrame``: ``panel``, ``card``, ``raised``, ``line``,
``rail``, ``strip``, ``offer``, ``banner-warn|bad|accent``; ``QToolButton``: ``rail``, ``tab``, ``icon``; ``QPlainTextEdit``
and ``QTextEdit``: ``bare``.
"""

from __future__ import annotations

from string import Template

from desktop.assets import asset
from desktop.ui.theme.tokens import Tokens


def stylesheet(tokens: Tokens) -> str:
    """Return the style sheet of one theme."""
    sheet = Template(asset("theme", "dirigent.qss").read_text(encoding="utf-8"))
    return sheet.substitute({name: tokens[name] for name in tokens.names()})

"""Tooltips that show a text as it is. Qt takes a tooltip that looks like markup for markup, and then a customer's words could
draw, load or link something."""

from __future__ import annotations


def plain_tip(text: str) -> str:
    """Return a tooltip for ``text``, line by line as it is; long lines are wrapped."""
    if not text:
        return ""
    # With its table of all entities it takes a millisecond that the first paint need not wait for.
    import html

    return f"<qt>{html.escape(text).replace(chr(10), '<br>')}</qt>"

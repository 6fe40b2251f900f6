"""What was looked for in the stream: the row it is in, lit for two seconds, and the words, marked until another contact is
opened or another search begins; and the words that decided a verdict, for as long as somebody looks at that. The view asks
it when painting."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.domain.ids import InteractionId
from desktop.viewmodels.stream import StreamRow
from desktop.viewmodels.within import marked

if TYPE_CHECKING:
    from desktop.ui.interaction.stream_delegate import StreamDelegate
    from desktop.ui.interaction.stream_layout import StreamLayouter
    from desktop.ui.interaction.stream_view import StreamView

_LIT_MS = 2000
_KEPT = 300


class Spotlight(QObject):
    """``changed`` when something has to be painted anew. Nothing moves or fades: it is a tint that goes."""

    changed = Signal()

    def __init__(self, view: StreamView, delegate: StreamDelegate, layouter: StreamLayouter) -> None:
        super().__init__(view)
        self._view = view
        self._delegate = delegate
        self._layouter = layouter
        self.key = ""
        self.text = ""
        self._of: InteractionId | None = None
        self._marks: dict[str, list[tuple[int, int]]] = {}
        self._pointed_at: re.Pattern[str] | None = None
        self._out = QTimer(self)
        self._out.setSingleShot(True)
        self._out.setInterval(_LIT_MS)
        self._out.timeout.connect(self.put_out)

    def light(self, key: str) -> None:
        """Tint a row for two seconds."""
        self.key = key
        self._out.start()
        self.changed.emit()

    def put_out(self) -> None:
        """Take the tint away."""
        self._out.stop()
        if self.key:
            self.key = ""
            self.changed.emit()

    def mark(self, text: str, of: InteractionId | None) -> None:
        """Mark the words of a search in the contact ``of``; nothing typed marks nothing."""
        if (text, of) != (self.text, self._of):
            self.text, self._of = text, of
            self._marks.clear()
            self.changed.emit()

    def keep_to(self, interaction_id: InteractionId | None) -> None:
        """Forget what was marked in another contact."""
        if interaction_id != self._of:
            self.mark("", None)

    def marks(self, text: str) -> list[tuple[int, int]]:
        """Return where in ``text`` the words stand (start, length, as Qt counts)."""
        if not self.text:
            return []
        found = self._marks.get(text)
        if found is None:
            if len(self._marks) >= _KEPT:
                self._marks.clear()
            found = self._marks[text] = marked(text, self.text)
        return found

    def point_out(self, said: Sequence[str]) -> None:
        """Point out some words in what the customer wrote, or none any more."""
        one_of = "|".join(re.escape(word) for word in sorted(filter(None, said), key=len, reverse=True))
        pattern = re.compile(rf"(?<!\w)(?:{one_of})", re.IGNORECASE) if one_of else None
        if pattern != self._pointed_at:
            self._pointed_at = pattern
            self.changed.emit()

    def pointed_out(self, text: str) -> list[tuple[int, int]]:
        """Return where in a customer's text the words stand that are pointed out (start, length, as Qt counts)."""
        if self._pointed_at is None:
            return []
        found = ((match.start(), match.end()) for match in self._pointed_at.finditer(text))
        return [(_units(text[:start]), _units(text[start:end])) for start, end in found]

    def first_mark(self, row: StreamRow) -> float | None:
        """Return how far below the row's top the first marked word stands, ``None`` where none is shown."""
        made = self._delegate.layout_of(row, self._view.row_width())
        if made.text is None:
            return None
        lines = (made.text.lineForTextPosition(start) for start, _ in self.marks(made.text.text()))
        return next((made.text_at.y() + line.y() for line in lines if line.isValid()), None)

    def reveal(self, row: StreamRow) -> None:
        """Unfold a long message until the words looked for are among what it shows."""
        key = row.item.key
        opened: list[set[str]] = []
        for folded in (self._layouter.unfolded, self._layouter.quoting):
            if not self.text or self.first_mark(row) is not None:
                return
            if key not in folded:
                folded.add(key)
                opened.append(folded)
                self._delegate.forget(key)
        if self.first_mark(row) is None:
            # They stand in the subject or in a file's name.
            for folded in opened:
                folded.discard(key)
            self._delegate.forget(key)


def _units(text: str) -> int:
    """Return the length of a text as Qt counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2

"""A table of figures. Rows keep their place while the pointer is over them or a menu stands open; a click on a number, or
Enter on it, asks for the contacts behind it; columns are sorted, moved, resized, shown and hidden, and tell how they
stand.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFontMetrics, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QMenu, QTableView, QWidget

from desktop.ui.board.cells import CellDelegate
from desktop.ui.theme import fonts
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.board import ContactsFilter
from desktop.viewmodels.board_layout import TableLayout
from desktop.viewmodels.board_table import Column, FiguresModel, Role

_LEAST, _AROUND_TITLE = 44, 19
# Columns become no wider than this times what they were built or drawn for.
_WIDER = 1.8


class FiguresView(QTableView):
    """``drilled`` carries the filter of the number that was asked for; ``menu_wanted`` where a menu of actions belongs;
    ``arranged`` when somebody changed columns or order."""

    drilled = Signal(object)
    menu_wanted = Signal(QPoint)
    arranged = Signal()

    def __init__(self, model: FiguresModel, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._figures = model
        self._is_menu_open = False
        self._is_arranging = False
        self._is_stretching = False
        # As built or as somebody drew them; what is shown may be wider where there is room.
        self._widths: dict[str, int] = {}
        self._factor = 1.0
        self.setModel(model)
        self._delegate = CellDelegate(theme, self)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head = self.horizontalHeader()
        head.setSectionsMovable(True)
        head.setFirstSectionMovable(False)
        head.setSectionsClickable(True)
        head.setHighlightSections(False)
        head.setMinimumSectionSize(_LEAST)
        head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        head.customContextMenuRequested.connect(lambda at: self.open_columns(head.mapToGlobal(at)))
        head.sectionClicked.connect(self._on_section_clicked)
        head.sectionResized.connect(self._on_resized)
        head.sectionMoved.connect(self._on_arranged)
        # Qt cannot be told from here that only rows move: it makes the columns anew, and loses count if they change then.
        model.layoutAboutToBeChanged.connect(self._on_rows_moving)
        model.layoutChanged.connect(self._on_rows_moved)
        theme.changed.connect(self._on_theme)
        self._on_theme()
        self.arrange(TableLayout())

    # --- columns ----------------------------------------------------------------------------------------------------

    def arrange(self, layout: TableLayout) -> None:
        """Put columns, widths and order as they were kept."""
        head = self.horizontalHeader()
        self._is_arranging = True
        keys = [key for key in layout.shown if self._figures.column_of(key) > 0]
        for number, column in enumerate(self._figures.columns):
            self._widths[column.key] = max(_LEAST, min(layout.widths.get(column.key, column.width), 600))
            is_shown = column.key in keys if layout.shown else not column.is_extra
            head.setSectionHidden(number, number > 0 and not is_shown)
        for place, key in enumerate(keys, 1):
            head.moveSection(head.visualIndex(self._figures.column_of(key)), place)
        key = layout.sorted_by or self._figures.columns[0].key
        self._figures.sort_by(key, is_descending=layout.is_descending)
        self._is_arranging = False
        self._stretch()

    def arrangement(self) -> TableLayout:
        """Return how it stands, to be kept."""
        head, columns = self.horizontalHeader(), self._figures.columns
        order = [head.logicalIndex(place) for place in range(head.count())]
        return TableLayout(
            shown=tuple(columns[n].key for n in order if not head.isSectionHidden(n)),
            widths={column.key: width for column in columns if (width := self._widths[column.key]) != column.width},
            sorted_by=self._figures.sorted_by,
            is_descending=self._figures.is_descending,
        )

    def sort(self, column: Column) -> None:
        """Sort by a column; a second time the other way round."""
        is_same = self._figures.sorted_by == column.key
        self._figures.sort_by(
            column.key, is_descending=not self._figures.is_descending if is_same else column.is_worst_high
        )
        self.arranged.emit()

    def open_columns(self, at: QPoint) -> None:
        """Offer which columns are shown, and by which it is sorted."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        order = menu.addMenu(self.tr("Sort by"))
        head = self.horizontalHeader()
        for number, column in enumerate(self._figures.columns):
            if not head.isSectionHidden(number):
                by = order.addAction(column.title)
                by.setCheckable(True)
                by.setChecked(column.key == self._figures.sorted_by)
                by.triggered.connect(lambda _on, column=column: self.sort(column))
        menu.addSeparator()
        for number, column in enumerate(self._figures.columns[1:], 1):
            shown = menu.addAction(column.title)
            shown.setCheckable(True)
            shown.setChecked(not head.isSectionHidden(number))
            shown.triggered.connect(lambda on, number=number: self._show_column(number, on))
        menu.addSeparator()
        menu.addAction(self.tr("As it was built")).triggered.connect(self._on_reset)
        self.popup(menu, at)

    def _show_column(self, number: int, is_on: bool) -> None:
        self.horizontalHeader().setSectionHidden(number, not is_on)
        self._on_arranged()

    def _on_reset(self) -> None:
        head = self.horizontalHeader()
        for place in range(head.count()):
            head.moveSection(head.visualIndex(place), place)
        self.arrange(TableLayout())
        self.arranged.emit()

    def _on_section_clicked(self, number: int) -> None:
        self.sort(self._figures.columns[number])

    def _on_resized(self, number: int, _before: int, width: int) -> None:
        if not (self._is_arranging or self._is_stretching):
            self._widths[self._figures.columns[number].key] = max(_LEAST, round(width / self._factor))
            self._on_arranged()

    def _on_arranged(self, *_what: int) -> None:
        if not self._is_arranging:
            self._stretch()
            self.arranged.emit()

    def _stretch(self) -> None:
        """Where there is room, all columns share it, the names most. The bar that scrolls has its place whether it is
        there or not, or the columns would move with it."""
        if self._is_stretching:
            return
        self._is_stretching = True
        head, columns = self.horizontalHeader(), self._figures.columns
        others = [n for n in range(1, head.count()) if not head.isSectionHidden(n)]
        wishes = {n: max(self._widths[columns[n].key], self._titled(n)) for n in others}
        wished = sum(wishes.values())
        width = self.width() - self.verticalScrollBar().sizeHint().width() - 2
        room = width - self._widths[columns[0].key]
        self._factor = min(max(1.0, room * 0.85 / wished), _WIDER) if wished else 1.0
        taken = 0
        for n in others:
            head.resizeSection(n, round(wishes[n] * self._factor))
            taken += head.sectionSize(n)
        head.resizeSection(0, max(self._widths[columns[0].key], width - taken))
        self._is_stretching = False

    def _titled(self, number: int) -> int:
        """Return the width in which the title of a column can be read."""
        title = self._figures.columns[number].title
        return QFontMetrics(fonts.font(fonts.TINY, 600)).horizontalAdvance(title) + _AROUND_TITLE

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._stretch()

    def _on_rows_moving(self) -> None:
        self._is_stretching = True

    def _on_rows_moved(self) -> None:
        self._is_stretching = False
        self._stretch()

    # --- rows -------------------------------------------------------------------------------------------------------

    def chosen_ids(self) -> list[str]:
        """Return the ids of the selected rows, else of the one the keyboard is at, from above."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        if not rows and self.currentIndex().isValid():
            rows = [self.currentIndex().row()]
        return [row.id for number in rows if (row := self._figures.row(number)) is not None]

    def tick(self) -> None:
        """Paint anew what changes with time alone, as far as it is in sight."""
        head, area = self.horizontalHeader(), self.viewport().rect()
        for number, column in enumerate(self._figures.columns):
            if column.is_ticking and not head.isSectionHidden(number):
                left = self.columnViewportPosition(number)
                self.viewport().update(left, area.top(), self.columnWidth(number), area.height())

    def popup(self, menu: QMenu, at: QPoint) -> None:
        """Show a menu; nothing moves under it."""
        self._is_menu_open = True
        self._figures.hold(True)
        menu.aboutToHide.connect(self._on_menu_closed)
        menu.popup(at)

    def _on_menu_closed(self) -> None:
        self._is_menu_open = False
        self._figures.hold(self.viewport().underMouse())

    def dataChanged(
        self,
        top_left: QModelIndex | QPersistentModelIndex,
        bottom_right: QModelIndex | QPersistentModelIndex,
        roles: Sequence[int] = (),
    ) -> None:
        """Only rows in sight are painted anew, of hundreds that change each second."""
        height = self.viewport().height()
        first = max(top_left.row(), self.rowAt(0))
        bottom = self.rowAt(height - 1)
        last = bottom_right.row() if bottom < 0 else min(bottom_right.row(), bottom)
        if first <= last:
            top = self.rowViewportPosition(first)
            end = self.rowViewportPosition(last) + self.rowHeight(last)
            self.viewport().update(0, top, self.viewport().width(), end - top)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Enter:
            self._figures.hold(True)
        elif event.type() == QEvent.Type.Leave:
            self._hover(-1)
            self._figures.hold(self._is_menu_open)
        return super().viewportEvent(event)

    def hideEvent(self, event: object) -> None:
        self._figures.hold(False)
        super().hideEvent(event)  # type: ignore[arg-type]

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        index = self.indexAt(event.position().toPoint())
        self._hover(index.row() if index.isValid() else -1)
        is_live = index.isValid() and self.which(index) is not None
        shape = Qt.CursorShape.PointingHandCursor if is_live else Qt.CursorShape.ArrowCursor
        if self.viewport().cursor().shape() != shape:
            self.viewport().setCursor(shape)

    def _hover(self, row: int) -> None:
        if row != self._delegate.hovered:
            before, self._delegate.hovered = self._delegate.hovered, row
            for number in (before, row):
                if number >= 0:
                    top = self.rowViewportPosition(number)
                    self.viewport().update(0, top, self.viewport().width(), self.rowHeight(number))

    def which(self, index: QModelIndex) -> ContactsFilter | None:
        """Return the contacts behind a cell, where there are any to ask for."""
        column = index.data(Role.COLUMN)
        return column.which(index.data(Role.ROW)) if isinstance(column, Column) and column.which is not None else None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed = self.currentIndex()
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        is_plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if event.button() == Qt.MouseButton.LeftButton and is_plain and index == pressed:
            self._drill(index)

    def _drill(self, index: QModelIndex) -> None:
        which = self.which(index) if index.isValid() else None
        if which is not None:
            self.drilled.emit(which)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._drill(self.currentIndex())
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        at = event.globalPos()
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            at = self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).bottomLeft())
        else:
            index = self.indexAt(self.viewport().mapFromGlobal(at))
            if index.isValid() and not self.selectionModel().isSelected(index):
                self.selectRow(index.row())
        if self.chosen_ids():
            self.menu_wanted.emit(at)

    def _on_theme(self) -> None:
        self.verticalHeader().setDefaultSectionSize(30 if self._theme.is_compact else 34)
        self.viewport().update()

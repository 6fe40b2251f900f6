"""What the centre knows, beside the conversation: found as one types, read in the same place, its answer put into the reply.
All by keyboard: arrows walk while the field keeps it, Enter opens, Ctrl+Enter takes the answer, Escape goes back.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QTextOption
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.context.card import Card
from desktop.ui.i18n import formats
from desktop.ui.theme import fonts, painting
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.articles import Article, ArticlesModel

Index = QModelIndex | QPersistentModelIndex

_ROW, _ROWS = 46, 6
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: _ROWS, Qt.Key.Key_PageUp: -_ROWS}
_TEXT_ROOM = (40, 420)


class _ArticleDelegate(QStyledItemDelegate):
    """Title, and the first words of the text."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model, article = index.model(), index.data(ArticlesModel.ARTICLE)
        if not isinstance(model, ArticlesModel) or not isinstance(article, Article):
            return
        theme = self._theme
        rect: QRect = option.rect
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        is_under = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if is_selected or is_under:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            ground = theme.color("accent_soft" if is_selected else "hover")
            painter.fillPath(painting.rounded(rect.adjusted(0, 1, 0, -1), 6), ground)
            painter.restore()
        line = QRect(rect.left() + 8, rect.top() + 5, rect.width() - 16, 18)
        painting.paint_line(painter, line, model.title(article), fonts.font(fonts.BASE, 500), theme.color("text"))
        line.translate(0, 18)
        painting.paint_line(painter, line, model.beginning(article), fonts.font(fonts.SMALL), theme.color("muted"))


class ArticlesCard(Card):
    """``answer_chosen(text, None)`` goes to the composer."""

    answer_chosen = Signal(str, object)

    def __init__(self, model: ArticlesModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.model = model
        self._theme = theme
        self._wanted = ""
        self.shown: Article | None = None
        self.title.setText(self.tr("Knowledge"))
        self.setAccessibleName(self.tr("Knowledge"))
        self.aside.setProperty("look", "key")
        self.aside.setText(formats.keys("Ctrl+Shift+K"))
        self._make_list()
        self._make_reader()
        model.loaded.connect(self._on_loaded)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self._show(None)

    def _make_list(self) -> None:
        self._finder = QWidget(self)
        column = QVBoxLayout(self._finder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.search = QLineEdit(self._finder)
        self.search.setPlaceholderText(self.tr("Search in what the centre knows"))
        self.search.setAccessibleName(self.search.placeholderText())
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self.model.search)
        self.search.installEventFilter(self)
        self._glass = self.search.addAction(self._theme.icons.icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        column.addWidget(self.search)
        self.list = QListView(self._finder)
        self.list.setModel(self.model)
        self.list.setItemDelegate(_ArticleDelegate(self._theme, self.list))
        self.list.setProperty("look", "choices")
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(self.tr("Articles found"))
        self.list.clicked.connect(self._on_chosen)
        self.list.activated.connect(self._on_chosen)
        column.addWidget(self.list)
        self._nothing = QLabel(self._finder)
        self._nothing.setProperty("look", "muted")
        self._nothing.setWordWrap(True)
        column.addWidget(self._nothing)
        self.rows.addWidget(self._finder)

    def _make_reader(self) -> None:
        self._reader = QWidget(self)
        column = QVBoxLayout(self._reader)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.setSpacing(6)
        self.back = QToolButton(self._reader)
        self.back.setProperty("look", "tiny")
        self.back.setToolTip(f"{self.tr('Back to the list')} ({formats.keys('Esc')})")
        self.back.setAccessibleName(self.tr("Back to the list"))
        self.back.clicked.connect(self.leave)
        self._name = QLabel(self._reader)
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        self._name.setProperty("look", "strong")
        self._name.setWordWrap(True)
        head.addWidget(self.back, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._name, 1)
        column.addLayout(head)
        self.text = QPlainTextEdit(self._reader)
        self.text.setReadOnly(True)
        self.text.setProperty("look", "bare")
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.text.setTabChangesFocus(True)
        self.text.document().setDocumentMargin(2)
        self.text.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.text.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.text.setAccessibleName(self.tr("Text of the article"))
        self.text.installEventFilter(self)
        column.addWidget(self.text)
        self._answer = QLabel(self._reader)
        self._answer.setTextFormat(Qt.TextFormat.PlainText)
        self._answer.setProperty("look", "muted")
        self._answer.setWordWrap(True)
        column.addWidget(self._answer)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        self.use = QPushButton(self.tr("Put the answer into the reply"), self._reader)
        self.use.setToolTip(f"{self.use.text()} ({formats.keys('Ctrl+Return')})")
        self.use.clicked.connect(self._on_use)
        self._of = QLabel(self._reader)
        self._of.setProperty("look", "small")
        foot.addWidget(self.use)
        foot.addStretch(1)
        foot.addWidget(self._of)
        column.addLayout(foot)
        self.rows.addWidget(self._reader)

    # --- showing ----------------------------------------------------------------------------------------------------

    def open(self, article_id: str) -> None:
        """Show an article, as soon as it is there."""
        self.model.begin()
        article = self.model.find(article_id)
        self._wanted = "" if article is not None else article_id
        self._show(article)
        if article is not None:
            self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """Go back to the list."""
        self._show(None)
        self.take_focus()

    def take_focus(self) -> None:
        """Put the keyboard into the article that is read, else into the search field."""
        self.model.begin()
        if self.shown is not None:
            self.text.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.search.selectAll()

    def _show(self, article: Article | None) -> None:
        self.shown = article
        self._finder.setVisible(article is None)
        self._reader.setVisible(article is not None)
        if article is None:
            return
        self._name.setText(self.model.title(article))
        text = self.model.text_of(article)
        if self.text.toPlainText() != text:
            self.text.setPlainText(text)
        self._fit_text()
        answer = self.model.answer(article)
        self._answer.setText(formats.quoted(answer) if answer else "")
        self._answer.setVisible(bool(answer))
        self.use.setVisible(bool(answer))
        at = article.updated_at
        self._of.setText(self.tr("as of %1").replace("%1", formats.moment(at)) if at is not None else "")

    def _fit_text(self) -> None:
        """As high as the text, within bounds: beyond them it scrolls by itself."""
        document = self.text.document()
        lines = document.documentLayout().documentSize().height()
        wanted = round(lines) * self.text.fontMetrics().lineSpacing() + 2 * int(document.documentMargin()) + 4
        self.text.setFixedHeight(max(_TEXT_ROOM[0], min(wanted, _TEXT_ROOM[1])))

    def _on_loaded(self) -> None:
        count = self.model.rowCount()
        if self._wanted:
            self.open(self._wanted)
        elif self.shown is not None:
            # What is being read stays, in its newest words; one that is gone is left.
            self._show(self.model.find(self.shown.id))
        if count and not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self.model.index(0))
        self.list.setFixedHeight(max(1, min(count, _ROWS)) * _ROW + 2)
        self.list.setVisible(count > 0)
        text = ""
        if self.model.is_empty:
            text = self.tr("There are no articles yet.")
        elif self.model.is_loaded and not count:
            text = self.tr("No article has all of these words.")
        self._nothing.setText(text)
        self._nothing.setVisible(bool(text))

    # --- what happens -----------------------------------------------------------------------------------------------

    def _on_chosen(self, index: QModelIndex) -> None:
        article = index.data(ArticlesModel.ARTICLE)
        if isinstance(article, Article):
            self.open(article.id)

    def _on_use(self) -> None:
        answer = self.model.answer(self.shown) if self.shown is not None else ""
        if answer:
            self.answer_chosen.emit(answer, None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and watched is self.text and self.shown is not None:
            self._fit_text()
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            key = Qt.Key(event.key())
            is_enter = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if watched is self.search and key in _STEPS:
                row = max(0, min(self.model.rowCount() - 1, self.list.currentIndex().row() + _STEPS[key]))
                self.list.setCurrentIndex(self.model.index(row))
                return True
            if watched is self.search and is_enter:
                self._on_chosen(self.list.currentIndex())
                return True
            if watched is self.search and key == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
            if watched is self.text and is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self._on_use()
                return True
            if watched is self.text and key == Qt.Key.Key_Escape:
                self.leave()
                return True
        return super().eventFilter(watched, event)

    def _on_theme_changed(self) -> None:
        self._glass.setIcon(self._theme.icons.icon("search"))
        self.back.setIcon(self._theme.icons.icon("left"))
        self.list.viewport().update()

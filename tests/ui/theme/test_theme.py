"""The theme in force: choosing one, following the system, its icons and letters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QIcon, QImage, QPainter
from PySide6.QtWidgets import QApplication

from desktop.assets import asset
from desktop.domain.channels import Channel
from desktop.ui.i18n import words
from desktop.ui.theme import fonts, painting
from desktop.ui.theme.stylesheet import stylesheet
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.tokens import THEMES, tokens
from desktop.ui.widgets.eliding import ElidedLabel
from desktop.ui.widgets.tooltip import plain_tip


def test_a_theme_is_told_once_and_only_where_it_is_another(theme: Theme, qtbot: Any) -> None:
    told: list[str] = []
    theme.changed.connect(lambda: told.append(theme.tokens.name))
    theme.choose("dark")
    theme.choose("dark")
    theme.choose("light")
    assert told == ["dark", "light"]
    theme.changed.disconnect()
    with pytest.raises(ValueError, match="no theme named 'pink'"):
        theme.choose("pink")
    assert theme.choice == "light"


def test_it_follows_the_system_only_where_that_was_chosen(theme: Theme, monkeypatch: pytest.MonkeyPatch) -> None:
    class Hints:
        def colorScheme(self) -> Qt.ColorScheme:
            return Qt.ColorScheme.Dark

    theme._on_system_changed()
    assert theme.tokens.name == "light"
    monkeypatch.setattr(theme._app, "styleHints", lambda: Hints(), raising=False)
    theme.choose("system")
    assert theme.tokens.name == "dark"


@pytest.mark.parametrize("name", THEMES)
def test_the_style_sheet_has_no_name_left_open(name: str) -> None:
    sheet = stylesheet(tokens(name))
    assert "$" not in sheet
    assert tokens(name)["accent"] in sheet


def test_every_channel_state_and_mood_has_its_icon(qapp: QApplication, theme: Theme) -> None:
    names = [words.channel_icon(channel) for channel in Channel]
    names += [words.mood_icon(value / 10) for value in range(-10, 11)]
    for name in names:
        assert asset("icons", f"{name}.svg").is_file()
        assert not theme.icons.pixmap(name, 16).isNull()


def test_an_icon_is_sharp_and_kept(qapp: QApplication, theme: Theme) -> None:
    twice = theme.icons.pixmap("chat", 16, "accent", 2.0)
    assert (twice.width(), twice.devicePixelRatio()) == (32, 2.0)
    assert theme.icons.pixmap("chat", 16, "accent", 2.0).cacheKey() == twice.cacheKey()
    off = theme.icons.icon("chat")
    assert off.pixmap(18, QIcon.Mode.Normal, QIcon.State.On).toImage() != off.pixmap(18).toImage()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Jana Weber", "JW"),
        ("Lukas Friedrichsen-Baumgärtner", "LB"),
        ("Özgür", "ÖZ"),
        ("X", "X"),
        ("+49 151 555", "??"),
        ("", "??"),
        ("  maria  von   trapp ", "MT"),
        ("🙂 Smile", "SM"),
        ("王小明", "王小"),
    ],
)
def test_initials(name: str, said: str) -> None:
    assert painting.initials(name) == said


def test_a_cut_line_says_that_it_was(qapp: QApplication, theme: Theme) -> None:
    picture = QImage(60, 20, QImage.Format.Format_ARGB32)
    painter = QPainter(picture)
    font = fonts.font()
    assert painting.paint_line(painter, QRect(0, 0, 60, 20), "A long line of words", font, theme.color("text"))
    assert not painting.paint_line(painter, QRect(0, 0, 60, 20), "Hi", font, theme.color("text"))
    painter.end()


def test_numbers_that_change_keep_their_width(qapp: QApplication) -> None:
    metrics = QFontMetricsF(fonts.figures(fonts.BASE))
    assert len({round(metrics.horizontalAdvance(str(digit)), 3) for digit in range(10)}) == 1
    assert fonts.font(fonts.TITLE, 600).weight() == QFont.Weight.DemiBold


def test_a_pill_has_room_for_its_words(qapp: QApplication) -> None:
    text = "3 min zu spät"
    metrics = QFontMetricsF(painting._pill_font())
    assert painting.pill_width(text) >= metrics.horizontalAdvance(text) + 14
    assert painting.pill_width(text, icon=True) >= painting.pill_width(text) + 12


def test_a_label_that_is_cut_tells_the_rest(theme: Theme, show: Callable[..., Any]) -> None:
    label = ElidedLabel("Lindenstraße 14, 04109 Leipzig <b>bold</b>")
    show(label, 120, 20)
    label.grab()
    assert label.accessibleName() == "Lindenstraße 14, 04109 Leipzig <b>bold</b>"
    assert "&lt;b&gt;" in label.toolTip()
    assert label.textFormat() is Qt.TextFormat.PlainText
    label.resize(600, 20)
    label.grab()
    assert label.toolTip() == ""


def test_a_tooltip_shows_markup_as_the_text_it_is() -> None:
    tip = plain_tip("<img src='x'>\n&amp; more")
    assert tip == "<qt>&lt;img src=&#x27;x&#x27;&gt;<br>&amp;amp; more</qt>"
    assert plain_tip("") == ""

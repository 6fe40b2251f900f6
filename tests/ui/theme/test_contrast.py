"""What is to be read reaches 4.5:1 on its ground, every sign that matters 3:1; with high contrast, words reach 7:1.

Each pair names where it is used. A colour that letters are written in somewhere, but that stands in no pair here, fails too.
Contrast is that of WCAG 2.2 (relative luminance of sRGB). What is disabled is exempt there, and ``faint`` is decoration.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from desktop.assets import asset
from desktop.ui.theme.painting import avatar_colors
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.tokens import THEMES, Tokens, tokens
from desktop.ui.window.presence import COLORS

ROOT = Path(__file__).resolve().parents[3]

TEXT = {
    # ink: {ground: where}
    "text": {
        "bg": "dialogs, the screen pop",
        "panel": "panes, buttons, fields, rows",
        "raised": "cards, menus, tooltips, the palette, files in the stream",
        "hover": "rows, buttons and tools under the pointer",
        "pressed": "buttons pressed",
        "accent_soft": "the chosen row, menus, the palette, banners",
        "mine": "bubbles",
        "theirs": "bubbles",
        "note": "bubbles and the wrap-up card",
        "whisper": "bubbles",
        "chip": "files of the composer, chips under the pointer",
        "warn_soft": "banners",
        "bad_soft": "banners, files that failed",
        "found": "the words that were searched for",
    },
    "muted": {
        "bg": "hints of the sign-in dialog, the screen pop",
        "panel": "rows, headers, empty states, the key caps, QLineEdit's placeholder",
        "raised": "cards, the palette's hints",
        "rail": "the strip",
        "hover": "a row under the pointer",
        "accent_soft": "the chosen row, the palette's hints",
        "chip": "neutral pills, chips, the primary button while it cannot be pressed",
        "mine": "times in bubbles",
        "theirs": "times in bubbles",
        "note": "times in bubbles",
        "whisper": "times in bubbles",
        "warn_soft": "banners",
        "bad_soft": "the warning about secrets in a file",
    },
    "on_soft": {
        "accent_soft": "pills, chips that are on",
        "panel": "links, the ticked box",
        "raised": "links in cards, the jump button",
        "bg": "links in dialogs",
        "rail": "the strip's buttons",
        "hover": "the jump button under the pointer",
        "mine": "links in bubbles",
        "theirs": "links in bubbles",
        "note": "links in bubbles",
        "whisper": "links in bubbles",
    },
    "on_accent": {
        "accent": "primary buttons, selected text",
        "accent_hover": "primary buttons under the pointer",
    },
    "good": {"good_soft": "pills"},
    "warn": {"warn_soft": "pills"},
    "bad": {
        "bad_soft": "pills",
        "panel": "danger buttons",
        "hover": "danger buttons under the pointer",
        "pressed": "danger buttons pressed",
        "raised": "the last seconds of an offer",
        "mine": "what could not be sent",
        "note": "what could not be sent",
        "whisper": "what could not be sent",
    },
}

SIGNS = {
    "muted": {
        "rail": "the rail's icons, the dot of who is signed off",
        "panel": "tools, the marks of a row",
        "raised": "the palette's icons, the line of older touchpoints",
        "hover": "icons under the pointer",
        "accent_soft": "the palette's icons, the marks of the chosen row",
        "mine": "the tick of what was sent",
        "theirs": "a file's icon",
        "chip": "the clock of a pill",
    },
    "text": {
        "panel": "channel badges",
        "accent_soft": "channel badges",
        "hover": "channel badges",
        "raised": "the ring of the keyboard in the chart",
    },
    "accent": {
        "panel": "focus rings, the bar of the chosen row, the line under a tab",
        "raised": "dots of the journey, an offer's frame and icon, its countdown",
        "bg": "focus rings in dialogs",
        "rail": "focus rings, the chosen place",
        "accent_soft": "the chosen place of the rail, a focus ring around a chosen row",
        "hover": "a focus ring around a row",
        "line_soft": "the countdown on its groove",
    },
    "on_soft": {"accent_soft": "icons of banners and pills"},
    "good": {"rail": "the dot of who is ready", "good_soft": "icons of pills"},
    "warn": {"rail": "the dot of who is away", "warn_soft": "the clock of a pill, icons of banners"},
    "bad": {
        "rail": "the dot of who did not respond",
        "bad_soft": "the clock of a pill, icons of banners",
        "panel": "an angry face",
        "accent_soft": "an angry face in the chosen row",
        "hover": "an angry face in the row under the pointer",
        "raised": "bad moments of the journey, the line of the mood",
    },
    "line_strong": {"panel": "the frame of a gap in the stream"},
}


def luminance(color: QColor) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF())


def contrast(one: QColor, other: QColor) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def too_weak(theme: Tokens, pairs: dict[str, dict[str, str]], least: float) -> list[str]:
    return [
        f"{ink} on {ground} ({where}): {found:.2f}"
        for ink, grounds in pairs.items()
        for ground, where in grounds.items()
        if (found := contrast(theme.color(ink), theme.color(ground))) < least
    ]


def test_contrast_is_computed_as_the_standard_does() -> None:
    assert contrast(QColor("#000000"), QColor("#ffffff")) == pytest.approx(21)
    assert contrast(QColor("#777777"), QColor("#ffffff")) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", THEMES)
def test_words_can_be_read(name: str) -> None:
    assert too_weak(tokens(name), TEXT, 7.0 if name == "contrast" else 4.5) == []


@pytest.mark.parametrize("name", THEMES)
def test_signs_can_be_told_from_their_ground(name: str) -> None:
    assert too_weak(tokens(name), SIGNS, 3.0) == []


@pytest.mark.parametrize("name", THEMES)
def test_initials_can_be_read_in_every_hue(qapp: QApplication, theme: Theme, name: str) -> None:
    theme.choose(name)
    least = 7.0 if name == "contrast" else 4.5
    names = [f"Customer {number}" for number in range(4000)]
    colors = [avatar_colors(theme, one) for one in names]
    assert len({ground.hslHue() for ground, _ in colors}) == 360
    weak = [ground.hslHue() for ground, letter in colors if contrast(ground, letter) < least]
    assert weak == []


@pytest.mark.parametrize("name", THEMES)
def test_what_is_chosen_or_under_the_pointer_differs_from_its_ground(name: str) -> None:
    theme = tokens(name)
    for ground in ("hover", "accent_soft", "chip", "mine", "theirs", "note", "whisper", "found"):
        assert theme[ground] != theme["panel"]
    assert theme["hover"] != theme["accent_soft"]


def test_every_theme_has_the_same_names() -> None:
    assert len({tuple(tokens(name).names()) for name in THEMES}) == 1


def test_no_colour_of_letters_is_missing_from_the_pairs() -> None:
    sheet = asset("theme", "dirigent.qss").read_text(encoding="utf-8")
    rules = re.findall(r"([^{}]+)\{([^}]*)\}", sheet)
    inks = {
        ink
        for selector, body in rules
        if ":disabled" not in selector
        for ink in re.findall(r"(?<![-\w])color:\s*\$(\w+)", body)
    }
    painted: set[str] = set()
    for path in (ROOT / "desktop" / "ui").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        painted |= set(re.findall(r"paint_line\([^\n]*color\(\"(\w+)\"\)", text))
        painted |= set(re.findall(r"setPen\([\w.]*theme\.color\(\"(\w+)\"\)\)\s*\n[^\n]*drawText", text))
    assert len(inks) >= 7
    assert (inks | painted) - set(TEXT) == set()


def test_no_sign_of_a_state_is_faint() -> None:
    assert set(COLORS.values()) <= set(SIGNS)


def test_colours_are_written_in_the_tokens_only() -> None:
    found = []
    for path in [*(ROOT / "desktop" / "ui").rglob("*.py"), *(ROOT / "resources" / "theme").glob("*.qss")]:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if re.search(r"[\"' ]#[0-9a-fA-F]{6}\b|QColor\(\d", line):
                found.append(f"{path.name}:{number}")
    assert found == []

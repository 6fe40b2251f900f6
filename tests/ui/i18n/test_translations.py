"""Whoever chooses German finds no English left, no cut word, no wrong plural; the compiled files are those of the texts."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import PySide6
import pytest
from PySide6.QtCore import QCoreApplication, QLibraryInfo, QTranslator
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.assets import asset
from desktop.domain.suggestion import Reason
from desktop.ui.i18n import formats, language, reasons
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.eliding import ElidedLabel
from desktop.viewmodels.workplace import Workplace

ROOT = Path(__file__).resolve().parents[3]
LANGUAGES = ("de", "en")
translate = QCoreApplication.translate


class Entry(NamedTuple):
    context: str
    source: str
    comment: str
    forms: tuple[str, ...]
    is_plural: bool
    is_finished: bool


def entries(file: Path) -> list[Entry]:
    found = []
    for context in ElementTree.parse(file).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            assert translation is not None
            is_plural = message.get("numerus") == "yes"
            forms = [form.text or "" for form in translation] if is_plural else [translation.text or ""]
            found.append(
                Entry(
                    context.findtext("name", ""),
                    message.findtext("source", ""),
                    message.findtext("comment", ""),
                    tuple(forms),
                    is_plural,
                    translation.get("type") is None,
                )
            )
    return found


def ours(code: str) -> list[Entry]:
    return entries(asset("translations", f"dirigent_{code}.ts"))


def linguist(tool: str, *arguments: object) -> None:
    program = Path(PySide6.__file__).parent / (f"{tool}.exe" if os.name == "nt" else tool)
    subprocess.run([program, *map(str, arguments)], check=True, capture_output=True, timeout=60)


# --- what is committed ----------------------------------------------------------------------------------------------------


@pytest.fixture
def collected(tmp_path: Path, neighbour: Callable[[str], Any]) -> Path:
    """The texts of the window as ``make translations`` collects them."""
    strings = neighbour("../packaging/strings.py")
    file = tmp_path / "strings.py"
    file.write_text("\n".join(map(str, strings.texts(strings.sources()))), encoding="utf-8")
    return file


def test_every_text_of_the_window_is_translated(collected: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "dirigent_de.ts"
    linguist("lupdate", "-locations", "none", collected, "-ts", fresh)
    wanted = {(*entry[:3], entry.is_plural) for entry in entries(fresh)}
    translated = {(*entry[:3], entry.is_plural) for entry in ours("de")}
    assert len(wanted) > 500
    assert wanted - translated == set(), "run make translations, then translate these"
    assert translated - wanted == set(), "nothing shows these any more: run make translations"
    assert [entry for entry in ours("de") if not entry.is_finished or not all(entry.forms)] == []


def test_english_holds_the_plurals_and_nothing_else(collected: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "dirigent_en.ts"
    linguist("lupdate", "-locations", "none", "-pluralonly", collected, "-ts", fresh)
    assert {entry[:3] for entry in entries(fresh)} == {entry[:3] for entry in ours("en")}
    assert [entry for entry in ours("en") if not entry.is_plural or not entry.is_finished or not all(entry.forms)] == []


def test_a_plural_is_collected_however_its_number_is_written(neighbour: Callable[[str], Any], tmp_path: Path) -> None:
    strings = neighbour("../packaging/strings.py")
    file = tmp_path / "code.py"
    file.write_text('translate("formats", "%n min", None, total // 60)\n', encoding="utf-8")
    assert strings.texts([file]) == [strings.Text("formats", "%n min", "", True)]


@pytest.mark.parametrize("lost", ["translate(context, 'Open')", "self.tr(f'Hello {name}')", "translate('a', 'b', c)"])
def test_a_text_that_could_not_be_translated_is_named(
    neighbour: Callable[[str], Any], tmp_path: Path, lost: str
) -> None:
    file = tmp_path / "code.py"
    file.write_text(f"class Panel:\n    def show(self):\n        {lost}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"code\.py:3"):
        neighbour("../packaging/strings.py").texts([file])


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_compiled_file_is_up_to_date(tmp_path: Path, code: str) -> None:
    fresh = tmp_path / "fresh.qm"
    linguist("lrelease", asset("translations", f"dirigent_{code}.ts"), "-qm", fresh)
    assert fresh.read_bytes() == asset("translations", f"dirigent_{code}.qm").read_bytes(), "run make translations"


# --- what is said ---------------------------------------------------------------------------------------------------------


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"%(?:\d|[a-z]+)", text))


@pytest.mark.parametrize("code", LANGUAGES)
def test_placeholders_agree(code: str) -> None:
    # "1" may be said in words: "the only one who could".
    wrong = [entry for entry in ours(code) if _placeholders(entry.forms[-1]) != _placeholders(entry.source)]
    invented = [entry for entry in ours(code) if not _placeholders(entry.forms[0]) <= _placeholders(entry.source)]
    assert wrong == []
    assert invented == []


def _end(text: str) -> str:
    return text[-1:] if text.endswith((".", "?", "…", ":")) else ""


def test_sentences_and_labels_end_alike() -> None:
    """A label that becomes a sentence, or loses its question mark, reads as a mistake."""
    pairs = [(entry.source, form) for entry in ours("de") for form in entry.forms[-1:] if "MMM" not in entry.source]
    assert [pair for pair in pairs if _end(pair[0]) != _end(pair[1])] == []


def test_german_is_set_as_german_is_set() -> None:
    mistakes = {
        "straight quotes": r"\"|'",
        "three dots": r"\.\.\.",
        "an ellipsis without its no-break space": r"[^\u00a0 ]…| …",
        "a percent sign without its no-break space": r"(?<![\u00a0\u202f])%(?![0-9a-z])",
        "two spaces": r"  ",
        "space at an end": r"^\s|\s$",
        "an English quote": r"”",
        "Du": r"\b(?:du|dein|deine|dich|dir)\b",
    }
    found = [
        (name, form)
        for entry in ours("de")
        for form in entry.forms
        for name, pattern in mistakes.items()
        if re.search(pattern, form)
    ]
    assert found == []


def test_what_stands_on_buttons_stays_short() -> None:
    wordy = [
        (entry.source, entry.forms[-1])
        for entry in ours("de")
        if len(entry.source) <= 14
        and entry.source[0].isupper()
        and len(entry.forms[-1]) > max(2.2 * len(entry.source), 18)
    ]
    assert wordy == []


@pytest.fixture
def english(qapp: QApplication) -> Iterator[None]:
    translator = QTranslator()
    assert translator.load("dirigent_en", str(asset("translations")))
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


@pytest.mark.usefixtures("english")
def test_one_and_many_in_english() -> None:
    assert translate("ScreenPop", "%n earlier contact(s)", None, 1) == "1 earlier contact"
    assert translate("ScreenPop", "%n earlier contact(s)", None, 2) == "2 earlier contacts"
    assert reasons.reason(Reason(code="recommend.recent_purchase", values={"days": "1"})) == "bought 1 day ago"


@pytest.mark.usefixtures("german")
def test_one_and_many_in_german() -> None:
    assert translate("ScreenPop", "%n earlier contact(s)", None, 1) == "1 früherer Kontakt"
    assert translate("ScreenPop", "%n earlier contact(s)", None, 2) == "2 frühere Kontakte"
    assert reasons.reason(Reason(code="recommend.recent_purchase", values={"days": "1"})) == "Kauf vor 1 Tag"
    assert reasons.reason(Reason(code="recommend.recent_purchase", values={"days": "5"})) == "Kauf vor 5 Tagen"


@pytest.mark.usefixtures("german")
def test_amounts_keys_and_quotes_are_written_the_german_way() -> None:
    assert formats.percent(0.92) == "92\u202f%"
    assert formats.keys("Ctrl+K") == "Strg+K", "Qt's own words are missing"
    assert formats.quoted("Hallo") == "„Hallo“"
    assert formats.span(240) == "4\u00a0Min"


def test_a_qt_without_words_of_its_own_is_no_trouble(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, german: None
) -> None:
    """The window is German all the same, and nobody is alarmed; ``german`` puts the language back."""
    monkeypatch.setattr(QLibraryInfo, "path", lambda _which: str(tmp_path))
    language.install(qapp, "de")
    assert caplog.records == []
    assert translate("inbox", "My work") == "Meine Arbeit"


# --- what is on the screen --------------------------------------------------------------------------------------------------

_SAYING = {
    "setText",
    "setToolTip",
    "setAccessibleName",
    "setAccessibleDescription",
    "setPlaceholderText",
    "setWindowTitle",
    "setTitle",
    "addAction",
    "addMenu",
    "addTab",
    "addButton",
    "showMessage",
    "setStatusTip",
    "QLabel",
    "QPushButton",
    "QCheckBox",
    "QRadioButton",
    "QGroupBox",
    "QAction",
}
_NAMES = ("Dirigent", "https://", "Deutsch", "English")


def _said(node: ast.expr) -> Iterator[str]:
    """What of an expression is shown as it stands in the code."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            for part in parts:
                yield from _said(part)
        case ast.BinOp(left=left, right=right):
            yield from _said(left)
            yield from _said(right)
        case ast.IfExp(body=body, orelse=other):
            yield from _said(body)
            yield from _said(other)


def test_nothing_on_the_screen_stands_in_the_code_alone() -> None:
    found = []
    for file in sorted((ROOT / "desktop" / "ui").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            texts = [text for argument in node.args for text in _said(argument)] if name in _SAYING else []
            found += [
                f"{file.name}:{node.lineno} {text}"
                for text in texts
                if re.search(r"[^\W\d_]{2}", text) and text not in _NAMES
            ]
    assert found == []


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize("size", [(1060, 720), (1280, 800)])
def test_no_word_of_the_german_window_is_cut(
    qtbot: QtBot,
    theme: Theme,
    workplace: Workplace,
    neighbour: Callable[[str], Any],
    tmp_path: Path,
    size: tuple[int, int],
) -> None:
    from desktop.ui.window.main_window import MainWindow
    from desktop.ui.window.preferences import Preferences

    sample = neighbour("ui/sample.py")
    workplace.language = "de"
    window = MainWindow(theme, Preferences(tmp_path / "preferences.json"))
    qtbot.addWidget(window)
    window.resize(*size)
    with qtbot.waitExposed(window):
        window.show()
    window.attach(workplace)

    def none_is_cut() -> None:
        cut: set[str] = set()
        for button in window.findChildren(QAbstractButton):
            if button.isVisible() and button.text() and button.width() < button.sizeHint().width():
                cut.add(button.text())
        for label in window.findChildren(QLabel):
            needed = max((label.fontMetrics().horizontalAdvance(line) for line in label.text().split("\n")), default=0)
            is_free = isinstance(label, ElidedLabel) or label.wordWrap()
            if label.isVisible() and not is_free and label.contentsRect().width() < needed:
                cut.add(label.text())
        assert cut == set()

    for contact in (sample.CHAT, sample.QUEUED, sample.SNOOZED):
        workplace.open(contact)
        qtbot.waitUntil(lambda: window.context.is_filled and window.interaction.composing.is_loaded)
        qtbot.waitUntil(lambda: bool(window.inbox.offers.cards))
        # What was just filled in is laid out in the turns of the loop that follow.
        qtbot.waitUntil(none_is_cut)
    window.detach()

"""Choosing the language. English is the source; German comes from ``resources/translations``, built by the Makefile."""

from __future__ import annotations

import logging

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from desktop.assets import asset

log = logging.getLogger(__name__)

LANGUAGES = ("en", "de")


def choose(wanted: str | None) -> str:
    """Return the language to use: the wanted one if there is one, else the system's if it is there, else English."""
    if wanted in LANGUAGES:
        return str(wanted)
    system = QLocale.system().name().split("_")[0]
    return system if system in LANGUAGES else "en"


def install(app: QCoreApplication, language: str) -> None:
    """Make ``app`` speak ``language``, Qt's own dialogs included, and format dates and numbers its way."""
    region = {"de": QLocale(QLocale.Language.German, QLocale.Country.Germany)}.get(
        language, QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom)
    )
    QLocale.setDefault(region)
    # Not every build of Qt brings its own translations along; its few words then stay English, and nothing else is amiss.
    _load(app, f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    # English has a file too: it holds the plurals.
    if not _load(app, f"dirigent_{language}", str(asset("translations"))):
        log.warning("no translation dirigent_%s", language)


def _load(app: QCoreApplication, name: str, folder: str) -> bool:
    translator = QTranslator(app)
    if translator.load(name, folder):
        return app.installTranslator(translator)
    translator.deleteLater()
    return False

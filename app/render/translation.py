"""Puts the user's language into Qt and into ``app.language``: which there are, which the system wants, loading one.

Knows the catalogues in the resources; what is said, and where the choice is kept, it does not know.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from app import language

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.language import LanguageChoice

FOLDER: Final = Path(__file__).resolve().parents[2] / "resources" / "translations"
# Each in its own words: who can't read the present one must find theirs.
NAMES: Final[dict[LanguageChoice, str]] = {"en": "English", "de": "Deutsch"}


def spoken(choice: LanguageChoice, wanted: Iterable[str] | None = None) -> str:
    """Return the language for ``choice``: for *system* the first of ``wanted`` that Attune has, else English.

    ``wanted``: tags such as *de-AT*, by default the system's.
    """
    if choice != "system":
        return choice
    tags = QLocale.system().uiLanguages() if wanted is None else wanted
    return next((tag[:2] for tag in tags if tag[:2] in NAMES), "en")


def install(application: QCoreApplication, choice: LanguageChoice) -> None:
    """Let all that is shown from now on be in the language for ``choice``."""
    remove(application)
    chosen = spoken(choice)
    if chosen == "en":
        # Names of months in English too, in the order that is usual where the computer stands.
        QLocale.setDefault(english_of(QLocale.system()))
        return
    for name, folder in (
        (f"attune_{chosen}", str(FOLDER)),
        (f"qtbase_{chosen}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)),
    ):
        translator = QTranslator(application)
        translator.setObjectName("language")
        if translator.load(name, folder):
            application.installTranslator(translator)
    locale = QLocale(chosen)
    QLocale.setDefault(locale)  # names of months
    language.speak(
        lambda context, source, count=-1: QCoreApplication.translate(context, source, None, count),
        lambda: _templates(chosen),
        decimal=locale.decimalPoint(),
        group=locale.groupSeparator(),
    )


def english_of(system: QLocale) -> QLocale:
    """Return English as it is written where ``system`` is; ``system`` where it is English already, or none."""
    if system.language() in (QLocale.Language.English, QLocale.Language.C):
        return system
    return QLocale(QLocale.Language.English, system.territory())


def remove(application: QCoreApplication) -> None:
    """Go back to the source's English."""
    for translator in application.findChildren(QTranslator, "language"):
        application.removeTranslator(translator)
        translator.deleteLater()
    QLocale.setDefault(QLocale.system())
    language.speak(None)


@cache
def _templates(chosen: str) -> tuple[str, ...]:
    # Asked for only when something went wrong, so the catalogue's source is read no earlier.
    root = ElementTree.parse(FOLDER / f"attune_{chosen}.ts").getroot()  # noqa: S314  our own file
    context = next(c for c in root.iter("context") if c.findtext("name") == language.BELOW)
    sources = (message.findtext("source") or "" for message in context.iter("message"))
    # The longest first: the more a sentence says of its own, the less it catches of others.
    return tuple(sorted((s for s in sources if re.search(r"\{\w+\}", s)), key=len, reverse=True))

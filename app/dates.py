"""Days in words and in figures, in the language of the window and by its own order of day, month and year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QLocale

from app.language import tr

if TYPE_CHECKING:
    from datetime import datetime


def day(at: datetime, now: datetime) -> str:
    """Say a day in words: *today*, *yesterday*, *3 March*, *3 March 2025*."""
    here, today = at.astimezone(), now.astimezone()
    days = (today.date() - here.date()).days
    if days in (0, 1):
        return tr("yesterday") if days else tr("today")
    pattern = tr("d MMMM") if here.year == today.year else tr("d MMMM yyyy")
    return QLocale().toString(QDate(here.year, here.month, here.day), pattern)

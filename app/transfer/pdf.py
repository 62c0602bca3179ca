"""A conversation as a PDF, laid out by Qt. Runs on any thread of a process that has a Qt application."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF
from PySide6.QtGui import QFont, QPageLayout, QPageSize, QPdfWriter, QTextDocument

from app.transfer.pages import answer_html, mark_of
from app.transfer.record import NAMES, day

if TYPE_CHECKING:
    from app.transfer.record import Record

_MARGIN_MM: Final = 20
_STYLE: Final = """
h1 { font-size: 18pt; } .who { color: #5f5a52; font-size: 9pt; }
p, li { line-height: 130%; }
pre { white-space: pre-wrap; background-color: #f5f3ef; font-family: monospace; font-size: 9pt; }
code { font-family: monospace; font-size: 9pt; } blockquote { color: #5f5a52; }
th { text-align: left; padding-right: 12px; } td { padding-right: 12px; }
"""


def render(record: Record) -> bytes:
    """Return the thread as the bytes of a PDF on A4 pages."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(record.title)
    writer.setCreator("Attune")
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            margins,
            QPageLayout.Unit.Millimeter,
        )
    )
    document = QTextDocument()
    document.setDefaultFont(QFont("sans-serif", 10))
    document.setDefaultStyleSheet(_STYLE)
    document.setHtml(_html(record))
    document.print_(writer)
    buffer.close()
    return bytes(data.data())


def _html(record: Record) -> str:
    parts = [
        f"<h1>{html.escape(record.title)}</h1>",
        f'<p class="who">{day(record.conversation.created_at)}</p>',
    ]
    for message in record.thread:
        said = (
            f'<p style="white-space: pre-wrap">{html.escape(message.content)}</p>'
            if message.role == "user"
            else answer_html(message.content)
        )
        weight = ' style="font-weight: 600"' if message.role == "user" else ""
        parts.append(f'<hr><p class="who">{NAMES[message.role]} · {day(message.created_at)}</p>')
        parts.append(f"<div{weight}>{said}</div>")
        if mark := mark_of(message):
            parts.append(f'<p class="who"><i>{html.escape(mark)}</i></p>')
    return "".join(parts)

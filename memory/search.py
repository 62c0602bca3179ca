"""Full-text search over titles and messages: words, beginnings of words and "phrases", whatever their accents.

SQLite's FTS5 does the work. It knows what was said, not who asks; what lies in the trash is not found.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select, text

from memory.conversations import CONVERSATION_COLUMNS
from memory.part import StorePart
from memory.records import Conversation, Found, MessageHit
from memory.schema import ConversationRow, UtcTime

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from memory.records import Pieces

# Messages looked at before a search gives up finding further conversations, and messages shown of each.
MOST_SCANNED, MOST_OF_ONE = 4000, 3
SNIPPET_WORDS: Final = 16

_BEGIN, _END = "\x02", "\x03"
_TERM = re.compile(r'"([^"]*)"?|([^\s"]+)')
_PIECE = re.compile(f"{_BEGIN}(.*?){_END}", re.DOTALL)


class Searching(StorePart):
    """The part of the store that finds."""

    def search(self, query: str, *, limit: int = 30) -> tuple[Found, ...]:
        """Find conversations whose title or messages hold every word of ``query``, at most ``limit``.

        A word also stands for those that begin with it; words in double quotes are a phrase, taken exactly. Titles
        come first, then messages, newest first. Any text is a query; one without a word finds nothing.
        """
        match = match_of(query)
        if not match:
            return ()
        with self._database.transaction() as session:
            titles = _titles(session, match, limit)
            numbers = _messages(session, match, limit)
            chosen = list(dict.fromkeys((*titles, *numbers)))[:limit]
            hits = _hits(session, match, [n for name in chosen for n in numbers.get(name, ())])
            rows = session.execute(select(*CONVERSATION_COLUMNS).where(ConversationRow.id.in_(chosen)))
            known = {row.id: Conversation(*row) for row in rows}
            return tuple(
                Found(
                    known[name],
                    titles.get(name, ((known[name].title, False),)),
                    tuple(hits[number] for number in numbers.get(name, ())),
                )
                for name in chosen
            )


def match_of(query: str) -> str:
    """Turn what a person typed into an FTS5 query that is never a syntax error; empty where it has no word."""
    terms = []
    for phrase, word in _TERM.findall(query.replace("\x00", " ")):
        if any(character.isalnum() for character in phrase or word):
            terms.append(f'"{phrase}"' if phrase else f'"{word}"*')
    return " ".join(terms)


def pieces(marked: str) -> Pieces:
    """Split a text with marks round what was found into (text, found) pieces; empty ones are left out."""
    parts = _PIECE.split(marked)
    return tuple((part, index % 2 == 1) for index, part in enumerate(parts) if part)


def _titles(session: Session, match: str, limit: int) -> dict[str, Pieces]:
    # Only what is shown is marked: a common word is in most titles, and marking costs more than finding.
    query = text(
        "SELECT c.id, highlight(title_index, 0, :begin, :end) FROM title_index"
        " JOIN conversations c ON c.number = title_index.rowid"
        " WHERE title_index MATCH :match AND +title_index.rowid IN"
        " (SELECT c.number FROM title_index JOIN conversations c ON c.number = title_index.rowid"
        " WHERE title_index MATCH :match AND c.trashed_at IS NULL"
        " ORDER BY c.updated_at DESC, c.number DESC LIMIT :limit)"
        " ORDER BY c.updated_at DESC, c.number DESC"
    )
    values = {"begin": _BEGIN, "end": _END, "match": match, "limit": limit}
    return {name: pieces(marked) for name, marked in session.execute(query, values)}


def _messages(session: Session, match: str, limit: int) -> dict[str, list[int]]:
    """Numbers of the newest messages found, by conversation."""
    query = text(
        "SELECT m.number, m.conversation_id FROM message_index"
        " JOIN messages m ON m.number = message_index.rowid"
        " JOIN conversations c ON c.id = m.conversation_id"
        " WHERE message_index MATCH :match AND c.trashed_at IS NULL"
        " ORDER BY message_index.rowid DESC LIMIT :limit"
    )
    found: dict[str, list[int]] = {}
    # Read row by row: a common word is in most messages, and the newest few conversations are all that is shown.
    for number, name in session.execute(query, {"match": match, "limit": MOST_SCANNED}):
        if name not in found and len(found) == limit:
            break
        numbers = found.setdefault(name, [])
        if len(numbers) < MOST_OF_ONE:
            numbers.append(number)
    return found


def _hits(session: Session, match: str, numbers: Sequence[int]) -> dict[int, MessageHit]:
    """Return what to show of the messages with these numbers, all found by ``match``."""
    if not numbers:
        return {}
    # One pass over what matches: FTS5 gathers all that begins with a word anew for each query. The plus keeps SQLite
    # from asking for each number by itself.
    query = text(
        "SELECT m.number, m.id, m.role, m.created_at, snippet(message_index, 0, :begin, :end, '…', :words) shown"
        " FROM message_index JOIN messages m ON m.number = message_index.rowid"
        " WHERE message_index MATCH :match AND message_index.rowid >= :oldest"
        " AND +message_index.rowid IN (SELECT value FROM json_each(:numbers))"
    )
    values: dict[str, Any] = {
        "begin": _BEGIN,
        "end": _END,
        "match": match,
        "oldest": min(numbers),
        "numbers": json.dumps(numbers),
        "words": SNIPPET_WORDS,
    }
    return {
        row.number: MessageHit(row.id, row.role, row.created_at, pieces(row.shown))
        for row in session.execute(query.columns(created_at=UtcTime()), values)
    }

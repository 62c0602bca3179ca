"""``attune search``: what was said, found in titles and messages."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from typing import TYPE_CHECKING

from app.cli.arguments import settings_of
from app.composition import open_store

if TYPE_CHECKING:
    from argparse import Namespace

    from memory.records import Found, Pieces

_NAMES = {"user": "You", "assistant": "Attune"}


def run(options: Namespace) -> int:
    """Print what was found, newest first; return 1 where nothing was, as grep does."""
    query = " ".join(options.words)
    with closing(open_store(settings_of(options))) as store:
        found = store.call(lambda memory: memory.search(query, limit=max(options.limit, 1)))
    for each in found:
        print(_object(each) if options.json else _lines(each, colour=sys.stdout.isatty()))
    if not found:
        sys.stderr.write(f"attune: Nothing was found for “{query}”.\n")
    return 0 if found else 1


def _lines(found: Found, *, colour: bool) -> str:
    when = f"{found.conversation.updated_at.astimezone():%Y-%m-%d}"
    title = _marked(found.title, colour=colour) or "Untitled"
    lines = [f"{when}  {title}"]
    lines += [
        f"            {_NAMES[hit.role]}: {_marked(hit.snippet, colour=colour)}" for hit in found.messages
    ]
    return "\n".join(lines)


def _marked(pieces: Pieces, *, colour: bool) -> str:
    text = "".join(f"\033[1m{part}\033[0m" if hit and colour else part for part, hit in pieces)
    return " ".join(text.split())


def _object(found: Found) -> str:
    conversation = found.conversation
    return json.dumps(
        {
            "id": conversation.id,
            "title": conversation.title,
            "updated_at": conversation.updated_at.isoformat(),
            "archived": conversation.archived,
            "messages": [
                {
                    "id": hit.message_id,
                    "role": hit.role,
                    "created_at": hit.created_at.isoformat(),
                    "snippet": "".join(part for part, _ in hit.snippet),
                    "found": [part for part, was in hit.snippet if was],
                }
                for hit in found.messages
            ],
        },
        ensure_ascii=False,
    )

"""``attune statements``: lists what the user said about themselves, and forgets it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from app.cli.arguments import settings_of
from app.composition import open_store
from app.user_messages import UsageError
from memory.errors import NotFoundError

if TYPE_CHECKING:
    from argparse import Namespace
    from datetime import datetime

    from app.store_thread import StoreThread
    from memory.records import Statement

SHOWN_ID = 8


def run(options: Namespace) -> int:
    """List the statements or forget one; return the exit code."""
    store = open_store(settings_of(options))
    try:
        kept = store.call(lambda memory: memory.statements(superseded=True))
        if options.forget:
            _forget(store, kept, options.forget)
        else:
            _list(kept, everything=options.all, as_json=options.json)
    finally:
        store.close()
    return 0


def _list(kept: tuple[Statement, ...], *, everything: bool, as_json: bool) -> None:
    shown = [s for s in kept if everything or s.superseded_at is None]
    if as_json:
        print(json.dumps({"statements": [_report(s) for s in shown]}, ensure_ascii=False))
        return
    if not shown:
        print('Nothing yet. Say something: attune remember "I\'m vegetarian"')
    for statement in shown:
        until = f"  (until {statement.superseded_at:%Y-%m-%d})" if statement.superseded_at else ""
        print(
            f"{statement.id[:SHOWN_ID]}  {statement.created_at:%Y-%m-%d}  "
            f"{statement.kind:<5}  {statement.text}{until}"
        )


def _forget(store: StoreThread, kept: tuple[Statement, ...], beginning: str) -> None:
    found = [s for s in kept if s.id.startswith(beginning)]
    if len(found) != 1:
        raise UsageError(
            f"There is {'no' if not found else 'more than one'} statement {beginning}.",
            "attune statements --all lists them, each with its number in front.",
        )
    try:
        store.call(lambda memory: memory.forget_statement(found[0].id))
    except NotFoundError as error:  # another Attune was quicker
        raise UsageError("It is forgotten already.", "attune statements lists what is left.") from error
    print(f"Forgotten: {found[0].text}")


def _report(statement: Statement) -> dict[str, object]:
    def time(at: datetime | None) -> str | None:
        return at.isoformat() if at else None

    return {
        "id": statement.id,
        "text": statement.text,
        "kind": statement.kind,
        "created_at": time(statement.created_at),
        "used_at": time(statement.used_at),
        "superseded_at": time(statement.superseded_at),
        "principle": statement.principle,
        "value": statement.value,
    }

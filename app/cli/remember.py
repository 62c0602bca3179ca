"""``attune remember``: keeps what the user says about themselves, and says what that does."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from app.cli.arguments import settings_of
from app.composition import running
from app.user_messages import UsageError
from app.wording import style_line
from engine.errors import EngineError

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping

    from app.statements.style import StyleMatch
    from engine.principles import Principle
    from memory.records import StatementAdded

SETTLE_SECONDS = 120.0


def run(options: Namespace) -> int:
    """Keep one statement; return the exit code."""
    text = " ".join(" ".join(options.text).split())
    if not text:
        raise UsageError("There is nothing to remember.", 'Say it like: attune remember "I\'m vegetarian"')
    with running(settings_of(options)) as attune:
        remembering = attune.assistant.remembering
        style = None
        if remembering.kind_of(text) == "style":
            with suppress(EngineError):  # without the embedder it is kept as a wish, which needs none
                style = remembering.match(text)
        added = remembering.remember(text, style=style)
        _report(added, style, {p.name: p for p in attune.assistant.principles.all})
        # The next question, from whatever process, finds it only by its vector.
        attune.assistant.settle(SETTLE_SECONDS)
    return 0


def _report(added: StatementAdded, style: StyleMatch | None, principles: Mapping[str, Principle]) -> None:
    if added.merged:
        print(f"Attune knew that already: {added.statement.text}")
        return
    if style:
        print(f"Remembered. {style_line(style.principle, style.value, principles)}")
    elif added.statement.kind == "wish":
        print("Remembered. It goes along with every question.")
    else:
        print("Remembered. It goes along with questions it matters for.")
    for older in added.superseded:
        print(f"No longer counts: {older.text}")

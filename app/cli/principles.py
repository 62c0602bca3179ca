"""``attune principles``: list all preferences, write one of your own, delete it again."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from app.cli.arguments import settings_of
from app.composition import running
from app.opposite import opposite_name, short_name
from app.principles import is_own
from app.user_messages import UsageError
from memory.records import PrincipleDraft

if TYPE_CHECKING:
    from argparse import Namespace

    from app.assistant import Assistant


def run(options: Namespace) -> int:
    """List, add or remove; return the exit code. Raises ``MemoryStoreError`` and ``UsageError``."""
    with running(settings_of(options)) as attune:
        match options.action:
            case "add":
                _add(attune.assistant, options)
            case "remove":
                _remove(attune.assistant, options.name)
            case _:
                _list(attune.assistant)
    return 0


def _list(assistant: Assistant) -> None:
    for principle in assistant.principles.all:
        if not principle.fixed:
            own = "  (yours)" if is_own(principle) else ""
            print(f"{principle.name:<17} {principle.negative.label} … {principle.positive.label}{own}")
            if is_own(principle):
                print(f"{'':<17} + {principle.positive.instruction}")
                print(f"{'':<17} − {principle.negative.instruction}")


def _add(assistant: Assistant, options: Namespace) -> None:
    opposite = options.opposite
    if opposite is None:
        proposed = assistant.principles.propose_opposite(options.instruction)
        opposite = proposed.instruction
        if not proposed.by_model:
            sys.stderr.write(
                "attune: The model had no usable opposite to propose. --opposite says another.\n"
            )
    name = options.name or short_name(options.instruction)
    other = options.opposite_name or opposite_name(name)
    made = assistant.principles.add(PrincipleDraft(name, options.instruction, other, opposite))
    words = made.words
    print(f"{made.name:<17} {words.negative_label} … {words.positive_label}")
    print(f"{'':<17} + {words.positive_instruction}")
    print(f"{'':<17} − {words.negative_instruction}")
    print("It works from the next answer on. “attune calibrate” makes it as fast as the others.")


def _remove(assistant: Assistant, wanted: str) -> None:
    own = {p.name: p.words.positive_label for p in assistant.principles.own()}
    found = [name for name, label in own.items() if wanted.casefold() in (name, label.casefold())]
    if len(found) != 1:
        raise UsageError(
            f"There is no single preference of yours called “{wanted}”.",
            "attune principles list shows their names.",
        )
    assistant.principles.forget(found[0])
    print(f"Deleted: {own[found[0]]}, with its slider and all that answers were measured by it.")

"""``attune eval first-run``: what five answers to written pairs foresee, chosen by information, at random, or none."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.cli.section import check_section, write_section
from app.first_run import load_pairs
from app.simulated.first_run import measure, table
from app.simulated.replies import RunFile
from app.user_messages import UsageError
from engine.principles import load_principles
from resources import PRINCIPLES

if TYPE_CHECKING:
    from argparse import Namespace

_FEWEST = 2  # of which a mean has an interval


def run(options: Namespace) -> int:
    """Measure, show and, where asked, write; return the exit code."""
    if options.users < _FEWEST:
        raise UsageError(
            f"--users must be at least {_FEWEST}.", "A thousand make intervals of a point or so."
        )
    if options.write is not None:
        check_section(options.write, "eval first-run")
    names = [principle.name for principle in load_principles(PRINCIPLES) if not principle.fixed]
    pairs = load_pairs("en")
    questions, replies = {}, []
    if options.replies is not None:
        file = RunFile(options.replies)
        questions, replies = file.questions(), [reply for reply in file.replies() if reply.features]
        if not replies:
            raise UsageError(
                f"{options.replies} holds no replies.", "`attune eval users --out` writes such a file."
            )
    shown = table(measure(pairs, names, questions, replies, options.users, options.seed))
    print(shown)
    if options.write is not None:
        read = ", ".join(sorted({reply.version for reply in replies}))
        held_out = (
            f", {len(replies)} replies to {len({r.question for r in replies})} questions read by {read}"
        )
        facts = (
            f"Measured on {datetime.now(UTC).date().isoformat()}: {len(pairs)} written pairs, {options.users} users of "
            f"each kind{held_out if replies else ''}, seed {options.seed}; percent, ± is a 95 % interval over users."
        )
        write_section(options.write, "eval first-run", f"{facts}\n\n{shown}\n")
    return 0

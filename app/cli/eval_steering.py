"""``attune eval steering``: how well guidance works, against baselines, on prompts no calibration has seen."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.cli.arguments import settings_of
from app.cli.section import check_section, write_section
from app.composition import make_engine
from app.user_messages import UsageError
from engine.calibration.plan import load_prompts
from engine.principles import load_principles
from resources import PRINCIPLES, PROMPTS

if TYPE_CHECKING:
    from argparse import Namespace


def run(options: Namespace) -> int:
    """Measure, show and, where asked, write; return the exit code. Interrupted, it goes on where it stopped."""
    prompts = load_prompts(PROMPTS / "evaluation.jsonl")
    if not 2 <= options.prompts <= len(prompts):
        raise UsageError(
            f"--prompts must be from 2 to {len(prompts)}.", "Fifty or more make narrow intervals."
        )
    if options.write is not None:
        check_section(options.write, "eval steering")
    load = make_engine(settings_of(options)).pending_load()
    assert load is not None
    # This process measures, so it runs llama.cpp itself; imported here, for the window never does.
    from engine.calibration.steering import LONGER, SteeringRun, cells
    from engine.calibration.steering_tables import effects, named, naming, table, told_apart
    from engine.session import Session

    principles = load_principles(PRINCIPLES)
    steering = SteeringRun(options.out, principles, options.tokens)
    session = Session(load, lambda *_: True)
    try:
        for share in steering.run(session, cells(principles, options.by), prompts[: options.prompts]):
            sys.stderr.write(f"\r\x1b[K{share:.1%}" if sys.stderr.isatty() else "")
            sys.stderr.flush()
        head = session.loaded.head_version or "none"
    finally:
        session.close()
    sys.stderr.write("\n" if sys.stderr.isatty() else "")
    replies = steering.replies()
    shown = "\n\n".join(filter(None, (table(effects(replies)), naming(named(replies), told_apart(replies)))))
    print(shown)
    if options.write is not None:
        facts = (
            f"Measured on {datetime.now(UTC).date().isoformat()}: {session.loaded.name}, head {head}, "
            f"{options.prompts} prompts, at most {steering.max_tokens} tokens a reply, "
            f"{LONGER} times as many where the preference is about length."
        )
        write_section(options.write, "eval steering", f"{facts}\n\n{shown}\n")
    return 0

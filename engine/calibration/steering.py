"""How far each weight moves a reply, and what that costs in fluency: counted by checkers, against baselines.

Every cell (principle, weight, how) answers the same prompts at the same seeds, so differences are paired. What they
are taken from, the unguided answer, is drawn several times: one draw's noise would be in every difference. Replies
are kept in a JSON-lines file as they come: an interrupted run goes on where it stopped, and tables are made from the
file alone (``engine.calibration.steering_tables``).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from engine.calibration.answering import answer, mean_logprob
from engine.calibration.checkers import CHECKERS
from engine.calibration.corpus import question
from engine.calibration.lockstep import Lockstep
from engine.chat_template import instructed
from engine.decoder import Step
from engine.json_lines import append, rows
from engine.protocol import Guidance, PrincipleWeight, Sampling, Score

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from engine.calibration.lockstep import Lane
    from engine.calibration.plan import Prompt
    from engine.decoder import Ended
    from engine.principles import Principle
    from engine.session import Session

How: TypeAlias = Literal["unguided", "prompt", "teacher", "head", "both"]
WEIGHTS = (-1.0, -0.5, 0.5, 1.0)
_UNGUIDED_DRAWS = 4
LONGER = 2  # times as many tokens where a principle is about length: cut answers are all equally long
_NEXT_DRAW = 1_000_000  # seeds further: no prompt has them
_SEQUENCES = 24  # at once: more are no faster, and lanes that have ended leave gaps that split the batch


@dataclass(frozen=True, slots=True)
class Cell:
    """One condition. *unguided* without a principle is every principle's zero that has none of its own.

    ``draw``: which of the unguided answers to a prompt.
    """

    principle: str
    weight: float
    how: How
    draw: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """What one cell answered to one prompt. ``logprob``: mean log π_base of its tokens, in nats.

    ``feature``: what the model's head makes of a reply written under an instruction, where there is a head.
    """

    cell: Cell
    prompt: str
    text: str
    logprob: float
    changed: float
    feature: float | None = None


def cells(principles: Sequence[Principle], hows: Sequence[How]) -> list[Cell]:
    """Return all conditions for those principles that have a checker, the unguided ones first.

    An instruction has no half measures: what says one is measured at the slider's ends. A principle that is about
    length has longer answers, and so unguided ones of its own.
    """
    made = [Cell("", 0.0, "unguided", draw) for draw in range(_UNGUIDED_DRAWS)]
    for principle in principles:
        if principle.name in CHECKERS:
            if principle.ends:
                made += [Cell(principle.name, 0.0, "unguided", draw) for draw in range(_UNGUIDED_DRAWS)]
            for how in hows:
                made += [
                    Cell(principle.name, w, how)
                    for w in WEIGHTS
                    if how not in ("prompt", "both") or abs(w) == 1.0
                ]
    return made


class SteeringRun:
    """A resumable measurement, kept in ``path``."""

    def __init__(self, path: Path, principles: Sequence[Principle], max_tokens: int = 96) -> None:
        self._path, self.max_tokens = path, max_tokens
        self._principles = {p.name: p for p in principles}
        self._values = next((p for p in principles if p.fixed), None)

    def replies(self) -> list[Reply]:
        """Return what is measured so far; a line cut short by a kill is left out."""
        return [Reply(**{**row, "cell": Cell(**row["cell"])}) for row in rows(self._path)]

    def run(self, session: Session, todo: Sequence[Cell], prompts: Sequence[Prompt]) -> Iterator[float]:
        """Answer what is missing, a prompt's cells side by side; yields the share that is done."""
        done = {(reply.cell, reply.prompt) for reply in self.replies()}
        longest = max(len(self._tokens(session, cell, prompt)) for cell in todo for prompt in prompts)
        # A teacher's reply is read under both poles beside it.
        together = {width: [c for c in todo if (3 if c.how == "teacher" else 1) == width] for width in (1, 3)}
        for width, alike in together.items():
            if not alike:
                continue
            lockstep = Lockstep(
                session.model,
                lanes=min(len(alike), _SEQUENCES // width),
                width=width,
                cells=longest + max(map(self._limit, alike)),
                threads=session.threads,
            )
            try:
                for i, prompt in enumerate(prompts):
                    missing = [cell for cell in alike if (cell, prompt.id) not in done]
                    self._answer(session, lockstep, missing, prompt, seed=i)
                    before = 0 if width == 1 else len(together[1])
                    yield (before * len(prompts) + (i + 1) * len(alike)) / (len(todo) * len(prompts))
            finally:
                lockstep.close()

    def _answer(
        self, session: Session, lockstep: Lockstep, todo: Sequence[Cell], prompt: Prompt, seed: int
    ) -> None:
        if not todo:
            return
        plain = self._tokens(session, Cell("", 0.0, "unguided"), prompt)
        lockstep.hold(plain)
        answers = lockstep.run([self._job(session, cell, prompt, plain, seed) for cell in todo])
        for cell, steps in zip(todo, answers, strict=True):
            text = "".join(step.text for step in steps)
            said = [step for step in steps if isinstance(step, Step)]
            changed = float(np.mean([step.changed for step in said])) if said else 0.0
            reply = Reply(
                cell,
                prompt.id,
                text,
                mean_logprob(steps),
                changed,
                self._feature(session, cell, prompt, text),
            )
            append(self._path, asdict(reply))

    def _job(
        self, session: Session, cell: Cell, prompt: Prompt, plain: Sequence[int], seed: int
    ) -> Callable[[Lane], list[Step | Ended]]:
        guidance = Guidance()
        if cell.how in ("teacher", "head", "both"):
            weights = (PrincipleWeight(self._principles[cell.principle], cell.weight),)
            # The teacher goes without the values cap, which would double what it costs and could only hold it back.
            guidance = (
                Guidance("teacher", 1.0, weights)
                if cell.how == "teacher"
                else Guidance("head", 1.0, weights, self._values)
            )

        messages = instructed(question(prompt.text), self._instruction(cell))
        sampling = Sampling(max_tokens=self._limit(cell), seed=seed + cell.draw * _NEXT_DRAW)
        return lambda lane: answer(lane, session.readers, guidance, messages, plain, sampling)

    def _limit(self, cell: Cell) -> int:
        longer = bool(cell.principle) and self._principles[cell.principle].ends
        return self.max_tokens * (LONGER if longer else 1)

    def _instruction(self, cell: Cell) -> str:
        spoken = cell.how in ("prompt", "both")
        return self._principles[cell.principle].pole(cell.weight).instruction if spoken else ""

    def _tokens(self, session: Session, cell: Cell, prompt: Prompt) -> list[int]:
        return session.readers.template.tokens(instructed(question(prompt.text), self._instruction(cell)))

    def _feature(self, session: Session, cell: Cell, prompt: Prompt, text: str) -> float | None:
        if cell.how != "prompt" or not session.loaded.head_version or not text:
            return None
        command = Score(0, question(prompt.text), text, (self._principles[cell.principle],), "head")
        return session.score(command, lambda: False, lambda _: None).features[0][1]

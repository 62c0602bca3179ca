"""How strong a slider's ends may be, tried on replies that they guide: what they lose there is what they cost.

The expected loss over the states of plain replies (``engine.calibration.gain``) is where the search begins. It
doesn't know the states that guidance leads to, nor its wider candidates at openings. So every end answers prompts,
and its gain follows what the answers have really lost toward the budget, as far as most of their tokens are left alone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from engine.calibration.answering import answer, mean_logprob
from engine.calibration.corpus import question
from engine.calibration.gain import FLUENCY_BUDGET, MOST_CHANGED
from engine.calibration.lockstep import Lockstep
from engine.calibration.plan import drawn, held_out
from engine.decoder import Step
from engine.guides import Readers
from engine.json_lines import append, rows
from engine.protocol import Guidance, PrincipleWeight, Sampling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from engine.calibration.lockstep import Lane
    from engine.calibration.plan import Effort, Prompt
    from engine.chat_template import ChatTemplate
    from engine.decoder import Ended
    from engine.llama import LlamaModel
    from engine.principles import Principle
    from engine.rewards.head import Head
    from engine.rewards.head_file import HeadFile, HeadPrinciple

End: TypeAlias = "tuple[str, int]"  # of a principle's slider: its name, and −1 or 1

# Lanes at once, one of them unguided. A chat that comes in between costs the answers of one round.
_LANES = 9
_NEXT_SEED = 1_000_000
# To which power of the gain a loss is taken to grow, a little less than its square, and the share of tokens that
# change: so that grows on average between the middle and the end of a slider.
_LOSS_GROWTH, _CHANGED_GROWTH = 1.5, 0.6
# What is believed before the trials, in trials; how far a single reply's loss counts, in nats a token; how far a
# gain may go from where the search began.
_BELIEVED, _LOSSES, _FACTORS = 4.0, (-1.0, 2.0), (0.2, 2.0)


@dataclass(frozen=True, slots=True)
class Trial:
    """An answer where an end's gain was ``factor`` times the one it began with.

    ``loss``: in nats a token; ``changed``: the share of its tokens that are others than without guidance.
    """

    end: End
    factor: float
    loss: float
    changed: float


@dataclass(frozen=True, slots=True)
class _Round:
    """One prompt answered by some ends, which is done or not done as a whole."""

    id: str
    prompt: Prompt
    seed: int
    ends: tuple[End, ...]


class Trials:
    """The trials of one fitted head, kept in ``path`` as they are made; those of another head there don't count."""

    def __init__(
        self,
        path: Path,
        head: str,
        principles: Sequence[Principle],
        prompts: Sequence[Prompt],
        effort: Effort,
    ) -> None:
        """``head``: the fitted head's digest. Prompts that the fit has not learned from are tried first."""
        self._path, self._head, self._effort = path, head, effort
        self._principles = {p.name: p for p in principles if not p.fixed}
        self._values = next((p for p in principles if p.fixed), None)
        mixed = drawn(prompts, len(prompts), f"{effort.seed}/trials")
        chosen = sorted(mixed, key=lambda prompt: not held_out(prompt.id))[: effort.trials]
        ends = [(name, sign) for name in self._principles for sign in (-1, 1)]
        # A prompt's rounds differ in seed: each draws an unguided answer of its own to take losses from.
        self._rounds = [
            _Round(f"{prompt.id}/{at}", prompt, i + at * _NEXT_SEED, tuple(ends[at : at + _LANES - 1]))
            for i, prompt in enumerate(chosen)
            for at in range(0, len(ends), _LANES - 1)
        ]

    def missing(self) -> int:
        """Count the rounds that are not made yet."""
        made = self._made()
        return sum(round_.id not in made for round_ in self._rounds)

    def factors(self) -> dict[End, float]:
        """Return what each end's gain has to be multiplied by, as far as it is known."""
        tried: dict[End, list[Trial]] = defaultdict(list)
        for trials in self._made().values():
            for trial in trials:
                tried[trial.end].append(trial)
        return {end: _factor(own) for end, own in tried.items()}

    def run(
        self,
        model: LlamaModel,
        template: ChatTemplate,
        head: Head,
        threads: int,
        should_abort: Callable[[], bool],
    ) -> Iterator[tuple[int, int]]:
        """Make the rounds that are missing; yield how many are made, of how many, after each. Raises ``Aborted``."""
        made = self._made()
        todo = [round_ for round_ in self._rounds if round_.id not in made]
        if not todo:
            return
        longest = max(len(template.tokens(question(round_.prompt.text))) for round_ in todo)
        lockstep = Lockstep(
            model, lanes=_LANES, width=1, cells=longest + self._effort.reply_tokens, threads=threads
        )
        readers = Readers(lockstep.context, template, head)
        began = head.gains.copy()
        try:
            for done, round_ in enumerate(todo, start=len(self._rounds) - len(todo) + 1):
                self._keep(round_, self._tried(lockstep, readers, head, began, round_, should_abort))
                yield done, len(self._rounds)
        finally:
            head.gains[:] = began
            lockstep.close()

    def _tried(
        self,
        lockstep: Lockstep,
        readers: Readers,
        head: Head,
        began: NDArray[np.float64],
        round_: _Round,
        should_abort: Callable[[], bool],
    ) -> list[Trial]:
        """Answer one prompt unguided and by every end of the round, side by side."""
        known = self.factors()
        factors = [known.get(end, 1.0) for end in round_.ends]
        for (name, sign), factor in zip(round_.ends, factors, strict=True):
            row = head.rows_of([self._principles[name]])[0]
            head.gains[row, int(sign > 0)] = factor * began[row, int(sign > 0)]
        messages = question(round_.prompt.text)
        held = readers.template.tokens(messages)
        sampling = Sampling(max_tokens=self._effort.reply_tokens, seed=round_.seed)

        def job(guidance: Guidance) -> Callable[[Lane], list[Step | Ended]]:
            return lambda lane: answer(lane, readers, guidance, messages, held, sampling, should_abort)

        guided = [
            Guidance("head", 1.0, (PrincipleWeight(self._principles[name], float(sign)),), self._values)
            for name, sign in round_.ends
        ]
        lockstep.hold(held)
        plain, *answers = lockstep.run([job(g) for g in (Guidance(), *guided)])
        return [
            Trial(end, factor, mean_logprob(plain) - mean_logprob(steps), _changed(steps))
            for end, factor, steps in zip(round_.ends, factors, answers, strict=True)
        ]

    def _keep(self, round_: _Round, trials: Sequence[Trial]) -> None:
        made = [[*trial.end, trial.factor, trial.loss, trial.changed] for trial in trials]
        append(self._path, {"head": self._head, "round": round_.id, "tried": made})

    def _made(self) -> dict[str, list[Trial]]:
        """Return the rounds that are made."""
        wanted = {round_.id for round_ in self._rounds}
        made: dict[str, list[Trial]] = {}
        for row in rows(self._path):
            # An earlier version kept losses alone, under another name.
            if row["head"] == self._head and row["round"] in wanted and "tried" in row:
                made[row["round"]] = [Trial((name, sign), *found) for name, sign, *found in row["tried"]]
        return made


def scaled(file: HeadFile, factors: Mapping[End, float]) -> HeadFile:
    """Return the head with each end's gain times its factor, where it has one. Its features are what they were."""

    def gains(principle: HeadPrinciple) -> HeadPrinciple:
        negative = principle.gain_negative or principle.gain
        return replace(
            principle,
            gain=principle.gain * factors.get((principle.name, 1), 1.0),
            gain_negative=negative * factors.get((principle.name, -1), 1.0),
        )

    principles = tuple(gains(principle) for principle in file.header.principles)
    header = replace(
        file.header,
        principles=principles,
        features=file.header.features or file.digest,
        fluency_budget=FLUENCY_BUDGET,
    )
    return replace(file, header=header)


def _changed(steps: Sequence[Step | Ended]) -> float:
    """Return the share of an answer's tokens that guidance changed."""
    said = [step for step in steps if isinstance(step, Step)]
    return float(np.mean([step.changed for step in said])) if said else 0.0


def _factor(trials: Sequence[Trial]) -> float:
    """Return the factor at which an end loses the budget, or that at which it changes as many tokens as it may.

    The smaller of the two: the second is only a limit. At first both are believed to be 1.
    """

    def believed(at_one: float, found: Sequence[float]) -> float:
        return (_BELIEVED * at_one + sum(found)) / (_BELIEVED + len(found))

    loss = believed(
        FLUENCY_BUDGET, [float(np.clip(t.loss, *_LOSSES)) / t.factor**_LOSS_GROWTH for t in trials]
    )
    changed = believed(MOST_CHANGED, [t.changed / t.factor**_CHANGED_GROWTH for t in trials])
    factor = min(
        (FLUENCY_BUDGET / max(loss, 1e-3)) ** (1 / _LOSS_GROWTH),
        (MOST_CHANGED / max(changed, 1e-3)) ** (1 / _CHANGED_GROWTH),
    )
    return float(np.clip(factor, *_FACTORS))

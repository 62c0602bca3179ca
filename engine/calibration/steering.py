"""How far each weight moves a reply, and what that costs in fluency: counted by checkers, against baselines.

Every cell (principle, weight, how) answers the same prompts at the same seeds, so differences are paired. Replies
are kept in a JSON-lines file as they come: an interrupted run goes on where it stopped, and tables are made from
the file alone.
"""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

import numpy as np

from engine.calibration.checkers import CHECKERS
from engine.calibration.corpus import SYSTEM
from engine.calibration.lockstep import Lockstep
from engine.chat_template import instructed
from engine.decoder import Ended, Step, generate
from engine.guides import plan_guide
from engine.prompt_cache import common_prefix
from engine.protocol import Guidance, Message, PrincipleWeight, Sampling, Score
from engine.reading import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from engine.calibration.lockstep import Lane
    from engine.calibration.plan import Prompt
    from engine.llama import LlamaContext
    from engine.principles import Principle
    from engine.session import Session

How: TypeAlias = Literal["unguided", "prompt", "teacher", "head", "both"]
WEIGHTS = (-1.0, -0.5, 0.5, 1.0)
_SEQUENCES = 96  # at once: a token costs no less in larger batches


@dataclass(frozen=True, slots=True)
class Cell:
    """One condition. *unguided* is every principle's zero."""

    principle: str
    weight: float
    how: How


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
    """Return all conditions for those principles that have a checker, the unguided one first.

    An instruction has no half measures: what says one is measured at the slider's ends.
    """
    made = [Cell("", 0.0, "unguided")]
    for principle in principles:
        if principle.name in CHECKERS:
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
        found = []
        if self._path.exists():
            for line in self._path.read_text(encoding="utf-8").splitlines():
                try:
                    row = json.loads(line)
                except ValueError:
                    continue
                found.append(Reply(**{**row, "cell": Cell(**row["cell"])}))
        return found

    def run(self, session: Session, todo: Sequence[Cell], prompts: Sequence[Prompt]) -> Iterator[float]:
        """Answer what is missing, a prompt's cells side by side; yields the share that is done."""
        done = {(reply.cell, reply.prompt) for reply in self.replies()}
        self._path.parent.mkdir(parents=True, exist_ok=True)
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
                cells=longest + self.max_tokens,
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
            logprob = float(np.mean([step.logprob for step in said])) if said else 0.0
            changed = float(np.mean([step.changed for step in said])) if said else 0.0
            reply = Reply(cell, prompt.id, text, logprob, changed, self._feature(session, cell, prompt, text))
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(reply)) + "\n")

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

        def answer(lane: Lane) -> list[Step | Ended]:
            context = cast("LlamaContext", lane)  # what a reply needs of one
            messages = instructed(_messages(prompt), self._instruction(cell))
            tokens = self._tokens(session, cell, prompt)
            guide = plan_guide(
                guidance, replace(session.readers, context=context), messages, tokens, self.max_tokens
            ).guide
            shared = min(common_prefix(plain, tokens), len(tokens) - 1)
            lane.begin(shared)
            end = start = shared
            for start, end in read(context, tokens, shared, 0, len(tokens) - 1, lambda: False):  # noqa: B007
                pass
            logits = lane.logits(end - 1 - start).copy()
            if guide is not None:
                guide.reward.start(messages, tokens, end - 1 - start, lambda: False)
            sampling = Sampling(max_tokens=self.max_tokens, seed=seed)
            return list(
                generate(
                    context, len(tokens), logits, sampling, guide, lambda: False, max_tokens=self.max_tokens
                )
            )

        return answer

    def _instruction(self, cell: Cell) -> str:
        spoken = cell.how in ("prompt", "both")
        return self._principles[cell.principle].pole(cell.weight).instruction if spoken else ""

    def _tokens(self, session: Session, cell: Cell, prompt: Prompt) -> list[int]:
        return session.readers.template.tokens(instructed(_messages(prompt), self._instruction(cell)))

    def _feature(self, session: Session, cell: Cell, prompt: Prompt, text: str) -> float | None:
        if cell.how != "prompt" or not session.loaded.head_version or not text:
            return None
        command = Score(0, _messages(prompt), text, (self._principles[cell.principle],), "head")
        return session.score(command, lambda: False, lambda _: None).features[0][1]


def _messages(prompt: Prompt) -> tuple[Message, ...]:
    return (Message("system", SYSTEM), Message("user", prompt.text))


@dataclass(frozen=True, slots=True)
class Effect:
    """One cell against unguided, over n prompts.

    ``mean`` and its 95 % half-width ``interval`` are in the checker's unit, signed toward the positive pole;
    ``standardised`` divides by the checker's spread over all replies measured for the principle. ``fluency`` is
    the change of the mean base log-probability, in nats a token.
    """

    cell: Cell
    mean: float
    interval: float
    standardised: float
    fluency: float
    n: int


def effects(replies: Sequence[Reply]) -> list[Effect]:
    """Return every cell's effect, from paired differences to the unguided reply to the same prompt."""
    unguided = {r.prompt: r for r in replies if r.cell.how == "unguided"}
    by_cell: dict[Cell, list[Reply]] = defaultdict(list)
    for reply in replies:
        if reply.cell.how != "unguided" and reply.prompt in unguided:
            by_cell[reply.cell].append(reply)
    spread = {}
    for name in {cell.principle for cell in by_cell}:
        own = [r.text for r in replies if r.cell.principle in (name, "")]
        spread[name] = float(np.std([CHECKERS[name](text) for text in own])) or 1.0
    found = []
    for cell, own_replies in by_cell.items():
        check = CHECKERS[cell.principle]
        moved = np.array([check(r.text) - check(unguided[r.prompt].text) for r in own_replies])
        lost = np.array([r.logprob - unguided[r.prompt].logprob for r in own_replies])
        half = 1.96 * float(moved.std(ddof=1)) / np.sqrt(len(moved)) if len(moved) > 1 else float("nan")
        mean = float(moved.mean())
        found.append(Effect(cell, mean, half, mean / spread[cell.principle], float(lost.mean()), len(moved)))
    return found


def named(replies: Sequence[Reply]) -> dict[str, float]:
    """Return, per principle, the share of replies written under a pole whose feature has that pole's sign.

    No reply is compared with another: the feature is centred on the model's own candidates alone.
    """
    hits: dict[str, list[bool]] = defaultdict(list)
    for reply in replies:
        if reply.feature is not None:
            hits[reply.cell.principle].append(reply.feature * reply.cell.weight > 0)
    return {name: float(np.mean(found)) for name, found in hits.items()}


def naming(shares: dict[str, float]) -> str:
    """Return what ``named`` found as a sentence, or nothing where it found nothing."""
    if not shares:
        return ""
    each = ", ".join(f"{name} {share:.0%}" for name, share in shares.items())
    mean = float(np.mean(list(shares.values())))
    return f"The sign of the head's feature names the pole of a reply written under it in {mean:.0%}: {each}."


def table(found: Sequence[Effect]) -> str:
    """Return the effects as a Markdown table, one row per principle and way, and a summary per way."""
    by_cell = {e.cell: e for e in found}
    names = list(dict.fromkeys(e.cell.principle for e in found))
    hows = list(dict.fromkeys(e.cell.how for e in found))
    lines = [
        "| principle | by | −1 | −½ | ½ | 1 | fluency −1 / 1 |",
        "|---|---|---|---|---|---|---|",
    ]
    for name in names:
        for how in hows:
            row = [by_cell.get(Cell(name, w, how)) for w in WEIGHTS]
            shown = ["" if e is None else f"{e.mean:+.2f} ± {e.interval:.2f}" for e in row]
            ends = [by_cell.get(Cell(name, w, how)) for w in (-1.0, 1.0)]
            fluency = " / ".join("" if e is None else f"{e.fluency:+.2f}" for e in ends)
            lines.append(f"| {name} | {how} | {' | '.join(shown)} | {fluency} |")
    lines += [
        "",
        "| by | standardised effect, end to end | fluency lost, nats a token | effect per nat | monotone "
        "| stronger than the prompt |",
        "|---|---|---|---|---|---|",
    ]
    prompted = _spans(by_cell, names, "prompt")
    for how in hows:
        spans, losses, monotone = _spans(by_cell, names, how), [], 0
        for name in spans:
            low, high = by_cell[Cell(name, -1.0, how)], by_cell[Cell(name, 1.0, how)]
            losses.append(-(low.fluency + high.fluency) / 2)
            ladder = [by_cell.get(Cell(name, w, how)) for w in WEIGHTS]
            means = [e.mean for e in ladder if e is not None]
            means.insert(len(means) // 2, 0.0)  # unguided
            monotone += all(a <= b for a, b in itertools.pairwise(means))
        lost = float(np.mean(losses))
        span = float(np.mean(list(spans.values())))
        per_nat = f"{span / lost:.2f}" if lost > 0.01 else "–"
        both = [name for name in spans if name in prompted]
        stronger = f"{sum(spans[n] > prompted[n] for n in both)} of {len(both)}" if how != "prompt" else ""
        lines.append(
            f"| {how} | {span:.2f} | {lost:.3f} | {per_nat} | {monotone} of {len(spans)} | {stronger} |"
        )
    return "\n".join(lines)


def _spans(by_cell: Mapping[Cell, Effect], names: Sequence[str], how: How) -> dict[str, float]:
    """Return each principle's standardised effect from one end of the slider to the other."""
    ends = {name: (by_cell.get(Cell(name, -1.0, how)), by_cell.get(Cell(name, 1.0, how))) for name in names}
    return {
        name: high.standardised - low.standardised
        for name, (low, high) in ends.items()
        if low is not None and high is not None
    }

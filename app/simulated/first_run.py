"""Simulated users answer the first run's questions, and what is then foreseen is compared with what they want.

Questions are picked and answers learned from as the product does. What users like is drawn here: over principles, where
their tastes are known, or over what checkers count. It knows neither the engine nor the memory's file.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import numpy as np

from app.first_run import QUESTIONS, Answer, inputs_of, next_pair, posterior_of
from app.simulated.figures import Mean, mean_of
from app.simulated.ratings import TOLD_APART
from app.simulated.tastes import USERS, Judge, wavers
from engine.calibration.checkers import CHECKERS
from memory.features import ReplyTable, differences, spread
from memory.learning import DEFAULTS, make_prior, to_theta
from memory.surface import surface

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from app.first_run import WrittenPair
    from app.simulated.replies import Question, SampledReply
    from app.simulated.tastes import User
    from memory.learning import Array

Tastes: TypeAlias = Literal["few, independent", "few, related", "as the prior", "counted"]
Choice: TypeAlias = Literal["information", "random bold", "random", "none"]

KNOWN: Final[tuple[Tastes, ...]] = ("few, independent", "few, related", "as the prior")
CHOICES: Final[tuple[Choice, ...]] = ("information", "random bold", "random", "none")
REPLIES, WRITTEN = "replies of the model", "written pairs not asked"
# A pair that a user tells apart clearly: the better one is chosen in 73 % at least.
DECISIVE: Final = 1.0
# Users of the first two kinds: how many strong tastes, how strong in slider units, and the spread of the others in θ.
_STRONG, _HOW_STRONG, _FAINT = (2, 4), (0.75, 0.97), 0.1
# A bold pair leans on this many principles at least.
_BOLD = 4
# How far tastes go together as manners of writing do, where they are related.
_RELATED = 0.5


@dataclass(frozen=True, slots=True)
class Figure:
    """How often the better one of a held-out pair was foreseen: a mean over users."""

    tastes: Tastes
    held_out: str
    decisive: bool
    choice: Choice
    accuracy: Mean


def draw_tastes(
    tastes: Tastes,
    count: int,
    pairs: Sequence[WrittenPair],
    names: Sequence[str],
    numbers: np.random.Generator,
) -> Array:
    """Draw what ``count`` users like: (count, K), in θ.

    *few*: two to four principles matter much, the rest hardly. *related*: which do, and to which side, goes together
    as it does in the manners the pairs are written in. *as the prior*: as the memory assumes before any evidence,
    given that something matters (|w| ≥ ½).
    """
    size = len(names)
    if tastes == "as the prior":
        drawn = np.sqrt(np.diagonal(make_prior(names).covariance))[:size] * numbers.standard_normal(
            (8 * count, size)
        )
        return np.asarray(drawn[np.abs(drawn).max(axis=1) >= to_theta(0.5)][:count])
    together = np.eye(size)
    if tastes == "few, related":
        inputs = inputs_of(pairs, names)[:, :size]
        length = np.linalg.norm(inputs, axis=0)
        together = (1 - _RELATED) * together + _RELATED * (inputs.T @ inputs) / np.outer(length, length)
    leanings = numbers.multivariate_normal(np.zeros(size), together, count)
    drawn = _FAINT * numbers.standard_normal((count, size))
    for user, leaning in zip(drawn, leanings, strict=True):
        strong = np.argsort(-np.abs(leaning))[: numbers.integers(_STRONG[0], _STRONG[1] + 1)]
        weights = np.sign(leaning[strong]) * numbers.uniform(*_HOW_STRONG, len(strong))
        user[strong] = [to_theta(weight) for weight in weights]
    return drawn


class Interview:
    """Asks users the five questions; what comes next and what is learned is worked out once for the same answers."""

    def __init__(self, pairs: Sequence[WrittenPair], names: Sequence[str]) -> None:
        self.pairs, self.names = pairs, names
        self._next: dict[tuple[tuple[str, int], ...], WrittenPair] = {}
        self._mean: dict[tuple[tuple[str, int], ...], Array] = {}

    def ask(
        self, choice: Choice, prefers: Callable[[WrittenPair], int], numbers: np.random.Generator
    ) -> list[Answer]:
        """Return the answers of a user who ``prefers`` +1 the first, −1 the second of a pair."""
        if choice == "none":
            return []
        if choice != "information":
            least = _BOLD if choice == "random bold" else 0
            pool = [pair for pair in self.pairs if len(pair.leans) >= least]
            drawn = numbers.choice(len(pool), QUESTIONS, replace=False)
            return [Answer(pool[i], prefers(pool[i])) for i in drawn]
        answers: list[Answer] = []
        for _ in range(QUESTIONS):
            key = _key(answers)
            if key not in self._next:
                pair = next_pair(self.pairs, answers, self.names)
                assert pair is not None
                self._next[key] = pair
            answers.append(Answer(self._next[key], prefers(self._next[key])))
        return answers

    def learned(self, answers: Sequence[Answer]) -> Array:
        """Return the posterior mean after ``answers``: (D,) in θ."""
        key = _key(answers)
        if key not in self._mean:
            self._mean[key] = posterior_of(answers, self.names).mean
        return self._mean[key]


def measure(
    pairs: Sequence[WrittenPair],
    names: Sequence[str],
    questions: Mapping[str, Question],
    replies: Sequence[SampledReply],
    users: int,
    seed: int,
) -> list[Figure]:
    """Have ``users`` users of each kind answer; without ``replies``, only written pairs are held out."""
    interview = Interview(pairs, names)
    siblings = list(_siblings(replies))
    real = reply_differences(replies, siblings, names)
    figures: list[Figure] = []
    for number, tastes in enumerate(KNOWN):
        numbers = np.random.default_rng([seed, number])
        thetas = draw_tastes(tastes, users, pairs, names, numbers)
        for choice in CHOICES:
            figures += _known(
                interview, tastes, choice, thetas, real, np.random.default_rng([seed, number, 1])
            )
    if len(replies):
        figures += _counted(interview, questions, replies, siblings, real, users, seed)
    return figures


def reply_differences(
    replies: Sequence[SampledReply], siblings: Sequence[tuple[int, int]], names: Sequence[str]
) -> Array:
    """Return the inputs of ``siblings``, pairs of ``replies`` to one question, as the memory makes them: (n, D)."""
    if not siblings:
        return np.zeros((0, inputs_of((), names).shape[1]))
    ids = {question: number for number, question in enumerate(dict.fromkeys(r.question for r in replies))}
    raw = ReplyTable(
        np.array([ids[reply.question] for reply in replies]),
        np.array([[reply.features[name] for name in names] for reply in replies]),
        np.array([surface(reply.text) for reply in replies]),
        np.array([float(reply.tokens) for reply in replies]),
        np.array([reply.mean_base_logprob for reply in replies]),
    ).raw()
    first, second = np.array(siblings).T
    return differences(raw, spread(raw), first, second)


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as Markdown, in percent."""
    heads = (
        "tastes",
        "held out",
        "five by information",
        "five bold ones at random",
        "five at random",
        "none",
    )
    rows = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for tastes, held_out, decisive in dict.fromkeys((f.tastes, f.held_out, f.decisive) for f in figures):
        own = {
            f.choice: f.accuracy
            for f in figures
            if (f.tastes, f.held_out, f.decisive) == (tastes, held_out, decisive)
        }
        shown = f"{held_out}, {'told apart clearly' if decisive else 'all'}"
        rows.append(
            f"| {tastes} | {shown} | " + " | ".join(_percent(own[choice]) for choice in CHOICES) + " |"
        )
    return "\n".join(rows)


def _known(
    interview: Interview,
    tastes: Tastes,
    choice: Choice,
    thetas: Array,
    real: Array,
    numbers: np.random.Generator,
) -> Iterator[Figure]:
    size = len(interview.names)
    written = inputs_of(interview.pairs, interview.names)
    logits = dict(
        zip((pair.question for pair in interview.pairs), (written[:, :size] @ thetas.T), strict=True)
    )
    right: dict[tuple[str, bool], list[float]] = {}
    for user, theta in enumerate(thetas):

        def prefers(pair: WrittenPair, user: int = user) -> int:
            meant = numbers.random() < 0.5 * (1 + np.tanh(0.5 * logits[pair.question][user]))
            return 1 if meant != (numbers.random() < DEFAULTS.flip_rate) else -1

        answers = interview.ask(choice, prefers, numbers)
        learned = interview.learned(answers)
        asked = {answer.pair.question for answer in answers}
        left = written[[pair.question not in asked for pair in interview.pairs]]
        for held_out, inputs in ((REPLIES, real), (WRITTEN, left)):
            if len(inputs):
                wanted, foreseen = inputs[:, :size] @ theta, inputs @ learned
                for decisive in (True, False):
                    chosen = np.abs(wanted) >= DECISIVE * decisive
                    right.setdefault((held_out, decisive), []).append(
                        _share(wanted[chosen], foreseen[chosen])
                    )
    for (held_out, decisive), shares in right.items():
        yield Figure(tastes, held_out, decisive, choice, mean_of(shares))


def _counted(
    interview: Interview,
    questions: Mapping[str, Question],
    replies: Sequence[SampledReply],
    siblings: Sequence[tuple[int, int]],
    real: Array,
    users: int,
    seed: int,
) -> Iterator[Figure]:
    judge, anywhere = Judge(replies), next(iter(questions.values()))
    settled = [user for user in USERS if user.likes and not user.elsewhere]
    checks = {
        pair.question: [
            {name: check(text) for name, check in CHECKERS.items()} for text in (pair.first, pair.second)
        ]
        for pair in interview.pairs
    }
    for choice in CHOICES:
        numbers = np.random.default_rng([seed, len(KNOWN)])
        shares = []
        for user in settled:
            likings = np.array([judge.liking(user, anywhere, reply.checks) for reply in replies])
            wanted = np.array([likings[first] - likings[second] for first, second in siblings])
            apart = np.abs(wanted) >= TOLD_APART
            liked = {
                question: judge.liking(user, anywhere, first) - judge.liking(user, anywhere, second)
                for question, (first, second) in checks.items()
            }
            for _ in range(max(1, users // len(settled))):
                answers = interview.ask(choice, _reader(user, liked, numbers), numbers)
                shares.append(_share(wanted[apart], (real @ interview.learned(answers))[apart]))
        yield Figure("counted", REPLIES, True, choice, mean_of(shares))


def _reader(
    user: User, liked: Mapping[str, float], numbers: np.random.Generator
) -> Callable[[WrittenPair], int]:
    return lambda pair: wavers(liked[pair.question], user, numbers)


def _siblings(replies: Sequence[SampledReply]) -> Iterator[tuple[int, int]]:
    groups: dict[str, list[int]] = {}
    for number, reply in enumerate(replies):
        groups.setdefault(reply.question, []).append(number)
    for group in groups.values():
        yield from combinations(group, 2)


def _share(wanted: Array, foreseen: Array) -> float:
    if not len(wanted):
        return float("nan")
    # What is as good as 0 foresees nothing.
    return float(np.mean(np.where(np.abs(foreseen) < 1e-6, 0.5, foreseen * wanted > 0)))


def _key(answers: Sequence[Answer]) -> tuple[tuple[str, int], ...]:
    return tuple((answer.pair.question, answer.label) for answer in answers)


def _percent(mean: Mean) -> str:
    return f"{100 * mean.value:.1f} ± {100 * mean.half:.1f}"

"""How well n thumbs or n pairs foresee what somebody prefers: histories drawn from known preferences, learned from.

Each history goes through the very tables and fits that the store's working memory uses. It knows neither files nor
models: replies come scored.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from memory.evidence import EvidenceTable
from memory.features import ReplyTable, differences, spread
from memory.learning import LearningOptions, Prior, Rows, fit, make_prior
from memory.surface import SURFACE, surface
from memory.taste import CONTEXT_ROWS, Taste

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.random import Generator
    from numpy.typing import NDArray

    from memory.learning import Array

Kind: TypeAlias = Literal["thumbs", "pairs"]
KINDS: tuple[Kind, ...] = ("thumbs", "pairs")
SIZES = (4, 10, 20, 50)
WRONG_CLICKS = 0.1

# The share of prompts that is kept for testing where the largest history needs all it can get, and the fewest.
TESTED_SHARE, FEWEST_TESTED = 0.2, 2

_PLAIN = LearningOptions(flip_rate=0.0)
_MINUTE = 60.0
_EMBEDDER = "the embedder in use"


@dataclass(frozen=True, slots=True, eq=False)
class KnownReply:
    """A scored reply. ``principles``: (K,) nats; ``tokens`` counts all of it; ``base_logprob``: nats a token."""

    text: str
    principles: Array
    tokens: int
    base_logprob: float
    surface: Array = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "surface", surface(self.text))


@dataclass(frozen=True, slots=True, eq=False)
class KnownPair:
    """Two replies to one question, ``vector`` (d,) float32, of which the user prefers ``chosen``."""

    prompt: str
    vector: NDArray[np.float32]
    chosen: KnownReply
    rejected: KnownReply


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Accuracy on pairs of unseen questions after each number of clicks: (R,), one for each history.

    ``learned`` by what Attune learns; ``counted`` by a ridge regression on what can be counted in the text. Sizes
    that a user has too few pairs for are missing.
    """

    learned: dict[int, Array]
    counted: dict[int, Array]


def most_clicks(pairs: Sequence[KnownPair], kind: Kind) -> int:
    """Return how long a history of ``kind`` can be at most, with the prompts that are tested left out."""
    prompts = len({pair.prompt for pair in pairs})
    if prompts <= _tested(prompts):
        return 0
    sure = sorted(_clicks_by_prompt(pairs, kind).values())[: prompts - _tested(prompts)]
    return sum(sure)


def learning_curve(
    pairs: Sequence[KnownPair], names: Sequence[str], kind: Kind, *, resamples: int, seed: int
) -> Curve:
    """Draw ``resamples`` histories of one user and measure each at every one of ``SIZES``.

    The questions tested are none of the history's. A thumb says whether the reply is one the user would choose, and
    like a pair, one in ten says the opposite. A reply is centred by what precedes it in the history, never by
    the other reply of its pair, unless that was rated, too. Raises ValueError for fewer than three prompts.
    """
    if len({pair.prompt for pair in pairs}) <= FEWEST_TESTED:
        raise ValueError("too few prompts")
    sizes = [size for size in SIZES if size <= most_clicks(pairs, kind)]
    found = [_history(pairs, names, kind, sizes, np.random.default_rng((seed, r))) for r in range(resamples)]
    return Curve(
        {size: np.array([learned[size] for learned, _ in found]) for size in sizes},
        {size: np.array([counted[size] for _, counted in found]) for size in sizes},
    )


def _tested(prompts: int) -> int:
    return max(FEWEST_TESTED, round(TESTED_SHARE * prompts))


def _clicks_by_prompt(pairs: Sequence[KnownPair], kind: Kind) -> dict[str, int]:
    distinct: dict[str, set[object]] = {}
    for number, pair in enumerate(pairs):
        said = distinct.setdefault(pair.prompt, set())
        said.update((pair.chosen.text, pair.rejected.text) if kind == "thumbs" else (number,))
    return {prompt: len(said) for prompt, said in distinct.items()}


def _split(
    pairs: Sequence[KnownPair], kind: Kind, numbers: Generator
) -> tuple[list[KnownPair], list[KnownPair]]:
    """Return pairs to learn from and pairs to test on, no prompt in both: as many tests as the history can spare."""
    clicks = _clicks_by_prompt(pairs, kind)
    prompts = list(clicks)
    numbers.shuffle(prompts)
    learned: set[str] = set()
    needed = SIZES[-1] if kind == "pairs" else 2 * SIZES[-1]
    for prompt in prompts[: len(prompts) - _tested(len(prompts))]:
        if needed <= 0:
            break
        learned.add(prompt)
        needed -= clicks[prompt]
    order = [pairs[int(i)] for i in numbers.permutation(len(pairs))]
    return [p for p in order if p.prompt in learned], [p for p in order if p.prompt not in learned]


@dataclass(frozen=True, slots=True, eq=False)
class _Click:
    first: KnownReply
    second: KnownReply | None  # the one that was not taken, of a pair
    label: int


def _history(
    pairs: Sequence[KnownPair], names: Sequence[str], kind: Kind, sizes: Sequence[int], numbers: Generator
) -> tuple[dict[int, float], dict[int, float]]:
    known, tested = _split(pairs, kind, numbers)
    table = EvidenceTable(names)
    source = _thumbs(table, known, numbers) if kind == "thumbs" else _pairs(table, known, numbers)
    learned, counted = {}, {}
    clicks: list[_Click] = []
    for size in sizes:
        clicks.extend(islice(source, size - len(clicks)))
        learned[size] = _accuracy(*_learned(table, known, tested))
        counted[size] = _accuracy(*_counted(clicks, tested))
    return learned, counted


def _thumbs(table: EvidenceTable, pairs: Sequence[KnownPair], numbers: Generator) -> Iterator[_Click]:
    """Rate one reply after the other: new questions first, then further replies to those already asked."""
    drawn = [(pair, bool(numbers.random() < 0.5)) for pair in _new_questions_first(pairs)]
    rated: set[str] = set()
    for number, (pair, liked) in enumerate((*drawn, *((pair, not liked) for pair, liked in drawn))):
        reply = pair.chosen if liked else pair.rejected
        if (name := _name(pair, reply)) in rated:
            continue
        rated.add(name)
        _add(table, pair, reply)
        label = 1 if liked == _right(numbers) else -1
        table.set_thumb(name, f"thumb {number}", label, (), number * _MINUTE)
        yield _Click(reply, None, label)


def _pairs(table: EvidenceTable, pairs: Sequence[KnownPair], numbers: Generator) -> Iterator[_Click]:
    for number, pair in enumerate(_new_questions_first(pairs)):
        _add(table, pair, pair.chosen)
        _add(table, pair, pair.rejected)
        taken, left = (pair.chosen, pair.rejected) if _right(numbers) else (pair.rejected, pair.chosen)
        table.add_pair(f"pair {number}", _name(pair, taken), _name(pair, left), number * _MINUTE)
        yield _Click(taken, left, 1)


def _right(numbers: Generator) -> bool:
    return bool(numbers.random() >= WRONG_CLICKS)


def _new_questions_first(pairs: Sequence[KnownPair]) -> list[KnownPair]:
    seen: dict[str, int] = {}
    turns = []
    for pair in pairs:
        seen[pair.prompt] = seen.get(pair.prompt, -1) + 1
        turns.append(seen[pair.prompt])
    return [pairs[int(i)] for i in np.argsort(turns, kind="stable")]


def _name(pair: KnownPair, reply: KnownReply) -> str:
    return f"{pair.prompt}\n{reply.text}"


def _add(table: EvidenceTable, pair: KnownPair, reply: KnownReply) -> None:
    name = _name(pair, reply)
    table.add_reply(name, pair.prompt, reply.principles, reply.tokens, reply.base_logprob, reply.surface)
    table.set_vector(pair.prompt, _EMBEDDER, pair.vector)


def _learned(
    table: EvidenceTable, known: Sequence[KnownPair], tested: Sequence[KnownPair]
) -> tuple[Array, Array]:
    """Return what Attune has learned for each tested question, (n, D), and the inputs it applies to, (n, D)."""
    evidence = table.rows()
    taste = Taste(evidence.rows, make_prior(table.names))
    vectors = {pair.prompt: pair.vector for pair in known}
    newest = evidence.questions[-CONTEXT_ROWS:]
    here = taste.contextual(newest, np.array([vectors[question] for question in newest]))
    theta = [(taste.everywhere if here is None else here.at(pair.vector)).mean for pair in tested]
    raw = _raw([pair.chosen for pair in tested] + [pair.rejected for pair in tested])
    chosen = np.arange(len(tested))
    return np.array(theta), differences(raw, spread(table.replies().raw()), chosen, chosen + len(tested))


def _counted(clicks: Sequence[_Click], tested: Sequence[KnownPair]) -> tuple[Array, Array]:
    """Return the same for a plain ridge logistic regression on what can be counted in the text."""
    first = _countable([click.first for click in clicks])
    others = [click.second for click in clicks if click.second is not None]
    seen = np.vstack((first, _countable(others)))
    middle, scale = seen.mean(axis=0), np.maximum(seen.std(axis=0), 1e-2)
    inputs = (first - (_countable(others) if others else middle)) / scale
    inputs = np.column_stack((inputs, np.full(len(first), 0.0 if others else 1.0)))
    labels = np.array([click.label for click in clicks], dtype=np.float64)
    width = inputs.shape[1]
    ridge = fit(Rows(inputs, labels, np.ones(len(labels))), Prior(np.zeros(width), np.eye(width)), _PLAIN)
    better, worse = _countable([p.chosen for p in tested]), _countable([p.rejected for p in tested])
    apart = np.column_stack(((better - worse) / scale, np.zeros(len(tested))))
    return np.tile(ridge.mean, (len(tested), 1)), apart


def _countable(replies: Sequence[KnownReply]) -> Array:
    """(n, S+1): surface and log length in words, which needs no model either."""
    rows = [(*reply.surface, np.log(1 + len(reply.text.split()))) for reply in replies]
    return np.array(rows, dtype=np.float64).reshape(-1, len(SURFACE) + 1)


def _raw(replies: Sequence[KnownReply]) -> Array:
    return ReplyTable(
        np.arange(len(replies)),
        np.array([reply.principles for reply in replies]),
        np.array([reply.surface for reply in replies]),
        np.array([reply.tokens for reply in replies], dtype=np.float64),
        np.array([reply.base_logprob for reply in replies]),
    ).raw()


def _accuracy(theta: Array, apart: Array) -> float:
    """Share of pairs whose difference points along θ; a draw counts half."""
    agreement = np.sum(theta * apart, axis=1)
    return float(np.mean((agreement > 0) + 0.5 * (agreement == 0)))

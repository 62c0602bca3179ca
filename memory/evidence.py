"""The evidence of one reward version in arrays, kept in step with the store: replies, thumbs on them, pairs.

NumPy only. It turns evidence into rows of the regression; it knows neither the database nor what is fitted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from memory.features import QuestionVectors, ReplyTable, differences, spread, standardised
from memory.learning import DEFAULTS, Rows, columns, recency
from memory.reasons import DIRECTIONS, NOT_TRUE, REASONS, TONE, WRONG_TONE
from memory.surface import SURFACE
from memory.typical import MOST_QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from memory.learning import Array

# A reason says that a reply this many spreads further along the principle it names would have been better, and
# leaves this share of the thumb's blame to the features it does not name.
REASON_SPREADS, UNNAMED_SHARE = 1.5, 0.3

# Opposite thumbs on two siblings imply a pair. The thumbs, centred on each other, have said half of it already.
IMPLIED_WEIGHT = 0.5

_DAY = 86_400.0


@dataclass(frozen=True, slots=True, eq=False)
class EvidenceRows:
    """Rows of the regression with where each came from, oldest first.

    ``sources``: (n,) identifiers of feedback or pairs; an implied pair has that of its later thumb. ``questions``:
    (n,) the question each row is about. ``times``: (n,) seconds. ``replies``: how many rated
    replies and first choices speak.
    """

    rows: Rows
    sources: tuple[str, ...]
    questions: tuple[str, ...]
    times: Array
    replies: int


class EvidenceTable:
    """Scored replies and what was said about them. Thumbs and pairs on unscored replies wait outside."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self._row: dict[str, int] = {}
        self._questions = np.zeros(64, dtype=object)
        self._group: dict[str, int] = {}
        # principles, surface, tokens, mean base log-probability
        self._numbers = np.zeros((64, len(self.names) + len(SURFACE) + 2))
        self._vectors: dict[str, dict[str, NDArray[np.float32]]] = {}  # by embedder, by question
        self._asked: dict[str, int] = {}
        self._groups = np.zeros(64, dtype=np.int64)
        self._labels = np.zeros(64)
        self._times = np.zeros(64)
        self._reasons = np.zeros(64, dtype=np.int64)
        self._feedback = np.zeros(64, dtype=object)
        self._waiting: dict[str, tuple[str, int, Sequence[str], float]] = {}
        self._pairs: dict[str, tuple[str, str, float]] = {}
        # Replies written by hand: the question, and (K,) where the text stands in spreads.
        self._written: dict[str, tuple[str, Array]] = {}
        self._inputs: Array | None = None
        self._measures: tuple[Array, Array] | None = (
            None  # raw features and their spread, as the inputs were told from
        )
        self._built: EvidenceRows | None = None

    def add_reply(
        self,
        message_id: str,
        question_id: str,
        principles: Array,
        tokens: float,
        base_logprob: float,
        surface: Array | None = None,
        number: int | None = None,
    ) -> None:
        """Add a scored reply, or replace its features.

        ``principles``: (K,) nats, NaN where not scored. ``surface``: (S,) of its text, where that is known.
        ``number`` grows with time; by default replies come in their order.
        """
        counted = np.full(len(SURFACE), np.nan) if surface is None else surface
        numbers = np.array([(*principles, *counted, tokens, base_logprob)])
        self.add_replies([message_id], [question_id], numbers, None if number is None else [number])

    def add_replies(
        self,
        message_ids: Sequence[str],
        question_ids: Sequence[str],
        numbers: Array,
        order: Sequence[int] | None = None,
    ) -> None:
        """Add many as by ``add_reply``; ``numbers`` (n, K+S+2): principles, surface, tokens, base log-probability.

        ``order``: (n,) a ``number`` for each.
        """
        rows = np.empty(len(message_ids), dtype=np.int64)
        for index, (message_id, question_id) in enumerate(zip(message_ids, question_ids, strict=True)):
            rows[index] = self._row.setdefault(message_id, len(self._row))
            asked = len(self._row) if order is None else order[index]
            self._asked[question_id] = max(asked, self._asked.get(question_id, asked))
        while len(self._labels) < len(self._row):
            self._grow()
        self._questions[rows] = question_ids
        self._groups[rows] = [self._group.setdefault(q, len(self._group)) for q in question_ids]
        self._numbers[rows] = numbers
        self._inputs = self._built = None
        if self._waiting:
            for message_id in message_ids:
                if message_id in self._waiting:
                    self.set_thumb(message_id, *self._waiting.pop(message_id))

    def add_written(self, message_id: str, question_id: str, principles: Array) -> None:
        """Add a reply written by hand, (K,) in spreads. Pairs of them and thumbs teach; they measure no reply."""
        self._written[message_id] = (question_id, np.nan_to_num(principles))
        self._built = None

    def set_vector(self, question_id: str, embedder: str, vector: NDArray[np.float32]) -> None:
        """Say where a question lies for an embedder: (d,) float32 of unit length."""
        self._vectors.setdefault(embedder, {})[question_id] = vector
        if question_id in self._group:
            self._inputs = self._built = None

    def set_thumb(
        self, message_id: str, feedback_id: str, label: int, reasons: Iterable[str], time: float
    ) -> None:
        """Put a thumb on a reply; ``time`` in seconds. It waits if the reply has no features yet."""
        reasons = tuple(reasons)
        row = self._row.get(message_id)
        if row is None:
            self._waiting[message_id] = (feedback_id, label, reasons, time)
            if message_id in self._written:
                self._built = None
            return
        self._labels[row], self._times[row], self._feedback[row] = label, time, feedback_id
        self._reasons[row] = sum(1 << REASONS.index(reason) for reason in reasons if reason in REASONS)
        self._built = None

    def clear_thumb(self, message_id: str) -> None:
        """Take the thumb off a reply."""
        if self._waiting.pop(message_id, None) and message_id in self._written:
            self._built = None
        if (row := self._row.get(message_id)) is not None:
            self._labels[row] = 0.0
            self._built = None

    def add_pair(self, pair_id: str, preferred_id: str, other_id: str, time: float) -> None:
        """One reply was preferred over another to the same question."""
        self._pairs[pair_id] = (preferred_id, other_id, time)
        self._built = None

    def remove_pair(self, pair_id: str) -> None:
        """Take a pair back."""
        self._pairs.pop(pair_id, None)
        self._built = None

    def rows(self) -> EvidenceRows:
        """Return all that teaches taste, oldest first."""
        if self._built is None:
            self._built = self._build()
        return self._built

    def inputs(self) -> Array:
        """Centred, standardised inputs of every scored reply: (n, K+3)."""
        if self._inputs is None:
            replies = self.replies()
            raw = replies.raw()
            self._measures = raw, spread(raw)
            empty = np.zeros((0, len(columns(self.names))))
            self._inputs = standardised(replies, self._measures) if self._row else empty
        return self._inputs

    def inputs_of(self, message_ids: Sequence[str]) -> Array:
        """Return the inputs of the scored replies ``message_ids``, in their order. Raises ``KeyError``."""
        return np.asarray(self.inputs()[[self._row[message_id] for message_id in message_ids]])

    def replies(self) -> ReplyTable:
        """Return the raw features of all scored replies, in the order in which they were added."""
        count, principles = len(self._row), len(self.names)
        numbers = self._numbers[:count]
        return ReplyTable(
            self._groups[:count],
            numbers[:, :principles],
            numbers[:, principles:-2],
            numbers[:, -2],
            numbers[:, -1],
            self._question_vectors(),
        )

    def _question_vectors(self) -> QuestionVectors | None:
        """Return where the newest questions lie, for the embedder that knows most of them."""
        newest = self._newest(MOST_QUESTIONS)
        known = [[q for q in newest if q in vectors] for _, vectors in sorted(self._vectors.items())]
        best = max(range(len(known)), key=lambda i: len(known[i]), default=None)
        if best is None or not known[best]:
            return None
        vectors = self._vectors[sorted(self._vectors)[best]]
        return QuestionVectors(
            np.array([self._group[q] for q in known[best]]), np.array([vectors[q] for q in known[best]])
        )

    def _newest(self, count: int) -> list[str]:
        """Return the ``count`` questions asked last, the newest first; those of one moment by name."""
        times = np.fromiter(self._asked.values(), np.int64)
        if not len(times):
            return []
        first = max(len(times) - count, 0)
        least = np.partition(times, first)[first]  # sorting all of them would take longer than all else here
        late = [(-time, question) for question, time in self._asked.items() if time >= least]
        return [question for _, question in sorted(late)[:count]]

    def _build(self) -> EvidenceRows:
        inputs, count = self.inputs(), len(self._row)
        reasons = self._reasons[:count]
        rated = np.flatnonzero((self._labels[:count] != 0) & (reasons & _bit(NOT_TRUE) == 0))
        written, asked = self._written_rows()
        parts = [self._thumbs(inputs, rated, reasons), *self._reason_rows(rated, reasons)]
        parts += [self._given_pairs(), self._implied_pairs(rated), written]
        about = np.concatenate([part.about for part in parts])
        times = np.concatenate([part.times for part in parts])
        order = np.lexsort((about, times))
        about, times = about[order], times[order]
        ages = (times.max(initial=0.0) - times) / _DAY
        rows = Rows(
            np.concatenate([part.inputs for part in parts])[order],
            np.concatenate([part.labels for part in parts])[order],
            np.concatenate([part.weights for part in parts])[order] * recency(ages, DEFAULTS),
        )
        sources = np.concatenate([part.sources for part in parts])[order]
        questions = np.concatenate((self._questions[:count], np.array(asked, dtype=object)))[about]
        return EvidenceRows(
            rows, tuple(sources.tolist()), tuple(questions.tolist()), times, len(rated) + len(asked)
        )

    def _thumbs(self, inputs: Array, rated: NDArray[np.int64], reasons: NDArray[np.int64]) -> _Part:
        own = inputs[rated]
        for number, reason in enumerate(REASONS):
            if reason in DIRECTIONS or reason == WRONG_TONE:
                said = (reasons[rated] >> number & 1).astype(bool) & (self._labels[rated] < 0)
                named = {DIRECTIONS[reason][0]} if reason in DIRECTIONS else set(TONE)
                share = [1.0 if name in named else UNNAMED_SHARE for name in columns(self.names)[:-1]]
                if reason == WRONG_TONE:
                    share = [REASON_SPREADS if factor == 1.0 else factor for factor in share]
                own[said] *= (*share, 1.0)
        return self._part(own, self._labels[rated], np.ones(len(rated)), self._times[rated], rated)

    def _reason_rows(self, rated: NDArray[np.int64], reasons: NDArray[np.int64]) -> Iterable[_Part]:
        for reason, (name, direction) in DIRECTIONS.items():
            if name in self.names:
                said = rated[(reasons[rated] & _bit(reason) != 0) & (self._labels[rated] < 0)]
                wished = np.zeros((len(said), len(columns(self.names))))
                wished[:, self.names.index(name)] = REASON_SPREADS * direction
                yield self._part(wished, np.ones(len(said)), np.ones(len(said)), self._times[said], said)

    def _given_pairs(self) -> _Part:
        known = [(i, p) for i, p in self._pairs.items() if p[0] in self._row and p[1] in self._row]
        better = np.array([self._row[p[0]] for _, p in known], dtype=np.int64)
        worse = np.array([self._row[p[1]] for _, p in known], dtype=np.int64)
        ones = np.ones(len(known))
        times = np.array([p[2] for _, p in known], dtype=np.float64)
        sources = np.array([i for i, _ in known], dtype=object)
        return _Part(self._between(better, worse), ones, ones, times, better, sources)

    def _written_rows(self) -> tuple[_Part, list[str]]:
        """Return what was said of written replies, and their questions; ``about`` counts them after the scored ones."""
        said: list[tuple[str, str, Array, int, float]] = []  # source, question, input, label, time
        for source, (better, worse, time) in self._pairs.items():
            if better in self._written and worse in self._written:
                question, first = self._written[better]
                said.append((source, question, np.append(first - self._written[worse][1], 0.0), 1, time))
        for message_id, (source, label, reasons, time) in self._waiting.items():
            if message_id in self._written and NOT_TRUE not in reasons:
                question, stands = self._written[message_id]
                said.append((source, question, np.append(stands, 1.0), label, time))
        inputs = np.zeros((len(said), len(columns(self.names))))
        for row, (_, _, known, _, _) in zip(inputs, said, strict=True):
            row[: len(self.names)], row[-1] = known[:-1], known[-1]
        sources = np.array([source for source, *_ in said], dtype=object)
        labels = np.array([label for *_, label, _ in said], dtype=np.float64)
        times = np.array([time for *_, time in said], dtype=np.float64)
        about = len(self._row) + np.arange(len(said), dtype=np.int64)
        return _Part(inputs, labels, np.ones(len(said)), times, about, sources), [q for _, q, *_ in said]

    def _implied_pairs(self, rated: NDArray[np.int64]) -> _Part:
        groups, numbers = np.unique(self._groups[rated], return_counts=True)
        shared = rated[np.isin(self._groups[rated], groups[numbers > 1])]
        better, worse, weights = [], [], []
        for group in np.unique(self._groups[shared]):
            siblings = shared[self._groups[shared] == group]
            up, down = siblings[self._labels[siblings] > 0], siblings[self._labels[siblings] < 0]
            for first in up:
                for second in down:
                    better.append(first)
                    worse.append(second)
                    weights.append(IMPLIED_WEIGHT / max(len(up), len(down)))
        b, w = np.array(better, dtype=np.int64), np.array(worse, dtype=np.int64)
        times = np.maximum(self._times[b], self._times[w])
        later = np.where(self._times[b] >= self._times[w], b, w)
        return self._part(self._between(b, w), np.ones(len(b)), np.array(weights), times, later)

    def _between(self, better: NDArray[np.int64], worse: NDArray[np.int64]) -> Array:
        if not len(better):
            return np.zeros((0, len(columns(self.names))))
        self.inputs()
        assert self._measures is not None
        return differences(*self._measures, better, worse)

    def _part(
        self, inputs: Array, labels: Array, weights: Array, times: Array, about: NDArray[np.int64]
    ) -> _Part:
        return _Part(inputs, labels, weights, times, about, self._feedback[about])

    def _grow(self) -> None:
        for name in ("_numbers", "_questions", "_groups", "_labels", "_times", "_reasons", "_feedback"):
            old = getattr(self, name)
            setattr(self, name, np.concatenate((old, np.zeros_like(old))))


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    inputs: Array
    labels: Array
    weights: Array
    times: Array
    about: NDArray[np.int64]
    sources: NDArray[np.object_]


def _bit(reason: str) -> int:
    return 1 << REASONS.index(reason)

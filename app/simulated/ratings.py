"""Simulated users rate real replies in a real memory, and what it then foresees is compared with what they want.

Everything goes through ``Store``, as in the window. It knows neither the engine nor how figures are shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from app.simulated.tastes import Judge, User, thumb, usual
from memory.records import PromptEmbedding, ReplyFeatures
from memory.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from app.simulated.replies import Question, SampledReply
    from app.store_thread import StoreThread
    from engine.principles import Principle
    from memory.records import Preferences

Stored: TypeAlias = "dict[tuple[str, int], str]"

COUNTS = (0, 2, 4, 8, 15, 25, 50)
AFTER_REVERSAL = (0, 4, 8, 11, 15)
# Share of the questions that is never rated, and how far apart two replies must be for a user to tell them apart.
HELD_OUT, TOLD_APART = 0.25, 0.5
# Questions of users whose taste depends on the situation.
SITUATIONS = ("code", "letters")


class Clock:
    """A minute passes each time it is read."""

    def __init__(self) -> None:
        self._now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the next minute."""
        self._now += timedelta(minutes=1)
        return self._now


@dataclass(frozen=True, slots=True)
class Point:
    """What was foreseen after ``thumbs`` thumbs, of which ``later`` after a change of mind.

    ``here``: share of held-out pairs of replies of which the preferred one was foreseen, with taste by situation;
    ``everywhere``: with one taste. ``within``: share of weights whose 80 % interval holds 0.
    """

    user: str
    resample: int
    thumbs: int
    later: int
    here: float
    everywhere: float
    within: float


def fill(
    store: Store,
    principles: Sequence[Principle],
    questions: Mapping[str, Question],
    replies: Sequence[SampledReply],
) -> Stored:
    """Put questions and scored replies into ``store``; return message ids by question and number.

    Each reply answers a question of its own: siblings would tell the memory what a question typically gets, which
    nobody has who asks once.
    """
    store.sync_principles(tuple((p.name, p.poles_hash) for p in principles if not p.fixed))
    found = {}
    for reply in replies:
        question = questions[reply.question]
        asked = store.add_message(store.create_conversation().id, None, "user", question.text)
        said = store.add_message(asked.conversation_id, asked.id, "assistant", reply.text)
        store.save_features(
            ReplyFeatures(said.id, reply.version, dict(reply.features), reply.mean_base_logprob, reply.tokens)
        )
        store.save_embedding(PromptEmbedding(asked.id, question.embedder, question.vector))
        found[reply.question, reply.number] = said.id
    return found


class Rating:
    """Users who rate the same replies in the same memory, one after the other; each leaves it as it was."""

    def __init__(
        self,
        store: StoreThread,
        stored: Stored,
        questions: Mapping[str, Question],
        replies: Sequence[SampledReply],
    ) -> None:
        self._store, self._stored, self._questions = store, stored, questions
        self._replies = [reply for reply in replies if (reply.question, reply.number) in stored]
        self._version = replies[0].version
        self.judge = Judge(self._replies)
        self._likings: dict[tuple[str, bool], NDArray[np.float64]] = {}

    def split(self, user: User, resample: int) -> tuple[list[SampledReply], list[SampledReply]]:
        """Draw what is rated, in its order, and what is held out, by question."""
        numbers = np.random.default_rng([resample, *user.name.encode()])
        ids = sorted(
            {
                reply.question
                for reply in self._replies
                if not user.elsewhere or self._questions[reply.question].situation in SITUATIONS
            }
        )
        order = [ids[i] for i in numbers.permutation(len(ids))]
        held_out = set(order[: max(1, round(HELD_OUT * len(ids)))])
        mine = [self._replies[i] for i in numbers.permutation(len(self._replies))]
        rated: list[SampledReply] = []
        # One reply to every question first, then another one to each.
        for round_ in range(max(reply.number for reply in mine) + 1):
            for question in order:
                of_it = [reply for reply in mine if reply.question == question]
                if question not in held_out and round_ < len(of_it):
                    rated.append(of_it[round_])
        return rated, [reply for reply in self._replies if reply.question in held_out]

    def rate(self, user: User, resample: int, most: int) -> Iterator[int]:
        """Put thumbs on replies, up to ``most``, and as many more as a change of mind is followed for.

        Yields the number of thumbs before each one and at the end. Call ``undo`` afterwards.
        """
        rated, _ = self.split(user, resample)
        numbers = np.random.default_rng([1, resample, *user.name.encode()])
        total = most + (AFTER_REVERSAL[-1] if user.later else 0)
        for count, reply in enumerate(rated[:total]):
            yield count
            later = user.later is not None and count >= most
            liking = self._liking(user, reply, later=later)
            usual_here = self._usual(user, reply.question, later=later)
            said = thumb(liking, usual_here, user, numbers)
            self._store.call(partial(Store.rate, message_id=self._id(reply), label=said))
        yield min(total, len(rated))

    def undo(self, user: User, resample: int) -> None:
        """Take every thumb of ``rate`` back."""
        for reply in self.split(user, resample)[0]:
            self._store.call(partial(Store.undo_rating, message_id=self._id(reply)))

    def points(self, user: User, resample: int, counts: Sequence[int] = COUNTS) -> Iterator[Point]:
        """Have ``user`` rate, and compare what is foreseen at each of ``counts`` thumbs."""
        most = counts[-1]
        _, held_out = self.split(user, resample)
        for count in self.rate(user, resample, most):
            later = count - most
            if count in counts or (user.later is not None and later in AFTER_REVERSAL):
                yield Point(
                    user.name,
                    resample,
                    count,
                    max(later, 0),
                    self._foreseen(user, held_out, later=later > 0, here=True),
                    self._foreseen(user, held_out, later=later > 0, here=False),
                    self._within(),
                )
        self.undo(user, resample)

    def held_out_questions(self, user: User, resample: int) -> list[Question]:
        """Return the questions that ``user`` never rates an answer to, those of every situation in turn."""
        ids = dict.fromkeys(reply.question for reply in self.split(user, resample)[1])
        by_situation: dict[str, int] = {}
        turns = []
        for question in (self._questions[question_id] for question_id in ids):
            turn = by_situation[question.situation] = by_situation.get(question.situation, 0) + 1
            turns.append((turn, question.situation, question.id))
        return [self._questions[question_id] for _, _, question_id in sorted(turns)]

    def weights(self, question: Question) -> dict[str, float]:
        """Return the weights that would guide an answer to ``question`` now."""
        return self._preferences(question).used()

    def _foreseen(self, user: User, held_out: Sequence[SampledReply], *, later: bool, here: bool) -> float:
        ids = [self._id(reply) for reply in held_out]
        approvals = dict(zip(ids, self._approvals(ids), strict=True))
        right = []
        for question in sorted({reply.question for reply in held_out}):
            of_it = [reply for reply in held_out if reply.question == question]
            own = [self._id(reply) for reply in of_it]
            asked = self._questions[question]
            # Where taste is one everywhere, there is nothing more to ask for.
            here = here and self._preferences(asked).contextual
            found = self._approvals(own, asked) if here else [approvals[reply_id] for reply_id in own]
            likings = [self._liking(user, reply, later=later) for reply in of_it]
            for i, j in combinations(range(len(of_it)), 2):
                wanted, foreseen = likings[i] - likings[j], found[i] - found[j]
                if abs(wanted) >= TOLD_APART:
                    # What is as good as 0 foresees nothing.
                    right.append(0.5 if abs(foreseen) < 1e-6 else float(foreseen * wanted > 0))
        return float(np.mean(right)) if right else float("nan")

    def _preferences(self, question: Question) -> Preferences:
        return self._store.call(
            lambda store: store.preferences(self._version, embedder=question.embedder, vector=question.vector)
        )

    def _approvals(self, ids: Sequence[str], here: Question | None = None) -> tuple[float, ...]:
        return self._store.call(
            partial(
                Store.approvals,
                reward_version=self._version,
                message_ids=ids,
                embedder=None if here is None else here.embedder,
                vector=None if here is None else here.vector,
            )
        )

    def _within(self) -> float:
        weights = self._store.call(lambda store: store.preferences(self._version)).weights
        return float(np.mean([weight.low <= 0 <= weight.high for weight in weights]))

    def _usual(self, user: User, question: str, *, later: bool) -> float:
        if (user.name, later) not in self._likings:
            self._likings[user.name, later] = np.array(
                [self._liking(user, reply, later=later) for reply in self._replies]
            )
        everywhere = self._likings[user.name, later]
        return usual(everywhere, everywhere[[reply.question == question for reply in self._replies]])

    def _liking(self, user: User, reply: SampledReply, *, later: bool) -> float:
        return self.judge.liking(user, self._questions[reply.question], reply.checks, later=later)

    def _id(self, reply: SampledReply) -> str:
        return self._stored[reply.question, reply.number]

"""Whether learned weights make real answers that a simulated user prefers to unguided ones at the same seed.

Asked through the assistant, as in the window. It knows neither how weights are learned nor how figures are shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.prompting import AnswerOptions
from app.simulated.replies import finished
from engine.calibration.checkers import CHECKERS
from engine.protocol import Sampling

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.simulated.ratings import Rating
    from app.simulated.replies import Core, Question, RunFile
    from app.simulated.tastes import User

# Differences of liking smaller than this are a draw, in standard deviations.
DRAW = 0.1


@dataclass(frozen=True, slots=True)
class Win:
    """One answer after ``thumbs`` thumbs against the unguided one: ``won`` is 1, ½ or 0."""

    user: str
    thumbs: int
    question: str
    won: float


def answers(
    core: Core,
    rating: Rating,
    file: RunFile,
    users: Sequence[User],
    counts: Sequence[int],
    questions: int,
    max_tokens: int,
) -> Iterator[Win]:
    """Let ``users`` rate, and after each of ``counts`` thumbs answer ``questions`` held-out ones, guided and not.

    Answers are kept in ``file``; one is asked again only where other weights were learned since. Raises
    ``EngineError``.
    """
    kept = {(row["user"], row["thumbs"], row["question"]): row for row in file.rows("answer")}
    for user in users:
        for count in rating.rate(user, 0, max(counts)):
            if count not in counts:
                continue
            for question in rating.held_out_questions(user, 0)[:questions]:
                weights = rating.weights(question)
                plain = _answer(core, file, kept, "", 0, question, {}, max_tokens)
                guided = _answer(core, file, kept, user.name, count, question, weights, max_tokens)
                difference = rating.judge.liking(user, question, guided["checks"]) - rating.judge.liking(
                    user, question, plain["checks"]
                )
                won = 0.5 if abs(difference) < DRAW else float(difference > 0)
                yield Win(user.name, count, question.id, won)
        rating.undo(user, 0)


def _answer(
    core: Core,
    file: RunFile,
    kept: dict[tuple[str, int, str], dict[str, Any]],
    user: str,
    thumbs: int,
    question: Question,
    weights: dict[str, float],
    max_tokens: int,
) -> dict[str, Any]:
    key = (user, thumbs, question.id)
    rounded = {name: round(weight, 4) for name, weight in weights.items()}
    if key not in kept or kept[key]["weights"] != rounded:
        seed = sum(question.id.encode())
        options = AnswerOptions(Sampling(max_tokens=max_tokens), reward=None if user else "none", seed=seed)
        message = finished(core, question.text, options)
        core.assistant.forget_conversation(message.conversation_id)
        row = {"user": user, "thumbs": thumbs, "question": question.id, "weights": rounded}
        row |= {
            "text": message.content,
            "checks": {n: check(message.content) for n, check in CHECKERS.items()},
        }
        file.add("answer", row)
        kept[key] = row
    return kept[key]

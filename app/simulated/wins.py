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
    histories: int,
    max_tokens: int,
) -> Iterator[Win]:
    """Let ``users`` rate, and after each of ``counts`` thumbs answer a question they never rate, guided and not.

    Each of ``histories`` is rated anew and asks another question, so that a mean over them is one over both. Answers
    are kept in ``file``; one is asked again only where other weights were learned since. Raises ``EngineError``.
    """
    kept = {_key(row): row for row in file.rows("answer")}
    for history in range(histories):
        for user in users:
            questions = rating.held_out_questions(user, history)
            question = questions[history % len(questions)]
            plain = _answer(core, file, kept, {}, question, {}, max_tokens)
            for count in rating.rate(user, history, max(counts)):
                if count not in counts:
                    continue
                weights = rating.weights(question)
                asked = {"user": user.name, "history": history, "thumbs": count}
                guided = _answer(core, file, kept, asked, question, weights, max_tokens)
                difference = rating.judge.liking(user, question, guided["checks"]) - rating.judge.liking(
                    user, question, plain["checks"]
                )
                won = 0.5 if abs(difference) < DRAW else float(difference > 0)
                yield Win(user.name, count, question.id, won)
            rating.undo(user, history)


def _key(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row.get(name) for name in ("user", "history", "thumbs", "question"))


def _answer(
    core: Core,
    file: RunFile,
    kept: dict[tuple[Any, ...], dict[str, Any]],
    asked: dict[str, Any],
    question: Question,
    weights: dict[str, float],
    max_tokens: int,
) -> dict[str, Any]:
    """Answer as ``asked`` says who rated how much in which history, unguided for none of it; or return what is kept."""
    row = {"user": "", "history": 0, "thumbs": 0, "question": question.id, **asked}
    row["weights"] = {name: round(weight, 4) for name, weight in weights.items()}
    key = _key(row)
    if key not in kept or kept[key]["weights"] != row["weights"]:
        seed = sum(question.id.encode())
        options = AnswerOptions(Sampling(max_tokens=max_tokens), reward=None if asked else "none", seed=seed)
        message = finished(core, question.text, options)
        core.assistant.forget_conversation(message.conversation_id)
        row["text"] = message.content
        row["checks"] = {name: check(message.content) for name, check in CHECKERS.items()}
        file.add("answer", row)
        kept[key] = row
    return kept[key]

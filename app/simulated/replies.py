"""Real replies for simulated users to rate: asked through the assistant under random weights, so that they vary.

Questions and replies are kept in a file of JSON lines as they come, with what the product knows of them and what
the checkers count; an interrupted run goes on where it stopped. It knows neither tastes nor thumbs.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from app.answers import Broke, Finished
from app.prompting import AnswerOptions
from app.user_messages import UsageError
from engine import json_lines
from engine.calibration.checkers import CHECKERS
from engine.errors import EngineDiedError
from engine.protocol import Embed, Embedded, Sampling

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from app.assistant import Assistant
    from app.engine_client import EngineClient
    from app.store_thread import StoreThread
    from memory.records import Message

# The first reply to a question is unguided; each other one is pulled along this many preferences at once.
PULLED = 3
_SETTLED_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Core:
    """What answers here: the parts of a running Attune that are needed."""

    engine: EngineClient
    store: StoreThread
    assistant: Assistant


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A prompt and where it lies: ``vector`` (d,) float32 of unit length, by ``embedder``."""

    id: str
    situation: str
    text: str
    embedder: str
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SampledReply:
    """A reply as the product knows it (``features`` to ``version``) and as it is seen from outside (``checks``)."""

    question: str
    number: int
    text: str
    features: Mapping[str, float]
    mean_base_logprob: float
    tokens: int
    version: str
    checks: Mapping[str, float]


class RunFile:
    """All that a measurement has computed, one JSON object a line, each with a ``kind``."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def rows(self, kind: str) -> list[dict[str, Any]]:
        """Return the rows of one kind."""
        return [row for row in json_lines.rows(self._path) if row.pop("kind", None) == kind]

    def add(self, kind: str, row: Mapping[str, Any]) -> None:
        """Append one row."""
        json_lines.append(self._path, {"kind": kind, **row})

    def questions(self) -> dict[str, Question]:
        """Return the embedded questions by id."""
        return {
            row["id"]: Question(**{**row, "vector": np.frombuffer(base64.b64decode(row["vector"]), "<f4")})
            for row in self.rows("question")
        }

    def replies(self) -> list[SampledReply]:
        """Return the replies sampled so far."""
        return [SampledReply(**row) for row in self.rows("reply")]


def read_prompts(path: Path) -> list[tuple[str, str, str]]:
    """Return (id, situation, text) of each line of a file of prompts."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [(row["id"], row["situation"], row["prompt"]) for row in rows]


def sample(
    core: Core, file: RunFile, prompts: Sequence[tuple[str, str, str]], each: int, max_tokens: int
) -> Iterator[float]:
    """Embed ``prompts`` and answer each ``each`` times, as far as the file lacks it; yields the share done.

    Raises ``EngineError``, and ``UsageError`` where the file holds replies of another model or head.
    """
    if command := core.engine.pending_load():
        core.engine.call(command)
    version = core.assistant.version
    known = file.replies()
    if any(reply.version != version for reply in known):
        raise UsageError(
            "The file holds replies of another model, or of one tuned otherwise.",
            "Name another file for --out, or delete this one.",
        )
    _embed(core, file, prompts)
    done = {(reply.question, reply.number) for reply in known}
    wanted = [(prompt, number) for prompt in prompts for number in range(each)]
    for count, ((question, _, text), number) in enumerate(wanted, 1):
        if (question, number) not in done:
            file.add("reply", _answer(core, version, question, number, text, max_tokens))
        yield count / len(wanted)


def _embed(core: Core, file: RunFile, prompts: Sequence[tuple[str, str, str]]) -> None:
    known = file.questions()
    missing = [prompt for prompt in prompts if prompt[0] not in known]
    if not missing:
        return
    command = Embed(core.engine.next_id(), tuple(text for _, _, text in missing))
    result = core.engine.call(command)
    assert isinstance(result, Embedded)
    for (question, situation, text), vector in zip(missing, result.vectors, strict=True):
        row = {"id": question, "situation": situation, "text": text, "embedder": result.embedder}
        file.add("question", {**row, "vector": base64.b64encode(vector.astype("<f4").tobytes()).decode()})


def _answer(
    core: Core, version: str, question: str, number: int, text: str, max_tokens: int
) -> dict[str, Any]:
    assistant, store = core.assistant, core.store
    tunable = [p.name for p in assistant.principles.all if not p.fixed]
    numbers = np.random.default_rng([number, *question.encode()])
    pulled = numbers.choice(len(tunable), PULLED if number else 0, replace=False)
    weights = {tunable[i]: float(numbers.choice((-1, 1)) * numbers.uniform(0.4, 1.0)) for i in pulled}
    options = AnswerOptions(
        Sampling(max_tokens=max_tokens), weights=weights, seed=int(numbers.integers(2**31))
    )
    turn = finished(core, text, options)
    if not assistant.settle(_SETTLED_SECONDS):
        raise EngineDiedError("the reply was not scored in time")
    features = store.call(lambda memory: memory.features(turn.id, version))
    assistant.delete_conversation(turn.conversation_id)
    if features is None:
        # Nothing to score, or nothing to rate: an empty reply is one nobody sees.
        return _row(question, number, "", {}, 0.0, 0, version)
    return _row(
        question,
        number,
        turn.content,
        dict(features.values),
        features.mean_base_logprob,
        features.tokens,
        version,
    )


def _row(
    question: str,
    number: int,
    text: str,
    features: dict[str, float],
    mean_base_logprob: float,
    tokens: int,
    version: str,
) -> dict[str, Any]:
    return {
        "question": question,
        "number": number,
        "text": text,
        "features": features,
        "mean_base_logprob": mean_base_logprob,
        "tokens": tokens,
        "version": version,
        "checks": {name: check(text) for name, check in CHECKERS.items()},
    }


def finished(core: Core, text: str, options: AnswerOptions) -> Message:
    """Ask ``text`` in a conversation of its own and return the stored reply. Raises ``EngineDiedError``."""
    conversation = core.assistant.new_conversation()
    for event in core.assistant.answer(conversation.id, text, options=options):
        if isinstance(event, Broke):
            raise EngineDiedError("a reply broke", user_message=event.user_message, next_step=event.next_step)
        if isinstance(event, Finished):
            return event.turn.message
    raise EngineDiedError("a reply had no end")

"""``attune ask``: one answer, or a file of them, for people in a hurry and for scripts. Stores and learns nothing."""

from __future__ import annotations

import json
import os
import random
import select
import stat
import sys
from contextlib import closing
from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING, Any

from app.cli.arguments import sampling_of, settings_of
from app.cli.learned import Learned
from app.composition import make_engine, profile_of
from app.engine_client import error_of, result_of
from app.personas import named
from app.personas import sampling_of as preset
from app.principles import as_principle
from app.prompting import guidance_of, instructions_of, routed
from app.reward_choice import features_version, guiding, scoring, traced
from app.statements.recalling import said_of
from app.user_messages import UsageError
from engine.errors import EngineDiedError, EngineError
from engine.principles import load_principles
from engine.protocol import Done, Failed, Generate, Generated, Loaded, Message, Score, Scored, Token, Trimmed
from memory.own_principles import OWN_NAME
from resources import PRINCIPLES

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterator

    from app.engine_client import EngineClient
    from app.prompting import Route
    from app.settings import Settings
    from engine.principles import Principle
    from engine.protocol import Event, Guidance, RewardName, Sampling
    from memory.records import Statement

PIPE_PATIENCE = 3.0
"""Seconds to wait for piped text when there is a question already: a pipe may stay silent for ever."""


@dataclass(frozen=True, slots=True)
class Question:
    """What to answer. ``weights`` ``None``: as learned."""

    text: str
    weights: dict[str, float] | None
    seed: int
    system: str


class Answerer:
    """Answers questions through the engine, one after the other."""

    def __init__(self, settings: Settings, options: Namespace, engine: EngineClient) -> None:
        self.engine = engine
        self._reward: RewardName | None = options.reward or settings.reward
        self._route: Route = options.route
        self._strength: float | None = options.strength
        self._sampling: Sampling = sampling_of(options)
        self._options, self._system = options, settings.system
        self._shipped: tuple[Principle, ...] = load_principles(PRINCIPLES)
        use_memory = not (options.fresh or self._reward == "none")
        self.learned = Learned(settings, engine) if use_memory else None
        self._request: int | None = None
        self._stopped = False
        # What is set by hand may name a principle of the user's own; otherwise the memory is opened for no answer.
        own = self.learned.own() if self.learned else ()
        self._principles = (*self._shipped, *map(as_principle, own))
        self._tunable = tuple(p for p in self._principles if not p.fixed)
        self._with_features = not options.no_features

    def check(self, weights: dict[str, float] | None) -> None:
        """Raise ``BadPrincipleError`` or ``BadRequestError`` for weights that can't be used."""
        # One of the user's own may be known to the open window alone, which this process can't ask for it.
        known = {p.name for p in self._principles}
        shipped = {n: w for n, w in (weights or {}).items() if n in known or not OWN_NAME.fullmatch(n)}
        self._guidance(shipped, self._strength)

    def answer(self, question: Question, on_text: Callable[[str], None]) -> dict[str, Any]:
        """Answer; ``on_text`` gets the pieces as they come. Returns the object ``--json`` prints.

        Raises ``EngineError``.
        """
        for piece in self.stream(question):
            if isinstance(piece, dict):
                return piece
            on_text(piece)
        raise AssertionError("a request ends with Done or Failed")

    def stream(self, question: Question) -> Iterator[str | dict[str, Any]]:
        """Yield the pieces of the answer as they come, and the object ``--json`` prints at its end.

        Raises ``EngineError``.
        """
        loaded = self._load()
        if name := getattr(self._options, "persona", None):
            question = self._as_persona(question, name)
        guidance = self._guide(question, loaded)
        messages = (
            *((Message("system", question.system),) if question.system else ()),
            Message("user", question.text),
        )
        weights = {pw.principle.name: pw.weight for pw in guidance.weights}
        instructions = instructions_of(self._principles, weights, self._route, guidance.strength)
        guidance = routed(guidance, self._route)
        learned = self.learned if question.weights is None else None
        statements = learned.statements(question.text) if learned else ()
        command = Generate(
            self.engine.next_id(),
            messages,
            replace(self._sampling, seed=question.seed),
            guidance,
            instructions=(*said_of(statements), *instructions),
        )
        for event in self._events(command.request_id, lambda: self.engine.request(command)):
            match event:
                case Token():
                    yield event.text
                case Trimmed():
                    sys.stderr.write(
                        "attune: The text is longer than the context; its beginning was left out.\n"
                    )
                case Failed():
                    raise error_of(event)
                case Done(result=Generated() as result):
                    yield self._report(question, command, result, loaded, instructions, statements)

    def stop(self) -> None:
        """End the answer, and the waiting for it; may be called from any thread."""
        self._stopped = True
        if self._request is not None:
            self.engine.cancel(self._request)

    def _as_persona(self, question: Question, name: str) -> Question:
        """Take over what a persona says wherever the command line is silent. Raises ``UsageError``."""
        if self.learned is None:
            raise UsageError("Personas are kept with what Attune learned.", "Leave --fresh or --persona out.")
        persona = named(self.learned.personas(), name)
        self._sampling = sampling_of(self._options, preset(persona.sampling))
        self._strength = persona.strength if self._options.strength is None else self._options.strength
        own = persona.system and question.system == self._system and self._options.system is None
        return replace(question, system=persona.system) if own else question

    def _load(self) -> Loaded:
        request_id = self.engine.next_id()
        loaded = result_of(self._events(request_id, lambda: self.engine.ready(request_id)))
        assert isinstance(loaded, Loaded)
        return loaded

    def _events(self, request_id: int, send: Callable[[], Iterator[Event]]) -> Iterator[Event]:
        self._request = request_id
        events = send()
        if self._stopped:  # there may have been nothing to cancel yet
            self.engine.cancel(request_id)
        return events

    def _guide(self, question: Question, loaded: Loaded) -> Guidance:
        weights, strength = question.weights, self._strength
        if weights is None and self.learned:
            version = features_version(loaded, self._shipped)
            if preferences := self.learned.preferences(version, question.text):
                known = {p.name for p in self._tunable}
                weights = {name: w for name, w in preferences.used().items() if name in known}
                strength = preferences.strength if strength is None else strength
        return self._guidance(weights or {}, strength)

    def _guidance(self, weights: dict[str, float], strength: float | None) -> Guidance:
        return guidance_of(
            self._principles,
            weights,
            guiding(self._reward, self.engine.loaded),
            1.0 if strength is None else strength,
        )

    def _report(
        self,
        question: Question,
        command: Generate,
        result: Generated,
        loaded: Loaded,
        instructions: tuple[str, ...],
        statements: tuple[Statement, ...],
    ) -> dict[str, Any]:
        return {
            "text": result.text,
            "tokens": len(result.token_ids),
            "changed_share": result.changed_share,
            "mean_base_logprob": result.mean_base_logprob,
            "tokens_per_second": result.tokens_per_second,
            "time_to_first_token": result.time_to_first_token,
            "features": self._features(command.messages, result.text),
            "weights": dict(result.used),
            "instructions": list(instructions),
            "statements": [statement.text for statement in statements],
            "left_out": list(result.left_out),
            "strength": command.guidance.strength,
            "reward": traced(command.guidance.reward, loaded),
            "seed": question.seed,
            "finish_reason": result.finish_reason,
            "prompt_tokens": result.prompt_tokens,
            "model": loaded.name,
        }

    def _features(self, messages: tuple[Message, ...], reply: str) -> dict[str, float] | None:
        if not self._with_features:
            return None
        score = Score(self.engine.next_id(), messages, reply, self._tunable, scoring(self.engine.loaded))
        scored = result_of(self._events(score.request_id, lambda: self.engine.request(score)))
        assert isinstance(scored, Scored)
        return dict(scored.features)


def run(options: Namespace) -> int:
    """Answer what ``options`` ask; return the exit code."""
    settings = settings_of(options)
    weights = weights_of(options.weights) if options.weights else None
    if options.prompts:
        from app.cli import prompts

        return prompts.run(options, settings, weights)
    if options.out or options.resume:
        raise UsageError("--out and --resume need --prompts.", "Name the file of prompts: --prompts FILE.")
    text = text_of(options.text, sys.stdin)
    options.no_features = options.no_features or not options.json
    with closing(make_engine(settings)) as engine:
        answerer = Answerer(settings, options, engine)
        answerer.check(weights)
        seed = seed_of(options.seed)
        question = Question(text, weights, seed, settings.system)
        on_text = (lambda _: None) if options.json else _print_piece
        report = _handed_over(settings, options, question, on_text) or answerer.answer(question, on_text)
    print(json.dumps(report, ensure_ascii=False) if options.json else "")
    return 0


def _handed_over(
    settings: Settings, options: Namespace, question: Question, on_text: Callable[[str], None]
) -> dict[str, Any] | None:
    """Let the window that is open with the same data answer: its model is loaded, and it knows what is liked.

    Returns ``None`` where none is open, or it has another model. Raises ``EngineError``.
    """
    from app.desktop.handover import hand_over
    from app.desktop.questions import request_of

    answers = hand_over(profile_of(settings).folder, request_of(settings, options, question))
    try:
        for answer in answers or ():
            match answer:
                case {"text": str(text)}:
                    on_text(text)
                case {"report": dict(report)}:
                    return report
                case {"declined": _}:
                    return None
                case {"failed": [sentence, next_step]}:
                    raise EngineError(sentence, user_message=sentence, next_step=next_step)
    except TimeoutError:
        return None  # the window is stuck: better an answer of our own
    if answers is not None:
        raise EngineDiedError(
            "handed over, and cut off",
            user_message="Attune was closed while it answered.",
            next_step="Ask again.",
        )
    return None


def seed_of(given: int | None) -> int:
    """Return the seed to use: the given one, or one drawn at random."""
    return random.SystemRandom().getrandbits(31) if given is None else given


def weights_of(pairs: list[str]) -> dict[str, float]:
    """Read ``NAME=W`` pairs. Raises ``UsageError``."""
    weights = {}
    for pair in pairs:
        name, _, number = pair.partition("=")
        try:
            weights[name.strip()] = float(number)
        except ValueError as error:
            raise UsageError(
                f"“--set {pair}” is not a weight.", "Write it like --set concise=0.5."
            ) from error
    return weights


def text_of(words: list[str], stdin: IO[str]) -> str:
    """Put the question together from the command line and from what is piped in. Raises ``UsageError``."""
    wait = not words or words == ["-"]
    question = "" if wait else " ".join(words)
    piped = "" if stdin.isatty() else _read(stdin, None if wait else PIPE_PATIENCE)
    text = "\n\n".join(part for part in (question, piped.strip()) if part)
    if not text:
        raise UsageError("There is nothing to answer.", 'Ask something: attune ask "Why is the sky blue?"')
    return text


def _read(stdin: IO[str], patience: float | None) -> str:
    mode = stat.S_IFMT(os.fstat(stdin.fileno()).st_mode)
    silent = patience is not None and mode in (stat.S_IFIFO, stat.S_IFSOCK)
    if silent and not select.select([stdin], [], [], patience)[0]:
        sys.stderr.write("attune: Nothing came through the pipe; answering without it (“-” waits for it).\n")
        return ""
    try:
        return stdin.read()
    except UnicodeDecodeError as error:
        raise UsageError(
            "The piped text is not UTF-8.", "Convert it first, for example with iconv."
        ) from error


def _print_piece(text: str) -> None:
    print(text, end="", flush=True)

"""A small deterministic engine behind the real EngineClient: threads for a process, word lists for a model.

It honours the protocol and passes the contract tests of the real engine. *concise* shortens or lengthens a
reply, every other weight plants its pole's label as a word, and the features are computed from the text,
so that what a thumb teaches is what the next reply shows.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import math
import multiprocessing
import pickle
import queue
import random
import re
import threading
import time
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from app.engine_client import EngineClient
from app.titles import REQUEST
from engine import errors
from engine.models.header import read_header
from engine.principles import reward_version
from engine.protocol import (
    Calibrate,
    Calibrated,
    Cancel,
    Done,
    Embed,
    Embedded,
    Failed,
    Generate,
    Generated,
    Load,
    Loaded,
    Progress,
    Score,
    Scored,
    Token,
    TokenTrace,
    Trimmed,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.principles import Principle
    from engine.protocol import Command, Event, Message

FAKE_MODEL = "fake.gguf"
GOOD_FILE = b"GGUF of the fake engine"
"""What a file of another fake model must contain."""
EMBEDDER = "fake-bag-of-words/1"
DIMENSIONS = 64
BASE_WORDS = 30
_VOCABULARY = """
sky light water garden paper evening river answer question reason letter music window table number story
colour morning bread friend travel summer small large early usual common often mostly perhaps simply gently
"""
WORDS = tuple(_VOCABULARY.split())


@dataclass(frozen=True)
class Hold:
    """How many tokens are said before the engine waits; of answers to ``text`` alone, where that is given."""

    tokens: int
    text: str | None


@dataclass
class Behaviour:
    """What a test can ask of the fake engine. ``die_after`` counts the tokens of the next reply.

    ``replies``: what is said, word for word, to a certain last message. ``hold`` and ``hold_scores``: see
    ``FakeEngineClient.held`` and ``scores_held``.
    """

    token_delay: float = 0.0
    load_delay: float = 0.0
    score_delay: float = 0.0
    die_after: int | None = None
    die_while_loading: bool = False
    die_while_scoring: bool = False
    calibration_units: int = 6
    unit_delay: float = 0.0
    opposite: str = "Answer the other way round."
    hold: Hold | None = None
    hold_scores: bool = False
    seen: list[Command] = field(default_factory=list)
    replies: dict[str, str] = field(default_factory=dict)


class FakeEngineClient(EngineClient):
    """The real client, talking to a fake engine in this process. Remembers ``FAKE_MODEL`` from the start."""

    def __init__(
        self,
        *,
        token_delay: float = 0.0,
        model: str | None = FAKE_MODEL,
        heads: tuple[str, ...] = (),
        **options: Any,
    ) -> None:
        self.behaviour = Behaviour(token_delay=token_delay)
        self.engine: _FakeProcess | None = None
        super().__init__(launch=self._start_fake, **options)
        if model:
            self.load(model, heads=heads)

    def asked(self, text: str) -> Generate:
        """Return the newest request for an answer to ``text``, whatever idle time has asked for since."""
        requests = [c for c in self.behaviour.seen if isinstance(c, Generate)]
        return next(c for c in reversed(requests) if c.messages[-1].content == text)

    @contextlib.contextmanager
    def held(self, tokens: int, text: str | None = None) -> Iterator[None]:
        """Within the block, let answers go no further than so many tokens unless they are stopped.

        So what has to happen during an answer does, however slowly. Titles are not held.
        """
        self.behaviour.hold = Hold(tokens, text)
        try:
            yield
        finally:
            self.behaviour.hold = None

    @contextlib.contextmanager
    def scores_held(self) -> Iterator[None]:
        """Within the block, let no reply get its features."""
        self.behaviour.hold_scores = True
        try:
            yield
        finally:
            self.behaviour.hold_scores = False

    def die_after(self, tokens: int) -> None:
        """Let the engine die after so many tokens of the next reply."""
        self.behaviour.die_after = tokens

    def kill(self) -> None:
        """End the engine now, as ``kill -9`` would."""
        if self.engine:
            self.engine.kill()

    def _start_fake(self) -> tuple[Any, Any]:
        ours, theirs = multiprocessing.Pipe()
        self.engine = _FakeProcess(theirs, self.behaviour)
        return self.engine, ours


class _DiedError(Exception):
    pass


class _CancelledError(Exception):
    pass


class _FakeProcess:
    """Looks like a process to the client; two threads receive and work."""

    _pids = itertools.count(1_000_001)

    def __init__(self, pipe: Any, behaviour: Behaviour) -> None:
        self.pid = next(self._pids)
        self.exitcode: int | None = None
        self._pipe = pipe
        self._behaviour = behaviour
        self._wake, self._alarm = multiprocessing.Pipe(duplex=False)
        self._commands: queue.SimpleQueue[Command | None] = queue.SimpleQueue()
        self._cancelled: set[int] = set()
        self._stop = threading.Event()
        self._context = 0
        self._digest = self._second = ""
        self._head: Calibrated | None = None
        self._background: Calibrate | None = None
        self._threads = [threading.Thread(target=run, daemon=True) for run in (self._receive, self._work)]
        for thread in self._threads:
            thread.start()

    def join(self, timeout: float | None = None) -> None:
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(timeout)
        if not any(thread.is_alive() for thread in self._threads):
            self.exitcode = self.exitcode if self.exitcode is not None else 0

    def kill(self) -> None:
        self.exitcode = -9
        self._stop.set()
        with contextlib.suppress(OSError):  # it may have ended by itself
            self._alarm.send(None)

    def _receive(self) -> None:
        try:
            while self._wake not in wait([self._pipe, self._wake]):
                command = self._pipe.recv()
                self._behaviour.seen.append(command)
                if isinstance(command, Cancel):
                    self._cancelled.add(command.target)
                else:
                    self._commands.put(command)
        except (EOFError, OSError):
            pass
        self._stop.set()
        self._commands.put(None)
        self._threads[1].join()
        for end in (self._pipe, self._wake, self._alarm):
            end.close()

    def _work(self) -> None:
        while (command := self._next()) is not None and not self._stop.is_set():
            try:
                if isinstance(command, Calibrate):
                    result = self._calibrate(command)
                    if result is None:
                        continue
                else:
                    result = self._answer(command)
            except errors.EngineError as error:
                names = (type(error).__name__, error.user_message, error.next_step, str(error))
                self._send(Failed(command.request_id, *names))
            except _CancelledError:
                self._send(Failed(command.request_id, "Cancelled", "Cancelled.", "Ask again.", "Cancelled"))
            except _DiedError:
                self.kill()
                return
            else:
                self._send(Done(command.request_id, result))

    def _next(self) -> Command | None:
        """Return what to do: a command, else the calibration in the background."""
        try:
            return self._commands.get(block=self._background is None)
        except queue.Empty:
            return self._background

    def _calibrate(self, command: Calibrate) -> Calibrated | None:
        """Do one unit, or find them all done; a unit is a file, so that it is found again."""
        self._background = command
        if command.request_id in self._cancelled:
            self._background = None
            raise _CancelledError
        if not self._context:
            self._background = None
            raise errors.NoModelError
        replies = Path(command.folder) / "replies"
        replies.mkdir(parents=True, exist_ok=True)
        kept = {p.name for p in replies.iterdir()}
        names = [f"plain-{i}" for i in range(self._behaviour.calibration_units)]
        names += [f"pole-{p.name}+{p.poles_hash[:6]}" for p in command.principles if not p.fixed]
        todo = [name for name in names if name not in kept]
        if todo:
            self._pause(self._behaviour.unit_delay)
            if command.request_id not in self._cancelled:
                (replies / todo[0]).write_text("")
                share = 1 - (len(todo) - 1) / len(names)
                self._send(Progress(command.request_id, "Trying each preference", share, 60.0, 2, 3))
            return None
        self._background = None
        known = tuple((p.name, p.poles_hash) for p in command.principles)
        version = f"head-1/{hashlib.sha256(repr(known).encode()).hexdigest()[:16]}"
        figures = tuple((p.name, 0.2, 0.9) for p in command.principles)
        path = Path(command.heads) / f"{self._digest[:16]}.safetensors"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pickle.dumps(known))
        self._head = Calibrated(str(path), version, 100 * len(names), figures, known)
        return self._head

    def _send(self, event: Event) -> None:
        if not self._stop.is_set():
            try:
                self._pipe.send(event)
            except OSError:
                self._stop.set()

    def _answer(self, command: Command) -> Loaded | Embedded | Generated | Scored:
        if isinstance(command, Load):
            return self._load(command)
        if isinstance(command, Embed):
            vectors = np.array([embed(text) for text in command.texts], dtype=np.float32)
            return Embedded(EMBEDDER, vectors.reshape(len(command.texts), DIMENSIONS))
        if not self._context:
            raise errors.NoModelError
        if isinstance(command, Score):
            return self._score(command)
        assert isinstance(command, Generate)
        return self._generate(command)

    def _load(self, command: Load) -> Loaded:
        self._context = 0
        if command.context_length < 1:
            raise errors.BadRequestError("context_length must be positive")
        self._send(Progress(command.request_id, "Opening the model", 0.0))
        self._pause(self._behaviour.load_delay)
        if self._behaviour.die_while_loading:
            raise _DiedError
        digest, name = hashlib.sha256(command.path.encode()).hexdigest(), "Fake"
        if command.path != FAKE_MODEL:
            path = Path(command.path)
            if not path.is_file():
                raise errors.ModelFileError(f"{path} does not exist", user_message="There is no such file.")
            content = path.read_bytes()
            if content != GOOD_FILE:
                name = read_header(path).name
            digest = hashlib.sha256(content).hexdigest()
        if command.sha256 and command.sha256 != digest:
            raise errors.HashMismatchError(command.path)
        second = Path(command.second.path) if command.second else None
        if second and not second.is_file():
            raise errors.ModelFileError(f"{second} does not exist", user_message="There is no such file.")
        self._second = f"{command.second.use}@{_sha(second)[:16]}" if command.second and second else ""
        self._context = command.context_length
        self._digest = digest
        self._send(Progress(command.request_id, "Opening the model", 1.0))
        self._head = None
        for folder in command.heads:
            path = Path(folder) / f"{digest[:16]}.safetensors"
            if path.exists() and path.read_bytes()[:1] == b"\x80":  # a fake's head, not a real model's
                known = pickle.loads(path.read_bytes())
                version = f"head-1/{hashlib.sha256(repr(known).encode()).hexdigest()[:16]}"
                self._head = Calibrated(str(path), version, 0, (), known)
        sizes = {"n_params": len(WORDS), "n_vocab": len(WORDS), "n_embd": DIMENSIONS}
        return Loaded(
            name,
            "fake",
            digest,
            **sizes,
            context_length=self._context,
            backend="CPU",
            seconds=0.0,
            head_version=self._head.head_version if self._head else "",
            head_principles=self._head.head_principles if self._head else (),
            second_name=read_header(second).name if second else "",
            second_version=self._second,
        )

    def _generate(self, command: Generate) -> Generated:
        _check(command)
        kept = _fit(command.messages, self._context)
        if len(kept) < len(command.messages):
            self._send(Trimmed(command.request_id, len(command.messages) - len(kept)))
        plain = words_of_reply(command, guided=False)
        chosen = words_of_reply(command, guided=True)
        if "opposite instruction" in command.messages[0].content:
            plain = chosen = self._behaviour.opposite.split()
        begun = len(command.begun.split())
        plain, chosen = plain[begun:], chosen[begun:]
        if said_to := self._behaviour.replies.get(command.messages[-1].content):
            plain = chosen = said_to.split(" ")
        started = time.perf_counter()
        said: list[str] = []
        finish = "stop"
        for word in chosen:
            self._hold(command, len(said))
            if command.request_id in self._cancelled:
                finish = "cancelled"
                break
            if len(said) == command.sampling.max_tokens:
                finish = "length"
                break
            titling = command.messages[-1].content == REQUEST
            if (
                self._behaviour.die_after is not None
                and not titling
                and len(said) >= self._behaviour.die_after
            ):
                self._behaviour.die_after = None
                raise _DiedError
            self._pause(self._behaviour.token_delay)
            text = word if not (said or begun) else f" {word}"
            said.append(text)
            self._send(Token(command.request_id, text))
        changed = [i >= len(plain) or plain[i] != word for i, word in enumerate(chosen[: len(said)])]
        seconds = max(time.perf_counter() - started, 1e-6)
        trace = tuple(_trace(command, plain, chosen, i) for i in range(len(said))) if command.trace else ()
        return Generated(
            text="".join(said),
            token_ids=tuple(_id(word) for word in chosen[: len(said)]),
            finish_reason=finish,  # type: ignore[arg-type]
            prompt_tokens=sum(_length(message) for message in kept) + begun,
            reused_tokens=0,
            time_to_first_token=self._behaviour.token_delay,
            tokens_per_second=len(said) / seconds,
            changed_share=sum(changed) / len(changed) if changed else 0.0,
            mean_base_logprob=-1.0,
            used=_active(command),
            trace=trace,
        )

    def _score(self, command: Score) -> Scored:
        if command.reward == "none":
            raise errors.BadRequestError("features need a reward")
        if self._behaviour.die_while_scoring:
            raise _DiedError
        until = time.monotonic() + self._behaviour.score_delay
        while True:
            if command.request_id in self._cancelled:
                raise _CancelledError
            if time.monotonic() >= until and not self._behaviour.hold_scores:
                break
            self._pause(0.005)
        version = reward_version(self._second or "teacher", self._digest, command.principles)
        if command.reward == "head":
            if self._head is None:
                raise errors.BadRequestError("no head")
            version = self._head.head_version
        features = tuple((p.name, feature(p, command.reply)) for p in command.principles)
        return Scored(features, -1.0, len(command.reply.split()), version)

    def _hold(self, command: Generate, said: int) -> None:
        text = command.messages[-1].content
        while (
            (hold := self._behaviour.hold)
            and said >= hold.tokens
            and text != REQUEST
            and hold.text in (None, text)
            and command.request_id not in self._cancelled
        ):
            self._pause(0.005)

    def _pause(self, seconds: float) -> None:
        if seconds and self._stop.wait(seconds):
            raise _DiedError


def words_of_reply(command: Generate, *, guided: bool) -> list[str]:
    """Return the words of the reply, a pure function of the command."""
    sampling = command.sampling
    seed = sampling.seed if sampling.temperature > 0 else 0
    rng = random.Random(f"{command.messages[-1].content}\0{seed}")
    words = [rng.choice(WORDS) for _ in range(4 * BASE_WORDS)]
    base = rng.randint(BASE_WORDS - 10, BASE_WORDS + 10)
    weights = {entry.principle.name: entry for entry in command.guidance.weights}
    beta = command.guidance.strength if guided and command.guidance.reward != "none" else 0.0
    concise = beta * weights["concise"].weight if "concise" in weights else 0.0
    words = words[: max(3, min(len(words), round(base * math.exp(-concise))))]
    for name, entry in sorted(weights.items()):
        planted = round(3 * abs(beta * entry.weight)) if name != "concise" else 0
        for i in range(planted):
            words[(i * 5 + len(name)) % len(words)] = _label(entry.principle, entry.weight)
    return words


def feature(principle: Principle, reply: str) -> float:
    """Compute the principle's feature of a reply from its words alone, in made-up nats."""
    words = reply.split()
    if principle.name == "concise":
        return (BASE_WORDS - len(words)) / BASE_WORDS
    positive, negative = (words.count(_label(principle, sign)) for sign in (1.0, -1.0))
    return (positive - negative) / max(len(words), 1)


def embed(text: str) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Hash a bag of words to a unit vector: (DIMENSIONS,) float32."""
    vector = np.full(DIMENSIONS, 1e-3, dtype=np.float32)
    for word in re.findall(r"\w+", text.lower()):
        vector[_id(word) % DIMENSIONS] += 1.0
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def _check(command: Generate) -> None:
    sampling = command.sampling
    if sampling.temperature < 0 or sampling.top_k < 1 or sampling.max_tokens < 1:
        raise errors.BadRequestError(f"{sampling}")
    if not command.messages:
        raise errors.BadRequestError("nothing to answer")
    if command.guidance.strength < 0:
        raise errors.BadRequestError("strength is negative")
    if command.aside and sum(entry.weight != 0 for entry in command.guidance.weights) > 1:
        raise errors.BadRequestError("an aside is guided by one principle at most")


def _fit(messages: tuple[Message, ...], context: int) -> tuple[Message, ...]:
    system = messages[:1] if messages[0].role == "system" else ()
    rest = messages[len(system) :]
    while len(rest) > 1 and sum(map(_length, system + rest)) > context:
        rest = rest[1:]
    if sum(map(_length, system + rest)) > context:
        raise errors.PromptTooLongError
    return system + rest


def _trace(command: Generate, plain: list[str], chosen: list[str], index: int) -> TokenTrace:
    """Make three candidates whose guided probabilities follow the guidance term exactly."""
    first = plain[index] if index < len(plain) else chosen[index]
    others = [word for word in (chosen[index], *WORDS) if word != first]
    texts = (first, others[0], others[1])
    base = (0.6, 0.3, 0.1)
    shares = tuple((0.0, weight, 0.0) for _, weight in _active(command))
    total = [sum(column) for column in zip(*shares, strict=True)] or [0.0, 0.0, 0.0]
    unnormalised = [p * math.exp(s) for p, s in zip(base, total, strict=True)]
    guided = tuple(p / sum(unnormalised) for p in unnormalised)
    ids = tuple(_id(text) for text in texts)
    return TokenTrace(texts.index(chosen[index]), 0, ids, texts, base, guided, shares, (False, False, False))


def _active(command: Generate) -> tuple[tuple[str, float], ...]:
    guidance = command.guidance
    if guidance.reward == "none" or guidance.strength == 0:
        return ()
    return tuple((w.principle.name, w.weight) for w in guidance.weights if w.weight)


def _label(principle: Principle, weight: float) -> str:
    return principle.pole(weight).label.split()[0].lower()


def _length(message: Message) -> int:
    return len(message.content.split())


def _sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _id(word: str) -> int:
    return int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big")

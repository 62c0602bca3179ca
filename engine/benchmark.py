"""How fast the engine is on this computer, and how much memory it takes. It measures; it neither prints nor compares.

All speeds come from one run with the same model and questions. What is compared is measured in turn, round after
round, so that a computer that slows down slows down everything alike; figures are medians over the rounds. Memory is
measured in processes of their own, because a process's peak never falls.
"""

from __future__ import annotations

import platform
import statistics
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import psutil

from engine.llama import LlamaContext
from engine.machine import processor
from engine.peak_memory import in_own_process, peak_memory
from engine.protocol import Generate, Generated, Guidance, Load, Message, PrincipleWeight, Sampling, Score
from engine.published_loop import PublishedLoop, memory_of_models
from engine.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.principles import Principle

QUESTIONS = (
    "Why is the sky blue?",
    "How does a bicycle stay upright?",
    "Tell me about the history of paper.",
    "What should I know before I adopt a dog?",
    "How do vaccines work?",
)
TOKENS = 100
# Poles that make replies longer rather than shorter, so that every way of decoding runs for as many tokens.
_WEIGHTS = {"concise": -1.0, "simple": 1.0, "warm": 1.0}

Values: TypeAlias = "dict[str, list[float]]"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured quantity over ``runs`` rounds. ``unit``: tokens/s, s, MiB, or empty for a ratio."""

    name: str
    unit: str
    median: float
    low: float
    high: float
    runs: int


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured, and on what: ``machine`` pairs a fact's name with the fact."""

    machine: tuple[tuple[str, str], ...]
    figures: tuple[Figure, ...]

    def median(self, name: str) -> float:
        """Return one figure's median. Raises ``KeyError``."""
        return {figure.name: figure.median for figure in self.figures}[name]


def measure(
    load: Load,
    principles: Sequence[Principle],
    *,
    runs: int,
    tokens: int = TOKENS,
    paper: bool = False,
    on_progress: Callable[[str], None] = lambda _: None,
) -> Report:
    """Measure everything, each ``runs`` times; with ``paper`` also the published loop, which takes minutes.

    Raises ``EngineError`` where the model can't be loaded.
    """
    values: Values = {}
    for i in range(runs):
        on_progress(f"loading the model, {i + 1} of {runs}")
        began = time.perf_counter()
        session = Session(load, lambda *_: True)
        _add(values, "load s", time.perf_counter() - began)
        if i < runs - 1:
            session.close()
    try:
        machine = _machine(load, session)
        cases = _cases(principles, tuned=bool(session.loaded.head_version))
        published = PublishedLoop(load) if paper else None
        for i in range(-1, runs):  # a round before the first warms up and does not count
            on_progress("warming up" if i < 0 else f"decoding, round {i + 1} of {runs}")
            round_values: Values = values if i >= 0 else {}
            _round(session, load, principles, cases, i, tokens, round_values)
            if published is not None and i >= 0:
                on_progress(f"the published loop, round {i + 1} of {runs}")
                _published_round(published, session, cases["teacher 1"], i, tokens, round_values)
    finally:
        session.close()
    for name in ("unguided", *(case for case in ("teacher 3", "head") if case in cases)):
        on_progress(f"memory of {name} replies")
        peak = in_own_process(_peak_memory, load, cases[name], tokens)
        _add(values, f"memory {name} MiB", peak / 2**20)
        if name != "unguided":
            ratio = values[f"memory {name} MiB"][0] / values["memory unguided MiB"][0]
            _add(values, f"memory {name} / unguided", ratio)
    if published is not None:
        on_progress("memory of the published loop")
        one, two = (in_own_process(memory_of_models, load.path, models) / 2**20 for models in (1, 2))
        _add(values, "memory PAD unguided MiB", one)
        _add(values, "memory PAD MiB", two)
        _add(values, "memory PAD / PAD unguided", two / one)
    return Report(machine, tuple(_figure(name, numbers) for name, numbers in values.items()))


def _cases(principles: Sequence[Principle], *, tuned: bool) -> dict[str, Guidance]:
    """Name each way of decoding: unguided, by the teacher with 1 to 3 principles, by the head with all."""
    by_name = {p.name: p for p in principles}
    fixed = next((p for p in principles if p.fixed), None)
    pairs = [PrincipleWeight(by_name[name], weight) for name, weight in _WEIGHTS.items()]
    cases = {"unguided": Guidance()}
    cases |= {f"teacher {n}": Guidance("teacher", 1.0, tuple(pairs[:n]), fixed) for n in (1, 2, 3)}
    if tuned:
        every = tuple(PrincipleWeight(p, _WEIGHTS.get(p.name, 0.5)) for p in principles if not p.fixed)
        cases["head"] = Guidance("head", 1.0, every, fixed)
    return cases


def _round(
    session: Session,
    load: Load,
    principles: Sequence[Principle],
    cases: dict[str, Guidance],
    i: int,
    tokens: int,
    values: Values,
) -> None:
    """Measure every case once, each round beginning with another, and one reply's scoring."""
    messages = _messages(i)
    speeds: dict[str, float] = {}
    names = ["bare", *cases]
    for name in names[i % len(names) :] + names[: i % len(names)]:
        if name == "bare":
            speeds[name] = _bare(session, load, tokens)
            continue
        reply = _answer(session, messages, cases[name], i, tokens)
        speeds[name] = reply.tokens_per_second
        _add(values, f"first token, {name} s", reply.time_to_first_token)
        if name == "unguided":
            text = reply.text
    for name in names:
        _add(values, f"{name} tokens/s", speeds[name])
    if "head" in cases:
        first = [values[f"first token, {name} s"][-1] for name in ("head", "unguided")]
        _add(values, "first token, head / unguided", first[0] / first[1])
    _compare(values, speeds, "unguided", "bare")
    for name in names[2:]:
        _compare(values, speeds, name, "unguided")
    tunable = tuple(p for p in principles if not p.fixed)
    began = time.perf_counter()
    session.score(Score(1, messages, text, tunable), lambda: False, lambda _: None)
    _add(values, f"features of a reply, {len(tunable)} principles s", time.perf_counter() - began)


def _published_round(
    published: PublishedLoop, session: Session, guidance: Guidance, i: int, tokens: int, values: Values
) -> None:
    """Measure the paper's loop on the question this round has asked in every other way."""
    wanted = guidance.weights[0]
    speeds = {
        "PAD unguided": published.speed(session, _messages(i), "", tokens),
        "PAD": published.speed(
            session, _messages(i), wanted.principle.pole(wanted.weight).instruction, tokens
        ),
    }
    for name, speed in speeds.items():
        _add(values, f"{name} tokens/s", speed)
    _add(values, "PAD / PAD unguided", speeds["PAD"] / speeds["PAD unguided"])
    guided = "head" if "head tokens/s" in values else "teacher 1"
    _add(values, f"{guided} / PAD", values[f"{guided} tokens/s"][-1] / speeds["PAD"])


def _bare(session: Session, load: Load, tokens: int) -> float:
    """Return tokens per second of llama.cpp's own loop, on the same weights, after a prompt as long."""
    context = LlamaContext(session.model, n_cells=session.loaded.context_length, threads=load.threads)
    try:
        prompt = session.model.tokenize(" ".join(QUESTIONS), special=False)[:40]
        last = [False] * (len(prompt) - 1) + [True]
        context.decode(prompt, range(len(prompt)), [0] * len(prompt), last)
        token = context.bare_loop(int(context.logits(len(prompt) - 1).argmax()), 1)
        began = time.perf_counter()
        context.bare_loop(token, tokens - 1)
        return (tokens - 1) / (time.perf_counter() - began)
    finally:
        context.close()


def _answer(
    session: Session, messages: tuple[Message, ...], guidance: Guidance, seed: int, tokens: int
) -> Generated:
    sampling = Sampling(max_tokens=tokens, seed=seed + 1)
    (*_, reply) = session.generate(Generate(1, messages, sampling, guidance), lambda: False)
    assert isinstance(reply, Generated)
    return reply


def _messages(i: int) -> tuple[Message, ...]:
    question = QUESTIONS[i % len(QUESTIONS)]
    return Message("system", "You are a helpful assistant."), Message("user", question)


def _peak_memory(load: Load, guidance: Guidance, tokens: int) -> int:
    """Answer every question in this process and return its peak resident memory in bytes."""
    session = Session(load, lambda *_: True)
    for i in range(len(QUESTIONS)):
        _answer(session, _messages(i), guidance, i, tokens)
    session.close()
    return peak_memory()


def _add(values: Values, name: str, number: float) -> None:
    values.setdefault(name, []).append(number)


def _compare(values: Values, speeds: dict[str, float], name: str, other: str) -> None:
    if speeds[other] > 0.0:  # a reply that ends at once has no speed
        _add(values, f"{name} / {other}", speeds[name] / speeds[other])


def _figure(key: str, numbers: list[float]) -> Figure:
    name, _, unit = key.rpartition(" ")
    if unit not in ("tokens/s", "s", "MiB"):
        name, unit = key, ""
    return Figure(name, unit, statistics.median(numbers), min(numbers), max(numbers), len(numbers))


def _machine(load: Load, session: Session) -> tuple[tuple[str, str], ...]:
    loaded = session.loaded
    path = Path(load.path)
    threads = load.threads or psutil.cpu_count(logical=False) or 1
    return (
        ("Processor", processor()),
        ("Threads", f"{threads} of {psutil.cpu_count()}"),
        ("Memory", f"{psutil.virtual_memory().total / 2**30:.1f} GiB"),
        ("System", f"{platform.system()} {platform.release()}"),
        ("Backend", loaded.backend),
        ("Model", f"{loaded.name} ({path.name}, {path.stat().st_size / 2**20:.0f} MiB)"),
        *([("Teacher", loaded.second_name)] if loaded.second_name else []),
        ("Context", f"{loaded.context_length} tokens"),
        ("Attune", version("attune")),
        ("llama-cpp-python", version("llama-cpp-python")),
        ("Python", platform.python_version()),
    )

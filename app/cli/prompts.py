"""``attune ask --prompts``: many questions from JSON lines, each answered on a line of its own.

A line that fails is reported with its number and the rest goes on; a run that was cut off can be resumed.
"""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from app.cli.ask import Answerer, Question, seed_of
from app.composition import make_engine
from app.user_messages import UsageError
from engine.errors import EngineError

if TYPE_CHECKING:
    from argparse import Namespace
    from pathlib import Path

    from app.settings import Settings

KEYS = {"prompt", "set", "seed", "system"}


@dataclass(frozen=True, slots=True)
class Line:
    """One question and where it stands in the file, counted from 1."""

    number: int
    question: Question


def run(options: Namespace, settings: Settings, weights: dict[str, float] | None) -> int:
    """Answer every line; return 1 where one failed."""
    if options.text:
        raise UsageError("--prompts and a question can't be used together.", "Leave one of them out.")
    if options.resume and not options.out:
        raise UsageError("--resume needs --out.", "Name the file that holds the answers: --out FILE.")
    lines = read_lines(options.prompts, weights, options.seed, settings.system)
    failures = 0
    with ExitStack() as stack:
        engine = stack.enter_context(closing(make_engine(settings)))
        answerer = Answerer(settings, options, engine)
        for line in lines:
            try:
                answerer.check(line.question.weights)
            except EngineError as error:
                raise _unreadable(
                    options.prompts, line.number, error.user_message, error.next_step
                ) from error
        done = _answered(options.out, lines) if options.resume else {}
        out: IO[str] = sys.stdout
        if options.out:
            _rewrite(options.out, done)
            out = stack.enter_context(options.out.open("a", encoding="utf-8"))
        for line in lines:
            if line.number in done:
                continue
            record: dict[str, Any] = {"line": line.number, "prompt": line.question.text}
            try:
                record |= answerer.answer(line.question, lambda _: None)
            except EngineError as error:
                failures += 1
                record["error"] = error.user_message
                sys.stderr.write(f"attune: {options.prompts} line {line.number}: {error.user_message}\n")
            _write(out, record)
    if failures:
        sys.stderr.write(
            f"attune: {failures} of {len(lines)} prompts failed.\n        Run again with --resume.\n"
        )
    return 1 if failures else 0


def read_lines(
    path: Path, weights: dict[str, float] | None, seed: int | None, system: str
) -> tuple[Line, ...]:
    """Read the questions; what a line does not say comes from the arguments. Raises ``UsageError``."""
    try:
        rows = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 text.", "Convert it first, for example with iconv.") from error
    lines = []
    for number, row in enumerate(rows, 1):
        if row.strip():
            lines.append(Line(number, _question(path, number, row, weights, seed, system)))
    if not lines:
        raise UsageError(f"{path} holds no prompts.", 'Write lines like {"prompt": "Why is the sky blue?"}.')
    return tuple(lines)


def _question(
    path: Path, number: int, row: str, weights: dict[str, float] | None, seed: int | None, system: str
) -> Question:
    try:
        given = json.loads(row)
    except json.JSONDecodeError as error:
        raise _unreadable(path, number, f"not JSON ({error.msg} at column {error.colno})") from error
    if not isinstance(given, dict) or not isinstance(given.get("prompt"), str) or not given["prompt"].strip():
        raise _unreadable(path, number, 'no text under "prompt"')
    if unknown := given.keys() - KEYS:
        raise _unreadable(
            path, number, f"unknown key “{sorted(unknown)[0]}”", f"Known: {', '.join(sorted(KEYS))}."
        )
    own = given.get("set")
    if own is not None and not (isinstance(own, dict) and all(_is_number(w) for w in own.values())):
        raise _unreadable(path, number, '"set" is not an object of numbers')
    if not isinstance(given.get("seed", 0), int) or isinstance(given.get("seed"), bool):
        raise _unreadable(path, number, '"seed" is not a whole number')
    if not isinstance(given.get("system", ""), str):
        raise _unreadable(path, number, '"system" is not text')
    return Question(
        given["prompt"],
        {name: float(w) for name, w in own.items()} if own is not None else weights,
        given["seed"] if "seed" in given else seed_of(seed),
        given.get("system", system),
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _unreadable(path: Path, number: int, reason: str, next_step: str = "") -> UsageError:
    return UsageError(
        f"{path} line {number}: {reason.rstrip('.')}.", next_step or "Correct the line and run again."
    )


def _answered(out: Path, lines: tuple[Line, ...]) -> dict[int, dict[str, Any]]:
    """Return the answers ``out`` already holds, by line. A last line cut off by a kill is dropped."""
    if not out.exists():
        return {}
    wanted = {line.number: line.question.text for line in lines}
    done: dict[int, dict[str, Any]] = {}
    for row in out.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            record = json.loads(row)
        except json.JSONDecodeError:
            continue
        number = record.get("line") if isinstance(record, dict) and "text" in record else None
        if isinstance(number, int) and wanted.get(number) == record.get("prompt"):
            done[number] = record
    return done


def _rewrite(path: Path, kept: dict[int, dict[str, Any]]) -> None:
    """Leave only ``kept`` in the file, in one step: a kill in between loses no answer."""
    beside = path.with_name(f"{path.name}.new")
    with beside.open("w", encoding="utf-8") as file:
        for record in kept.values():
            _write(file, record)
    beside.replace(path)


def _write(out: IO[str], record: dict[str, Any]) -> None:
    out.write(json.dumps(record, ensure_ascii=False) + "\n")
    out.flush()

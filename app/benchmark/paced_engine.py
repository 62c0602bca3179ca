"""An engine process without a model: it writes made-up text at a fixed pace. For measuring the window alone.

It speaks ``engine.protocol`` over the same pipe as the real one, and hears Cancel during an answer.
"""

from __future__ import annotations

import multiprocessing
import random
import re
import time
from typing import TYPE_CHECKING, Final

import numpy as np

from app.benchmark.history import CHARACTERS_PER_TOKEN, text
from engine.protocol import (
    Cancel,
    Done,
    Embed,
    Embedded,
    Failed,
    Generate,
    Generated,
    Load,
    Loaded,
    Score,
    Scored,
    Token,
)

if TYPE_CHECKING:
    from app.engine_launch import EngineProcess, Pipe
    from engine.protocol import Command, FinishReason

PACE: Final = 100.0
"""Tokens a second."""
_PIECE = re.compile(f".{{1,{CHARACTERS_PER_TOKEN}}}", re.DOTALL)


def spawn_paced_engine() -> tuple[EngineProcess, Pipe]:
    """Start it as a process of its own, as the real one is; return it and our end of the pipe."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def serve(pipe: Pipe) -> None:
    """Answer commands until the pipe ends."""
    try:
        while True:
            command: Command = pipe.recv()  # type: ignore[assignment]
            match command:
                case Load():
                    loaded = Loaded("Paced", "paced", "0" * 64, 1, 1, 1, command.context_length, "CPU", 0.0)
                    pipe.send(Done(command.request_id, loaded))
                case Embed(request_id=request_id, texts=texts):
                    pipe.send(Done(request_id, Embedded("paced", np.ones((len(texts), 1), dtype=np.float32))))
                case Score():
                    features = tuple((principle.name, 0.0) for principle in command.principles)
                    pipe.send(Done(command.request_id, Scored(features, -1.0, 1, "paced")))
                case Generate():
                    pipe.send(Done(command.request_id, _write(pipe, command)))
                case Cancel():
                    pass
                case _:
                    failed = Failed(command.request_id, "BadRequestError", "", "", f"{command!r}")
                    pipe.send(failed)
    except (EOFError, OSError):
        return


def _write(pipe: Pipe, command: Generate) -> Generated:
    wanted = command.sampling.max_tokens
    rng = random.Random(command.sampling.seed)  # noqa: S311  made-up text, no secret
    pieces = _PIECE.findall(text(wanted * CHARACTERS_PER_TOKEN, rng))[:wanted]
    begun = time.perf_counter()
    said = 0
    for index, piece in enumerate(pieces):
        # A computer that was busy catches up afterwards, as tokens in a pipe do.
        while (left := begun + index / PACE - time.perf_counter()) > 0:
            if pipe.poll(left):
                break
        if pipe.poll() and isinstance(heard := pipe.recv(), Cancel) and heard.target == command.request_id:
            break
        pipe.send(Token(command.request_id, piece))
        said += 1
    finish: FinishReason = "length" if said == len(pieces) else "cancelled"
    seconds = max(time.perf_counter() - begun, 1e-6)
    return Generated(
        "".join(pieces[:said]), tuple(range(said)), finish, 1, 0, 0.0, said / seconds, 0.0, -1.0, ()
    )

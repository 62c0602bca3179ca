"""The last step of a calibration: from what is on disk to a head file. Knows nothing of llama.cpp."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from engine.calibration.fit import fit
from engine.calibration.fit_data import Shared
from engine.calibration.gain import FLUENCY_BUDGET, gain_for_budget, gains_for_budget
from engine.output_rows import OutputRows, find_output
from engine.rewards.head_file import HeadFile, HeadHeader, HeadPrinciple
from engine.rewards.trunk import trunk

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from engine.calibration.fit import FitStep
    from engine.calibration.fit_data import Corpus, FitOptions, Fitted
    from engine.principles import Principle

    # From the output rows and what they are standardised by, their mean (d,) and scale, to all that is gathered.
    Gather = Callable[[OutputRows, NDArray[np.float32], float], Corpus]

_GAIN_STATES = 4000
_SHARED = ("mean", "scale", "p", "q")


def distil(
    gather: Gather,
    wanted: Sequence[Principle],
    model_path: Path,
    model_sha256: str,
    architecture: str,
    options: FitOptions,
    emphasis: float = 1.0,
    present: HeadFile | None = None,
) -> Generator[FitStep, None, HeadFile]:
    """Fit a head of the principles ``wanted`` to what is gathered, and scale it to the fluency budget.

    ``emphasis``: of openings. ``present``: a head that knows other principles, whose P, Q₁ and Q₂ are kept. Yields
    after every batch of the fit. Raises
    ``ModelFileError`` for an output layer that can't be read.
    """
    place = find_output(model_path)
    rows = OutputRows(model_path, place)
    row_mean, row_scale = rows.moments()
    corpus = gather(rows, row_mean, row_scale)
    shared = Shared(**{name: present.arrays[name] for name in _SHARED}) if present else None
    fitted = yield from fit(corpus, options, shared)
    gains = _gains(corpus, fitted, emphasis, [p.fixed for p in wanted])
    principles = tuple(
        HeadPrinciple(
            p.name, p.poles_hash, positive, float(fitted.r2[k]), float(fitted.sign[k]), gain_negative=negative
        )
        for k, (p, (negative, positive)) in enumerate(zip(wanted, gains, strict=True))
    )
    header = HeadHeader(
        model_sha256,
        architecture,
        principles,
        place,
        row_scale,
        FLUENCY_BUDGET,
        fitted.states,
        emphasis=emphasis,
    )
    arrays = {name: getattr(fitted, name) for name in ("mean", "scale", "p", "q", "a", "b")}
    return HeadFile(header, {**arrays, "row_mean": row_mean})


def extended(present: HeadFile, addition: HeadFile, wanted: Sequence[Principle]) -> HeadFile:
    """Return the head of all ``wanted``: those that ``present`` knows as they are, the others by ``addition``.

    Both have P, Q₁ and Q₂ in common. Raises ``KeyError`` for a principle that neither knows.
    """
    rows = {
        (p.name, p.poles_hash): (p, file.arrays["a"][k], file.arrays["b"][k])
        for file in (addition, present)
        for k, p in enumerate(file.header.principles)
    }
    principles, a, b = zip(*(rows[p.name, p.poles_hash] for p in wanted), strict=True)
    header = replace(present.header, principles=tuple(principles), features="")
    return HeadFile(header, {**present.arrays, "a": np.stack(a), "b": np.stack(b)})


def _gains(
    corpus: Corpus, fitted: Fitted, emphasis: float, fixed: Sequence[bool]
) -> list[tuple[float, float]]:
    """Return each principle's gains (of −1, of 1), from the states of plainly sampled replies.

    A fixed principle steers nothing: its one gain is its scale, wherever the reply is.
    """
    rng = np.random.default_rng(0)
    states = np.flatnonzero(corpus.plain[corpus.reply])
    states = rng.permutation(states)[:_GAIN_STATES]
    z = trunk((corpus.hidden[states] - fitted.mean) / fitted.scale, fitted.q)
    embedded = corpus.embeddings[corpus.rows[states, :-1]] @ fitted.p.T / np.sqrt(len(fitted.p))
    pi = corpus.pi[states, :-1].astype(np.float64)
    emphasised = np.where(corpus.opens[states], emphasis, 1.0)[:, None]
    gains = []
    for a, b, still in zip(fitted.a, fitted.b, fixed, strict=True):
        phi = np.einsum("np,nkp->nk", z @ a.T + b, embedded).astype(np.float64)
        gains.append((gain_for_budget(pi, phi),) * 2 if still else gains_for_budget(pi, phi * emphasised))
    return gains

"""The last step of a calibration: from what is on disk to a head file. Knows nothing of llama.cpp."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.calibration.assemble import assemble
from engine.calibration.fit import fit
from engine.calibration.gain import FLUENCY_BUDGET, gain_for_budget
from engine.output_rows import OutputRows, find_output
from engine.rewards.head_file import HeadFile, HeadHeader, HeadPrinciple
from engine.rewards.trunk import trunk

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from numpy.typing import NDArray

    from engine.calibration.fit import FitStep
    from engine.calibration.fit_data import Corpus, FitOptions, Fitted
    from engine.calibration.pipeline import Calibration

_GAIN_STATES = 4000


def distil(
    calibration: Calibration,
    model_path: Path,
    model_sha256: str,
    architecture: str,
    options: FitOptions,
) -> Generator[FitStep, None, HeadFile]:
    """Fit a head to everything the calibration has gathered so far, and scale it to the fluency budget.

    Yields after every batch of the fit. Raises ``ModelFileError`` for an output layer that can't be read.
    """
    place = find_output(model_path)
    rows = OutputRows(model_path, place)
    row_mean, row_scale = rows.moments()
    corpus = assemble(calibration, rows, row_mean, row_scale)
    fitted = yield from fit(corpus, options)
    gains = _gains(corpus, fitted)
    principles = tuple(
        HeadPrinciple(p.name, p.poles_hash, float(gains[k]), float(fitted.r2[k]), float(fitted.sign[k]))
        for k, p in enumerate(calibration.principles)
    )
    header = HeadHeader(
        model_sha256, architecture, principles, place, row_scale, FLUENCY_BUDGET, fitted.states
    )
    arrays = {name: getattr(fitted, name) for name in ("mean", "scale", "p", "q", "a", "b")}
    return HeadFile(header, {**arrays, "row_mean": row_mean})


def _gains(corpus: Corpus, fitted: Fitted) -> NDArray[np.float64]:
    """Return each principle's gain (K,), from the states of plainly sampled replies."""
    rng = np.random.default_rng(0)
    states = np.flatnonzero(corpus.plain[corpus.reply])
    states = rng.permutation(states)[:_GAIN_STATES]
    z = trunk((corpus.hidden[states] - fitted.mean) / fitted.scale, fitted.q)
    embedded = corpus.embeddings[corpus.rows[states, :-1]] @ fitted.p.T / np.sqrt(len(fitted.p))
    pi = corpus.pi[states, :-1].astype(np.float64)
    gains = []
    for a, b in zip(fitted.a, fitted.b, strict=True):
        phi = np.einsum("np,nkp->nk", z @ a.T + b, embedded)
        gains.append(gain_for_budget(pi, phi.astype(np.float64)))
    return np.array(gains)

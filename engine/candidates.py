"""The base model's candidates for the next token. Knows nothing of guidance or of how one is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BLOCK = 64


def top_k_tokens(scores: NDArray[np.float32], k: int) -> NDArray[np.intp]:
    """Return the ids of the k largest of ``scores`` (V,), largest first; equal scores in id order.

    A k-th largest block maximum bounds the k-th largest score from below, so one pass over block maxima and one
    comparison leave a handful to sort: exact, and several times quicker than a partition of the vocabulary.
    """
    whole = len(scores) // _BLOCK * _BLOCK
    if k * _BLOCK < whole:
        maxima = (
            scores[:whole].reshape(_BLOCK, -1).max(axis=0)
        )  # strided blocks: numpy compares whole rows at once
        floor = np.partition(maxima, len(maxima) - k)[len(maxima) - k]
        few = np.flatnonzero(scores >= floor)
    else:
        few = np.arange(len(scores))
    order = np.argsort(-scores[few], kind="stable")
    chosen: NDArray[np.intp] = few[order[:k]]
    return chosen


def candidates(scores: NDArray[np.float32], *, top_k: int, top_p: float, min_p: float) -> NDArray[np.intp]:
    """Return the candidates' ids, best first.

    They are the ``top_k`` best; of these the smallest set that holds ``top_p`` of their probability; of these the
    ones at least ``min_p`` times as probable as the best.

    ``scores``: (V,) float32, natural log, unnormalised. At least one id is returned, none where a score is no number.
    """
    ids = top_k_tokens(scores, top_k)
    relative = np.exp(scores[ids] - scores[ids[0]])
    keep = relative >= min_p
    if top_p < 1.0:
        mass = np.cumsum(relative) / relative.sum()
        keep[1:] &= mass[:-1] < top_p
    kept: NDArray[np.intp] = ids[keep]
    return kept


def log_softmax(scores: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return log-probabilities of ``scores`` (n,), natural log."""
    shifted = scores.astype(np.float64) - float(scores.max())
    log_p: NDArray[np.float64] = shifted - np.log(np.exp(shifted).sum())
    return log_p


def log_normaliser(logits: NDArray[np.float32]) -> float:
    """Return log Σ exp(logits) over the whole vocabulary (V,)."""
    best = float(logits.max())
    return best + float(np.log(np.exp(logits - np.float32(best)).sum(dtype=np.float64)))

"""The head's guidance of many replies at once, in torch, each by weights of its own; louder at openings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from engine.calibration.fit import trunk
from engine.openings import Openings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from engine.rewards.head_file import HeadFile

    # What a reply is guided by: Σ w_k g_k A_k (p, 2r) and Σ w_k g_k b_k (p,).
    Folded = tuple[NDArray[np.float32], NDArray[np.float32]]


class TorchHead:
    """A head's arrays on the GPU, its projection of the whole vocabulary among them."""

    def __init__(self, file: HeadFile, output: torch.Tensor) -> None:
        """``output``: the model's output rows (V, d)."""
        arrays = {name: torch.from_numpy(array).to(output.device) for name, array in file.arrays.items()}
        self._mean, self._scale, self._q = arrays["mean"], arrays["scale"], arrays["q"]
        p = arrays["p"]
        self.emphasis = file.header.emphasis
        self.tokens = (output - arrays["row_mean"]) / file.header.row_scale @ p.T / p.shape[0] ** 0.5
        """P ê_a / √p (V, p) of every token."""

    def state(self, hidden: torch.Tensor) -> torch.Tensor:
        """Return z (B, 2r) of hidden states (B, d)."""
        return trunk((hidden.float() - self._mean) / self._scale, self._q)


class HeadTilt:
    """Implements ``Tilt``: reply i is guided by the i-th of ``folded``."""

    def __init__(self, head: TorchHead, folded: Sequence[Folded], piece: Callable[[int], bytes]) -> None:
        """``piece``: a token's text."""
        self._head, self._piece = head, piece
        device = head.tokens.device
        self._a = torch.from_numpy(np.stack([a for a, _ in folded])).to(device)
        self._b = torch.from_numpy(np.stack([b for _, b in folded])).to(device)
        self._openings = [Openings() for _ in folded]

    def __call__(self, hidden: torch.Tensor, ids: torch.Tensor) -> torch.Tensor:
        """See ``Tilt``."""
        v = torch.einsum("bpr,br->bp", self._a, self._head.state(hidden)) + self._b
        loud = [self._head.emphasis if opening.here() else 1.0 for opening in self._openings]
        tilt = torch.einsum("bcp,bp->bc", self._head.tokens[ids], v)
        return tilt * torch.tensor(loud, device=tilt.device)[:, None]

    def say(self, tokens: Sequence[int]) -> None:
        """See ``Tilt``."""
        for opening, token in zip(self._openings, tokens, strict=True):
            opening.say(self._piece(token))

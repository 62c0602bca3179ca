"""The PersRM head: guidance from the hidden state the base model has computed anyway, at no further pass.

    φ̂_k(s,a) = (P ê_a) · (A_k z(s) + b_k) / √p,      z = [Q₁ĥ, GELU(Q₂ĥ)]

(see ``engine.calibration.fit``). For a reply, Σ_k w_k A_k is folded into one small matrix, so the cost per token
does not grow with the number of principles; into two, where some have a say in when the reply ends and some have none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.errors import BadPrincipleError
from engine.guidance import unheard
from engine.output_rows import OutputRows
from engine.rewards.teacher import GAIN as TEACHER_GAIN
from engine.rewards.trunk import trunk

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from engine.llama import LlamaContext
    from engine.principles import Principle
    from engine.protocol import Message
    from engine.rewards.head_file import HeadFile

_MOST_ROWS = 20_000  # of projected rows kept, a few MB: most replies use the same tokens


class Head:
    """A loaded head: features of any of its principles, for any state."""

    def __init__(self, file: HeadFile, model_path: Path) -> None:
        """Use ``file`` with the model it was made for, whose output rows are read from ``model_path``."""
        self.file = file
        self._arrays = file.arrays
        self._header = file.header
        self._rows = OutputRows(model_path, file.header.output)
        self._root = float(np.sqrt(file.arrays["p"].shape[0]))
        self._projected: dict[int, NDArray[np.float32]] = {}
        self.index = {(p.name, p.poles_hash): i for i, p in enumerate(file.header.principles)}
        self.emphasis = file.header.emphasis
        self.gains = np.array([(p.gain_negative or p.gain, p.gain) for p in file.header.principles])
        self.version = f"head-{file.header.format}/{(file.header.features or file.digest)[:16]}"

    def knows(self, principle: Principle) -> bool:
        """Tell whether the head was calibrated for this principle, with these texts."""
        return (principle.name, principle.poles_hash) in self.index

    def rows_of(self, principles: Sequence[Principle]) -> list[int]:
        """Return the principles' places in the head. Raises ``BadPrincipleError`` for one it doesn't know."""
        unknown = [p.name for p in principles if not self.knows(p)]
        if unknown:
            raise BadPrincipleError(f"not in the head: {unknown}")
        return [self.index[p.name, p.poles_hash] for p in principles]

    def strengths(self, rows: Sequence[int], weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what φ̂ is multiplied by (m,) for some principles at ``weights`` (m,): each end has its own gain."""
        strengths: NDArray[np.float64] = weights * self.gains[rows, (weights > 0).astype(int)]
        return strengths

    def fold(
        self, rows: Sequence[int], coefficients: NDArray[np.float64]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return Σ c_k A_k (p, 2r) and Σ c_k b_k (p,)."""
        c = coefficients.astype(np.float32)
        return np.tensordot(c, self._arrays["a"][rows], 1), np.tensordot(c, self._arrays["b"][rows], 1)

    def maps(self, rows: Sequence[int]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return A (m, p, 2r) and b (m, p) of some principles."""
        return self._arrays["a"][rows], self._arrays["b"][rows]

    def state(self, hidden: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return z (…, 2r) of hidden states (…, d)."""
        standard = ((hidden - self._arrays["mean"]) / self._arrays["scale"]).astype(np.float32)
        return trunk(standard, self._arrays["q"])

    def tokens(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """Return P ê_a / √p (n, p) of tokens, dequantising those not seen before."""
        new = [i for i in dict.fromkeys(ids) if i not in self._projected]
        if new:
            if len(self._projected) > _MOST_ROWS:
                self._projected.clear()
                new = list(dict.fromkeys(ids))
            raw = self._rows.read(np.array(new, dtype=np.int64))
            standard = (raw - self._arrays["row_mean"]) / np.float32(self._header.row_scale)
            projected: NDArray[np.float32] = (standard @ self._arrays["p"].T / self._root).astype(np.float32)
            self._projected.update(zip(new, projected, strict=True))
        return np.stack([self._projected[i] for i in ids])


class HeadReward:
    """Implements ``engine.rewards.protocol.Reward``: all weights folded into one row or two, and that of the values.

    ``silent``: which of the one or two have no say about endings. ``gain`` is 1: the head's own gain per principle is
    folded in with the weights.
    """

    gain = 1.0

    def __init__(
        self,
        head: Head,
        context: LlamaContext,
        principles: Sequence[Principle],
        coefficients: NDArray[np.float64],
        values: Principle | None,
    ) -> None:
        """``coefficients``: (m,) β · w_k of ``principles``. Raises ``BadPrincipleError`` for unknown ones."""
        self.principles = tuple(principles)
        self._head, self._context = head, context
        rows = head.rows_of(principles)
        self._coefficients = head.strengths(rows, coefficients)
        self._each = head.maps(rows)
        self._silent_each = np.array([not p.ends for p in principles], dtype=bool)
        self.silent = np.unique(self._silent_each) if rows else np.ones(1, dtype=bool)
        kinds = [np.flatnonzero(self._silent_each == kind) for kind in self.silent]
        folded = [head.fold([rows[i] for i in kind], self._coefficients[kind]) for kind in kinds]
        if values is not None:
            # On the teacher's scale, where the margin of rejection is measured.
            row = head.rows_of([values])
            folded.append(head.fold(row, head.strengths(row, np.ones(1)) / TEACHER_GAIN))
        self._a, self._b = np.stack([a for a, _ in folded]), np.stack([b for _, b in folded])
        self._state = np.zeros(0, dtype=np.float32)

    def start(
        self,
        messages: Sequence[Message],  # noqa: ARG002  the protocol's: the teacher reads them under its poles
        prompt: Sequence[int],  # noqa: ARG002
        output: int,
        should_abort: Callable[[], bool],  # noqa: ARG002
    ) -> None:
        """See ``Reward.start``."""
        self._state = self._head.state(self._context.hidden(output))

    def entries(self, token: int) -> tuple[list[int], list[int], list[int]]:  # noqa: ARG002
        """See ``Reward.entries``: nothing beside the base model's own pass."""
        self._state = np.zeros(0, dtype=np.float32)
        return [], [], []

    def features(self, candidates: NDArray[np.intp]) -> NDArray[np.float64]:
        """See ``Reward.features``."""
        if not len(self._state):
            self._state = self._head.state(self._context.hidden(0))
        v = self._a @ self._state + self._b
        phi: NDArray[np.float64] = (v @ self._head.tokens(candidates.tolist()).T).astype(np.float64)
        return phi

    def shares(
        self, candidates: NDArray[np.intp], base: NDArray[np.float64], endings: NDArray[np.bool_]
    ) -> NDArray[np.float64]:
        """Return each principle's part (m, k) of the folded rows, centred on ``base`` (k,): for explaining."""
        a, b = self._each
        v = a @ self._state + b
        phi = (v @ self._head.tokens(candidates.tolist()).T).astype(np.float64) * self._coefficients[:, None]
        phi = unheard(phi, base, self._silent_each, endings)
        centred: NDArray[np.float64] = phi - (phi * base).sum(axis=1, keepdims=True)
        return centred

    def finish(self) -> None:
        """See ``Reward.finish``."""

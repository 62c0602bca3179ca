"""What a PersRM head makes of a hidden state before any principle looks at it. Shared by fitting and decoding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def trunk(standard: NDArray[np.float32], q: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return z = [Q₁ĥ, GELU(Q₂ĥ)] (…, 2r) of standardised hidden states ĥ (…, d); Q₁ over Q₂ is ``q`` (2r, d).

    The linear half alone is the low-rank form of the paper's map; the other half lets a feature depend on what
    the state is about. GELU by its tanh form (Hendrycks & Gimpel, 2016).
    """
    z: NDArray[np.float32] = standard @ q.T
    x = z[..., z.shape[-1] // 2 :]
    x *= 0.5 * (1 + np.tanh(np.float32(0.7978845608) * (x + np.float32(0.044715) * x**3)))
    return z

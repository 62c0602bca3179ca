"""What a question typically gets, told from past replies to similar questions: kernel regression over embeddings.

NumPy only; a function of stored vectors and features, so a forgotten reply takes its share of it along. It knows
neither labels nor the database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Array: TypeAlias = "NDArray[np.float64]"

# Cosine distance at which two questions tell 1/e of each other, and how much of the spread between replies to one
# question there is for each unit of spread between questions.
REACH, NOISE = 0.3, 2.0

# Time, not truth, is what this limits: beyond it, one more question hardly moves anything.
MOST_QUESTIONS = 500


def expected(deviations: Array, vectors: NDArray[np.float32]) -> Array:
    """Predict each question's deviation from the overall mean from the other questions': (m, C).

    ``deviations``: (m, C) of the mean reply to each question. ``vectors``: (m, d) of unit length. With C = K + λI,
    K = exp((cos − 1)/REACH) and α = C⁻¹y, the prediction without the question itself is y − α/diag(C⁻¹)
    (Rasmussen & Williams 2006, equation 5.12).
    """
    unit = vectors.astype(np.float64)
    covariance = np.exp((unit @ unit.T - 1) / REACH)
    covariance[np.diag_indices_from(covariance)] += NOISE
    inverse = np.linalg.inv(covariance)
    return np.asarray(deviations - (inverse @ deviations) / np.diagonal(inverse)[:, None])

"""Everything that is inferred from the evidence rows: has taste changed, what is it, does it differ by situation.

Pure NumPy over rows and vectors. Each answer is computed when first asked for and kept with the rows it rests on.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from memory.change import Change, apply_change, find_change
from memory.context import (
    ContextualTaste,
    distinct,
    find_situations,
    fit_contextual,
    spread_evenly,
    weigh_poolings,
)
from memory.learning import DEFAULTS, Posterior, Prior, Rows, fit, row_influence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from memory.learning import Array, LearningOptions

# Newest rows that the contextual taste is fitted to, and rows its views are weighed on: time, not truth, is what
# they limit.
CONTEXT_ROWS, POOLING_ROWS = 800, 160


class Taste:
    """Inference from one set of rows, ordered by time, under one prior.

    ``start``: (D,) an earlier mode, which only saves time.
    """

    def __init__(
        self, rows: Rows, prior: Prior, *, start: Array | None = None, options: LearningOptions = DEFAULTS
    ) -> None:
        self.prior = prior
        self._given = rows
        self._start = start
        self._options = options

    @cached_property
    def change(self) -> Change:
        """The change of taste that the newest evidence speaks for, if any."""
        return find_change(self._given, self.prior, self._options)

    @cached_property
    def rows(self) -> Rows:
        """The rows as they count after that change."""
        return apply_change(self._given, self.change)

    @cached_property
    def everywhere(self) -> Posterior:
        """Taste regardless of the situation."""
        return fit(self.rows, self.prior, self._options, start=self._start)

    def influence(self, column: int) -> Array:
        """Return how far each row moved θ of ``column`` of the taste everywhere: (n,)."""
        direction = np.eye(len(self.prior.mean))[column]
        return row_influence(self.rows, self.prior, self.everywhere, direction, self._options)

    def contextual(self, questions: Sequence[str], vectors: NDArray[np.float32]) -> ContextualTaste | None:
        """Taste by situation; ``None`` where one taste everywhere is all that counts.

        ``questions`` (m,) and ``vectors`` (m, d) belong to the newest m = min(n, ``CONTEXT_ROWS``) rows; a zero
        vector stands for an unknown one.
        """
        count = len(self.rows.labels)
        newest = np.arange(count - len(questions), count)
        known = np.flatnonzero(np.any(vectors != 0, axis=1))
        first = known[distinct([questions[int(i)] for i in known])]
        situations = find_situations(vectors[first[spread_evenly(len(first), POOLING_ROWS)]])
        if situations is None:
            return None
        judged = known[spread_evenly(len(known), POOLING_ROWS)]
        shares = weigh_poolings(
            self.rows.take(newest[judged]), situations, vectors[judged], self.prior, self._options
        )
        if not any(shares):
            return None
        return fit_contextual(
            self.rows.take(newest), vectors, situations, self.prior, self.everywhere, shares, self._options
        )

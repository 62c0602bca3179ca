"""The text embedder: texts to unit vectors, for recall. Knows nothing of what is recalled.

torch takes seconds to import, so nothing here is loaded before the first use.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from engine import starter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

NAME = f"{starter.EMBEDDER_NAME}@{starter.EMBEDDER_SHA256[:12]}"


class Embedder:
    """The embedded all-MiniLM-L6-v2, loaded once."""

    def __init__(self, folder: Path | None = None) -> None:
        """``folder`` of a sentence-transformers model; the embedded one by default."""
        self._folder = folder
        self._model: Any = None
        self._loading = threading.Lock()

    def load(self) -> None:
        """Load the model unless it is there. Raises ``StarterMissingError`` or ``HashMismatchError``."""
        with self._loading:
            if self._model is not None:
                return
            folder = self._folder or starter.embedded_embedder()
            if self._folder is None:
                starter.verify(folder / "model.safetensors", starter.EMBEDDER_SHA256)
            from sentence_transformers import SentenceTransformer
            from tqdm import tqdm  # type: ignore[import-untyped]
            from transformers.utils import logging as transformers_logging

            # tqdm's own lock is a named semaphore, and this process ends without cleaning such things up.
            tqdm.set_lock(threading.RLock())
            tqdm.monitor_interval = 0  # no thread to watch bars that nobody shows
            transformers_logging.disable_progress_bar()
            transformers_logging.set_verbosity_error()
            self._model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (n, d) float32 rows of unit length; long texts are cut by the model."""
        self.load()
        if not texts:
            return np.zeros((0, int(self._model.get_embedding_dimension())), dtype=np.float32)
        vectors = self._model.encode(
            list(texts), normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32)

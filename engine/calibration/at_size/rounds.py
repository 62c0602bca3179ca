"""What a calibration at size keeps on disk: a file for each round of replies, which appears when it is complete."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.calibration.assemble import openings, pairs
from engine.calibration.fit_data import Corpus
from engine.calibration.plan import Prompt, Unit, held_out

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_ARRAYS = ("hidden", "ids", "pi", "phi", "known", "lengths")


@dataclass(frozen=True, slots=True, eq=False)
class Round:
    """Some replies' states, one after another. N states, n = k + 1 ids, the last the said token; R replies.

    ``hidden``: (N, d) float16. ``ids``: (N, n) int32. ``pi``: (N, n) float32, see ``Corpus``. ``phi``: (N, n, K)
    float16, the teacher's feature, zero where ``known`` (R, K) bool says that a principle has not judged the reply.
    ``lengths``: (R,) int64, states of each reply.
    """

    units: tuple[Unit, ...]
    hidden: NDArray[np.float16]
    ids: NDArray[np.int32]
    pi: NDArray[np.float32]
    phi: NDArray[np.float16]
    known: NDArray[np.bool_]
    lengths: NDArray[np.int64]


class RoundFolder:
    """The rounds of one calibration at size, and the prompts that the model has made for it."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def prompts(self) -> list[str] | None:
        """Return the prompts of the model's own making; None before they are made."""
        path = self._root / "prompts.json"
        return [str(text) for text in json.loads(path.read_text(encoding="utf-8"))] if path.exists() else None

    def write_prompts(self, prompts: Sequence[str]) -> None:
        """Keep the prompts of the model's own making."""
        self._root.mkdir(parents=True, exist_ok=True)
        part = self._root / "prompts.part"
        part.write_text(json.dumps(list(prompts)), encoding="utf-8")
        os.replace(part, self._root / "prompts.json")

    def has(self, index: int) -> bool:
        """Tell whether the round is complete."""
        return self._path(index).exists()

    def write(self, index: int, made: Round) -> None:
        """Keep a round."""
        self._root.mkdir(parents=True, exist_ok=True)
        part = self._path(index).with_suffix(".part")
        units = json.dumps([asdict(unit) for unit in made.units])
        with part.open("wb") as file:
            arrays = {name: getattr(made, name) for name in _ARRAYS}
            np.savez(file, allow_pickle=False, units=np.array(units), **arrays)
        os.replace(part, self._path(index))

    def read(self, index: int) -> Round:
        """Return a round."""
        with np.load(self._path(index), allow_pickle=False) as file:
            rows = json.loads(str(file["units"]))
            units = tuple(Unit(**{**row, "prompt": Prompt(**row["prompt"])}) for row in rows)
            return Round(units, **{name: file[name] for name in _ARRAYS})

    def _path(self, index: int) -> Path:
        return self._root / f"round-{index:04d}.npz"


def corpus(
    rounds: Sequence[Round],
    names: Sequence[str],
    embeddings: NDArray[np.float32],
    piece: Callable[[int], bytes],
) -> Corpus:
    """Return the rounds as one corpus. ``names``: of the K principles; ``embeddings``: (V, d), standardised.

    ``piece``: a token's text.
    """
    units = [unit for made in rounds for unit in made.units]
    lengths = np.concatenate([made.lengths for made in rounds])
    ids = np.concatenate([made.ids for made in rounds])
    ends = np.cumsum(lengths)
    opens = [openings(ids[end - n : end, -1].tolist(), piece) for end, n in zip(ends, lengths, strict=True)]
    return Corpus(
        hidden=np.concatenate([made.hidden for made in rounds]).astype(np.float32),
        rows=ids.astype(np.int64),
        embeddings=embeddings,
        pi=np.concatenate([made.pi for made in rounds]),
        phi=np.concatenate([made.phi for made in rounds]).astype(np.float32),
        known=np.repeat(np.concatenate([made.known for made in rounds]), lengths, axis=0),
        reply=np.repeat(np.arange(len(units)), lengths),
        validation=np.array([held_out(unit.prompt.id) for unit in units]),
        pairs=pairs(units, names),
        plain=np.array([unit.kind == "plain" for unit in units]),
        opens=np.concatenate(opens),
    )

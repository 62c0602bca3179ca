"""From the files of a calibration to the arrays the fit works on. No torch, no llama.cpp."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.calibration.fit_data import Corpus
from engine.calibration.plan import held_out, units
from engine.openings import Openings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from engine.calibration.pipeline import Calibration
    from engine.calibration.plan import Unit
    from engine.output_rows import OutputRows


def assemble(
    calibration: Calibration,
    piece: Callable[[int], bytes],
    rows: OutputRows,
    row_mean: NDArray[np.float32],
    row_scale: float,
) -> Corpus:
    """Gather every reply that is on disk. Replies no principle has judged yet are left out.

    ``piece``: a token's text.
    """
    folder, principles = calibration.folder, calibration.principles
    planned = [
        unit
        for kind in ("plain", "pole", "guided")
        for unit in units(kind, calibration.prompts, principles, calibration.effort)
    ]
    done = [unit for unit in planned if folder.has_states(unit.id)]
    kept: list[Unit] = []
    hidden, ids, pi, phi, known, reply, opens = [], [], [], [], [], [], []
    for unit in done:
        judges = [k for k, p in enumerate(principles) if folder.has_phi(unit.id, p)]
        if not judges:
            continue
        states = folder.states(unit.id)
        length, width = states.ids.shape
        features = np.zeros((length, width, len(principles)), dtype=np.float32)
        for k in judges:
            features[:, :, k] = folder.phi(unit.id, principles[k])
        mask = np.zeros((length, len(principles)), dtype=bool)
        mask[:, judges] = True
        hidden.append(states.hidden.astype(np.float32))
        ids.append(states.ids)
        pi.append(candidate_probabilities(states.logits))
        phi.append(features)
        known.append(mask)
        reply.append(np.full(length, len(kept)))
        opens.append(openings([int(token) for token in states.ids[:, -1]], piece))
        kept.append(unit)
    tokens, places = np.unique(np.concatenate(ids), return_inverse=True)
    embeddings = (rows.read(tokens.astype(np.int64)) - row_mean) / np.float32(row_scale)
    return Corpus(
        hidden=np.concatenate(hidden),
        rows=places.reshape(-1, ids[0].shape[1]).astype(np.int64),
        embeddings=embeddings,
        pi=np.concatenate(pi),
        phi=np.concatenate(phi),
        known=np.concatenate(known),
        reply=np.concatenate(reply),
        validation=np.array([held_out(unit.prompt.id) for unit in kept]),
        pairs=pairs(kept, [p.name for p in principles]),
        plain=np.array([unit.kind == "plain" for unit in kept]),
        opens=np.concatenate(opens),
    )


def candidate_probabilities(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return π (T, k + 1) over the k candidates of logits (T, k + 1); zero for the said token's extra column."""
    best = logits[:, :-1].astype(np.float64)
    masses = np.exp(best - best.max(axis=1, keepdims=True))
    pi = np.zeros(logits.shape, dtype=np.float32)
    pi[:, :-1] = masses / masses.sum(axis=1, keepdims=True)
    return pi


def openings(reply: Sequence[int], piece: Callable[[int], bytes]) -> NDArray[np.bool_]:
    """Tell at which of its tokens (T,) a reply opens. ``piece``: a token's text."""
    follower, found = Openings(), []
    for token in reply:
        found.append(follower.here())
        follower.say(piece(token))
    return np.array(found, dtype=bool)


def pairs(kept: Sequence[Unit], names: Sequence[str]) -> NDArray[np.int64]:
    """Return (k, reply under the positive pole, under the negative) (pairs, 3) of units with their places."""
    place = {(u.principle, u.prompt.id, u.sign): i for i, u in enumerate(kept) if u.kind == "pole"}
    found = [
        (names.index(name), i, place[name, prompt, -1])
        for (name, prompt, sign), i in place.items()
        if sign > 0 and (name, prompt, -1) in place
    ]
    return np.array(found, dtype=np.int64).reshape(-1, 3)

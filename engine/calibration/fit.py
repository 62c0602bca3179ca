"""Fits the PersRM head to what the teacher said. The only torch in calibration; knows neither files nor models.

For principle k, state s and candidate a, with the standardised hidden state ĥ and output-embedding row ê_a,

    φ̂_k(s,a) = (P ê_a) · (A_k Q ĥ + b_k) / √p,      then centred: φ̂_k(s,a) − Σ_a' π_base(a'|s) φ̂_k(s,a')

P (p, d) and Q (r, d) are shared by all principles, A_k (p, r) and b_k (p,) are the principle's own: kilobytes.
This is PAD's wᵀφ (Chen et al., 2025) on a frozen backbone. Two losses are added: the π-weighted squared error to
the teacher's centred, clipped features, and on pairs of replies to one prompt under opposite poles

    −log σ(x_k(y⁺) − x_k(y⁻)),        x_k the reply's mean feature           (PAD, Eq. 9)

Features are divided by their spread first, so that every principle counts the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from engine.calibration.fit_data import Fitted
from engine.guidance import CLIP

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from engine.calibration.fit_data import Corpus

_FLOOR = 0.02  # even an improbable candidate's feature should be roughly right


@dataclass(frozen=True, slots=True)
class FitOptions:
    """``rank``: r; ``width``: p; ``pair_weight``: of the Eq. 9 loss beside the distillation loss."""

    rank: int = 64
    width: int = 64
    epochs: int = 24
    patience: int = 4
    learning_rate: float = 2e-3
    weight_decay: float = 0.3
    dropout: float = 0.1
    pair_weight: float = 0.3
    batch: int = 512
    seed: int = 0


def centred(phi: NDArray[np.float32], pi: NDArray[np.float32]) -> NDArray[np.float32]:
    """Centre φ (N, n, K) on π (N, n) and clip to ±``CLIP`` nats."""
    out: NDArray[np.float32] = np.clip(phi - np.einsum("nc,nck->nk", pi, phi)[:, None], -CLIP, CLIP)
    return out


class _Head(torch.nn.Module):
    def __init__(self, d: int, principles: int, options: FitOptions) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(options.seed)

        def normal(*shape: int, scale: float) -> torch.nn.Parameter:
            return torch.nn.Parameter(torch.randn(*shape, generator=generator) * scale)

        self.q = normal(options.rank, d, scale=d**-0.5)
        self.p = normal(options.width, d, scale=d**-0.5)
        self.a = normal(principles, options.width, options.rank, scale=0.01)
        self.b = torch.nn.Parameter(torch.zeros(principles, options.width))
        self.drop = torch.nn.Dropout(options.dropout)

    def forward(self, hidden: torch.Tensor, embedded: torch.Tensor, pi: torch.Tensor) -> torch.Tensor:
        """(B, d), (B, n, d), (B, n) → centred features (B, n, K)."""
        z = self.drop(hidden @ self.q.T)
        v = torch.einsum("kpr,br->bkp", self.a, z) + self.b
        phi = torch.einsum("bnp,bkp->bnk", embedded @ self.p.T, v) / self.p.shape[0] ** 0.5
        centred_phi: torch.Tensor = phi - torch.einsum("bn,bnk->bk", pi, phi)[:, None]
        return centred_phi


def fit(
    corpus: Corpus,
    options: FitOptions,
    on_epoch: Callable[[int, float], None] = lambda _epoch, _loss: None,
) -> Fitted:
    """Fit the head; the epoch with the least validation loss is kept. Deterministic at a fixed seed and device.

    ``on_epoch(epoch, validation_loss)`` may raise to stop. Uses the GPU where torch has one.
    """
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(options.seed)
    y = centred(corpus.phi, corpus.pi)
    in_validation = corpus.validation[corpus.reply]
    train = np.flatnonzero(~in_validation)
    mean, scale = corpus.hidden[train].mean(0), corpus.hidden[train].std(0) + 1e-6
    weight = np.where(corpus.pi > 0, corpus.pi + _FLOOR, 0.0).astype(np.float32)
    spread = _spread(y, weight, corpus.known, train)

    def to(array: NDArray[np.generic]) -> torch.Tensor:
        return torch.from_numpy(np.ascontiguousarray(array)).to(device)

    hidden, rows, table = to((corpus.hidden - mean) / scale), to(corpus.rows), to(corpus.embeddings)
    pi, target, weights, known = (
        to(corpus.pi),
        to(y / spread),
        to(weight),
        to(corpus.known.astype(np.float32)),
    )

    def loss_of(head: _Head, i: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        phi = head(hidden[i], table[rows[i]], pi[i])
        error = ((phi - target[i]) ** 2 * weights[i][..., None]).sum(1) * known[i]
        return error.sum() / known[i].sum().clamp(min=1.0), phi

    head = _Head(corpus.hidden.shape[1], y.shape[2], options).to(device)
    optimiser = torch.optim.AdamW(
        head.parameters(), lr=options.learning_rate, weight_decay=options.weight_decay
    )
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, options.epochs)
    held = torch.from_numpy(np.flatnonzero(in_validation)).to(device)
    members = [
        torch.from_numpy(np.flatnonzero(corpus.reply == r)).to(device) for r in range(len(corpus.validation))
    ]
    train_pairs = corpus.pairs[~corpus.validation[corpus.pairs[:, 1]]]
    rng = np.random.default_rng(options.seed)
    best, best_state, waited, epoch = float("inf"), head.state_dict(), 0, 0
    for epoch in range(1, options.epochs + 1):
        head.train()
        order = rng.permutation(train)
        for at in range(0, len(order), options.batch):
            loss, _ = loss_of(head, torch.from_numpy(order[at : at + options.batch]).to(device))
            if options.pair_weight and len(train_pairs):
                pair = train_pairs[rng.integers(len(train_pairs), size=2)]
                loss = loss + options.pair_weight * _pair_loss(head, pair, members, hidden, table, rows, pi)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        schedule.step()
        head.eval()
        with torch.no_grad():
            validation = (
                float(np.mean([float(loss_of(head, i)[0]) for i in held.split(2048)])) if len(held) else 0.0
            )
        on_epoch(epoch, validation)
        if validation < best - 1e-5:
            best, waited = validation, 0
            best_state = {name: value.detach().clone() for name, value in head.state_dict().items()}
        elif (waited := waited + 1) >= options.patience:
            break
    head.load_state_dict(best_state)
    head.eval()
    with torch.no_grad():
        predicted = (
            torch.cat([head(hidden[i], table[rows[i]], pi[i]) for i in held.split(2048)]).cpu().numpy()
            if len(held)
            else np.zeros((0, *y.shape[1:]), dtype=np.float32)
        )
    arrays = {name: value.cpu().numpy().astype(np.float32) for name, value in best_state.items()}
    return Fitted(
        mean=mean, scale=scale, p=arrays["p"], q=arrays["q"],
        a=arrays["a"] * spread[:, None, None], b=arrays["b"] * spread[:, None], spread=spread,
        r2=_r2(predicted, (y / spread)[in_validation], weight[in_validation], corpus.known[in_validation]),
        sign=_sign(predicted[:, -1], corpus, in_validation), states=len(corpus.hidden), epochs=epoch,
    )  # fmt: skip


def _pair_loss(
    head: _Head,
    pairs: NDArray[np.int64],
    members: list[torch.Tensor],
    hidden: torch.Tensor,
    table: torch.Tensor,
    rows: torch.Tensor,
    pi: torch.Tensor,
) -> torch.Tensor:
    losses = []
    for k, positive, negative in pairs:
        means = []
        for reply in (positive, negative):
            i = members[int(reply)]
            means.append(head(hidden[i], table[rows[i]], pi[i])[:, -1, int(k)].mean())
        losses.append(-torch.nn.functional.logsigmoid(means[0] - means[1]))
    return torch.stack(losses).mean()


def _spread(
    y: NDArray[np.float32], weight: NDArray[np.float32], known: NDArray[np.bool_], train: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Return each principle's π-weighted root mean square of centred features (K,), in nats."""
    out = np.ones(y.shape[2], dtype=np.float32)
    for k in range(y.shape[2]):
        i = train[known[train, k]]
        if len(i):
            out[k] = np.sqrt((weight[i] * y[i, :, k] ** 2).sum() / weight[i].sum()) + 1e-4
    return out


def _r2(
    predicted: NDArray[np.float32],
    y: NDArray[np.float32],
    weight: NDArray[np.float32],
    known: NDArray[np.bool_],
) -> NDArray[np.float64]:
    error = (weight[..., None] * (predicted - y) ** 2).sum(1) * known
    total = (weight[..., None] * y**2).sum(1) * known
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(1 - error.sum(0) / total.sum(0), dtype=np.float64)


def _sign(said: NDArray[np.float32], corpus: Corpus, in_validation: NDArray[np.bool_]) -> NDArray[np.float64]:
    reply = corpus.reply[in_validation]
    hits: list[list[bool]] = [[] for _ in range(said.shape[1])]
    for k, positive, negative in corpus.pairs:
        for r, sign in ((positive, 1), (negative, -1)):
            mine = said[reply == r, k]
            if len(mine):
                hits[int(k)].append(bool(mine.mean() * sign > 0))
    return np.array([np.mean(h) if h else np.nan for h in hits])

"""Fits the PersRM head to what the teacher said. The only torch in calibration; knows neither files nor models.

For principle k, state s and candidate a, with the standardised hidden state ĥ and output-embedding row ê_a,

    φ̂_k(s,a) = (P ê_a) · (A_k z + b_k) / √p,      z = [Q₁ĥ, GELU(Q₂ĥ)],
    then centred: φ̂_k(s,a) − Σ_a' π_base(a'|s) φ̂_k(s,a')

P (p, d), Q₁ and Q₂ (r, d) are shared by all principles, A_k (p, 2r) and b_k (p,) are the principle's own: kilobytes.
This is PAD's wᵀφ (Chen et al., 2025) on a frozen backbone. Two losses are added: the π-weighted squared error to
the teacher's centred, clipped features, and on pairs of replies to one prompt under opposite poles

    −log σ(x_k(y⁺) − x_k(y⁻)),        x_k the reply's mean feature           (PAD, Eq. 9)

Features are divided by their spread first, so that every principle counts the same.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from engine.calibration.fit_data import Fitted
from engine.guidance import CLIP

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from numpy.typing import NDArray

    from engine.calibration.fit_data import Corpus, FitOptions, Shared

_PAIRS_PER_BATCH = 2
_FLOOR = 0.02  # even an improbable candidate's feature should be roughly right


@dataclass(frozen=True, slots=True)
class FitStep:
    """A batch is done: ``epoch`` (with its fraction) of ``epochs``, the last validation loss (NaN before any)."""

    epoch: float
    epochs: int
    validation: float


def centred(phi: NDArray[np.float32], pi: NDArray[np.float32]) -> NDArray[np.float32]:
    """Centre φ (N, n, K) on π (N, n) and clip to ±``CLIP`` nats."""
    out: NDArray[np.float32] = np.clip(phi - np.einsum("nc,nck->nk", pi, phi)[:, None], -CLIP, CLIP)
    return out


def trunk(standard: torch.Tensor, q: torch.Tensor) -> torch.Tensor:
    """Return z (…, 2r) of standardised hidden states (…, d): ``engine.rewards.trunk`` in torch."""
    linear, bent = (standard @ q.T).chunk(2, dim=-1)
    return torch.cat([linear, torch.nn.functional.gelu(bent, approximate="tanh")], dim=-1)


class _Head(torch.nn.Module):
    def __init__(self, d: int, principles: int, options: FitOptions, shared: Shared | None) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(options.seed)

        def normal(*shape: int, scale: float) -> torch.nn.Parameter:
            return torch.nn.Parameter(torch.randn(*shape, generator=generator) * scale)

        def fixed(array: NDArray[np.float32]) -> torch.nn.Parameter:
            return torch.nn.Parameter(torch.from_numpy(array.copy()), requires_grad=False)

        self.q = fixed(shared.q) if shared else normal(2 * options.rank, d, scale=d**-0.5)
        self.p = fixed(shared.p) if shared else normal(options.width, d, scale=d**-0.5)
        self.a = normal(principles, self.p.shape[0], self.q.shape[0], scale=0.01)
        self.b = torch.nn.Parameter(torch.zeros(principles, self.p.shape[0]))
        self.drop = torch.nn.Dropout(options.dropout)

    def forward(self, hidden: torch.Tensor, embedded: torch.Tensor, pi: torch.Tensor) -> torch.Tensor:
        """(B, d), (B, n, d), (B, n) → centred features (B, n, K)."""
        z = self.drop(trunk(hidden, self.q))
        v = torch.einsum("kpr,br->bkp", self.a, z) + self.b
        phi = torch.einsum("bnp,bkp->bnk", embedded @ self.p.T, v) / self.p.shape[0] ** 0.5
        centred_phi: torch.Tensor = phi - torch.einsum("bn,bnk->bk", pi, phi)[:, None]
        return centred_phi


def fit(
    corpus: Corpus, options: FitOptions, shared: Shared | None = None
) -> Generator[FitStep, None, Fitted]:
    """Fit the head; the epoch with the least validation loss is kept. Deterministic at a fixed seed and device.

    ``shared``: what the corpus's principles are to have in common with others, fitted before; only their own A and b
    are fitted then.

    Yields after every batch, so that whoever drives it can let other work go first. Uses the GPU where torch has
    one.
    """
    torch.manual_seed(options.seed)
    training = _Training(corpus, options, shared)
    best, waited = float("inf"), 0
    best_state = training.head.state_dict()
    epoch, validation = 0, float("nan")
    while epoch < options.epochs and waited < options.patience:
        for fraction in training.batches():
            yield FitStep(epoch + fraction, options.epochs, validation)
        epoch += 1
        validation = training.validation_loss()
        waited += 1
        if validation < best - 1e-5:
            best, waited = validation, 0
            best_state = {name: value.detach().clone() for name, value in training.head.state_dict().items()}
        yield FitStep(float(epoch), options.epochs, validation)
    training.head.load_state_dict(best_state)
    return training.fitted(epoch)


class _Training:
    """The tensors and the optimiser of one fit."""

    def __init__(self, corpus: Corpus, options: FitOptions, shared: Shared | None) -> None:
        self._corpus, self._options = corpus, options
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self._y = centred(corpus.phi, corpus.pi)
        self._in_validation = corpus.validation[corpus.reply]
        self._train = np.flatnonzero(~self._in_validation)
        self._mean, self._scale = (shared.mean, shared.scale) if shared else _moments(corpus, self._train)
        self._weight = np.where(corpus.pi > 0, corpus.pi + _FLOOR, 0.0).astype(np.float32)
        self._spread = _spread(self._y, self._weight, corpus.known, self._train)
        self._hidden = self._to((corpus.hidden - self._mean) / self._scale)
        self._rows, self._table = self._to(corpus.rows), self._to(corpus.embeddings)
        self._pi, self._target = self._to(corpus.pi), self._to(self._y / self._spread)
        self._weights, self._known = self._to(self._weight), self._to(corpus.known.astype(np.float32))
        self._held = self._to(np.flatnonzero(self._in_validation))
        starts = np.searchsorted(corpus.reply, np.arange(len(corpus.validation) + 1))
        self._members = [
            torch.arange(int(a), int(b), device=self._device) for a, b in itertools.pairwise(starts)
        ]
        self._pairs = corpus.pairs[~corpus.validation[corpus.pairs[:, 1]]]
        self._rng = np.random.default_rng(options.seed)
        self.head = _Head(corpus.hidden.shape[1], self._y.shape[2], options, shared).to(self._device)
        fitted = [parameter for parameter in self.head.parameters() if parameter.requires_grad]
        self._optimiser = torch.optim.AdamW(
            fitted, lr=options.learning_rate, weight_decay=options.weight_decay
        )
        self._schedule = torch.optim.lr_scheduler.CosineAnnealingLR(self._optimiser, options.epochs)

    def batches(self) -> Iterator[float]:
        """Train one epoch; yields the share of it that is done."""
        self.head.train()
        order, size = self._rng.permutation(self._train), self._options.batch
        for at in range(0, len(order), size):
            loss = self._loss(self._to(order[at : at + size]))
            if self._options.pair_weight and len(self._pairs):
                drawn = self._pairs[self._rng.integers(len(self._pairs), size=_PAIRS_PER_BATCH)]
                loss = loss + self._options.pair_weight * self._pair_loss(drawn)
            self._optimiser.zero_grad()
            loss.backward()
            self._optimiser.step()
            yield min(1.0, (at + size) / len(order))
        self._schedule.step()

    @torch.no_grad()
    def validation_loss(self) -> float:
        """Return the distillation loss on the held-out prompts; on the training ones where none are held out."""
        self.head.eval()
        states = self._held if len(self._held) else self._to(self._train)
        return float(np.mean([float(self._loss(i)) for i in states.split(2048)]))

    @torch.no_grad()
    def fitted(self, epochs: int) -> Fitted:
        """Return the head as it is now, and its figures."""
        self.head.eval()
        predicted = np.zeros((0, *self._y.shape[1:]), dtype=np.float32)
        if len(self._held):
            predicted = torch.cat([self._phi(i) for i in self._held.split(2048)]).cpu().numpy()
        arrays = {name: value.cpu().numpy() for name, value in self.head.state_dict().items()}
        held = self._in_validation
        target = (self._y / self._spread)[held]
        return Fitted(
            mean=self._mean,
            scale=self._scale,
            p=arrays["p"],
            q=arrays["q"],
            a=arrays["a"] * self._spread[:, None, None],
            b=arrays["b"] * self._spread[:, None],
            spread=self._spread,
            r2=_r2(predicted, target, self._weight[held], self._corpus.known[held]),
            sign=_sign(predicted[:, -1], self._corpus, held),
            states=len(self._corpus.hidden),
            epochs=epochs,
        )

    def _phi(self, i: torch.Tensor) -> torch.Tensor:
        phi: torch.Tensor = self.head(self._hidden[i], self._table[self._rows[i]], self._pi[i])
        return phi

    def _loss(self, i: torch.Tensor) -> torch.Tensor:
        error = ((self._phi(i) - self._target[i]) ** 2 * self._weights[i][..., None]).sum(1) * self._known[i]
        return error.sum() / self._known[i].sum().clamp(min=1.0)

    def _pair_loss(self, pairs: NDArray[np.int64]) -> torch.Tensor:
        losses = []
        for k, positive, negative in pairs.tolist():
            x = [self._phi(self._members[reply])[:, -1, k].mean() for reply in (positive, negative)]
            losses.append(-torch.nn.functional.logsigmoid(x[0] - x[1]))
        return torch.stack(losses).mean()

    def _to(self, array: NDArray[np.generic]) -> torch.Tensor:
        return torch.from_numpy(np.ascontiguousarray(array)).to(self._device)


def _moments(corpus: Corpus, train: NDArray[np.int64]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    hidden = corpus.hidden[train]
    return hidden.mean(0, dtype=np.float64).astype(np.float32), hidden.std(0) + np.float32(1e-6)


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

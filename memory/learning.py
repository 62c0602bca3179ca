"""Bayesian logistic regression from thumbs and pairs to preference weights. NumPy only: no database, no model.

A pure function of evidence: no weight is stored, so forgetting a row and fitting again is never having seen it.
Units: θ is the logit a standardised feature is worth; w = tanh(θ/θ₀) is the same in slider units, −1 … 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from memory.surface import (
    ADDRESS,
    CONTRACTIONS,
    EXCLAMATIONS,
    LIST_ITEMS,
    NEGATIONS,
    SENTENCE_LENGTH,
    SURFACE,
    WORD_LENGTH,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

Array: TypeAlias = "NDArray[np.float64]"

# The columns after the principles: style-free features, and the bias of a user who likes (or dislikes) most replies.
LOG_LENGTH = "log length"
BASE_LOGPROB = "mean base log-probability"
BIAS = "bias"
STYLE_FREE = (*SURFACE, LOG_LENGTH, BASE_LOGPROB, BIAS)

# Prior correlation of each column that only describes a reply with the principles that can steer it. A principle's
# θ is drawn by itself, and what describes it leans on it: evidence on long words must move *simple* instead of being
# absorbed by the description.
COUPLINGS: Mapping[str, Mapping[str, float]] = {
    LOG_LENGTH: {"concise": -0.8},
    WORD_LENGTH: {"simple": -0.5, "formal": 0.3},
    SENTENCE_LENGTH: {"simple": -0.4, "concise": -0.2},
    EXCLAMATIONS: {"warm": 0.6, "humorous": 0.3},
    ADDRESS: {"formal": -0.3},
    NEGATIONS: {"warm": -0.4},
    LIST_ITEMS: {"lists": 0.6, "steps": 0.3},
    CONTRACTIONS: {"formal": -0.5},
}

_V = 8 / np.pi
_MAX_STEPS = 200
_TOLERANCE, _NEAR = 1e-10, 1e-3
_BLOCK = 1024  # rows that stay in the processor's cache while they are weighted and multiplied


@dataclass(frozen=True, slots=True)
class LearningOptions:
    """Constants of the model. Standard deviations are in θ: logits per standardised unit.

    ``flip_rate`` ε: the share of clicks that say the opposite of what was meant, on each side.
    ``unit`` θ₀: what w = tanh(θ/θ₀) is measured in. The prior's standard deviations together say that a reply is
    liked or not with logits of about 3: wider ones take wrong clicks at their word where features are many.
    ``caution`` z: how many posterior standard deviations a learned shift must exceed before it guides.
    ``half_life_days``: age, relative to the newest evidence, at which a row counts half.
    """

    flip_rate: float = 0.08
    unit: float = 0.6
    principle_sd: float = 0.7
    set_sd: float = 0.24
    length_sd: float = 1.0
    base_logprob_sd: float = 0.4
    surface_sd: float = 0.45
    bias_sd: float = 1.0
    caution: float = 0.15
    half_life_days: float = 180.0


DEFAULTS = LearningOptions()


@dataclass(frozen=True, slots=True, eq=False)
class Prior:
    """Gaussian belief before any evidence. ``mean``: (D,); ``covariance``: (D, D); both in θ."""

    mean: Array
    covariance: Array


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Evidence for the regression, in the order of the columns of ``Prior``.

    ``inputs``: (n, D) float64. A thumb's row is the reply's centred, standardised features with 1 for the bias; a
    pair's row is the difference of two such rows, so its bias is 0 (Bradley–Terry). ``labels``: (n,) of ±1; for
    a pair +1 where the first was preferred. ``weights``: (n,) in [0, 1]. ``offsets``: (n,) logits each row has
    already, where θ is measured from something else than 0.
    """

    inputs: Array
    labels: Array
    weights: Array
    offsets: Array | float = 0.0

    def logits(self, theta: Array) -> Array:
        """Return z = θᵀx + offset of each row: (n,)."""
        return np.asarray(self.inputs @ theta + self.offsets)

    def take(self, chosen: NDArray[np.int64]) -> Rows:
        """Return only the ``chosen`` rows."""
        offsets = self.offsets if isinstance(self.offsets, float) else self.offsets[chosen]
        return Rows(self.inputs[chosen], self.labels[chosen], self.weights[chosen], offsets)


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """Laplace approximation. ``mean``: (D,); ``covariance``: (D, D); both in θ.

    ``start``: (D,) where the search may begin next time, for evidence that is nearly the same.
    """

    mean: Array
    covariance: Array
    start: Array | None = None

    @property
    def sd(self) -> Array:
        """(D,) standard deviations, in θ."""
        return np.sqrt(np.diagonal(self.covariance))

    def logit(self, inputs: Array) -> Array:
        """Return z = θᵀx of each row of ``inputs`` (n, D): (n,), before the flip rate."""
        return np.asarray(inputs @ self.mean)


def columns(names: Sequence[str]) -> tuple[str, ...]:
    """Columns of the regression for the principles ``names``: theirs first, then the style-free ones."""
    return (*names, *STYLE_FREE)


def make_prior(
    names: Sequence[str], settings: Mapping[str, float] | None = None, options: LearningOptions = DEFAULTS
) -> Prior:
    """Prior over ``columns(names)``. A set slider s moves its mean to θ₀·atanh(s) and narrows it to ``set_sd``.

    Correlations are those of columns that lean on independent principles, ``COUPLINGS``, and are else independent.
    """
    settings = settings or {}
    all_columns = columns(names)
    mean = np.zeros(len(all_columns))
    sd = np.full(len(all_columns), options.principle_sd, dtype=np.float64)
    sd[len(names) : -3] = options.surface_sd
    sd[-3:] = (options.length_sd, options.base_logprob_sd, options.bias_sd)
    for index, name in enumerate(names):
        if name in settings:
            mean[index] = to_theta(settings[name], options)
            sd[index] = options.set_sd
    correlation = np.eye(len(all_columns))
    for column, actuators in COUPLINGS.items():
        row = all_columns.index(column)
        for name, strength in actuators.items():
            if name in names:
                correlation[row, names.index(name)] = strength
    principles = len(names)
    shares = correlation[principles:, :principles]
    shared = shares @ shares.T
    correlation[principles:, principles:] = shared + np.diag(1 - np.diagonal(shared))
    correlation[:principles, principles:] = shares.T
    return Prior(mean, correlation * np.outer(sd, sd))


def fit(
    rows: Rows, prior: Prior, options: LearningOptions = DEFAULTS, *, start: Array | None = None
) -> Posterior:
    """Maximise the posterior by Newton's method and return its Laplace approximation.

    Log posterior: −½(θ−μ)ᵀΛ(θ−μ) + Σᵢ aᵢ log pᵢ with pᵢ = ε + (1−2ε)·σ(yᵢ θᵀxᵢ), ε the flip rate. That
    likelihood is not concave, so the search begins at the mode for ε = 0, which is unique: the result does not
    depend on ``start`` (D,), a guess that only saves steps.

    The covariance uses each row's information as expected under the prior, not the curvature at the mode: see
    ``expected_information``.
    """
    precision: Array = np.asarray(np.linalg.inv(prior.covariance), dtype=np.float64)
    # The first search only has to arrive in the right basin; the second one says where in it the mode is.
    begin = _mode(prior.mean if start is None else start, rows, prior.mean, precision, 0.0, _NEAR)
    theta = _mode(begin, rows, prior.mean, precision, options.flip_rate)
    information = rows.weights * expected_information(rows, prior, options)
    covariance = np.linalg.inv(precision + _gram(rows.inputs, information))
    return Posterior(theta, (covariance + covariance.T) / 2, begin)


def leave_one_out(
    rows: Rows, prior: Prior, posterior: Posterior, options: LearningOptions = DEFAULTS
) -> Array:
    """Return log p of each row's label as predicted by all the others: (n,), unweighted, without refitting.

    The row's own Gaussian factor is divided out of the posterior of its logit; the probability of what remains
    is averaged with MacKay's σ(μ/√(1+πs²/8)). Rasmussen & Williams 2006, equations 3.56 ff., with Laplace factors.
    """
    information = rows.weights * expected_information(rows, prior, options)
    variance = _quadratic(rows.inputs, posterior.covariance)
    cavity = variance / np.maximum(1 - information * variance, 1e-6)
    gradient = _likelihood(posterior.mean, rows, options.flip_rate).gradient
    others = rows.logits(posterior.mean) - cavity * gradient
    margin = rows.labels * others / np.sqrt(1 + np.pi * cavity / 8)
    return np.asarray(np.log(options.flip_rate + (1 - 2 * options.flip_rate) * _sigmoid(margin)))


def row_influence(
    rows: Rows,
    prior: Prior,
    posterior: Posterior,
    direction: Array,
    options: LearningOptions = DEFAULTS,
) -> Array:
    """Return how far each row moved directionᵀθ at the mode: (n,), in logits.

    One Newton step of the posterior without the row, with its own curvature taken out of the Hessian H:
    Δᵢ = dᵀH⁻¹xᵢ·gᵢ/(1 − oᵢ·xᵢᵀH⁻¹xᵢ), with g and o the slope and curvature of its log-likelihood.
    """
    here = _likelihood(posterior.mean, rows, options.flip_rate)
    precision = np.linalg.inv(prior.covariance)
    covariance = np.linalg.inv(precision + _gram(rows.inputs, here.observed))
    reach = rows.inputs @ covariance
    leverage = here.observed * np.sum(reach * rows.inputs, axis=1)
    return np.asarray((reach @ direction) * here.gradient / np.maximum(1 - leverage, 0.1))


def expected_information(rows: Rows, prior: Prior, options: LearningOptions = DEFAULTS) -> Array:
    """Return what a click on each of ``rows`` is expected to tell about its logit: (n,).

    (1−2ε)²·E[σ′(z)] over z ~ N(0, s²), s² = E[(θᵀx)²] under the prior, with σ′ read as the normal density of variance
    8/π that has its peak: ¼·√(v/(v+s²)), v = 8/π. It depends on no label, so more evidence can never raise
    uncertainty, as it could with the curvature at the mode, which fades where a thumb was already foreseen. In
    simulation, intervals made of it cover the truth as often as the curvature's.
    """
    spread = _quadratic(rows.inputs, prior.covariance) + rows.logits(prior.mean) ** 2
    return np.asarray((1 - 2 * options.flip_rate) ** 2 / 4 * np.sqrt(_V / (_V + spread)))


def recency(ages_days: Array, options: LearningOptions = DEFAULTS) -> Array:
    """Weight of evidence of age ``ages_days`` (n,): 2^(−age / half-life)."""
    return np.asarray(np.exp2(-ages_days / options.half_life_days))


def to_theta(weight: float, options: LearningOptions = DEFAULTS) -> float:
    """θ of a slider position in [−1, 1]; the ends stand for ±0.995, where tanh is still invertible."""
    return float(options.unit * np.arctanh(np.clip(weight, -0.995, 0.995)))


def to_weight(theta: float, options: LearningOptions = DEFAULTS) -> float:
    """Return w = tanh(θ/θ₀), in slider units."""
    return float(np.tanh(theta / options.unit))


def cautious_weight(
    mean: float, sd: float, setting: float | None = None, options: LearningOptions = DEFAULTS
) -> float:
    """Weight that guides replies: the user's own setting in full, plus what was learned beyond doubt.

    The shift θ − θ_set is soft-thresholded by ``caution``·``sd``, so that two thumbs whisper and fifty speak.
    """
    origin = 0.0 if setting is None else to_theta(setting, options)
    shift = mean - origin
    certain = np.sign(shift) * max(abs(shift) - options.caution * sd, 0.0)
    learned = to_weight(origin + certain, options) - to_weight(origin, options)
    return float(np.clip((setting or 0.0) + learned, -1.0, 1.0))


@dataclass(frozen=True, slots=True, eq=False)
class _Likelihood:
    total: float
    gradient: Array  # (n,) d log p / dz, weighted
    observed: Array  # (n,) −d² log p / dz², weighted; negative where a row looks like a wrong click
    expected: Callable[[], Array]  # (n,) p′² / (p(1−p)), weighted; hardly ever wanted


def _likelihood(theta: Array, rows: Rows, flip_rate: float) -> _Likelihood:
    margin = rows.labels * rows.logits(theta)
    small = np.exp(-np.abs(margin))
    large = 1 / (1 + small)
    small *= large
    up, down = np.where(margin > 0, large, small), np.where(margin > 0, small, large)
    sure = 1 - 2 * flip_rate
    # At ε = 0 log p underflows to −inf for hopeless margins; the identity log σ(m) = min(m, 0) + log max(σ(m), σ(−m))
    # does not.
    p = flip_rate + sure * up
    log_p = np.log(p) if flip_rate else np.minimum(margin, 0) + np.log(large)
    ratio = sure * up * down / p if flip_rate else down
    weighted = rows.weights * ratio
    return _Likelihood(
        total=float(rows.weights @ log_p),
        gradient=rows.labels * weighted,
        observed=weighted * (ratio - (down - up)),
        expected=lambda: weighted * (sure * up * down / (flip_rate + sure * down) if flip_rate else up),
    )


def _sigmoid(z: Array) -> Array:
    # SciPy has it as expit, but importing SciPy would hold up the window's start; tanh overflows nowhere either.
    return np.asarray(0.5 * (1 + np.tanh(0.5 * z)))


def _quadratic(inputs: Array, matrix: Array) -> Array:
    return np.asarray(np.einsum("nd,nd->n", inputs @ matrix, inputs))


def _gram(inputs: Array, weights: Array) -> Array:
    total = np.zeros((inputs.shape[1],) * 2)
    for first in range(0, len(inputs), _BLOCK):
        block = inputs[first : first + _BLOCK]
        total += (block.T * weights[first : first + _BLOCK]) @ block
    return total


def _mode(
    theta: Array,
    rows: Rows,
    mean: Array,
    precision: Array,
    flip_rate: float,
    tolerance: float = _TOLERANCE,
) -> Array:
    here = _likelihood(theta, rows, flip_rate)
    last = 0.0
    for _ in range(_MAX_STEPS):
        offset = theta - mean
        gradient = rows.inputs.T @ here.gradient - precision @ offset
        step = _newton_step(gradient, rows, here, precision)
        size = float(np.max(np.abs(step)))
        # Convergence is quadratic: after this step as much of its square is left as this step is of the last's.
        if size < tolerance or (size < _NEAR and size**3 < tolerance * last**2):
            return np.asarray(theta + step)
        value = here.total - 0.5 * offset @ precision @ offset
        slope, scale = float(gradient @ step), 1.0
        while True:
            trial = theta + scale * step
            there = _likelihood(trial, rows, flip_rate)
            risen = there.total - 0.5 * (trial - mean) @ precision @ (trial - mean) - value
            if risen >= 1e-4 * scale * slope or scale * slope < 1e-12 * (1 + abs(value)):
                break
            scale /= 2
        theta, here, last = trial, there, size if scale == 1.0 else 0.0
    return theta


def _newton_step(gradient: Array, rows: Rows, here: _Likelihood, precision: Array) -> Array:
    for fisher in (False, True):
        hessian = precision + _gram(rows.inputs, here.expected() if fisher else here.observed)
        try:
            np.linalg.cholesky(hessian)  # only to learn whether a step along it leads uphill
        except np.linalg.LinAlgError:
            continue
        return np.asarray(np.linalg.solve(hessian, gradient))
    raise AssertionError("the prior is not positive definite")

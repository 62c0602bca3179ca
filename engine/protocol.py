"""What the window process and the engine process say to each other: frozen dataclasses, pickled over a pipe.

Every command carries a ``request_id``; every event answers one. A request ends with exactly one ``Done`` or
``Failed``. This module knows neither how messages travel nor what happens at either end.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.models.hardware import Device
    from engine.principles import Principle

Role: TypeAlias = Literal["system", "user", "assistant"]
RewardName: TypeAlias = Literal["teacher", "head", "none"]
SecondUse: TypeAlias = Literal["teacher", "reward"]
PROMPT_SHARE = 0.75
"""The prompt leaves at least the rest of the context for the reply; the oldest messages go first."""

FinishReason: TypeAlias = Literal["stop", "length", "cancelled"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation, as the chat template sees it."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Sampling:
    """How a token is drawn.

    The candidates are the base model's ``top_k`` tokens within ``top_p`` and ``min_p``; guidance chooses only
    among them. ``temperature`` 0 is greedy.
    """

    temperature: float = 0.7
    top_k: int = 10
    top_p: float = 0.95
    min_p: float = 0.05
    repetition_penalty: float = 1.1
    repetition_window: int = 64
    max_tokens: int = 512
    seed: int = 0


@dataclass(frozen=True, slots=True)
class PrincipleWeight:
    """A principle and this user's weight on it: −1 (full negative pole) … 0 (indifferent) … 1."""

    principle: Principle
    weight: float


@dataclass(frozen=True, slots=True)
class Guidance:
    """PAD guidance for one reply: β = ``strength`` and w = ``weights`` over principles.

    ``values`` is the fixed principle that caps personal taste; ``None`` only in experiments.
    """

    reward: RewardName = "none"
    strength: float = 1.0
    weights: tuple[PrincipleWeight, ...] = ()
    values: Principle | None = None


# Commands


@dataclass(frozen=True, slots=True)
class SecondModel:
    """Another model with the same vocabulary, which is the teacher in place of the one that answers.

    ``use`` *teacher*: any sibling, read under both poles of a principle; *reward*: one that was trained as a reward
    model with the preference as its prompt (PAD), read under the pole that is wanted, against the model that answers.
    """

    path: str
    use: SecondUse = "teacher"


@dataclass(frozen=True, slots=True)
class Load:
    """Load a GGUF model. ``sha256`` is checked where given. ``threads`` 0 means one per physical core.

    ``gpu_layers`` ``None``: as many as fit, fewer where the GPU refuses; −1: all. ``cache_type`` and ``flash`` as for
    ``LlamaContext``; ``batch``: how many tokens of a prompt are read at once. ``heads``: folders that may hold the
    model's calibrated head. ``second``: the model that is the teacher, where it is not this one.
    """

    request_id: int
    path: str
    sha256: str | None = None
    context_length: int = 4096
    threads: int = 0
    gpu_layers: int | None = None
    heads: tuple[str, ...] = ()
    cache_type: str = "f16"
    flash: str = "auto"
    batch: int = 64
    second: SecondModel | None = None


@dataclass(frozen=True, slots=True)
class Embed:
    """Embed texts for recall. The embedder loads on first use; an empty tuple only loads it."""

    request_id: int
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Generate:
    """Answer ``messages``. ``trace`` asks for every token's candidates in the result.

    ``instructions`` follow the last user message for this reply only: the prompt's part of the guidance.
    ``begun`` is what the reply already says; it goes on from there, and the result holds the new words alone. Under
    the seed it began with, it takes the random numbers it would have taken had it never stopped.
    ``aside``: what was read of the conversation before stays read, so that its next turn comes as soon as ever. At
    most one weight guides an aside.
    """

    request_id: int
    messages: tuple[Message, ...]
    sampling: Sampling = field(default_factory=Sampling)
    guidance: Guidance = field(default_factory=Guidance)
    trace: bool = False
    instructions: tuple[str, ...] = ()
    begun: str = ""
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """Compute the reply's features under ``principles`` as if it had answered ``messages``."""

    request_id: int
    messages: tuple[Message, ...]
    reply: str
    principles: tuple[Principle, ...]
    reward: RewardName = "teacher"


@dataclass(frozen=True, slots=True)
class Calibrate:
    """Tune a head to the loaded model, in the background: every other command goes first.

    ``folder`` keeps the working files, by which a stopped calibration is resumed; ``heads`` gets the head file.
    ``prompts`` is a file of JSON lines. The counts say how much is done (see ``engine.calibration.plan.Effort``).
    ``keep`` is a head file whose features are kept, so that only its gains are found anew.

    Ends with ``Failed("Cancelled")`` on ``Cancel`` or when another model is loaded.
    """

    request_id: int
    folder: str
    heads: str
    prompts: str
    principles: tuple[Principle, ...]
    plain: int = 160
    pairs_per_principle: int = 14
    guided: int = 160
    reply_tokens: int = 96
    seed: int = 0
    trials: int = 24
    at_size: int = 0
    keep: str = ""


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop request ``target`` as soon as possible, also during prefill. Never answered itself."""

    request_id: int
    target: int


Command: TypeAlias = Load | Embed | Generate | Score | Calibrate | Cancel


# Results


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model is ready. ``head_version`` is its calibrated head's, empty where it has none.

    ``head_principles``: what that head was calibrated for, as (name, hash of the poles' texts). ``gpu_layers`` of
    ``n_layers`` are on a GPU, the output layer counted as one; ``steps`` says in sentences what had to give way.
    ``memory``: bytes llama.cpp allocated. ``devices``: the GPUs, with what was free before this model.
    ``second_name`` and ``second_version``, which names use and file, are of the second model; empty without one.
    """

    name: str
    architecture: str
    sha256: str
    n_params: int
    n_vocab: int
    n_embd: int
    context_length: int
    backend: str
    seconds: float
    head_version: str = ""
    head_principles: tuple[tuple[str, str], ...] = ()
    gpu_layers: int = 0
    n_layers: int = 0
    steps: tuple[str, ...] = ()
    memory: int = 0
    devices: tuple[Device, ...] = ()
    second_name: str = ""
    second_version: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Embedded:
    """``vectors``: (n, d) float32, unit length. ``embedder`` names model and version; never mix two."""

    embedder: str
    vectors: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TokenTrace:
    """One chosen token, and what it was chosen from. Tuples run over the candidates, best base first.

    ``chosen`` and ``unguided``, what the same random number would have drawn without guidance, are places in them.
    ``base`` and ``guided`` are the sampling probabilities without and with guidance; each sums to one.
    ``shares[j]`` is the contribution β·w_k·φ̃_k of principle ``principles[j]`` of the reply, in nats, for each
    candidate (before the values cap); ``capped`` marks the candidates the values cap held back.
    """

    chosen: int
    unguided: int
    ids: tuple[int, ...]
    texts: tuple[str, ...]
    base: tuple[float, ...]
    guided: tuple[float, ...]
    shares: tuple[tuple[float, ...], ...]
    capped: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Generated:
    """A finished, cut or cancelled reply and what it cost.

    ``changed_share``: share of tokens that the same random number would have drawn differently unguided.
    ``mean_base_logprob``: mean log π_base of the chosen tokens over the full vocabulary, in nats.
    ``used``: the principles that guided, with their weights; ``left_out``: active ones the reward had no room
    for. Times in seconds.
    """

    text: str
    token_ids: tuple[int, ...]
    finish_reason: FinishReason
    prompt_tokens: int
    reused_tokens: int
    time_to_first_token: float
    tokens_per_second: float
    changed_share: float
    mean_base_logprob: float
    used: tuple[tuple[str, float], ...]
    left_out: tuple[str, ...] = ()
    trace: tuple[TokenTrace, ...] = ()


@dataclass(frozen=True, slots=True)
class Scored:
    """Features of one reply: mean token-level advantage per principle in nats, and the style-free ones.

    ``reward_version`` names reward, model and principle texts; features of different versions are never mixed.
    ``tokens`` counts the whole reply.
    """

    features: tuple[tuple[str, float], ...]
    mean_base_logprob: float
    tokens: int
    reward_version: str


@dataclass(frozen=True, slots=True)
class Calibrated:
    """A head was fitted and is in use. ``principles``: (name, held-out R² a token, held-out sign accuracy).

    ``head_principles`` as in ``Loaded``.
    """

    path: str
    head_version: str
    states: int
    principles: tuple[tuple[str, float, float], ...]
    head_principles: tuple[tuple[str, str], ...] = ()


Result: TypeAlias = Loaded | Embedded | Generated | Scored | Calibrated


# Events


@dataclass(frozen=True, slots=True)
class Progress:
    """Work goes on. ``fraction`` in [0, 1] of the stage; ``seconds_left`` of all stages, where it can be told.

    A calibration's stage is the ``step``-th of ``steps``.
    """

    request_id: int
    stage: str
    fraction: float
    seconds_left: float | None = None
    step: int = 0
    steps: int = 0


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the reply. ``text`` may be empty while a UTF-8 sequence is incomplete."""

    request_id: int
    text: str


@dataclass(frozen=True, slots=True)
class Trimmed:
    """The oldest ``dropped`` messages did not fit the context and were left out of the prompt."""

    request_id: int
    dropped: int


@dataclass(frozen=True, slots=True)
class Done:
    """The request ended well."""

    request_id: int
    result: Result


@dataclass(frozen=True, slots=True)
class Failed:
    """The request ended badly. ``kind`` is the error class's name; ``detail`` is for the log."""

    request_id: int
    kind: str
    user_message: str
    next_step: str
    detail: str


Event: TypeAlias = Progress | Token | Trimmed | Done | Failed

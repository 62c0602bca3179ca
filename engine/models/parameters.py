"""How one model is run and how its tokens are drawn: what a user may set, within which bounds. Loads nothing."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Final

from engine.errors import BadRequestError
from engine.protocol import Sampling, SecondModel

CACHE_TYPES: Final = ("f16", "q8_0", "q4_0")
FLASH: Final = ("auto", "on", "off")


@dataclass(frozen=True, slots=True)
class Parameters:
    """The first eight need the model to be loaded again; the rest count from the next answer on.

    ``gpu_layers`` ``None``: as many as fit; −1: all. ``threads`` 0: one per physical core. ``batch``: tokens of a
    prompt read at once. ``teacher`` and ``reward_model``: path of a second model that reads preferences in this one's
    place, as a sibling or as a trained reward model; empty for none. The rest as in ``Sampling``.
    """

    context_length: int = 4096
    gpu_layers: int | None = None
    threads: int = 0
    batch: int = 64
    flash: str = "auto"
    cache_type: str = "f16"
    teacher: str = ""
    reward_model: str = ""
    temperature: float = Sampling().temperature
    top_k: int = Sampling().top_k
    top_p: float = Sampling().top_p
    min_p: float = Sampling().min_p
    repetition_penalty: float = Sampling().repetition_penalty
    max_tokens: int = Sampling().max_tokens

    def __post_init__(self) -> None:
        for name, (low, high) in RANGES.items():
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise BadRequestError(
                    f"{name}={value}",
                    user_message=f"{name.replace('_', ' ').capitalize()} must be between {low} and {high}.",
                )
        if self.cache_type not in CACHE_TYPES or self.flash not in FLASH:
            raise BadRequestError(f"{self.cache_type}, {self.flash}")
        if self.teacher and self.reward_model:
            raise BadRequestError(
                f"{self.teacher} and {self.reward_model}",
                user_message="Preferences are read by a teacher or by a reward model, not by both.",
                next_step="Leave one of them out.",
            )
        if self.cache_type != "f16" and self.flash == "off":
            raise BadRequestError(
                "a compressed cache without flash attention",
                user_message="A compressed memory of the conversation needs fast attention.",
                next_step="Set fast attention to automatic, or keep the memory at full precision.",
            )

    @property
    def second(self) -> SecondModel | None:
        """The model that reads preferences in this one's place, where there is one."""
        if self.reward_model:
            return SecondModel(self.reward_model, "reward")
        return SecondModel(self.teacher, "teacher") if self.teacher else None

    @property
    def sampling(self) -> Sampling:
        """How tokens are drawn."""
        return Sampling(
            temperature=self.temperature,
            top_k=self.top_k,
            top_p=self.top_p,
            min_p=self.min_p,
            repetition_penalty=self.repetition_penalty,
            max_tokens=self.max_tokens,
        )

    def needs_reload(self, other: Parameters) -> bool:
        """Whether going over to ``other`` means loading the model again."""
        return any(getattr(self, name) != getattr(other, name) for name in LOADING)


LOADING: Final = (
    "context_length", "gpu_layers", "threads", "batch", "flash", "cache_type", "teacher", "reward_model",
)  # fmt: skip
RANGES: Final[dict[str, tuple[float, float]]] = {
    "context_length": (256, 1_048_576),
    "gpu_layers": (-1, 1000),
    "threads": (0, 1024),
    "batch": (16, 512),
    "temperature": (0.0, 2.0),
    "top_k": (1, 100),
    "top_p": (0.05, 1.0),
    "min_p": (0.0, 0.5),
    "repetition_penalty": (0.9, 1.5),
    "max_tokens": (16, 8192),
}


def parameters_from(values: Any) -> Parameters:
    """Read parameters kept as a mapping; the defaults for what is missing or can't be used."""
    known = {f.name for f in fields(Parameters)}
    given = (
        {name: value for name, value in values.items() if name in known} if isinstance(values, dict) else {}
    )
    try:
        return Parameters(**given)
    except (BadRequestError, TypeError):
        return Parameters()

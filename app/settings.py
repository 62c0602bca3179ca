"""Where data lies and how the engine runs: from the command line, the environment (ATTUNE_…), then defaults.

It reads and checks values; it opens nothing. What the user changes in the window is kept by the memory instead.
Plain on purpose: a library that checks settings takes a tenth of a start to import.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_args

import platformdirs

from app.prompting import SYSTEM_PROMPT, Route
from app.user_messages import UsageError
from engine.protocol import RewardName

if TYPE_CHECKING:
    from collections.abc import Callable


def _data_dir() -> Path:
    return platformdirs.user_data_path("attune", appauthor=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of one run. ``profile`` ``None``: the one the window had open last.

    ``model`` ``None`` is the one chosen, else the embedded one; ``threads`` 0: one per physical core. ``teacher`` or
    ``reward_model``: a second model that reads preferences.
    ``gpu_layers`` ``None``: as many as fit. ``reward`` ``None``: the model's head where it has been tuned, else the
    teacher. ``hub_endpoint``: where models are downloaded from; empty: huggingface.co, or ``HF_ENDPOINT``.
    ``given`` names what was said rather than left at its default.
    """

    data_dir: Path = field(default_factory=_data_dir)
    profile: str | None = None
    model: Path | None = None
    context_length: int = 4096
    threads: int = 0
    gpu_layers: int | None = None
    teacher: Path | None = None
    reward_model: Path | None = None
    hub_endpoint: str = ""
    reward: RewardName | None = None
    route: Route = "both"
    system: str = SYSTEM_PROMPT
    given: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Count what differs from its default as given."""
        plain = {f.name for f in fields(self) if getattr(self, f.name) == f.default}
        object.__setattr__(self, "given", self.given | {f.name for f in fields(self)} - plain - {"given"})


def read_settings(**given: Any) -> Settings:
    """Return the settings with ``given`` values, where not ``None``, before the environment's.

    Raises ``UsageError`` that names the first value that can't be used.
    """
    found: dict[str, Any] = {}
    for name, read in _READ.items():
        value = given.get(name)
        if value is None:
            value = os.environ.get(f"ATTUNE_{name.upper()}") or None
        if value is None:
            continue
        try:
            found[name] = read(value)
        except ValueError as error:
            raise UsageError(
                f"The setting “{name}” can't be {value!r}: {error}.",
                f"Correct --{name.replace('_', '-')} or ATTUNE_{name.upper()}.",
            ) from error
    if "teacher" in found and "reward_model" in found:
        raise UsageError("--teacher and --reward-model can’t be used together.", "Leave one of them out.")
    return Settings(**found, given=frozenset(found))


def _path(value: str | Path) -> Path:
    return Path(value).expanduser().absolute()


def _number(low: int, high: int | None = None) -> Callable[[str | int], int]:
    def read(value: str | int) -> int:
        try:
            number = int(value)
        except ValueError:
            raise ValueError("it should be a whole number") from None
        if number < low:
            raise ValueError(f"it should be {low} or more")
        if high is not None and number > high:
            raise ValueError(f"it should be {high} or less")
        return number

    return read


def _one_of(*names: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in names:
            raise ValueError(f"it should be one of {', '.join(names)}")
        return value

    return read


_READ: Final[dict[str, Callable[[Any], Any]]] = {
    "data_dir": _path,
    "profile": str,
    "model": _path,
    "context_length": _number(256, 1_048_576),
    "threads": _number(0, 1024),
    "gpu_layers": _number(-1),
    "teacher": _path,
    "reward_model": _path,
    "hub_endpoint": str,
    "reward": _one_of(*get_args(RewardName)),
    "route": _one_of(*get_args(Route)),
    "system": str,
}

"""Where data lies and how the engine runs: from the command line, the environment (ATTUNE_…), then defaults.

It reads and checks values; it opens nothing. What the user changes in the window is kept by the memory instead.
"""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  pydantic reads the annotations when the class is made
from typing import Any, Literal, Self

import platformdirs
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.prompting import SYSTEM_PROMPT, Route
from app.user_messages import UsageError


class Settings(BaseSettings):
    """All settings of one run. ``profile`` ``None``: the one the window had open last.

    ``model`` ``None`` is the one chosen, else the embedded one; ``threads`` 0: one per physical core. ``teacher`` or
    ``reward_model``: a second model that reads preferences.
    ``gpu_layers`` ``None``: as many as fit. ``reward`` ``None``: the model's head where it has been tuned, else the
    teacher. ``hub_endpoint``: where models are downloaded from; empty: huggingface.co, or ``HF_ENDPOINT``.
    """

    model_config = SettingsConfigDict(
        env_prefix="ATTUNE_", env_ignore_empty=True, frozen=True, extra="ignore"
    )

    data_dir: Path = Field(default_factory=lambda: platformdirs.user_data_path("attune", appauthor=False))
    profile: str | None = None
    model: Path | None = None
    context_length: int = Field(default=4096, ge=256, le=1_048_576)
    threads: int = Field(default=0, ge=0, le=1024)
    gpu_layers: int | None = Field(default=None, ge=-1)
    teacher: Path | None = None
    reward_model: Path | None = None
    hub_endpoint: str = ""
    reward: Literal["teacher", "head", "none"] | None = None
    route: Route = "both"
    system: str = SYSTEM_PROMPT

    @model_validator(mode="after")
    def _one_second_model(self) -> Self:
        if self.teacher and self.reward_model:
            raise PydanticCustomError("two", "--teacher and --reward-model can’t be used together")
        return self

    @field_validator("data_dir", "model", "teacher", "reward_model")
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        return path.expanduser().absolute() if path is not None else None


def read_settings(**given: Any) -> Settings:
    """Return the settings with ``given`` values, where not ``None``, before the environment's.

    Raises ``UsageError`` that names the first value that can't be used.
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        if not first["loc"]:
            raise UsageError(f"{first['msg']}.", "Leave one of them out.") from error
        name = str(first["loc"][0])
        raise UsageError(
            f"The setting “{name}” can't be {first['input']!r}: {first['msg'][0].lower()}{first['msg'][1:]}.",
            f"Correct --{name.replace('_', '-')} or ATTUNE_{name.upper()}.",
        ) from error

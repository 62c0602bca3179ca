"""What a persona makes of an answer: its system prompt, sampling and strength, where nothing else was asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from app.language import tr
from app.user_messages import UsageError
from engine.protocol import Sampling

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from app.prompting import AnswerOptions
    from memory.records import Persona

_WHOLE: Final = ("top_k", "repetition_window", "max_tokens")
DEFAULTS: Final = Sampling()


def dressed(options: AnswerOptions, persona: Persona | None, sampling: Sampling = DEFAULTS) -> AnswerOptions:
    """Return ``options`` with what ``persona`` says wherever they are silent, and ``sampling`` where it is too."""
    if persona is None:
        return replace(options, sampling=options.sampling or sampling)
    return replace(
        options,
        sampling=options.sampling or sampling_of(persona.sampling, sampling),
        system=(persona.system or None) if options.system is None else options.system,
        strength=persona.strength if options.strength is None else options.strength,
    )


def sampling_of(values: Mapping[str, float], base: Sampling = DEFAULTS) -> Sampling:
    """Return ``base`` with ``values`` in place of its own; unknown names are passed over."""
    known: dict[str, Any] = {
        name: int(value) if name in _WHOLE else float(value)
        for name, value in values.items()
        if name in Sampling.__dataclass_fields__ and name != "seed"
    }
    return replace(base, **known)


def named(personas: Iterable[Persona], name: str) -> Persona:
    """Return the persona called ``name``, in whatever case. Raises ``UsageError`` with the names there are."""
    found = list(personas)
    for persona in found:
        if persona.name.casefold() == name.strip().casefold():
            return persona
    names = ", ".join(f"“{persona.name}”" for persona in found)
    raise UsageError(
        tr("There is no persona called “{name}”.", name=name),
        tr("Choose one of: {names}.", names=names)
        if names
        else tr("Make one in the window, under Settings."),
    )

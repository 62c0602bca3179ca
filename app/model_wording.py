"""Sizes, speeds and fits of models in words. Shared by window and terminal; knows no widget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from engine.models.fit import Fit
    from engine.models.hardware import Hardware
    from engine.models.header import Header

_UNITS: Final = (("GB", 1e9), ("MB", 1e6), ("kB", 1e3))


def size_words(size: float) -> str:
    """Write a number of bytes as people and download pages do: *4.7 GB*."""
    for unit, bytes_each in _UNITS:
        if size >= bytes_each:
            number = size / bytes_each
            return f"{number:.1f} {unit}" if number < 10 else f"{number:.0f} {unit}"
    return f"{size:.0f} bytes"


def time_words(seconds: float) -> str:
    """Write a duration roughly: *about 3 minutes*."""
    if seconds < 60:
        return "less than a minute"
    minutes = round(seconds / 60)
    if minutes < 90:
        return "about a minute" if minutes == 1 else f"about {minutes} minutes"
    return f"about {round(minutes / 60)} hours"


def speed_words(tokens_per_second: float) -> str:
    """Write a speed measured on this computer."""
    shown = f"{tokens_per_second:.0f}" if tokens_per_second >= 10 else f"{tokens_per_second:.1f}"
    return f"{shown} tokens a second here"


def fit_label(fit: Fit) -> str:
    """Say in a few words where a model would lie."""
    return {
        "gpu": "Fits on the GPU",
        "partly": f"Fits partly: {fit.gpu_layers} of {fit.layers} layers on the GPU",
        "memory": "Fits in memory",
        "slow": "Will be slow",
        "no": "Won’t fit",
    }[fit.kind]


def fit_look(fit: Fit) -> str:
    """Return how the label is shown: plain, as a warning or as a refusal."""
    return {"slow": "warning", "no": "danger"}.get(fit.kind, "small")


def fit_reason(fit: Fit, hardware: Hardware) -> str:
    """Say why, and what to do about it where something can be done."""
    total, free = size_words(fit.estimate.total), size_words(hardware.free)
    if fit.kind == "gpu":
        return f"It takes {total}; the GPU has room for all of it."
    if fit.kind == "partly":
        return f"It takes {total}: what the GPU has no room for runs in main memory, more slowly."
    if fit.kind == "memory":
        return f"It takes {total} of the {free} that are free."
    if fit.kind == "slow":
        if fit.tokens_per_second:
            speed = f"{fit.tokens_per_second:.1f}"
            return (
                f"About {speed} tokens a second, judging by what was measured here: slower than one reads. A smaller "
                "model answers faster."
            )
        return f"It takes {total} and runs on the processor: slower than one reads. A smaller model answers faster."
    if fit.context:
        return (
            f"It takes {total}, and {free} are free. With a context of {fit.context:,} tokens it would fit: set that "
            "in its settings."
        )
    return f"It takes {total}, and {free} are free. Close other programs, or choose a smaller model."


def hardware_words(hardware: Hardware) -> str:
    """Say what this computer has."""
    memory = f"{size_words(hardware.total)} of memory, {size_words(hardware.free)} free"
    gpu = hardware.gpu
    if gpu is None:
        return f"This computer: {memory}. No GPU that Attune can use."
    return f"This computer: {memory}. {gpu.description} with {size_words(gpu.free)} free."


def facts(header: Header) -> str:
    """Say what a model file is, in one line."""
    parts = [
        size_words(header.file_bytes),
        header.quantisation,
        f"context {header.context_length:,}" if header.context_length else "",
        header.licence,
    ]
    return "  ·  ".join(filter(None, parts))

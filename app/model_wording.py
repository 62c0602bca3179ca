"""Sizes, speeds and fits of models in words. Shared by window and terminal; knows no widget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from engine.models.catalogue import Offer
    from engine.models.download import Progressed
    from engine.models.fit import Fit, FitKind
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


def rough_label(kind: FitKind) -> str:
    """Say about where a model would lie that is not here yet."""
    return {
        "gpu": "Should fit on the GPU",
        "partly": "Should fit partly on the GPU",
        "memory": "Should fit in memory",
        "slow": "Will be slow",
        "no": "Won’t fit",
    }[kind]


def rough_look(kind: FitKind) -> str:
    """Return how that is shown: plain, as a warning or as a refusal."""
    return {"slow": "warning", "no": "danger"}.get(kind, "small")


def recommendation(offer: Offer, hardware: Hardware) -> str:
    """Say why a model is recommended."""
    about = offer.about[0].lower() + offer.about[1:].rstrip(".")
    if hardware.gpu and offer.memory <= hardware.gpu.free:
        return (
            f"The largest of those below that fits on your GPU whole: {about}. It takes about "
            f"{size_words(offer.memory)} of the {size_words(hardware.gpu.free)} free there."
        )
    return (
        f"The largest of those below that still answers at a good pace without a GPU: {about}. It takes about "
        f"{size_words(offer.memory)} of the {size_words(hardware.free)} that are free."
    )


def progress_words(progress: Progressed) -> str:
    """Say how a download goes."""
    done, size = size_words(progress.done), size_words(progress.size)
    if progress.state == "queued":
        return "Waits for the download before it."
    if progress.state == "starting":
        return "Asking what the file must look like…"
    if progress.state == "checking":
        return f"Checking what has arrived: {done} of {size}."
    if progress.state == "paused":
        return f"Paused: {done} of {size} are here."
    if progress.state in ("waiting", "failed"):
        return f"{progress.message} {progress.next_step}"
    parts = [f"{done} of {size}"]
    if progress.speed:
        parts.append(f"{size_words(progress.speed)} a second")
    if progress.seconds_left is not None:
        parts.append(f"{time_words(progress.seconds_left)} left")
    return "  ·  ".join(parts)

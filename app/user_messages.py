"""What went wrong, for people: one sentence and one next step. Knows every error root; shows nothing."""

from __future__ import annotations

import errno

from app.language import told, tr
from engine.errors import EngineError
from memory.errors import MemoryStoreError

_NO_ACCESS = {errno.EACCES, errno.EPERM, errno.EROFS}


class UsageError(Exception):
    """The user asked for something in a way that can't be done; says what and how instead."""

    def __init__(self, user_message: str, next_step: str) -> None:
        super().__init__(user_message)
        self.user_message = user_message
        self.next_step = next_step


ENVIRONMENT_ERRORS = (EngineError, MemoryStoreError, UsageError, OSError)


def explain(error: BaseException) -> tuple[str, str]:
    """Return (what happened, what to do next) for an error of the environment."""
    if isinstance(error, EngineError | MemoryStoreError):
        return told(error.user_message), told(error.next_step)
    if isinstance(error, UsageError):
        return error.user_message, error.next_step
    if isinstance(error, OSError):
        name = error.filename
        if error.errno == errno.ENOSPC:
            return tr("The disk is full."), tr("Free some space and try again.")
        if error.errno in _NO_ACCESS:
            sentence = (
                tr("Attune has no permission to use “{name}”.", name=name)
                if name
                else tr("Attune has no permission to use a file.")
            )
            return sentence, tr("Check its permissions.")
        if isinstance(error, FileNotFoundError):
            return tr("There is no file “{name}”.", name=name) if name else tr("There is no file."), tr(
                "Check the path."
            )
        reason = error.strerror or error
        sentence = (
            tr("The file system refused “{name}”: {reason}.", name=name, reason=reason)
            if name
            else tr("The file system refused: {reason}.", reason=reason)
        )
        return sentence, tr("Check the path and the disk.")
    return tr("Something went wrong inside Attune."), tr(
        "Restart Attune; if it happens again, report the log."
    )

"""What went wrong, for people: one sentence and one next step. Knows every error root; shows nothing."""

from __future__ import annotations

import errno

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
    if isinstance(error, EngineError | MemoryStoreError | UsageError):
        return error.user_message, error.next_step
    if isinstance(error, OSError):
        where = f" “{error.filename}”" if error.filename else ""
        if error.errno == errno.ENOSPC:
            return "The disk is full.", "Free some space and try again."
        if error.errno in _NO_ACCESS:
            return f"Attune has no permission to use{where or ' a file'}.", "Check its permissions."
        if isinstance(error, FileNotFoundError):
            return f"There is no file{where}.", "Check the path."
        return f"The file system refused{where}: {error.strerror or error}.", "Check the path and the disk."
    return "Something went wrong inside Attune.", "Restart Attune; if it happens again, report the log."

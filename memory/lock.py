"""One Attune per data folder: an advisory lock on a file, which the operating system drops when the process dies.

It knows nothing of what the folder holds.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from memory.errors import DatabaseLockedError

if TYPE_CHECKING:
    from pathlib import Path


class FolderLock:
    """Holds ``path`` locked until ``release``. The file itself stays: deleting it would let two in at once.

    Raises ``DatabaseLockedError`` where another holder lives, ``OSError`` where the file can't be made.
    """

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(self._file)
        except OSError as error:
            os.close(self._file)
            raise DatabaseLockedError(f"{path}: {error}") from error

    def release(self) -> None:
        """Let others in. A second call does nothing: the number may be another file's by then."""
        file, self._file = self._file, -1
        if file >= 0:
            os.close(file)


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

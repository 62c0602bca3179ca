"""Where the work of calibrations lies, and how much each was to do. Knows folders, no engine."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from engine.calibration.plan import Effort
from memory.own_principles import OWN_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable

_EFFORT = "effort.json"
_OWN_WORK = re.compile(rf"(?:pole-)?({OWN_NAME.pattern})")


class CalibrationWork:
    """The calibrations in one data folder, by model."""

    def __init__(self, data_dir: Path) -> None:
        self._root = data_dir / "calibration"

    def folder(self, model_sha256: str) -> Path:
        """Return where the work on a model lies."""
        return self._root / model_sha256[:16]

    def exists(self, model_sha256: str) -> bool:
        """Tell whether any work on a model is there to go on from."""
        return (self.folder(model_sha256) / "replies").is_dir()

    def discard(self, model_sha256: str) -> None:
        """Delete the work on a model; its head, if there is one, stays."""
        shutil.rmtree(self.folder(model_sha256), ignore_errors=True)

    def keep_only(self, names: Iterable[str]) -> None:
        """Delete what was sampled and judged, for any model, for own principles that are not among ``names``."""
        kept = set(names)
        # Not Path.glob, which raises where a folder goes while it looks.
        for folder, folders, files in os.walk(self._root):
            for name in (*folders, *files):
                found = _OWN_WORK.match(name)
                if found and found[1] not in kept:
                    path = Path(folder, name)
                    if name in folders:
                        shutil.rmtree(path, onerror=_passed_over)
                    else:
                        path.unlink(missing_ok=True)


def _passed_over(
    _function: object, _path: str, failed: tuple[type[BaseException], BaseException, object]
) -> None:
    """Raise why it stays, unless a calibration under way did it: then it goes when that has ended."""
    error = failed[1]
    if not (isinstance(error, OSError) and error.errno in (errno.ENOENT, errno.ENOTEMPTY)):
        raise error


def read_effort(folder: Path) -> Effort:
    """Return how much the calibration in ``folder`` was to do; the default where none began."""
    with suppress(OSError, ValueError, TypeError):
        return Effort(**json.loads((folder / _EFFORT).read_text(encoding="utf-8")))
    return Effort()


def write_effort(folder: Path, effort: Effort) -> None:
    """Keep how much the calibration in ``folder`` is to do, so that going on later does the same."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _EFFORT).write_text(json.dumps(asdict(effort)), encoding="utf-8")

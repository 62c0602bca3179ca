"""Whether two model files speak of the same tokens, so that one can judge what the other is about to say.

Reads both files' token lists; knows nothing of what a model is used for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import VocabularyError
from engine.models.header import vocabulary

if TYPE_CHECKING:
    from pathlib import Path


def check_same_vocabulary(path: Path, other: Path) -> None:
    """Compare every token of ``other`` with the token of the same number in ``path``.

    Raises ``VocabularyError`` with the numbers of tokens where those differ, else with the first token that does, and
    ``ModelFileError`` where a file can't be read.
    """
    ours, theirs = list(vocabulary(path)), list(vocabulary(other))
    if ours == theirs and ours:
        return
    detail = f"{other} against {path}"
    if not ours or not theirs:
        silent = other if ours else path
        raise VocabularyError(
            detail,
            user_message=f"{other.name} can’t read along with {path.name}: {silent.name} lists no tokens.",
        )
    has, needs = len(theirs), len(ours)
    if has != needs:
        raise VocabularyError(
            detail,
            user_message=f"{other.name} can’t read along with {path.name}: it has {has:,} tokens instead of {needs:,}.",
        )
    first = next(i for i, (a, b) in enumerate(zip(ours, theirs, strict=True)) if a != b)
    here, there = (tokens[first].decode("utf-8", "replace") for tokens in (ours, theirs))
    raise VocabularyError(
        detail,
        user_message=(
            f"{other.name} can’t read along with {path.name}: its token {first:,} is “{there}” instead of “{here}”."
        ),
    )

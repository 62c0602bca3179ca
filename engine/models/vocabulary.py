"""Whether two model files speak of the same tokens, so that one can judge what the other is about to say.

Reads both files' token lists; knows nothing of what a model is used for.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from engine.errors import VocabularyError
from engine.models.header import vocabulary

if TYPE_CHECKING:
    from pathlib import Path


def check_same_vocabulary(path: Path, other: Path) -> None:
    """Compare every token of ``other`` with the token of the same number in ``path``.

    Raises ``VocabularyError`` with the first difference, ``ModelFileError`` where a file can't be read.
    """
    count = first = 0
    differ: tuple[bytes | None, bytes | None] | None = None
    for number, (ours, theirs) in enumerate(zip_longest(vocabulary(path), vocabulary(other))):
        count = number + 1
        if ours != theirs:
            first, differ = number, (ours, theirs)
            break
    if differ is None and count:
        return
    detail = f"{other} against {path}: {differ} at {first}"
    if differ is None:
        raise VocabularyError(
            detail, user_message=f"{other.name} can’t read along with {path.name}: neither lists its tokens."
        )
    if None in differ:
        has, needs = (sum(1 for _ in vocabulary(file)) for file in (other, path))
        raise VocabularyError(
            detail,
            user_message=f"{other.name} can’t read along with {path.name}: it has {has:,} tokens instead of {needs:,}.",
        )
    ours, theirs = (token.decode("utf-8", "replace") for token in differ if token is not None)
    raise VocabularyError(
        detail,
        user_message=(
            f"{other.name} can’t read along with {path.name}: its token {first:,} is “{theirs}” instead of “{ours}”."
        ),
    )

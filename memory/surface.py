"""What can be counted in a reply without any model: length of words and sentences, address, lists, contractions.

Pure functions of the text. They say how a reply reads where a small model's own features hardly differ; which
principle they speak for is ``learning``'s business. Word lists are English: elsewhere those columns stay at 0.
"""

from __future__ import annotations

import re
from math import log, sqrt
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

WORD_LENGTH = "word length"
SENTENCE_LENGTH = "sentence length"
EXCLAMATIONS = "exclamations"
ADDRESS = "address"
NEGATIONS = "negations"
LIST_ITEMS = "list items"
CONTRACTIONS = "contractions"
SURFACE = (WORD_LENGTH, SENTENCE_LENGTH, EXCLAMATIONS, ADDRESS, NEGATIONS, LIST_ITEMS, CONTRACTIONS)

# Their names beside the features of a stored reply. What is counted otherwise must be named otherwise: replies that
# lack a name are counted again.
STORED_PREFIX = "surface "
STORED = tuple(f"{STORED_PREFIX}2: {name}" for name in SURFACE)

# Rates are counted against this many words more than there are, so that one mark in five words says little.
_MORE_WORDS = 20

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?…。！？]+(?=[\s\"”’)*_]|$)|[。！？]|\n+")
_LIST_ITEM = re.compile(r"^[ \t]*(?:[-*•+]|\d{1,3}[.)])[ \t]+\S", re.MULTILINE)
_CONTRACTED = ("n't", "'re", "'ll", "'ve", "'m", "'d", "it's", "that's", "there's", "let's", "what's")
_ADDRESS = frozenset(["you", "your", "yours", "yourself", "you're", "you'll", "you've", "you'd"])
_NEGATIONS = frozenset(
    ["no", "not", "never", "nobody", "nothing", "none", "nor", "neither", "without", "cannot"]
)


def surface(text: str) -> NDArray[np.float64]:
    """Return what is counted in ``text``, (S,) float64 in the order of ``SURFACE``; zeros for no words.

    Word length: mean letters. Sentence length: log of mean words. The others are √(n per 100 words): counts vary
    as much as they are large, their roots do not.
    """
    text = text.strip().replace("’", "'")
    words = _WORD.findall(text.lower())
    if not words:
        return np.zeros(len(SURFACE))
    ends = len(_SENTENCE_END.findall(text)) + (text[-1] not in '.!?…。！？"”)*_')

    def rate(count: int) -> float:
        return sqrt(100 * count / (len(words) + _MORE_WORDS))

    return np.array(
        (
            sum(map(len, words)) / len(words),
            log(len(words) / max(min(ends, len(words)), 1)),
            rate(text.count("!") + text.count("！")),
            rate(sum(word in _ADDRESS for word in words)),
            rate(sum(word in _NEGATIONS or word.endswith("n't") for word in words)),
            rate(len(_LIST_ITEM.findall(text))),
            rate(sum(word.endswith(_CONTRACTED) for word in words)),
        )
    )

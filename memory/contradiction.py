"""When two statements can't both hold: simple rules over their words. It knows no model and no database.

The rules catch what they are sure of and nothing else; two statements that they don't relate both stay.
"""

from __future__ import annotations

import re
import unicodedata

# Words of any script with their accents; C++ and C# are not C, and what only a picture says is said.
_WORD = re.compile(r"\w+[+#]*(?:'\w+)?|[^\w\s]")
_SUBJECT = re.compile(r"^(?:and |but |also |remember that )*my ([a-z]+)")

_NEGATION_WORDS = """
    not no never don't dont doesn't isn't aren't can't cannot won't stop avoid without hate dislike
"""
_FILLER_WORDS = """
    a an and all also always am are be do for from i i'd i'm i've in is it just like love me my now of on please
    prefer really remember so still that the to use using want when with you your actually any longer anymore
"""
_NEGATIONS = frozenset(_NEGATION_WORDS.split())
_FILLERS = frozenset(_FILLER_WORDS.split())

# Values of one thing of which only one can hold, whatever else is said …
_EXCLUSIVE = (
    ("vegan", "vegetarian", "meat carnivore omnivore steak"),
    ("metric kilometres kilometers kilograms celsius", "imperial miles pounds fahrenheit"),
)
# … and where the same thing is meant, which another shared word must show: short answers, long answers.
_EXCLUSIVE_OF_ONE_THING = (
    ("short brief concise shorter", "long detailed longer thorough"),
    ("formal polite", "casual informal relaxed"),
    ("simple plain easy", "technical academic advanced"),
)

# Things of which a person has one: a later value replaces an earlier one.
_SINGLE = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(?:my name is|call me|i'm called|i am called) (?P<value>.+)",
        r"\bi(?:'m| am) (?P<value>\d{1,3})(?: years? old)?\b",
        r"\bi (?:now )?live in (?P<value>.+)",
        r"\bi (?:now )?work (?:as|at|for) (?P<value>.+)",
        r"\bmy (?P<what>[a-z' ]{2,40}?) (?:is|are) (?P<value>.+)",
        r"\banswer (?:me )?in (?P<value>[a-z]+)$",
    )
)


def same_statement(first: str, second: str) -> bool:
    """Whether two statements say the same in nearly the same words: content, subject and negation agree."""
    return (
        _content(first) == _content(second)
        and (bool(_content(first)) or _plain(first) == _plain(second))
        and _negated(first) == _negated(second)
        and _subject(first) == _subject(second)
    )


def contradicts(new: str, old: str) -> bool:
    """Whether ``new`` and ``old`` can't both hold."""
    if _another_value(new, old):
        return True
    return _subject(new) == _subject(old) and (_opposite(new, old) or _excludes(new, old))


def _another_value(new: str, old: str) -> bool:
    for pattern in _SINGLE:
        ours, theirs = pattern.search(_plain(new)), pattern.search(_plain(old))
        if ours and theirs and ours.groupdict().get("what") == theirs.groupdict().get("what"):
            return _words(ours["value"]) != _words(theirs["value"])
    return False


def _opposite(new: str, old: str) -> bool:
    ours = _content(new)
    return bool(ours) and ours == _content(old) and _negated(new) != _negated(old)


def _excludes(new: str, old: str) -> bool:
    ours, theirs = set(_words(new)), set(_words(old))
    shared = _content(new) & _content(old)
    for groups, needs_shared in ((_EXCLUSIVE, False), (_EXCLUSIVE_OF_ONE_THING, True)):
        for group in groups:
            mine = [index for index, words in enumerate(group) if ours & set(words.split())]
            other = [index for index, words in enumerate(group) if theirs & set(words.split())]
            if len(mine) != 1 or len(other) != 1 or (needs_shared and not shared):
                continue
            if _negated(new) or _negated(old):
                if mine == other and _negated(new) != _negated(old):
                    return True
            elif mine != other:
                return True
    return False


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("’", "'").split()).rstrip(".!")


def _words(text: str) -> list[str]:
    # Marks belong to the letter before them, which \w alone does not know; punctuation is no word.
    plain = _plain(text)
    joined = "".join("_" if unicodedata.category(sign)[0] == "M" else sign for sign in plain)
    words = [plain[found.start() : found.end()] for found in _WORD.finditer(joined)]
    return [word for word in words if unicodedata.category(word[0])[0] != "P"]


def _content(text: str) -> frozenset[str]:
    return frozenset(word for word in _words(text) if word not in _FILLERS and word not in _NEGATIONS)


def _negated(text: str) -> bool:
    return sum(word in _NEGATIONS for word in _words(text)) % 2 == 1


def _subject(text: str) -> str:
    found = _SUBJECT.match(_plain(text))
    return found[1] if found else "i"

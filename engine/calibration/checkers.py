"""Programmatic checkers: how much of a principle's positive pole a finished text shows, counted from the outside.

Pure functions of the text, so that guidance is never judged by the model it guides. They know nothing of
models, weights or prompts. All word lists are English; on another language only the counts of words, list
items, headings, numbered lines, question and exclamation marks mean anything.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import TypeAlias

Checker: TypeAlias = Callable[[str], float]

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+(?:[.,]\d+)*")
_CODE_BLOCK = re.compile(r"^(```|~~~).*?(?:^\1[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
_BULLET = re.compile(r"^[ \t]*[-*+•–][ \t]+\S", re.MULTILINE)
_NUMBERED = re.compile(r"^[ \t]*(?:\*\*)?\(?\d{1,2}[.)](?:\*\*)?[ \t]+\S", re.MULTILINE)
_NUMBERED_LINE = re.compile(_NUMBERED.pattern + ".*", re.MULTILINE)
_ORDER = re.compile(
    r"\s*(?:step \d+|first(?:ly)?|second(?:ly)?|third(?:ly)?|next|then|after that|finally|lastly)\b",
    re.IGNORECASE,
)
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+\S", re.MULTILINE)
_LINE_MARK = re.compile(r"^[ \t]*(?:[-+•–]|#{1,6}|>|\(?\d{1,2}[.)])?[ \t]+", re.MULTILINE)
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’)\]*_]*(?=\s|$)|\n+")
_QUOTED = re.compile(r"“[^”]*”|\"[^\"\n]*\"")
_PIECE = re.compile(r"[^.!?…\n]+[.!?…]*")
_SECOND_PERSON = re.compile(r"\byou(?:rs?)?\b", re.IGNORECASE)
_VOWELS = re.compile(r"[aeiouyáéíóúàèìòùäëïöüâêîôû]+")
_SUFFIX = re.compile(r"(?<=[^aeiouy]e)(?:ly|ful|ment|less|ness)$")
_SILENT = re.compile(r"[^aeiouyl]e$|[aeiouy]le$|[^aeiouytd]ed$|[^aeiouysxzcgh]es$|^some(?=[^aeiou])")
_APART = re.compile(
    r"(?<![tcsgx])i[aou]|scie|(?<![tcsgrl])ie(?=[nt])|(?<!p)eo(?!ne)|uou|poe|[aeiouy]\w*[^aeiouy]ea$|"
    r"[aeiouy]ing$|(?:s|th)ms?$"
)


def words(text: str) -> list[str]:
    """Return the words and numbers of ``text`` as written; *don't* and *well-known* are one word each."""
    return _WORD.findall(text)


def prose(text: str) -> str:
    """Return ``text`` without fenced code, marks at line starts and emphasis: what a reader would read out."""
    return _LINE_MARK.sub("", re.sub(r"[*_`]", "", _CODE_BLOCK.sub("", text)))


def sentences(text: str) -> list[str]:
    """Return the sentences of ``text``; a line break ends one, so each list item counts as a sentence.

    Abbreviations with a full stop inside a line (*e.g.*, *Dr.*) end one too.
    """
    return [piece for piece in _SENTENCE_END.split(prose(text)) if words(piece)]


def syllables(word: str) -> int:
    """Estimate the syllables of an English word, at least one.

    Counts vowel groups, takes off a silent *e* at the end of the stem (*make*, *makes*, *hoped*, *safely*) and
    adds one where two vowels are spoken apart (*radio*, *idea*, *doing*) or none is written (*rhythm*). Off by
    one on words such as *business*, *create* or *familiar*.
    """
    stem, suffixes = _SUFFIX.subn("", word.lower())
    count = len(_VOWELS.findall(stem)) - len(_SILENT.findall(stem)) + len(_APART.findall(stem))
    return max(1, count) + suffixes


def word_count(text: str) -> float:
    """Count the words, code and marks included."""
    return float(len(words(text)))


def reading_grade(text: str) -> float:
    """Flesch–Kincaid grade: 0.39 · words/sentences + 11.8 · syllables/words − 15.59; 0 without a word.

    In school years. Long unpunctuated output inflates it, and list items of a word or two deflate it.
    """
    parts = sentences(text)
    found = [word for part in parts for word in words(part)]
    if not found:
        return 0.0
    return 0.39 * len(found) / len(parts) + 11.8 * sum(map(syllables, found)) / len(found) - 15.59


def list_items(text: str) -> float:
    """Count lines that begin with a bullet or a number, nested ones included."""
    plain = _CODE_BLOCK.sub("", text)
    return float(len(_BULLET.findall(plain)) + len(_NUMBERED.findall(plain)))


def headings(text: str) -> float:
    """Count markdown headings of any level. A line in bold that serves as a title is not one."""
    return float(len(_HEADING.findall(_CODE_BLOCK.sub("", text))))


def steps(text: str) -> float:
    """Count numbered lines and sentences that open with a word of order (*Step 2*, *First*, *Next*, *Finally*).

    A numbered list of things that are no steps counts as well.
    """
    numbered = _NUMBERED.findall(_CODE_BLOCK.sub("", text))
    unnumbered = _NUMBERED_LINE.sub("", text)
    return float(len(numbered) + sum(bool(_ORDER.match(s)) for s in sentences(unnumbered)))


def example_markers(text: str) -> float:
    """Markers of an example per 100 words. An example that isn't announced stays unseen."""
    return _per_hundred(_EXAMPLES, text)


def warmth(text: str) -> float:
    """Exclamation marks, friendly words and friendly emoji per 100 words.

    Counts a warm word whoever is meant by it: *I love my dog* in a story is warm, too.
    """
    return _per_hundred(_WARM, text)


def formality(text: str) -> float:
    """Formal markers less contractions and slang, per 100 words.

    Formal markers are connectives and courtesies of written English, and forms that could have been
    contracted (*do not*, *it is*). A genre that is formal by itself, such as a law text, needs no marker.
    """
    return _per_hundred(_FORMAL, text) - _per_hundred(_CASUAL, text)


def hedges(text: str) -> float:
    """Hedges and caveats per 100 words. *May* as a month and *might* as a noun count as well."""
    return _per_hundred(_HEDGES, text)


def questions_to_user(text: str) -> float:
    """Count questions that speak to the reader, or that end the text; those inside quotation marks don't count.

    Rhetorical ones (*Have you ever wondered …?*) can't be told apart and count.
    """
    pieces = [piece.strip() for piece in _PIECE.findall(_QUOTED.sub("", prose(text))) if words(piece)]
    questions = ["?" in piece for piece in pieces]
    to_user = [bool(_SECOND_PERSON.search(piece)) for piece in pieces]
    if to_user:
        to_user[-1] = True
    return float(sum(map(operator.and_, questions, to_user)))


def joke_markers(text: str) -> float:
    """Laughter, announced jokes, stock openings of jokes and laughing emoji per 100 words.

    A weak proxy: dry wit leaves no marker, and a text *about* jokes is full of them. Only differences between
    many replies to the same prompts mean something.
    """
    return _per_hundred(_JOKES, text)


def figurative_markers(text: str) -> float:
    """Similes, invitations to picture something and stock words of imagery per 100 words.

    A weak proxy: a fresh metaphor leaves no marker, and clichés leave many. The share of distinct words was
    not taken instead, because it falls with length whatever the style.
    """
    return _per_hundred(_FIGURATIVE, text)


def _per_hundred(pattern: re.Pattern[str], text: str) -> float:
    read_out = prose(text).replace("’", "'")
    count = len(words(read_out))
    return 100 * len(pattern.findall(read_out)) / count if count else 0.0


def _any_of(phrases: str, *patterns: str) -> re.Pattern[str]:
    """Compile whole-word, case-blind alternatives: comma-separated ``phrases``, and ``patterns`` as they are."""
    alternatives = "|".join(re.escape(p.strip()).replace(r"\ ", r"\s+") for p in phrases.split(","))
    return re.compile("|".join((*patterns, rf"\b(?:{alternatives})\b")), re.IGNORECASE)


_EXAMPLES = _any_of(
    "for example, for instance, such as, imagine, let's say, suppose, picture this, to illustrate, an example, "
    "examples, think of, it's like when, as in the case of",
    r"\be\.g\.",
    r"\blike (?:when|if)\b",
)
_WARM = _any_of(
    "glad, happy to, love, lovely, wonderful, great, amazing, fantastic, awesome, beautiful, delighted, "
    "excited, exciting, dear, my friend, thank you, thanks, welcome, hope, hug, hugs, cheer, proud, warm, "
    "warmly, enjoy, good luck, you've got this, you can do it, congratulations, don't worry, take care",
    r"!",
    r"[❤♥☺🌞🌟🎉🎊👏💕💖💗💙💚💛💜😀😃😄😊😍🙂🤗🥰]",
)
_FORMAL = _any_of(
    "furthermore, moreover, therefore, thus, hence, consequently, nevertheless, additionally, accordingly, "
    "regarding, concerning, kindly, sincerely, respectfully, pursuant, in accordance with, with regard to, "
    "in order to, I would like to, shall, upon, ensure, assist, whom, esteemed, we recommend, it is advisable, "
    "do not, does not, did not, is not, are not, was not, were not, cannot, will not, would not, should not, "
    "have not, has not, I am, I have, I will, you are, we are, they are, it is, that is",
)
_CASUAL = _any_of(
    "gonna, wanna, gotta, kinda, sorta, dunno, lemme, y'all, yeah, yep, yup, nope, nah, hey, hi there, dude, "
    "buddy, bro, guys, folks, stuff, cool, totally, super, lol, omg, btw, cuz, 'cause, no worries, no biggie, "
    "awesome, a bunch of, pretty much, wow",
    r"\b[a-z]+n't\b",
    r"\b[a-z]+'(?:re|ve|ll|m|d)\b",
    r"\b(?:it|that|there|here|what|who|how|where|let|he|she)'s\b",
)
_HEDGES = _any_of(
    "perhaps, maybe, might, may, could, possibly, probably, likely, unlikely, seems, seem, appears, appear, "
    "suggests, suggest, somewhat, roughly, approximately, generally, usually, often, typically, sometimes, "
    "in some cases, in most cases, it depends, depends on, depending on, not sure, uncertain, uncertainty, "
    "unclear, not certain, I think, I believe, as far as I know, to my knowledge, keep in mind, caveat, "
    "caveats, however, consult, exceptions, may vary, can vary, varies, hard to say, tend to, tends to",
)
_JOKES = _any_of(
    "lol, rofl, joke, jokes, joking, kidding, pun, puns, pun intended, punchline, funny, hilarious, silly, "
    "giggle, laugh, laughs, laughing, why did the, why don't, knock knock, walks into a bar, "
    "spoiler alert, plot twist, no offense, or so I'm told, trust me, get it, ba dum tss, wink",
    r"\b(?:ha){2,}h?\b",
    r"\b(?:he){2,}\b",
    r"[😂🤣😆😜😉😝🤪😅]",
)
_FIGURATIVE = _any_of(
    "as if, as though, imagine, picture, tapestry, symphony, dance, dances, dancing, whisper, whispers, "
    "whispering, dream, dreams, magic, magical, canvas, journey, ocean of, sea of, river of, heart of, soul, "
    "breath, shadow, shadows, glimmer, sparkle, sparkling, ember, embers, blossom, tangled, kaleidoscope, "
    "velvet, thunder, echo, echoes, once upon a time",
    r"\blike an? \w+",
    r"\bas \w+ as an?\b",
)


def _negative(checker: Checker) -> Checker:
    def measure(text: str) -> float:
        return 0.0 - checker(text)

    return measure


CHECKERS: dict[str, Checker] = {
    "concise": _negative(word_count),
    "lists": list_items,
    "headings": headings,
    "steps": steps,
    "simple": _negative(reading_grade),
    "examples": example_markers,
    "imaginative": figurative_markers,
    "warm": warmth,
    "formal": formality,
    "humorous": joke_markers,
    "cautious": hedges,
    "asks_back": questions_to_user,
}
"""Principle → checker; higher means more of the positive pole. The fixed principle has none: no count of words
tells whether a text is harmless and honest."""

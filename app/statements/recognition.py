"""Finds, in what the user typed, sentences that say something lasting about them. English; plain text rules alone.

It knows no model, no memory and no screen, and it only finds: what is kept, the user decides. It would rather
miss a statement than ask about one that is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from memory.records import StatementKind

# A message longer than this is material to work on; a sentence longer than this is a story.
LONGEST_MESSAGE: Final = 1200
LONGEST_SENTENCE: Final = 160
MOST: Final = 3


@dataclass(frozen=True, slots=True)
class Recognised:
    """One statement: ``text`` as it would be kept, without *remember that* or *please*."""

    text: str
    kind: StatementKind


def _words(text: str) -> str:
    return "|".join(sorted(text.split(), key=len, reverse=True))


def _rule(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# What a message is about when it is not about its writer: a text to work on, a part to play, a case to suppose.
_MATERIAL = _rule(
    r"\b(?:translate|proofread|rephrase|rewrite|paraphrase|summari[sz]e|how do you say|fix my"
    r"|correct my|my draft"
    r"|(?:write|give me|compose|draft) (?:me )?(?:a|an|the|another|some)\b|first person|system prompt"
    r"|suppose|imagine|pretend|what if|let(?:'s| us) (?:say|play|pretend|assume)|assume that|assuming"
    r"|act (?:as|like)|role-?play|you are (?:a|an|my|the)\b|if i (?:were|was|am|had)\b|as if i)"
)
_QUOTED = (
    re.compile(r"```.*?(?:```|\Z)", re.DOTALL),
    re.compile(r"`[^`\n]*`"),
    re.compile(r"[“\"„«][^”\"“»\n]*[”\"“»]?"),
    re.compile(r"^\s*>.*$", re.MULTILINE),
    re.compile(r"^(?: {4}|\t).*$", re.MULTILINE),
)
_ENDS = re.compile(r"(?<=[.!?])\s+|\n+|;\s+")
_REPORTED = _rule(
    r"^(?:he|she|they|people|someone|somebody|everyone|my (?!name)\w+|the \w+) (?:always )?(?:said"
    r"|says?|tells?|told(?! me to)"
    r"|thinks?|asked|asks|claims?|believes?)\b"
)

# What opens a statement and is no part of it.
_TOLD = _rule(
    r"^(?:(?:and|but|also|oh|ok|okay|well|so|hi|hello|hey)[, ]+)*(?:please[, ]+)?(?:could you "
    r"|can you |will you )?"
    r"(?:remember(?: that| to|,|:|(?= (?:i|my|we|our)\b))|(?:please )?note(?: that|,|:)"
    r"|keep in mind(?: that|,|:)|bear in mind(?: that|,|:)"
    r"|don'?t forget(?: that| to|,|:)|never forget that|for future reference[,:]?|for the record[,:]?"
    r"|just so you know[,:]?|so you know[,:]?|fyi[,:]?|for your information[,:]?|you should know(?: that)?"
    r"|know that|by the way[,:]?|btw[,:]?)\s+"
)
_POLITE = _rule(
    r"^(?:(?:and|but|also|oh|ok|okay|well|so|hi|hello|hey|btw|by the way|please|thanks|actually)[,!:]?\s+)+"
)
_TRAILING = _rule(r"(?:,? (?:please|by the way|btw|thanks|thank you|too|you know))+$")

# This answer, this moment, this conversation: nothing that lasts.
_PASSING = _rule(
    r"\b(?:this|that|these|those) (?:one|time|answer|reply|question|text|essay|code|function|error"
    r"|file|story|poem"
    r"|list|email|letter|case|message|version|next|idea|book|film|movie|song|sentence|paragraph"
    r"|output|line)\b"
    r"|\b(?:today|tonight|tomorrow|yesterday|right now|at the moment|this (?:week|morning|evening|weekend)"
    r"|last (?:week|night|year|month|time)|ago|just|already|above|below|here\b|the next question|now)\b"
    r"|\bfor (?:this|that|now)\b|\bin this\b|\b(?:second|first|third|other|last|previous) (?:one"
    r"|version|option)\b"
    r"|\boption [a-z0-9]\b"
)
_NOW_THAT_LASTS = _rule(r"\bfrom now on\b|\bnow (?:live|work|a)\b|\b(?:am|'m) now\b|any ?more\b")

# From now on, for every answer.
_STANDING = _rule(
    r"\b(?:always|never|from now on|from here on|in (?:the )?future|in general|every time|each time|whenever"
    r"|at all times|in (?:all )?your (?:answers|replies)|in all answers|don'?t (?:you )?ever"
    r"|by default|going forward"
    r"|as a rule|all the time)\b"
)
_IMPERATIVE_VERBS: Final = _words(
    """use give answer reply respond write say tell call address keep be avoid include mention suggest recommend cite
    explain speak talk put convert list add show ask assume stop treat format start end refer spell round quote
    assume double-check check translate prefer describe leave skip make provide offer do have remind
    spare sign stay"""
)
_ORDER = _rule(rf"^(?:(?:do not|don'?t|never|always|just) )*(?:{_IMPERATIVE_VERBS})\b(?! on\b| of\b)")
_CALLED = _rule(
    r"^(?:you (?:can|may|should) |you'?ll |just )?call me (?!tomorrow|later|back|when|if|a |an |crazy"
    r"|old|stupid)[\w.' -]{2,30}$"
)
_WHEN_ASKED = _rule(
    r"^(?:when(?:ever)?|every time|each time|if) (?:i(?:'m| am)?|you) (?:ask|asking|want|need|say"
    r"|write|talk|mention|give"
    r"|answer|explain|use|suggest|recommend|show)\b.*,|^for (?:all|any|every) [\w -]+, \w+"
)
_ABOUT_YOU = _rule(
    r"^i want (?:all|every) \w+ (?:in|with|without|as)\b|^i(?:'d| would)? (?:really )?(?:want|like"
    r"|expect|need|prefer|love|wish|ask) (?:it (?:when|if) )?you (?:to |not to )?\w+"
)
_STOP = _rule(r"^(?:please )?stop \w+ing\b|^no more \w+")

# How answers are: the words by which a taste is about them.
_ANSWERS: Final = _words(
    "answer answers reply replies response responses explanation explanations tone wording phrasing output"
)
_MANNER: Final = _words(
    """short shorter brief concise long longer long-winded detailed detail details thorough wordy lengthy terse verbose
    bullet bullets bulleted list lists prose paragraphs heading headings headers sections title titles
    step-by-step step steps simple simpler plain jargon technical academic terminology terms example examples analogies
    analogy metaphor metaphors vivid creative poetic flowery imaginative warm warmer friendly kind nice nicer cold
    neutral cheerful enthusiasm enthusiastic encouraging formal polite casual informal relaxed slang stiff chatty
    professional funny joke jokes joking humour humor humorous serious witty puns cautious hedge hedging caveat caveats
    disclaimer disclaimers blunt direct confident honest question questions straight point emoji emojis sarcasm
    sarcastic chatty rambling ramble structured tables words language"""
)
_STYLE_WORD = _rule(rf"\b(?:{_MANNER})\b")
_ANSWER_WORD = _rule(rf"\b(?:{_ANSWERS})\b")
_TASTE = _rule(
    r"^i(?:'d| would)? (?:really |much |generally |usually |always |also |still |only |do "
    r"|don'?t (?:really )?)*"
    r"(?:like|love|prefer|hate|dislike|enjoy|appreciate|want|rather (?:have|get|read)|can'?t stand"
    r"|need|like it when"
    r"|find your)\b|^i can'?t stand\b|^i'm not a (?:big )?fan of\b|^in general,? i (?:like|prefer"
    r"|want)\b|^i find your\b"
)
_TOO_MUCH = _rule(r"\btoo (?:much|little|long|short|slow(?:ly)?|fast)\b|\b(?:version|detail)s?\b")
_COMPLAINT = _rule(
    r"^(?:your (?:answers|replies|explanations|responses)|you(?:'re| are)|you (?:talk|write|explain"
    r"|say)) (?:are |is )?"
    r"(?:always |often |usually |much |far |way )*(?:too|always)\b"
    rf"|^(?:{_MANNER}) (?:{_ANSWERS}) (?:annoy|bore|tire|confuse|please|suit|help|irritate|overwhelm) me\b"
)
# Subjects by which the same words are about the world: long books, friendly dogs.
_ABOUT_ANSWERS = _rule(
    rf"\b(?:{_ANSWERS})\b|\b(?:you|your|tone|hedging|hedge|jargon|wordy|jokes|examples?|lists?"
    rf"|bullets?|bullet points?"
    r"|prose|headings?|so much detail|caveats?|disclaimers?|flowery|emojis?|slang)\b"
)

# Lasting facts in the first person. First what belongs to the user, then what they are, do, have and like.
_BELONGS_NOT: Final = _words(
    """question questions point code program answer essay error problem file computer laptop function text guess idea
    mistake bad opinion concern turn apologies last first next second draft story sentence script output homework
    message prompt intention thought thoughts head"""
)
_OWN: Final = _words(
    """kid kids child children son sons daughter daughters brother brothers sister sisters dog dogs cat cats
    horse horses car cars bike bikes job jobs grandchildren grandchild parents rabbits chickens siblings house garden"""
)
_FACT = tuple(
    map(
        _rule,
        (
            rf"^(?:both (?:of )?|all (?:of )?)?(?:my"
            rf"|our) (?!(?:{_BELONGS_NOT})\b)(?:[\w'-]+ ){{1,4}}(?:is|are|has|have|lives?"
            r"|works?|speaks?|hates?|loves?|told me to|says i|goes to) \w",
            r"^i(?:'m| am) (?:also |a bit |now |still |not |an? )*(?:vegan|vegetarian|pescatarian"
            r"|allerg\w+|intolerant|lactose"
            r"|celiac|coeliac|diabetic|dyslexic|autistic|deaf|blind|colou?r[- ]?blind|hard of hearing"
            r"|left-handed"
            r"|right-handed|retired|married|divorced|single|widowed|pregnant|jewish|muslim|christian"
            r"|hindu|buddhist|atheist"
            r"|unemployed|self-employed|disabled|bilingual|\d{1,3} years? old|\d{1,3}$)",
            r"^i(?:'m| am) (?:an? |the )(?!bit\b|little\b|fan\b|lot\b|huge\b|big fan\b)[\w' -]{3,60}$",
            r"^i(?:'m| am) (?:originally )?from [\w ]+$",
            r"^i(?:'m| am) (?:learning|training for|studying|saving (?:up )?for|raising|expecting"
            r"|on an? [\w-]+ (?:diet|budget)"
            r"|in my \w+(?:ies|teens)|new to|going to be (?:a|an)|called)\b",
            r"^i(?:'m| am) (?:not )?(?:interested in|good at|bad at|afraid of|fond of|fluent in"
            r"|sensitive to|into)\b",
            r"^i (?:also |now |currently |mostly |mainly |usually )*(?:live|work|study|teach|own|run"
            r"|speak|play|collect"
            r"|coach|volunteer) (?!on (?:it|this|that)\b|this\b|that\b|through\b|into\b|up\b|out\b)\w+",
            r"^i (?:suffer from|was diagnosed with|keep (?:kosher|halal|bees|chickens)|only eat"
            r"|drive an?) \w*",
            r"^i(?:'ve| have) (?:lived|worked|studied) (?:in|at|as|for) [\w ]+(?:for|since) \w+",
            r"^i [a-z]+ [\w' -]*\b(?:once|twice|\w+ times) a (?:day|week|month|year)$"
            r"|^i [a-z]+ [\w' -]* on \w+days$",
            r"^i(?:'m| am) (?:short|far|near|long)-?sighted|^i(?:'m| am) terrible (?:with|at)\b",
            r"^i(?:'ve| have) been an? [\w ]+ (?:for|since) \w+",
            r"^i [a-z]+ [\w' -]*\bevery (?:day|morning|evening|night|week|weekend|month|year|summer"
            r"|winter|\w+day)$",
            rf"^(?:we|i)(?:'ve got| have|'ve| own) (?:\d+|two|three|four|five|six"
            rf"|seven) (?:[\w-]+ )?(?:{_OWN})\b",
            r"^we (?:live|have|own|don'?t have|don'?t own|are vegetarian|are vegan) (?!to\b"
            r"|a question\b|an? (?:problem|error))\w+",
            r"^i(?: only)?(?:'ve got| have|'ve) (?:a |an |one |type \w+ |my own |no |bad |poor |high "
            r"|low )(?!questions?\b|problems?\b"
            r"|errors?\b|issues?\b|bugs?\b|ideas?\b|feeling\b|doubts?\b|minutes?\b|hours?\b|days?\b"
            r"|meetings?\b|look\b|file\b"
            r"|requests?\b|favou?r\b|lot of\b|few\b|bit\b|headache\b|text\b|task\b|exam\b|deadline\b"
            r"|hunch\b|clue\b|time\b"
            r"|choice\b|chance\b|news\b|point\b|guess\b|suggestion\b|list\b|table\b|function\b"
            r"|script\b|friend\b|colleague\b)[\w' -]+$",
            r"^i have type \d\b",
            r"^i don'?t (?:have|own|eat|drink|smoke|drive|speak|cook|use|wear|celebrate"
            r"|watch) (?!any (?:idea|more|questions)\b"
            r"|time\b|a clue\b|an idea\b|it\b|this\b|that\b|to\b|enough\b|access\b|a choice\b|anything\b)\w+",
            r"^i (?:never|rarely|always|usually|often) (?:eat|drink|smoke|drive|cook|use|wear|travel"
            r"|work|get up|wake up"
            r"|read|write|watch|buy) ?\w*",
            r"^i can'?t (?:drive|swim|cook|eat|drink|read music|smell|walk|tolerate|digest"
            r"|have) ?(?!it\b|this\b|that\b)\w*",
            r"^i (?:was born|grew up|was raised) (?:in|on|near)\b",
            r"^i go by \w+$",
            r"^i use an? (?:wheelchair|cane|hearing aid|screen reader|mac|pc|pacemaker|walking stick"
            r"|guide dog)\b",
            r"^i (?:mostly |mainly |usually |always |only )*(?:use|write|code in|program in|drive|eat"
            r"|drink) (?!this\b|the\b|that\b"
            r"|it\b|to\b)\w[\w+# ]*(?:on|at|for|in|by|every|to) (?!this\b|that\b)[\w ]+$",
            r"^i (?:really |absolutely )?(?:love|like|enjoy|hate|dislike|prefer|adore|can'?t stand"
            r"|don'?t like) (?!it\b|this\b"
            r"|that\b|you\b|how\b|what\b|the\b|your\b|to know\b|these\b|those\b|where\b|when\b|if\b"
            r"|option\b|version\b"
            r"|more\b|another\b|a \b|an\b|my\b|him\b|her\b|them\b|not\b)[\w' -]+$",
        ),
    )
)
_NOT_A_FACT = _rule(
    r"^i(?:'m| am) (?:not )?(?:a bit|a little|the one|the same|an? (?:idiot|fool|bit|little|mess))\b"
    r"|\b(?:thing|things|stuff|error|problem)$|\bwrong\b|\bhow\b|\bwhy\b"
)


def recognise(message: str) -> tuple[Recognised, ...]:
    """Return the lasting statements in one message of the user's, in order, at most ``MOST``."""
    if len(message) > LONGEST_MESSAGE:
        return ()
    plain = message.replace("’", "'").replace("‘", "'")
    for quoted in _QUOTED:
        plain = quoted.sub(" … ", plain)
    found: list[Recognised] = []
    previous = ""
    for sentence in _ENDS.split(plain):
        stripped = sentence.strip()
        if previous.endswith(":") or ": " in _TOLD.sub("", stripped):
            break  # what follows a colon is said by somebody else, or to be worked on
        previous = stripped
        if _MATERIAL.search(stripped) and not _STANDING.search(stripped):
            break
        statement = _statement(stripped)
        if statement and statement not in found:
            found.append(statement)
    return tuple(found[:MOST])


def _statement(sentence: str) -> Recognised | None:
    if not sentence or sentence.endswith("?") or "…" in sentence or len(sentence) > LONGEST_SENTENCE:
        return None
    told = _TOLD.match(sentence)
    text = _TRAILING.sub("", _POLITE.sub("", _TOLD.sub("", sentence)).rstrip(" .!,"))
    if _REPORTED.match(text):
        return None
    lasting = _PASSING.search(_NOW_THAT_LASTS.sub("", text)) is None
    kind = _kind(text, told=told is not None) if lasting else None
    return Recognised(text[:1].upper() + text[1:], kind) if kind else None


def kind_of(text: str) -> StatementKind:
    """Return the kind of what the user asked to keep in so many words: there is no *no* here."""
    plain = " ".join(text.replace("’", "'").split()).rstrip(" .!")
    return _kind(_POLITE.sub("", _TOLD.sub("", plain)), told=True) or "fact"


def _kind(text: str, *, told: bool) -> StatementKind | None:
    about_you = bool(_ABOUT_YOU.match(text))
    taste = bool(_TASTE.match(text)) or bool(_COMPLAINT.match(text))
    styled = bool(_STYLE_WORD.search(text))
    if (styled or _TOO_MUCH.search(text)) and (
        _COMPLAINT.match(text) or (taste and (_ABOUT_ANSWERS.search(text) or _STANDING.search(text)))
    ):
        return "style"
    bare = _STANDING.sub("", text).strip(" ,")
    ordered = bool(_ORDER.match(bare) or _STOP.match(bare)) or about_you
    standing = bool(_STANDING.search(text)) or bool(_STOP.match(text)) or about_you
    if ordered and (standing or told):
        return "style" if styled and not _is_content(text) else "wish"
    if _CALLED.match(bare) or _WHEN_ASKED.match(text):
        return "wish"
    if _NOT_A_FACT.search(text):
        return None
    if any(rule.search(text) for rule in _FACT):
        return "fact"
    # *Remember that …*: whatever it is, it was asked for; a bare *remember …* may be a name or a song.
    return "fact" if told and re.match(r"(?:i(?! before)|my|we|our)\b", text, re.IGNORECASE) else None


def _is_content(text: str) -> bool:
    """Whether an order is about what is said rather than how: units, languages, names, dates."""
    return bool(_CONTENT.search(text))


_CONTENT = _rule(
    r"\b(?:metric|units?|celsius|fahrenheit|kilomet\w+|miles|euros?|dollars?|kroner|spelling|french"
    r"|german|norwegian"
    r"|spanish|italian|english|dates?|clock|recipes?|allergens?|sources|python|javascript|rust|java"
    r"|numbers|software"
    r"|word [\w-]+|name|pork|politics)\b"
)

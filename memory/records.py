"""What the memory takes and returns: frozen dataclasses. ORM rows never leave this package."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

Role: TypeAlias = Literal["user", "assistant"]
MessageState: TypeAlias = Literal["streaming", "complete", "stopped", "interrupted"]
Label: TypeAlias = Literal[-1, 1]
PairSource: TypeAlias = Literal["compared", "edited", "first_run"]

# Stands in place of a reward version where features are those a text was written for, by hand: true of any model.
WRITTEN = "written"


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation. ``id`` is a random hex string; times are aware UTC datetimes.

    ``trashed_at`` is ``None`` unless it lies in the trash: then it neither teaches nor is found until restored.
    """

    id: str
    title: str
    created_at: datetime
    updated_at: datetime
    pinned: bool = False
    archived: bool = False
    folder_id: str | None = None
    trashed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of conversations; one conversation is in one folder at most."""

    id: str
    name: str
    collapsed: bool = False


Pieces: TypeAlias = tuple[tuple[str, bool], ...]
"""A text in pieces, each with whether the search found it."""


@dataclass(frozen=True, slots=True)
class MessageHit:
    """A message a search found. ``snippet`` is the part of it around the first hit."""

    message_id: str
    role: Role
    created_at: datetime
    snippet: Pieces


@dataclass(frozen=True, slots=True)
class Found:
    """A conversation a search found, by its title, by messages in it, newest first, or by both."""

    conversation: Conversation
    title: Pieces
    messages: tuple[MessageHit, ...]


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message to be taken in from elsewhere. ``id`` is the same whenever the same message comes again."""

    id: str
    parent_id: str | None
    role: Role
    content: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class NewConversation:
    """A conversation to be taken in from elsewhere; parents stand before their children, the open thread last."""

    id: str
    title: str
    created_at: datetime
    updated_at: datetime
    messages: tuple[NewMessage, ...]
    pinned: bool = False
    archived: bool = False
    folder: str = ""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What an import did: conversations and messages that were new, those left as they are, those left in the trash."""

    conversations: int = 0
    messages: int = 0
    known: int = 0
    in_trash: int = 0

    def __add__(self, other: TakenIn) -> TakenIn:
        """Sum up two imports."""
        return TakenIn(
            self.conversations + other.conversations,
            self.messages + other.messages,
            self.known + other.known,
            self.in_trash + other.in_trash,
        )


@dataclass(frozen=True, slots=True)
class Message:
    """One node of a conversation's tree. ``parent_id`` is ``None`` for the first message.

    ``state``: *streaming* while it is being written, *stopped* by the user, *interrupted* by a crash.
    """

    id: str
    conversation_id: str
    parent_id: str | None
    role: Role
    content: str
    state: MessageState
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ReplyTrace:
    """How one reply came about: enough to say why, and to make it again.

    ``instructions`` followed the question for this reply only; the stored question keeps the user's own words.
    ``system`` is the system prompt it was written under, ``None`` where that was not kept yet. A reply that was
    stopped and continued has what was its trace before in ``earlier``, each with the ``characters`` it had then; all
    but the counts is that of its last part. ``origin`` says where what guided it came from; see ``app.origin``.
    """

    message_id: str
    model_id: str
    model_name: str
    reward: str
    strength: float
    weights: dict[str, float]
    seed: int
    sampling: dict[str, float]
    finish_reason: str
    tokens: int
    prompt_tokens: int
    time_to_first_token: float
    tokens_per_second: float
    changed_share: float
    mean_base_logprob: float
    dropped_messages: int = 0
    instructions: tuple[str, ...] = ()
    system: str | None = None
    persona: str = ""
    earlier: tuple[dict[str, Any], ...] = ()
    origin: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PersonaDraft:
    """What the user wrote of a persona. ``sampling``: what differs from the default; ``strength``: β, if set."""

    name: str
    system: str
    sampling: dict[str, float] = field(default_factory=dict)
    strength: float | None = None


@dataclass(frozen=True, slots=True)
class Persona:
    """A named preset; see ``PersonaDraft``."""

    id: str
    name: str
    system: str
    sampling: dict[str, float]
    strength: float | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ReplyFeatures:
    """x of one reply: mean token-level advantage per principle, in nats, and the style-free features.

    Features of different ``reward_version`` are never compared; a changed model or reward means rescoring.
    """

    message_id: str
    reward_version: str
    values: dict[str, float]
    mean_base_logprob: float
    tokens: int


@dataclass(frozen=True, slots=True)
class Feedback:
    """One thumb on one reply: ``label`` +1 or −1. At most one is in force per message."""

    id: str
    message_id: str
    label: Label
    created_at: datetime
    reasons: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """One reply preferred over another to the same question: *compared* side by side, or *edited* into the better."""

    id: str
    preferred_id: str
    other_id: str
    source: PairSource
    created_at: datetime


@dataclass(frozen=True, slots=True, eq=False)
class PromptEmbedding:
    """``vector``: (n,) float32 of unit length. Vectors of different ``embedder`` are never mixed."""

    message_id: str
    embedder: str
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class PrincipleSetting:
    """The user's own hand on one principle. ``value`` in [−1, 1], or ``None`` where the user set nothing."""

    name: str
    value: float | None = None
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class PrincipleDraft:
    """The words of a principle the user writes: each pole's short name, and how an answer there is asked for."""

    positive_label: str
    positive_instruction: str
    negative_label: str
    negative_instruction: str


@dataclass(frozen=True, slots=True)
class OwnPrinciple:
    """A principle the user wrote. ``name`` stays, whatever becomes of its ``words``; retired ones are out of use."""

    name: str
    words: PrincipleDraft
    created_at: datetime
    retired_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LearnedWeight:
    """What the memory believes about one principle, in slider units.

    ``mean`` in [−1, 1]; ``low`` and ``high`` bound the central 80 % of the posterior; ``used`` is the
    lower-confidence weight that guides replies; ``evidence`` counts the rated replies it rests on.
    """

    name: str
    mean: float
    low: float
    high: float
    used: float
    evidence: int
    setting: float | None = None
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Preferences:
    """All learned weights for one question (or for no question in particular), and the guidance strength β."""

    weights: tuple[LearnedWeight, ...]
    strength: float
    evidence: int
    contextual: bool = False

    def used(self) -> dict[str, float]:
        """Weights that guide a reply: name → value in [−1, 1], zeros left out."""
        return {w.name: w.used for w in self.weights if w.enabled and w.used != 0.0}


@dataclass(frozen=True, slots=True)
class Influence:
    """What one piece of evidence did to one principle's learned weight.

    ``source_id`` names the thumb or the pair, ``message_id`` the reply it is about (the preferred one of a pair).
    ``shift``: the weight's mean, −1 … 1, minus what it would be without this evidence.
    """

    source_id: str
    message_id: str
    said: Literal["up", "down", "preferred"]
    created_at: datetime
    shift: float


Said: TypeAlias = Literal["up", "down", "preferred", "edited"]


@dataclass(frozen=True, slots=True)
class RatedReply:
    """A thumb or a comparison with what it is about; of a comparison, the reply that was preferred.

    ``question`` and ``reply`` begin with the message's words; ``reasons`` as in ``Feedback``.
    """

    source_id: str
    message_id: str
    conversation_id: str
    title: str
    question: str
    reply: str
    said: Said
    created_at: datetime
    reasons: tuple[str, ...] = ()


StatementKind: TypeAlias = Literal["fact", "wish", "style"]


@dataclass(frozen=True, slots=True)
class Statement:
    """A preference, fact or wish in the user's own words.

    A *style* statement may name a ``principle`` and where on its slider, ``value`` in [−1, 1], it puts the user.
    A superseded one is kept, with when and by which statement.
    """

    id: str
    text: str
    kind: StatementKind
    created_at: datetime
    principle: str | None = None
    value: float | None = None
    message_id: str | None = None
    used_at: datetime | None = None
    superseded_at: datetime | None = None
    superseded_by: str | None = None


@dataclass(frozen=True, slots=True)
class StatementAdded:
    """What adding a statement did. ``merged``: it said what one already said, which was kept instead."""

    statement: Statement
    merged: bool = False
    superseded: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much was deleted for good, and which files may still hold it: damaged databases moved aside earlier."""

    messages: int
    ratings: int
    statements: int
    earlier_copies: tuple[Path, ...] = ()


PassageKind: TypeAlias = Literal["question", "statement", "note", "title"]


@dataclass(frozen=True, slots=True)
class Passage:
    """What can be forgotten by itself.

    That is a question with all that follows it, a statement, a thumb with its note, or a conversation, which its title
    stands for. ``id`` is that of the message, the statement, the rated reply or the conversation. ``within`` names the
    passage listed with it whose forgetting takes this one along. ``cosine`` is how close it is to what was looked for
    where it was found by that.
    """

    id: str
    kind: PassageKind
    text: str
    created_at: datetime
    conversation_id: str = ""
    within: str = ""
    cosine: float | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is kept."""

    conversations: int
    messages: int
    feedback: int
    size_bytes: int = 0
    files: tuple[str, ...] = field(default_factory=tuple)

"""Why a reply says what it says: its tokens drawn once more from the same numbers, and the same answer untouched.

No token's numbers are stored. They are made again as the reply was, and count only where the same words come out.
Runs as idle work that somebody waits for: a chat goes first. Knows nothing of how it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from app.idle_work import AttemptFailedError
from app.language import told, tr
from app.parts import goes_on_from
from app.personas import sampling_of
from app.prompting import prompt_of
from app.statements.recalling import said_of
from app.user_messages import explain
from engine.protocol import Generate, Generated, Guidance, PrincipleWeight, Token, Trimmed
from memory.errors import MemoryStoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.idle_work import Ask, IdleWork
    from app.store_thread import StoreThread
    from engine.principles import Principle
    from engine.protocol import Event, Loaded, Sampling, TokenTrace
    from engine.protocol import Message as PromptMessage
    from memory.records import Message, ReplyTrace, Statement
    from memory.store import Store

_STOPPED: Final = "cancelled"
# Explanations that are there at once when they are asked for again; each is a megabyte or two.
MOST_KEPT: Final = 4


@dataclass(frozen=True, slots=True)
class SaidToken:
    """One token of a reply. ``trace`` is ``None`` for what was said before a crash.

    ``text`` is what it added to the reply: empty while a character is incomplete. ``used``: the principles that the
    rows of ``trace.shares`` are of, with their weights.
    """

    text: str
    trace: TokenTrace | None
    used: tuple[tuple[str, float], ...] = ()

    @property
    def principles(self) -> tuple[str, ...]:
        """Names of the rows of ``trace.shares``."""
        return tuple(name for name, _ in self.used)


@dataclass(frozen=True, slots=True)
class Explained:
    """A reply token by token; the texts make up the reply."""

    tokens: tuple[SaidToken, ...]


@dataclass(frozen=True, slots=True)
class WithoutYou:
    """The same answer at the same seed, with β = 0 and without the instructions that weights make."""

    text: str
    whole: bool


@dataclass(frozen=True, slots=True)
class CantTell:
    """Why there is nothing to show, and what can be done."""

    sentence: str
    next_step: str


Outcome: TypeAlias = Explained | WithoutYou | CantTell


@dataclass(frozen=True, slots=True)
class _Part:
    """What was said in one go: characters ``start`` to ``end``. ``how`` is empty where a crash left nothing else."""

    start: int
    end: int
    tokens: int
    how: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Case:
    reply: Message
    trace: ReplyTrace
    messages: tuple[PromptMessage, ...]
    statements: tuple[Statement, ...]


class Task:
    """What is being made for somebody; ``cancel`` may be called from any thread, at any time."""

    def __init__(self, idle: IdleWork, work: Callable[[Ask], None]) -> None:
        self._idle, self._work = idle, work
        idle.soon(work)

    def cancel(self) -> None:
        """End it; nothing more is told."""
        self._idle.drop(self._work)


class Explaining:
    """Explains the replies in one store. ``told``, ``outcome`` and ``progress`` are called on the idle thread."""

    def __init__(
        self,
        store: StoreThread,
        idle: IdleWork,
        principles: Callable[[], tuple[Principle, ...]],
        system: str,
    ) -> None:
        self._store, self._idle, self._principles, self._system = store, idle, principles, system
        self._kept: dict[tuple[str, str], tuple[_Case, tuple[Principle, ...], Outcome]] = {}

    def forget(self) -> None:
        """Drop what was made; it holds the words of replies."""
        self._kept.clear()

    def explain(
        self, message_id: str, progress: Callable[[float], None], outcome: Callable[[Outcome], None]
    ) -> Task:
        """Make a reply's tokens again, with what they were chosen from. ``progress`` gets the share that is done."""

        def make(ask: Ask, case: _Case, loaded: Loaded) -> Outcome:
            return changed_since(case, loaded) or self._tokens(ask, case, progress)

        return self._task("tokens", message_id, make, outcome)

    def without_you(
        self, message_id: str, said: Callable[[str], None], outcome: Callable[[Outcome], None]
    ) -> Task:
        """Write the same answer unguided. ``said`` gets all of its text, whenever there is more."""

        def make(ask: Ask, case: _Case, loaded: Loaded) -> Outcome:
            return other_model(case.trace, loaded) or self._unguided(ask, case, said)

        return self._task("without", message_id, make, outcome)

    def _task(
        self,
        what: str,
        message_id: str,
        make: Callable[[Ask, _Case, Loaded], Outcome],
        outcome: Callable[[Outcome], None],
    ) -> Task:
        def work(ask: Ask) -> None:
            try:
                case = self._store.call(lambda store: self._read(store, message_id))
                if isinstance(case, CantTell):
                    outcome(case)
                    return
                if kept := self._again(what, case):
                    outcome(kept)
                    return
                made = make(ask, case, self._idle.loaded())
                self._keep(what, case, made)
            except AttemptFailedError as error:
                made = CantTell(told(error.failed.user_message), told(error.failed.next_step))
            except MemoryStoreError as error:
                made = CantTell(*explain(error))
            outcome(made)

        return Task(self._idle, work)

    def _again(self, what: str, case: _Case) -> Outcome | None:
        """Return what was made already, where nothing about the reply has changed since."""
        kept = self._kept.get((what, case.reply.id))
        return kept[2] if kept and kept[:2] == (case, self._principles()) else None

    def _keep(self, what: str, case: _Case, made: Outcome) -> None:
        if not isinstance(made, CantTell):
            self._kept.pop((what, case.reply.id), None)
            self._kept[what, case.reply.id] = case, self._principles(), made
            for oldest in list(self._kept)[:-MOST_KEPT]:
                self._kept.pop(oldest, None)  # all may be forgotten meanwhile

    def _read(self, store: Store, message_id: str) -> _Case | CantTell:
        reply, trace = store.message(message_id), store.trace(message_id)
        if trace is None:
            return _untraced(store, reply)
        thread = store.thread(reply.parent_id or reply.id)
        statements = store.used_statements(reply.conversation_id).get(reply.id, ())
        system = self._system if trace.system is None else trace.system
        return _Case(reply, trace, prompt_of(thread, system), statements)

    def _tokens(self, ask: Ask, case: _Case, progress: Callable[[float], None]) -> Outcome:
        text = case.reply.content
        parts = parts_of(case.trace, text)
        wanted = max(sum(part.tokens for part in parts), 1)
        tokens: list[SaidToken] = []
        for part in parts:
            if not part.how:
                tokens.append(SaidToken(text[part.start : part.end], None))
            elif part.start < part.end:
                before = len(tokens)
                made = self._part(
                    ask,
                    case,
                    part,
                    lambda n, before=before: progress(min((before + n) / wanted, 1.0)),  # type: ignore[misc]
                )
                if isinstance(made, CantTell):
                    return made
                tokens += made
        return Explained(tuple(tokens))

    def _part(
        self, ask: Ask, case: _Case, part: _Part, count: Callable[[int], None]
    ) -> list[SaidToken] | CantTell:
        guidance = self._guidance(part)
        if isinstance(guidance, CantTell):
            return guidance
        text, how = case.reply.content, part.how
        sampling = replace(_sampling(how), max_tokens=max(part.tokens, 1))
        instructions = (*said_of(case.statements), *how["instructions"])
        pieces: list[str] = []
        dropped = 0

        def each(event: Event) -> None:
            nonlocal dropped
            if isinstance(event, Token):
                pieces.append(event.text)
                count(len(pieces))
            elif isinstance(event, Trimmed):
                dropped = event.dropped

        result = ask(
            lambda i: Generate(
                i,
                case.messages,
                sampling,
                guidance,
                trace=True,
                instructions=instructions,
                begun=text[: part.start],
            ),
            each,
        )
        assert isinstance(result, Generated)
        said, again = text[part.start : part.end], result.text
        if part.end < len(text):  # it went on from there, without a character that was cut apart
            again = goes_on_from(again)
        if again != said:
            return came_out_differently(said, again, case, dropped)
        return [SaidToken(p, t, result.used) for p, t in zip(pieces, result.trace, strict=True)]

    def _guidance(self, part: _Part) -> Guidance | CantTell:
        known = {p.name: p for p in self._principles()}
        weights = part.how["weights"]
        if set(weights) - set(known):
            return CantTell(
                tr("A preference that guided this answer has been deleted since."), _again_explains()
            )
        return Guidance(
            part.how["reward"],
            part.how["strength"],
            tuple(PrincipleWeight(known[name], weight) for name, weight in weights.items()),
            next((p for p in known.values() if p.fixed), None),
        )

    def _unguided(self, ask: Ask, case: _Case, said: Callable[[str], None]) -> Outcome:
        trace = case.trace
        sampling = _sampling({"sampling": trace.sampling, "seed": trace.seed})
        if trace.finish_reason == _STOPPED:
            # Whoever stopped it compares as much of the other.
            sampling = replace(sampling, max_tokens=max(trace.tokens, 1))
        text = ""

        def each(event: Event) -> None:
            nonlocal text
            if isinstance(event, Token) and event.text:
                text += event.text
                said(text)

        result = ask(
            lambda i: Generate(i, case.messages, sampling, instructions=said_of(case.statements)), each
        )
        assert isinstance(result, Generated)
        return WithoutYou(result.text, result.finish_reason == "stop")


def parts_of(trace: ReplyTrace, text: str) -> tuple[_Part, ...]:
    """Return what was said in one go each: one part, or several where a stopped reply was continued."""
    parts: list[_Part] = []
    start = counted = 0
    for earlier in trace.earlier:
        # Tokens are counted over all parts so far.
        tokens = earlier.get("tokens", counted)
        how = (
            {
                name: earlier[name]
                for name in ("weights", "instructions", "reward", "strength", "sampling", "seed")
            }
            if "weights" in earlier
            else {}
        )
        parts.append(_Part(start, earlier["characters"], tokens - counted, how))
        start, counted = earlier["characters"], tokens
    how = {
        "weights": trace.weights,
        "instructions": trace.instructions,
        "reward": trace.reward,
        "strength": trace.strength,
        "sampling": trace.sampling,
        "seed": trace.seed,
    }
    return (*parts, _Part(start, len(text), trace.tokens - counted, how))


def guided(trace: ReplyTrace) -> bool:
    """Whether anything of the user's taste acted on a reply, by tokens or in words."""
    parts = (*trace.earlier, {"weights": trace.weights, "instructions": trace.instructions})
    return any(part.get("weights") or part.get("instructions") for part in parts)


def other_model(trace: ReplyTrace, loaded: Loaded) -> CantTell | None:
    """Say that another model is loaded than the one that wrote the reply."""
    if trace.model_id == loaded.sha256:
        return None
    return CantTell(
        tr("“{name}” wrote this answer, and “{now}” is loaded now.", name=trace.model_name, now=loaded.name),
        tr("Choose “{name}” under Models, then open this again.", name=trace.model_name),
    )


def changed_since(case: _Case, loaded: Loaded) -> CantTell | None:
    """Say what is known to have changed since the reply was written, so that it can't be made again."""
    trace = case.trace
    if other := other_model(trace, loaded):
        return other
    head = trace.origin.get("head", loaded.head_version)
    if trace.reward == "head" and head != loaded.head_version:
        return CantTell(
            tr("Attune has been tuned to this model anew since this answer was written."), _again_explains()
        )
    if len(case.statements) < trace.origin.get("said", 0):
        return CantTell(
            tr("Something you had said went along with this answer, and has been forgotten since."),
            _again_explains(),
        )
    if not case.reply.content:
        return CantTell(tr("This answer has no words."), tr("Ask again."))
    return None


def came_out_differently(said: str, again: str, case: _Case, dropped: int) -> CantTell:
    """Say from where on the reply comes out differently now, and why, as far as that can be told."""
    if dropped != case.trace.dropped_messages:
        return CantTell(
            tr(
                "Another part of the conversation fits the model’s memory now than when this answer was "
                "written, so it can’t be made again."
            ),
            tr("Set the context length back under Models, or answer again."),
        )
    same = next((i for i, (a, b) in enumerate(zip(said, again, strict=False)) if a != b), len(again))
    words = said[:same].split()
    if not words:
        return CantTell(tr("Made again now, this answer comes out differently."), _again_explains())
    return CantTell(
        tr("Made again now, this answer comes out differently after “{words}”.", words=" ".join(words[-4:])),
        _again_explains(),
    )


def _untraced(store: Store, reply: Message) -> CantTell:
    if any(p.source == "edited" and p.preferred_id == reply.id for p in store.pairs(reply.id)):
        return CantTell(
            tr("You wrote this version yourself."),
            tr("Step back to the model’s own answer and open this there."),
        )
    return CantTell(tr("How this answer came about was not kept."), _again_explains())


def _again_explains() -> str:
    return tr("Answer again: the new answer can be explained.")


def _sampling(how: dict[str, Any]) -> Sampling:
    return replace(sampling_of(how["sampling"]), seed=how["seed"])

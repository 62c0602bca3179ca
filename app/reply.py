"""One reply, from the stored question to the stored answer, as a plain iterator of events.

It knows the engine client and the memory thread. It does not know who listens, what is rated, or what is done
with the reply afterwards.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from app.answers import Broke, Finished, Forgot, Started, Text, Turn, Waiting
from app.engine_client import error_of
from app.origin import origin_of
from app.parts import continued, goes_on_from
from app.personas import DEFAULTS, dressed
from app.prompting import guidance_of, instructions_of, prompt_of, routed
from app.recall import preferences_for
from app.reward_choice import guiding, traced
from app.statements.recalling import needs_vector, recalled, said_of
from app.tuning_record import untuned_choice
from app.user_messages import ENVIRONMENT_ERRORS, explain
from engine.errors import EngineDiedError, EngineError
from engine.protocol import (
    Done,
    Embed,
    Embedded,
    Failed,
    Generate,
    Generated,
    Loaded,
    Progress,
    Token,
    Trimmed,
)
from memory.records import ReplyTrace

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Generator, Iterator

    from app.answers import AnswerEvent
    from app.engine_client import EngineClient
    from app.prompting import AnswerOptions, Route
    from app.recall import Recall
    from app.store_thread import StoreThread
    from engine.principles import Principle
    from engine.protocol import Event, Guidance, Result, RewardName, Sampling
    from memory.records import Message, MessageState, Persona, Preferences, Statement
    from memory.store import Store

FLUSH_SECONDS = 1.0
"""How much streamed text, in seconds, may be lost when this process is killed."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReplyContext:
    """What every reply of an assistant is made with. ``clock``: monotonic seconds; ``rng`` draws seeds.

    ``store`` keeps what is said; ``learned``, mostly the same one, knows what guides it.
    """

    store: StoreThread
    learned: StoreThread
    engine: EngineClient
    recall: Recall
    principles: Callable[[], tuple[Principle, ...]]
    reward: RewardName | None
    route: Route
    system: str
    clock: Callable[[], float]
    rng: random.Random


class _StoppedError(Exception):
    """The user stopped the reply before its first token was asked for."""


class ReplyWriter:
    """Writes one reply. ``stop`` may be called from any thread."""

    def __init__(self, context: ReplyContext, options: AnswerOptions, sampling: Sampling = DEFAULTS) -> None:
        """Draw tokens as ``sampling`` says where neither ``options`` nor the persona do."""
        self._sampling = sampling
        self._context = context
        self._options = options
        self.reply: Message | None = None
        self._begun = ""  # what a continued reply said already
        self._before: ReplyTrace | None = None
        self._persona: Persona | None = None
        self._asked = options
        self._origin: dict[str, Any] = {}
        self._said: list[str] = []
        self._flushed_at = context.clock()
        self._lock = threading.Lock()
        self._request: int | None = None
        self._loaded: Loaded | None = None
        self._stopped = False

    def stop(self) -> None:
        """End the reply as soon as possible."""
        with self._lock:
            self._stopped = True
            if self._request is not None:
                self._context.engine.cancel(self._request)

    def write(
        self, begin: Callable[[Store], tuple[Message, Message]], version_of: Callable[[], str]
    ) -> Iterator[AnswerEvent]:
        """Stream a reply into the memory, after what it says already.

        ``begin`` stores the question and the reply, on the memory thread; ``version_of`` is asked once the model is
        loaded. The last event is ``Finished`` or ``Broke``; left early, what was said is kept as *stopped*.
        """
        begun, started, ended = None, False, False
        try:
            begun = question, self.reply = self._context.store.call(lambda store: self._begin(store, begin))
            for event in self._stream(question, self.reply, version_of):
                started = started or isinstance(event, Started)
                ended = isinstance(event, Finished)
                yield event
        except ENVIRONMENT_ERRORS as error:
            ended = True
            log.warning("a reply broke: %r", error)
            broke = self._broke(error)
            # Both are in the memory, and whoever shows them must know under which names.
            if begun and not started:
                yield Started(*begun, (), 0.0)
            yield broke
        finally:
            if not ended and self.reply:
                self._keep(self.reply, "stopped")

    def _begin(
        self, store: Store, begin: Callable[[Store], tuple[Message, Message]]
    ) -> tuple[Message, Message]:
        question, reply = begin(store)
        self._persona = store.persona_of(question.conversation_id)
        if self._context.learned is not self._context.store:
            self._persona = self._context.learned.call(lambda memory: memory.default_persona())
        self._options = dressed(self._options, self._persona, self._sampling)
        self._begun = goes_on_from(reply.content)
        if self._begun:
            self._said = [self._begun]
            self._before = store.trace(reply.id)
        if self._before:
            # It goes on as it began: under the same system prompt, and with the random numbers that were next.
            system, seed = self._before.system, self._before.seed
            self._options = replace(
                self._options,
                system=self._options.system if system is None else system,
                seed=seed if self._options.seed is None else self._options.seed,
            )
        return question, reply

    def _stream(
        self, question: Message, reply: Message, version_of: Callable[[], str]
    ) -> Iterator[AnswerEvent]:
        context, options = self._context, self._options
        try:
            waiting = context.engine.next_id()
            loaded = yield from self._await(waiting, lambda: context.engine.ready(waiting))
            assert isinstance(loaded, Loaded)
            self._loaded = loaded
            preferences = yield from self._preferences(question, version_of())
            statements = self._statements(question, reply)
        except _StoppedError:
            yield Started(question, reply, (), 0.0)
            yield Finished(self._keep(reply, "stopped"))
            return
        principles, chosen = context.principles(), options.reward or context.reward
        # One may have been deleted since the weights were read.
        known = {p.name for p in principles}
        learned = {name: weight for name, weight in preferences.used().items() if name in known}
        guidance = guidance_of(
            principles,
            learned if options.weights is None else options.weights,
            guiding(chosen, loaded),
            preferences.strength if options.strength is None else options.strength,
        )
        route: Route = "none" if guidance.reward == "none" else options.route or context.route
        if route == "both" and not options.route and not chosen and self._at_full_speed():
            route = "prompt"
        weights = {entry.principle.name: entry.weight for entry in guidance.weights}
        instructions = instructions_of(principles, weights, route, guidance.strength)
        tilt = _tilt(guidance) if route != "none" else ()
        kept = context.learned.call(lambda memory: memory.statements())
        self._origin = origin_of(
            weights if route != "none" else {},
            preferences,
            kept,
            self._asked,
            self._persona,
            self._loaded,
            len(statements),
        )
        yield Started(question, reply, tilt, guidance.strength, statements)
        yield from self._generate(question, reply, routed(guidance, route), instructions, said_of(statements))

    def _statements(self, question: Message, reply: Message) -> tuple[Statement, ...]:
        """Return what the user said that belongs to this question, and note that the reply used it."""
        if not self._options.statements:
            return ()
        store, learned, recall = self._context.store, self._context.learned, self._context.recall
        if self._begun and learned is store:  # it goes on as it began
            return store.call(lambda m: m.used_statements(reply.conversation_id).get(reply.id, ()))
        embedding = store.call(lambda memory: recall.vector(memory, question.id))
        embedder, vector = (embedding.embedder, embedding.vector) if embedding else (recall.embedder, None)
        found = learned.call(lambda memory: recalled(memory, embedder, vector))
        if found and learned is store:
            store.call(lambda memory: memory.use_statements(reply.id, [s.id for s in found]))
        return found

    def _at_full_speed(self) -> bool:
        """Tell whether a model that is not tuned is to be left unguided, but for words that cost nothing."""
        loaded = self._loaded
        if loaded is None or loaded.head_version or loaded.second_version:
            return False
        return self._context.learned.call(lambda store: untuned_choice(store, loaded)) == "unguided"

    def _preferences(self, question: Message, version: str) -> Generator[Waiting, None, Preferences]:
        """Return the posterior; for this very question where there is evidence that could speak about it."""
        store, learned, recall = self._context.store, self._context.learned, self._context.recall
        overall = learned.call(lambda memory: memory.preferences(version))
        by_question = overall.evidence > 0 and self._options.weights is None
        by_likeness = self._options.statements and learned.call(needs_vector)
        if recall.available and (by_question or by_likeness):
            yield from self._embed(question)
        if not by_question or not recall.available:
            return overall
        vector = store.call(lambda memory: recall.vector(memory, question.id))
        return learned.call(lambda memory: preferences_for(memory, version, vector))

    def _embed(self, question: Message) -> Generator[Waiting, None, None]:
        """See to it that the question has a vector, and what was said just before it too."""
        store, engine, recall = self._context.store, self._context.engine, self._context.recall
        known = store.call(lambda memory: recall.known(memory, question.id))
        learned = self._context.learned
        waiting = learned.call(recall.unembedded) if learned is store else ()
        if known and not waiting:
            return
        yield Waiting("Recalling", 0.0)
        texts = (question.content, *(statement.text for statement in waiting))
        try:
            embed = Embed(engine.next_id(), texts)
            result = yield from self._await(embed.request_id, lambda: engine.request(embed))
        except EngineError as error:
            log.warning("no recall: %s (%s)", error.user_message, error)
            recall.available = isinstance(error, EngineDiedError)
            return
        assert isinstance(result, Embedded)
        store.call(lambda memory: recall.keep(memory, question.id, result))
        store.call(lambda memory: recall.keep_statements(memory, waiting, result, first=1))

    def _generate(
        self,
        question: Message,
        reply: Message,
        guidance: Guidance,
        instructions: tuple[str, ...],
        said: tuple[str, ...],
    ) -> Iterator[AnswerEvent]:
        context, options = self._context, self._options
        seed = context.rng.getrandbits(31) if options.seed is None else options.seed
        thread = context.store.call(lambda store: store.thread(question.id))
        command = Generate(
            context.engine.next_id(),
            prompt_of(thread, context.system if options.system is None else options.system),
            replace(options.sampling or self._sampling, seed=seed),
            guidance,
            options.trace,
            (*said, *instructions),
            self._begun,
        )
        dropped = 0
        for event in self._events(command.request_id, lambda: context.engine.request(command)):
            match event:
                case Token(text=text):
                    if text:
                        self._said.append(text)
                        self._flush(reply)
                        yield Text(text)
                case Progress():
                    yield Waiting(event.stage, event.fraction)
                case Trimmed():
                    dropped = event.dropped
                    yield Forgot(dropped)
                case Done(result=Generated() as result):
                    self._said = [self._begun + result.text]
                    turn = self._keep(
                        reply,
                        "stopped" if result.finish_reason == "cancelled" else "complete",
                        self._trace(reply, command, result, dropped, instructions),
                    )
                    yield Finished(turn, result.trace)
                case Failed():
                    if not self._stopped:
                        raise error_of(event)
                    yield Finished(self._keep(reply, "stopped"))  # the engine ended before it heard that

    def _await(
        self, request_id: int, send: Callable[[], Iterator[Event]]
    ) -> Generator[Waiting, None, Result]:
        """Wait for a result. Raises ``_StoppedError`` after a stop, else the error the failure names."""
        for event in self._events(request_id, send):
            match event:
                case Progress():
                    yield Waiting(event.stage, event.fraction)
                case Done():
                    if self._stopped:
                        raise _StoppedError
                    return event.result
                case Failed():
                    raise _StoppedError if self._stopped else error_of(event)
        raise EngineDiedError("the request ended without a result")

    def _events(self, request_id: int, send: Callable[[], Iterator[Event]]) -> Iterator[Event]:
        # Sent under the lock, so that a stop either comes first or finds a request it can cancel.
        with self._lock:
            self._request = request_id
            events = send()
            if self._stopped:
                self._context.engine.cancel(request_id)
        return events

    def _flush(self, reply: Message) -> None:
        now = self._context.clock()
        if now - self._flushed_at >= FLUSH_SECONDS:
            self._flushed_at = now
            text = "".join(self._said)
            self._context.store.call(lambda store: store.update_message(reply.id, text, "streaming"))

    def _keep(self, reply: Message, state: MessageState, trace: ReplyTrace | None = None) -> Turn:
        text = "".join(self._said)

        def write(store: Store) -> Turn:
            store.update_message(reply.id, text, state)
            if trace:
                store.save_trace(trace)
            return read_turn(store, store.message(reply.id))

        return self._context.store.call(write)

    def _trace(
        self,
        reply: Message,
        command: Generate,
        result: Generated,
        dropped: int,
        instructions: tuple[str, ...],
    ) -> ReplyTrace:
        # Only what the principles said: a statement's words stand nowhere but in its own row, to be forgotten there.
        loaded = self._loaded
        last = ReplyTrace(
            message_id=reply.id,
            model_id=loaded.sha256 if loaded else "",
            model_name=loaded.name if loaded else "",
            reward=traced(command.guidance.reward, loaded),
            strength=command.guidance.strength,
            weights=dict(result.used),
            seed=command.sampling.seed,
            sampling={k: float(v) for k, v in asdict(command.sampling).items() if k != "seed"},
            finish_reason=result.finish_reason,
            tokens=len(result.token_ids),
            prompt_tokens=result.prompt_tokens,
            time_to_first_token=result.time_to_first_token,
            tokens_per_second=result.tokens_per_second,
            changed_share=result.changed_share,
            mean_base_logprob=result.mean_base_logprob,
            dropped_messages=dropped,
            instructions=instructions,
            system="".join(m.content for m in command.messages if m.role == "system"),
            persona=self._persona.name if self._persona else "",
            origin=self._origin,
        )
        return continued(self._before, len(self._begun), last)

    def _broke(self, error: Exception) -> Broke:
        """Keep what was said as *interrupted*; where even that fails, say only what went wrong."""
        turn = None
        if self.reply:
            try:
                turn = self._keep(self.reply, "interrupted")
            except ENVIRONMENT_ERRORS as second:
                log.warning("and could not be kept: %r", second)
        return Broke(*explain(error), turn if self._said else None)


def read_turn(store: Store, message: Message) -> Turn:
    """Read a reply with all the chat shows beside it. ``siblings`` includes the reply itself."""
    siblings = store.children(message.parent_id) if message.parent_id else ()
    return Turn(
        message,
        trace=store.trace(message.id),
        feedback=store.feedback(message.id),
        siblings=tuple(sibling.id for sibling in siblings),
        statements=store.used_statements(message.conversation_id).get(message.id, ()),
    )


def asked(store: Store, question: Message) -> tuple[Message, Message]:
    """Return ``question`` and a new, empty reply to it."""
    return question, store.add_message(question.conversation_id, question.id, "assistant", "", "streaming")


def _tilt(guidance: Guidance) -> tuple[tuple[str, float], ...]:
    if guidance.reward == "none" or guidance.strength == 0:
        return ()
    weights = ((entry.principle.name, entry.weight) for entry in guidance.weights)
    return tuple(sorted(weights, key=lambda named: -abs(named[1])))

"""Conversations to prompt tokens, through the model's own chat template. Knows nothing of decoding or guidance.

A template is code from a stranger's file: it runs in jinja's immutable sandbox. A user may write text that looks
like a control token; it is tokenised as plain text, so that nobody can forge the template's markers.
"""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn

from jinja2 import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engine.errors import BadRequestError, ModelFileError, PromptTooLongError
from engine.protocol import Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.llama import LlamaModel

# Used where a model brings no template: the most common format among those that don't.
CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
# Private-use characters: no text a user types holds them, and no template treats them specially.
_OPEN, _CLOSE = "\ue0f0", "\ue0f1"


class ChatTemplate:
    """Renders and tokenises conversations for one model."""

    def __init__(self, model: LlamaModel) -> None:
        """Compile the model's template. Raises ``ModelFileError`` where it isn't valid jinja or always fails."""
        environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
        environment.globals["raise_exception"] = _raise
        environment.globals["strftime_now"] = lambda form: datetime.now().astimezone().strftime(form)
        environment.filters["tojson"] = lambda value, **kw: json.dumps(value, ensure_ascii=False, **kw)
        try:
            self._template = environment.from_string(model.chat_template or CHATML)
        except TemplateError as error:
            raise _unusable(error) from error
        self._model = model
        self._special = {"bos_token": model.special_text("bos"), "eos_token": model.special_text("eos")}
        self._control = model.control_texts()
        self.reply: tuple[int, ...] = ()
        """Tokens of the reply that has begun: every prompt ends with them."""
        self._render([Message("user", "Hello")])

    def after(self, reply: str) -> ChatTemplate:
        """Return this template with ``reply`` as what the assistant has said so far, its turn still open."""
        return self.going_on(tuple(self._model.tokenize(reply, special=False))) if reply else self

    def going_on(self, reply: tuple[int, ...]) -> ChatTemplate:
        """Return this template with the tokens ``reply`` as what the assistant has said so far."""
        begun = copy.copy(self)
        begun.reply = reply
        return begun

    def tokens(self, messages: Sequence[Message]) -> list[int]:
        """Return the prompt's tokens, ending where the assistant's reply begins or, once begun, goes on.

        Raises ``ModelFileError`` where the template fails on these messages.
        """
        return [*self._prompt(messages), *self.reply]

    def _prompt(self, messages: Sequence[Message]) -> list[int]:
        if not any(text in message.content for message in messages for text in self._control):
            return self._model.tokenize(self._render(messages), special=True)
        marked = [replace(message, content=f"{_OPEN}{i}{_CLOSE}") for i, message in enumerate(messages)]
        tokens: list[int] = []
        for i, part in enumerate(self._render(marked).split(_OPEN)):
            marker, _, text = part.partition(_CLOSE) if i else ("", "", part)
            if marker:
                tokens += self._model.tokenize(messages[int(marker)].content.strip(), special=False)
            if text:
                tokens += self._model.tokenize(text, special=True)
        return tokens

    def instructed(self, messages: Sequence[Message], instruction: str) -> list[int]:
        """Return the prompt's tokens with ``instruction`` after the last user message.

        There it steers more strongly than in the system prompt, and the tokens before it are those of the plain
        prompt, so that their KV cells can be shared.
        """
        return self.tokens(instructed(messages, instruction))

    def fitted(self, messages: Sequence[Message], limit: int) -> tuple[list[int], int]:
        """Return the prompt's tokens and how many of the oldest messages were dropped to stay within ``limit``.

        A system message stays, and so does the newest message; raises ``PromptTooLongError`` where those alone
        don't fit, and ``BadRequestError`` where no message is the user's.
        """
        system = [m for m in messages if m.role == "system"]
        turns = [m for m in messages if m.role != "system"]
        if not any(m.role == "user" for m in turns):
            raise BadRequestError(
                "no message of the user's",
                user_message="There is nothing to answer.",
                next_step="Ask something.",
            )
        for dropped in range(len(turns)):
            # Many templates insist that the first turn is the user's.
            if dropped and turns[dropped].role != "user":
                continue
            tokens = self.tokens([*system, *turns[dropped:]])
            if len(tokens) <= limit:
                return tokens, dropped
        raise PromptTooLongError(f"the last message needs more than {limit} tokens")

    def _render(self, messages: Sequence[Message]) -> str:
        try:
            return self._rendered(messages)
        except Exception as error:  # a template is a stranger's code: it may fail in any way
            system = "\n\n".join(m.content for m in messages if m.role == "system")
            turns = [m for m in messages if m.role != "system"]
            if not system or not turns:
                raise _unusable(error) from error
        # Some templates refuse a system message: say it at the head of the first turn instead.
        first = replace(turns[0], content=f"{system}\n\n{turns[0].content}")
        try:
            return self._rendered([first, *turns[1:]])
        except Exception as error:
            raise _unusable(error) from error

    def _rendered(self, messages: Sequence[Message]) -> str:
        plain: list[dict[str, Any]] = [{"role": m.role, "content": m.content} for m in messages]
        text = self._template.render(messages=plain, add_generation_prompt=True, **self._special)
        return text or _raise("it makes an empty prompt")


def instructed(messages: Sequence[Message], instruction: str) -> tuple[Message, ...]:
    """Return ``messages`` with ``instruction`` after the last user message; unchanged without one of them."""
    last = max((i for i, message in enumerate(messages) if message.role == "user"), default=None)
    if last is None or not instruction:
        return tuple(messages)
    changed = list(messages)
    changed[last] = replace(messages[last], content=f"{messages[last].content}\n\n{instruction}")
    return tuple(changed)


def kept(messages: Sequence[Message], dropped: int) -> tuple[Message, ...]:
    """Return ``messages`` without the ``dropped`` oldest that are not the system's: what ``fitted`` rendered."""
    turns = [m for m in messages if m.role != "system"][dropped:]
    return (*(m for m in messages if m.role == "system"), *turns)


def _unusable(error: Exception) -> ModelFileError:
    return ModelFileError(
        repr(error),
        user_message=f"This model's chat template can't be used: {str(error)[:200].rstrip('.')}.",
        next_step="Choose another conversion of the model.",
    )


def _raise(message: str) -> NoReturn:
    raise TemplateError(message)

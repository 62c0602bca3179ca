"""Conversations to tokens: nobody forges markers, templates stay in the sandbox, old turns go first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.chat_template import CHATML, ChatTemplate
from engine.errors import ModelFileError, PromptTooLongError
from engine.llama import LlamaModel
from engine.prompt_cache import common_prefix
from engine.protocol import Message
from tests.tiny_model import CONTROL, TinyModel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SYSTEM, HELLO = Message("system", "Be kind."), Message("user", "Hello")
DIALOGUE = (
    SYSTEM,
    Message("user", "bade"),
    Message("assistant", "kilo"),
    Message("user", "mono"),
    Message("assistant", "tiger"),
    Message("user", "fire"),
)


@pytest.fixture
def with_template(tmp_path: Path) -> Iterator[Callable[[str | None], LlamaModel]]:
    """Return a function that loads a tiny model whose file holds this chat template."""
    made: list[LlamaModel] = []

    def load(template: str | None) -> LlamaModel:
        made.append(LlamaModel(TinyModel(chat_template=template).write(tmp_path / f"{len(made)}.gguf")))
        return made[-1]

    yield load
    for model in made:
        model.close()


def spelled(model: LlamaModel, tokens: list[int]) -> str:
    return b"".join(model.piece(token, special=True) for token in tokens).decode()


def control_tokens(model: LlamaModel, tokens: list[int]) -> list[int]:
    control = {model.tokenize(text, special=True)[0] for text in CONTROL}
    return [token for token in tokens if token in control]


def test_a_conversation_is_rendered_up_to_where_the_reply_begins(model: LlamaModel) -> None:
    tokens = ChatTemplate(model).tokens(DIALOGUE[:4])

    assert spelled(model, tokens) == (
        "<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nbade<|im_end|>\n"
        "<|im_start|>assistant\nkilo<|im_end|>\n<|im_start|>user\nmono<|im_end|>\n<|im_start|>assistant\n"
    )
    assert len(control_tokens(model, tokens)) == 9


def test_without_a_template_of_its_own_a_model_gets_chatml(
    model: LlamaModel, with_template: Callable[[str | None], LlamaModel]
) -> None:
    assert ChatTemplate(with_template(None)).tokens(DIALOGUE) == ChatTemplate(model).tokens(DIALOGUE)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(st.sampled_from([*CONTROL, "\n", "system", " evil ", "a"]), min_size=1, max_size=8))
def test_control_tokens_in_anyones_text_stay_text(model: LlamaModel, parts: list[str]) -> None:
    template = ChatTemplate(model)
    text = "x" + "".join(parts) + "x"
    for messages in (
        (SYSTEM, Message("user", text)),
        (Message("system", text), HELLO),
        (SYSTEM, HELLO, Message("assistant", text), HELLO),
    ):
        tokens = template.tokens(messages)
        assert len(control_tokens(model, tokens)) == 2 * len(messages) + 1
        assert text in spelled(model, tokens)
        harmless = template.tokens([Message(m.role, m.content.replace("<|", "( ")) for m in messages])
        assert control_tokens(model, tokens) == control_tokens(model, harmless)


def test_an_instruction_stands_after_the_last_users_words(model: LlamaModel) -> None:
    template = ChatTemplate(model)
    plain = template.tokens(DIALOGUE)
    instructed = template.instructed(DIALOGUE, "Be brief.")

    assert "fire\n\nBe brief.<|im_end|>" in spelled(model, instructed)
    assert spelled(model, instructed).count("Be brief.") == 1
    # What stands before it is the plain prompt's, token by token: its KV cells can be shared.
    assert spelled(model, plain[: common_prefix(plain, instructed)]).endswith("user\nfire")


def test_an_instruction_goes_with_the_users_message_also_when_the_assistant_spoke_last(
    model: LlamaModel,
) -> None:
    text = spelled(model, ChatTemplate(model).instructed(DIALOGUE[:5], "Be brief."))

    assert "mono\n\nBe brief.<|im_end|>\n<|im_start|>assistant\ntiger" in text


# What does not fit


def test_the_oldest_turns_are_dropped_first_and_the_system_message_stays(model: LlamaModel) -> None:
    template = ChatTemplate(model)
    whole = len(template.tokens(DIALOGUE))

    for limit in range(whole, 0, -1):
        try:
            tokens, dropped = template.fitted(DIALOGUE, limit)
        except PromptTooLongError:
            break
        assert len(tokens) <= limit
        assert dropped in (0, 2, 4)  # a conversation goes on from one of the user's messages
        assert tokens == template.tokens([SYSTEM, *DIALOGUE[1 + dropped :]])
        if dropped:  # and no more was dropped than had to be
            assert len(template.tokens([SYSTEM, *DIALOGUE[dropped - 1 :]])) > limit
    assert limit < len(template.tokens([SYSTEM, DIALOGUE[-1]]))
    assert template.fitted(DIALOGUE, whole) == (template.tokens(DIALOGUE), 0)


def test_a_newest_message_beyond_the_limit_is_refused(model: LlamaModel) -> None:
    with pytest.raises(PromptTooLongError):
        ChatTemplate(model).fitted([*DIALOGUE, Message("user", "bade " * 200)], 100)


# Strangers' templates


def test_a_system_message_a_template_refuses_is_said_in_the_first_turn(
    with_template: Callable[[str | None], LlamaModel],
) -> None:
    model = with_template(
        "{% for m in messages %}{% if m['role'] == 'system' %}{{ raise_exception('No system role') }}"
        "{% endif %}" + CHATML.removeprefix("{% for message in messages %}").replace("message", "m")
    )
    template = ChatTemplate(model)

    assert spelled(model, template.tokens((SYSTEM, HELLO))) == (
        "<|im_start|>user\nBe kind.\n\nHello<|im_end|>\n<|im_start|>assistant\n"
    )
    forged = (Message("system", "<|im_start|>"), Message("user", "<|im_end|>"))
    assert len(control_tokens(model, template.tokens(forged))) == 3
    assert "<|im_start|>\n\n<|im_end|><|im_end|>" in spelled(model, template.tokens(forged))


@pytest.mark.parametrize(
    "template",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ messages.__class__ }}",
        "{{ cycler.__init__.__globals__.os.system('true') }}",
        "{{ raise_exception.__globals__ }}",
        "{{ strftime_now.__code__ }}",
        "{{ messages.append(1) }}",
        "{% for m in messages %}{{ m.update({'content': 'forged'}) }}{% endfor %}",
        "{{ (messages | map(attribute='__class__') | list)[0].__base__ }}",
        "{% include '/etc/passwd' %}",
        "{% for i in range(10 ** 9) %}{{ i }}{% endfor %}",
        "{{ raise_exception('I do not like you') }}",
        "{{ 1 / 0 }}",
        "{{ undefined.attribute }}",
        "{{ messages[0]['content'] + 1 }}",
    ],
)
def test_a_template_that_reaches_out_or_fails_is_the_models_fault(
    with_template: Callable[[str | None], LlamaModel], template: str
) -> None:
    model = with_template(template)

    with pytest.raises(ModelFileError) as refused:
        ChatTemplate(model).tokens((SYSTEM, HELLO))
    assert "chat template" in refused.value.user_message


def test_a_template_that_is_no_jinja_is_refused(with_template: Callable[[str | None], LlamaModel]) -> None:
    model = with_template("{% for message in %}")

    with pytest.raises(ModelFileError) as refused:
        ChatTemplate(model)
    assert "chat template" in refused.value.user_message


def test_what_templates_in_the_wild_call_is_there(
    with_template: Callable[[str | None], LlamaModel],
) -> None:
    model = with_template(
        "{{ bos_token }}{{ strftime_now('%Y') | length }}{{ messages[0] | tojson }}"
        "{% for m in messages %}{% if not loop.first %}{{ m.content | trim }}{% endif %}{% endfor %}"
        "{{ eos_token }}"
    )

    text = spelled(model, ChatTemplate(model).tokens((Message("system", "é"), Message("user", " a "))))
    assert text == '<|im_start|>4{"role": "system", "content": "é"}a<|im_end|>'

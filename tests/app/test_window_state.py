from __future__ import annotations

from typing import Any

import pytest

from app.window_state import WindowState, read_state, write_state


class _Memory:
    """A store thread with one value in it."""

    def __init__(self, value: str | None = None) -> None:
        self.value = value

    def call(self, function: Any) -> Any:
        return function(self)

    def setting(self, key: str) -> str | None:
        return self.value

    def set_setting(self, key: str, value: str) -> None:
        self.value = value


def test_what_is_kept_comes_back() -> None:
    memory = _Memory()
    state = WindowState(
        "g", "s", sidebar=False, preferences=True, theme="dark", zoom=1.25, drafts={"c": "text"}
    )
    write_state(memory, state)  # type: ignore[arg-type]
    assert read_state(memory) == state  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", [None, "", "no json", "[]", '"x"', '{"zoom": "big", "theme": "pink", "drafts": 3, "sidebar": 1}']
)
def test_what_cannot_be_read_becomes_the_default(text: str | None) -> None:
    assert read_state(_Memory(text)) == WindowState()  # type: ignore[arg-type]

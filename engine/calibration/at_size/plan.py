"""Which replies a calibration at size writes. Pure functions of a seed; no model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.calibration.plan import Prompt, Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.principles import Principle

# To a prompt of the calibration's: under both poles of every principle, and so many more.
_PLAIN, _GUIDED = 3, 8
# To a prompt of the model's own making: under both poles of so many principles, and so many more.
_OWN_POLES, _OWN_PLAIN, _OWN_GUIDED = 3, 1, 2


def planned(
    prompts: Sequence[Prompt],
    own: Sequence[str],
    principles: Sequence[Principle],
    replies: int,
    seed: int,
    *,
    guided: bool,
) -> list[Unit]:
    """Return ``replies`` units, or all there are, in an order in which every part is like the whole.

    ``own``: prompts of the model's own making.
    """
    rng = np.random.default_rng(seed)
    together: list[list[Unit]] = []  # both replies of a pair stay beside each other

    def add(prompt: Prompt, poles: Sequence[Principle], plain: int, practice: int) -> None:
        together.extend(_pair(prompt, principle) for principle in poles)
        together.extend([Unit(f"plain-{i}-{prompt.id}", "plain", prompt)] for i in range(plain))
        if guided:
            together.extend([Unit(f"guided-{i}-{prompt.id}", "guided", prompt)] for i in range(practice))

    for prompt in prompts:
        add(prompt, principles, _PLAIN, _GUIDED)
    for i, text in enumerate(own):
        few = rng.choice(len(principles), size=min(_OWN_POLES, len(principles)), replace=False)
        add(Prompt(f"own-{i}", text), [principles[k] for k in few], _OWN_PLAIN, _OWN_GUIDED)
    return [unit for i in rng.permutation(len(together)) for unit in together[i]][:replies]


def _pair(prompt: Prompt, principle: Principle) -> list[Unit]:
    ids = {sign: f"pole-{principle.name}{'+' if sign > 0 else '-'}{prompt.id}" for sign in (1, -1)}
    return [Unit(id_, "pole", prompt, principle.name, sign) for sign, id_ in ids.items()]

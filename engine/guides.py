"""Which reward guides a reply, with which principles. Knows the rewards; it neither decodes nor loads anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.decoder import Guide
from engine.errors import BadRequestError
from engine.guidance import CLIP
from engine.openings import QUIET, Opening
from engine.rewards.head import Head, HeadReward
from engine.rewards.mixed import MixedReward
from engine.rewards.second import ModelReward, SiblingReward
from engine.rewards.teacher import MAX_PRINCIPLES, TeacherReward

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.chat_template import ChatTemplate
    from engine.llama import LlamaContext
    from engine.principles import Principle
    from engine.protocol import Guidance, Message, PrincipleWeight
    from engine.rewards.second import FittedReward
    from engine.second import Second


@dataclass(frozen=True, slots=True, eq=False)
class Readers:
    """Who reads what guides: ``context`` and ``template`` of the model that answers, its ``head`` where it has one.

    ``second`` is the teacher in its place, where there is one.
    """

    context: LlamaContext
    template: ChatTemplate
    head: Head | None = None
    second: Second | None = None

    @property
    def most(self) -> int:
        """How many principles the teacher reads: a reward model needs one sequence for each, all else two."""
        return 2 * MAX_PRINCIPLES if self.second and self.second.use == "reward" else MAX_PRINCIPLES

    def teacher(self, pairs: Sequence[PrincipleWeight], values: Principle | None = None) -> FittedReward:
        """Return the teacher's reward for ``pairs``, with a last row for ``values`` where they are given."""
        if self.second is not None and self.second.use == "reward":
            return ModelReward(self.second, self.template.reply, self.context, pairs, values)
        principles = [*(pw.principle for pw in pairs), *([] if values is None else [values])]
        if self.second is not None:
            return SiblingReward(self.second, self.template.reply, principles)
        return TeacherReward(self.context, self.template, principles)


@dataclass(frozen=True, slots=True, eq=False)
class PlannedGuide:
    """``guide`` is None for an unguided reply. ``used``: principles that guide, with their weights.

    The head's come first, then the teacher's, each strongest first. ``left_out``: active ones there is no room for.
    """

    guide: Guide | None = None
    used: tuple[tuple[str, float], ...] = ()
    left_out: tuple[str, ...] = ()


def plan_guide(
    guidance: Guidance,
    readers: Readers,
    messages: Sequence[Message],
    prompt: Sequence[int],
    max_tokens: int,
) -> PlannedGuide:
    """Plan the guide for a reply of at most ``max_tokens`` to ``messages``, whose tokens are ``prompt``.

    With β = 0, every w = 0 or the reward *none* there is no guide at all: such a reply is the base model's own,
    token for token. Principles that the head does not know are read off the teacher beside it. Raises
    ``BadRequestError`` where the head is asked for and there is none.
    """
    active = sorted(
        (pw for pw in guidance.weights if pw.weight * guidance.strength != 0.0),
        key=lambda pw: -abs(pw.weight),
    )
    if guidance.reward == "none" or not active:
        return PlannedGuide()
    if guidance.reward == "head":
        return _headed(guidance, readers, tuned(readers.head), active, messages, prompt, max_tokens)
    for count in range(min(len(active), readers.most), 0, -1):
        reward = readers.teacher(active[:count], guidance.values)
        if reward.fits(messages, prompt, max_tokens):
            coefficients = np.array([guidance.strength * pw.weight * reward.gain for pw in active[:count]])
            silent = np.array([not pw.principle.ends for pw in active[:count]])
            guide = Guide(reward, coefficients, guidance.values is not None, silent=silent)
            return PlannedGuide(guide, _named(active[:count]), _names(active[count:]))
    return PlannedGuide(left_out=_names(active))


def tuned(head: Head | None) -> Head:
    """Return the head. Raises ``BadRequestError`` where the model has none."""
    if head is None:
        raise BadRequestError(
            "no head",
            user_message="Attune has not been tuned to this model yet, so the reward “head” can't be used.",
            next_step="Use --reward teacher, or tune Attune to this model first: attune calibrate.",
        )
    return head


def _headed(
    guidance: Guidance,
    readers: Readers,
    head: Head,
    active: Sequence[PrincipleWeight],
    messages: Sequence[Message],
    prompt: Sequence[int],
    max_tokens: int,
) -> PlannedGuide:
    if guidance.values is not None and not head.knows(guidance.values):
        # Without its row the values cap could not hold, so the head must not guide at all.
        raise BadRequestError(
            f"the head does not know {guidance.values.name}",
            user_message="The tuning of this model was made by another version of Attune.",
            next_step="Use --reward teacher, or tune Attune to this model again: attune calibrate.",
        )
    known = [pw for pw in active if head.knows(pw.principle)]
    weights = np.array([guidance.strength * pw.weight for pw in known])
    headed = HeadReward(head, readers.context, [pw.principle for pw in known], weights, guidance.values)
    new = [pw for pw in active if not head.knows(pw.principle)]
    has_values = guidance.values is not None
    strongest = min(1.0, max(abs(guidance.strength * pw.weight) for pw in active))
    opening = Opening(strongest, head.emphasis) if head.emphasis != 1.0 else None
    for count in range(min(len(new), readers.most), 0, -1):
        teacher = readers.teacher(new[:count])
        if teacher.fits(messages, prompt, max_tokens):
            gain = teacher.gain * (QUIET if opening else 1.0)
            taught = np.array([guidance.strength * pw.weight * gain for pw in new[:count]])
            reward = MixedReward(headed, teacher, taught)
            # The head's folded rows are sums of many principles, so they are not clipped as one is.
            folded = len(headed.silent)
            clip = np.array([np.inf] * folded + [CLIP] * count)[:, None]
            coefficients = np.concatenate((np.ones(folded), taught))
            guide = Guide(reward, coefficients, has_values, clip, reward.shares, opening, reward.silent)
            return PlannedGuide(guide, _named([*known, *new[:count]]), _names(new[count:]))
    ones = np.ones(len(headed.silent))
    guide = Guide(headed, ones, has_values, np.inf, headed.shares, opening, headed.silent)
    return PlannedGuide(guide, _named(known), _names(new))


def _names(weights: Sequence[PrincipleWeight]) -> tuple[str, ...]:
    return tuple(pw.principle.name for pw in weights)


def _named(weights: Sequence[PrincipleWeight]) -> tuple[tuple[str, float], ...]:
    return tuple((pw.principle.name, pw.weight) for pw in weights)

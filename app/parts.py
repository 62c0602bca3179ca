"""A reply that was stopped and continued: what its parts were, and one trace for the whole. Pure functions."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from memory.records import ReplyTrace

_UNFINISHED = "\ufffd"


def goes_on_from(content: str) -> str:
    """Return what a reply says so far, without the mark of a character that was cut apart when it stopped."""
    return content.rstrip(_UNFINISHED)


def continued(before: ReplyTrace | None, characters: int, last: ReplyTrace) -> ReplyTrace:
    """Return the trace of a reply that had ``characters`` and the trace ``before`` when its ``last`` part began.

    Tokens are counted over all parts, and what was measured per token is averaged over them; the rest is the last
    part's. ``before`` is ``None`` where a crash left none.
    """
    if before is None:
        return replace(last, earlier=({"characters": characters},)) if characters else last
    part = {name: value for name, value in asdict(before).items() if name not in ("message_id", "earlier")}
    tokens = before.tokens + last.tokens
    share = before.tokens / tokens if tokens else 0.0
    seconds = sum(
        trace.tokens / trace.tokens_per_second for trace in (before, last) if trace.tokens_per_second > 0
    )
    return replace(
        last,
        tokens=tokens,
        prompt_tokens=before.prompt_tokens,
        time_to_first_token=before.time_to_first_token,
        tokens_per_second=tokens / seconds if seconds else 0.0,
        changed_share=share * before.changed_share + (1 - share) * last.changed_share,
        mean_base_logprob=share * before.mean_base_logprob + (1 - share) * last.mean_base_logprob,
        earlier=(*before.earlier, {"characters": characters, **part}),
    )

"""``attune eval pairs``: how soon thumbs and pairs foresee what people prefer, on preference pairs from a file.

It reads, shows and counts nothing twice; ``app.preference_pairs`` scores and ``memory.learning_curve`` learns.
"""

from __future__ import annotations

import json
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import threadpool_limits

from app.cli.arguments import settings_of
from app.composition import make_engine
from app.preference_pairs import ScoredTexts, read_pairs, score_all
from app.user_messages import UsageError
from engine.principles import load_principles
from memory.learning_curve import (
    FEWEST_TESTED,
    KINDS,
    SIZES,
    KnownPair,
    KnownReply,
    learning_curve,
)
from resources import PRINCIPLES

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Mapping, Sequence

    from app.preference_pairs import PreferencePair
    from engine.protocol import Scored
    from memory.learning import Array

FEWEST_RESAMPLES = 50
_CENTRAL_95 = 1.959963984540054


def run(options: Namespace) -> int:
    """Measure and show; return the exit code."""
    if options.resamples < FEWEST_RESAMPLES:
        raise UsageError(
            f"--resamples must be at least {FEWEST_RESAMPLES}.",
            "Fewer histories say little about the next one.",
        )
    pairs = read_pairs(options.file)
    users = _with_enough(_by_user(pairs))
    pairs = tuple(pair for own in users.values() for pair in own)
    settings = settings_of(options)
    principles = tuple(p for p in load_principles(PRINCIPLES) if not p.fixed)
    with closing(make_engine(settings)) as engine:
        texts = ScoredTexts(engine, principles, settings.system, options.cache)
        scored = score_all(pairs, texts, _progress("Scoring replies"))
        vectors = texts.vectors(dict.fromkeys(pair.prompt for pair in pairs))
    names = [principle.name for principle in principles]
    known = {
        user: [
            KnownPair(
                p.prompt,
                vectors[p.prompt],
                _reply(names, p.chosen, scored[p.prompt, p.chosen]),
                _reply(names, p.rejected, scored[p.prompt, p.rejected]),
            )
            for p in own
        ]
        for user, own in users.items()
    }
    # As in the product: the matrices are small, and a second thread costs more than it brings.
    with threadpool_limits(limits=1):
        report = measure(known, names, options.resamples, options.seed, _progress("Learning"))
    report["settings"] = {
        "reward_version": texts.version,
        "resamples": options.resamples,
        "seed": options.seed,
        "pairs": len(pairs),
    }
    print(json.dumps(report, ensure_ascii=False) if options.json else table(report))
    return 0


def measure(
    users: Mapping[str, Sequence[KnownPair]],
    names: Sequence[str],
    resamples: int,
    seed: int,
    on_progress: Callable[[float], None],
) -> dict[str, Any]:
    """Return accuracies after each number of clicks: of all users, of each, and of the baseline.

    ``overall`` is the mean over users; ``None`` stands where no user has pairs enough. ``intervals`` holds the same
    with (low, high): the 95 % interval of the mean over histories, each drawn from the same file.
    """
    learned: dict[str, dict[str, dict[int, Array]]] = {}
    counted: dict[str, dict[str, dict[int, Array]]] = {}
    done = 0
    for user, pairs in users.items():
        for kind in KINDS:
            curve = learning_curve(pairs, names, kind, resamples=resamples, seed=seed)
            learned.setdefault(user, {})[kind] = curve.learned
            counted.setdefault(user, {})[kind] = curve.counted
            done += 1
            on_progress(done / (len(users) * len(KINDS)))
    return {
        "users": {user: _figures(curves, _mean) for user, curves in learned.items()},
        "baseline": {
            "overall": _figures(_averaged(counted), _mean),
            "users": {user: _figures(curves, _mean) for user, curves in counted.items()},
        },
        "intervals": {
            "overall": _figures(_averaged(learned), _interval),
            "users": {user: _figures(curves, _interval) for user, curves in learned.items()},
            "baseline": _figures(_averaged(counted), _interval),
        },
        "overall": _figures(_averaged(learned), _mean),
    }


def table(report: Mapping[str, Any]) -> str:
    """Return the figures as a Markdown table: a line for each user and kind of click."""
    head = "| | " + " | ".join(f"{kind} {size}" for kind in KINDS for size in SIZES) + " |"
    lines = [head, "|---" * (1 + len(KINDS) * len(SIZES)) + "|"]
    for user, figures in report["users"].items():
        lines.append(_line(user, figures, report["intervals"]["users"][user]))
    lines.append(_line("**all**", report["overall"], report["intervals"]["overall"]))
    baseline = report["baseline"]["overall"]
    lines.append(_line("what can be counted in the text", baseline, report["intervals"]["baseline"]))
    if any(
        value is None for figures in report["users"].values() for k in KINDS for value in figures[k].values()
    ):
        lines.append("\n– : too few pairs for so many clicks on other questions.")
    return "\n".join(lines)


def _line(title: str, figures: Mapping[str, Any], intervals: Mapping[str, Any]) -> str:
    cells = [title.replace("|", "\\|")]
    for kind in KINDS:
        for size in SIZES:
            value, interval = figures[kind][str(size)], intervals[kind][str(size)]
            wide = "–" if value is None else f"{value:.3f} ± {(interval[1] - interval[0]) / 2:.3f}"
            cells.append(wide)
    return f"| {' | '.join(cells)} |"


def _figures(curves: Mapping[str, Mapping[int, Array]], of: Callable[[Array], Any]) -> dict[str, Any]:
    return {
        kind: {str(size): of(curves[kind][size]) if size in curves[kind] else None for size in SIZES}
        for kind in KINDS
    }


def _averaged(users: Mapping[str, Mapping[str, Mapping[int, Array]]]) -> dict[str, dict[int, Array]]:
    found: dict[str, dict[int, Array]] = {}
    for kind in KINDS:
        found[kind] = {}
        for size in SIZES:
            having = [curves[kind][size] for curves in users.values() if size in curves[kind]]
            if having:
                found[kind][size] = np.mean(having, axis=0)
    return found


def _mean(accuracies: Array) -> float:
    return round(float(accuracies.mean()), 4)


def _interval(accuracies: Array) -> tuple[float, float]:
    middle = float(accuracies.mean())
    reach = _CENTRAL_95 * float(accuracies.std(ddof=1)) / len(accuracies) ** 0.5
    return round(middle - reach, 4), round(middle + reach, 4)


def _by_user(pairs: Sequence[PreferencePair]) -> dict[str, list[PreferencePair]]:
    users: dict[str, list[PreferencePair]] = {}
    for pair in pairs:
        users.setdefault(pair.user, []).append(pair)
    return users


def _with_enough(users: Mapping[str, list[PreferencePair]]) -> dict[str, list[PreferencePair]]:
    """Return the users with prompts enough to learn from some and test on others; say who is left out."""
    least = FEWEST_TESTED + SIZES[0] + 1
    enough = {}
    for user, pairs in users.items():
        prompts = len({pair.prompt for pair in pairs})
        if prompts >= least:
            enough[user] = pairs
        else:
            print(f"“{user}” is left out: pairs on {prompts} different prompts only.", file=sys.stderr)
    if not enough:
        raise UsageError(
            "No user has pairs on enough different prompts.",
            f"Give each at least {least}; 70 allow every measurement.",
        )
    return enough


def _reply(names: Sequence[str], text: str, scored: Scored) -> KnownReply:
    found = dict(scored.features)
    principles = np.array([found.get(name, np.nan) for name in names])
    return KnownReply(text, principles, scored.tokens, scored.mean_base_logprob)


def _progress(stage: str) -> Callable[[float], None]:
    """Say on standard error how far a stage is: in place on a terminal, else a line for every tenth."""
    said = -1

    def show(share: float) -> None:
        nonlocal said
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[K{stage}: {share:.0%}" + ("\n" if share >= 1 else ""))
        elif int(10 * share) > said:
            said = int(10 * share)
            sys.stderr.write(f"{stage}: {share:.0%}\n")
        sys.stderr.flush()

    return show

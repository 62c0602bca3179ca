"""``attune bench ui``: measure the window on this computer and show it beside what it should reach."""

from __future__ import annotations

import json
import os
import platform
import sys
from datetime import UTC, date, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

import psutil

from app.cli.section import check_section, write_section
from engine.machine import processor

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from app.benchmark.window import Wait


def run(options: Namespace) -> int:
    """Measure and show; return the exit code."""
    if options.write is not None:
        check_section(options.write, "bench ui")
    # Before Qt is imported: the window is measured without a screen, in front of which nobody would sit still.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    # Which has no window manager to ask, and says so again and again.
    os.environ["QT_LOGGING_RULES"] = "qt.qpa.*=false;default.warning=false"
    from app.benchmark.window import measure

    waits = measure(runs=options.runs, on_progress=_progress)
    sys.stderr.write("\r\033[K" if sys.stderr.isatty() else "")
    if options.write is not None:
        write_section(options.write, "bench ui", markdown(waits, datetime.now(UTC).date()))
    print(json.dumps(as_json(waits), ensure_ascii=False) if options.json else table(waits))
    return 0


def as_json(waits: Sequence[Wait]) -> dict[str, object]:
    """Return ``{"machine": {…}, "figures": {name: {median, p99, target, unit, samples}}}``."""
    figures = {
        wait.name: {
            "median": wait.median,
            "p99": wait.p99,
            "target": wait.target,
            "unit": wait.unit,
            "samples": len(wait.samples),
        }
        for wait in waits
    }
    return {"machine": dict(_machine()), "figures": figures}


def table(waits: Sequence[Wait]) -> str:
    """Return the figures for a terminal."""
    width = max(len(wait.name) for wait in waits)
    facts = [f"{name:<10}{fact}" for name, fact in _machine()]
    head = f"{'':<{width}}  {'median':>8} {'p99':>8} {'target':>8}"
    rows = [
        f"{wait.name:<{width}}  {_number(wait, wait.median):>8} {_number(wait, wait.p99):>8}"
        f" {_target(wait):>8} {wait.unit}"
        for wait in waits
    ]
    return "\n".join([*facts, "", head, *rows])


def markdown(waits: Sequence[Wait], today: date) -> str:
    """Return the figures as a section of the documentation."""
    facts = "; ".join(f"{name.lower()} {fact}" for name, fact in _machine())
    rows = [
        f"| {wait.name} | {_number(wait, wait.median)} {wait.unit} | {_number(wait, wait.p99)} {wait.unit} |"
        f" {_target(wait)}{f' {wait.unit}' if wait.target else ''} | {len(wait.samples)} |"
        for wait in waits
    ]
    head = ["| What | Median | 99 % within | Target | Samples |", "|---|---|---|---|---|"]
    return "\n".join([f"Measured on {today.isoformat()}: {facts}.", "", *head, *rows, ""])


def _machine() -> tuple[tuple[str, str], ...]:
    return (
        ("Processor", processor()),
        ("Cores", str(psutil.cpu_count())),
        ("Memory", f"{psutil.virtual_memory().total / 2**30:.1f} GiB"),
        ("System", f"{platform.system()} {platform.release()}"),
        ("Attune", version("attune")),
        ("Qt", version("PySide6-Essentials")),
        ("Python", platform.python_version()),
    )


def _number(wait: Wait, value: float) -> str:
    return f"{value:.2f}" if wait.unit == "s" else f"{value:.1f}"


def _target(wait: Wait) -> str:
    return "–" if wait.target is None else f"{wait.target:g}"


def _progress(stage: str) -> None:
    sys.stderr.write(f"\r\033[K{stage}…" if sys.stderr.isatty() else f"{stage}…\n")
    sys.stderr.flush()

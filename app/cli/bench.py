"""``attune bench``: measure the engine on this computer and show it as a table, as JSON or in the documentation."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from app.cli.arguments import settings_of
from app.cli.section import check_section, write_section
from app.composition import make_engine
from app.user_messages import UsageError
from engine.principles import load_principles
from resources import PRINCIPLES

if TYPE_CHECKING:
    from argparse import Namespace

    from engine.benchmark import Figure, Report


def run(options: Namespace) -> int:
    """Measure and show; return the exit code."""
    if options.runs < 1:
        raise UsageError("--runs must be at least 1.", "Five or more make a good median.")
    if options.what == "ui":
        from app.cli import bench_ui

        return bench_ui.run(options)
    if options.write is not None:
        check_section(options.write, "bench")  # refused now rather than after minutes
    load = make_engine(settings_of(options)).pending_load()
    assert load is not None
    # Imported here alone: this process measures, so it runs llama.cpp itself; no other part of the app does.
    from engine.benchmark import measure

    report = measure(
        load, load_principles(PRINCIPLES), runs=options.runs, paper=options.paper, on_progress=_progress
    )
    sys.stderr.write("\r\033[K" if sys.stderr.isatty() else "")
    if options.write is not None:
        write_section(options.write, "bench", markdown(report, datetime.now(UTC).date()))
    print(json.dumps(as_json(report), ensure_ascii=False) if options.json else table(report))
    return 0


def as_json(report: Report) -> dict[str, object]:
    """Return the report as ``{"machine": {…}, "figures": {name: {median, low, high, unit, runs}}}``."""
    figures = {figure.name: asdict(figure) for figure in report.figures}
    for figure in figures.values():
        del figure["name"]
    return {"machine": dict(report.machine), "figures": figures}


def table(report: Report) -> str:
    """Return the report for a terminal."""
    facts = [f"{name:<18}{fact}" for name, fact in report.machine]
    width = max(len(figure.name) for figure in report.figures)
    rows = [
        f"{figure.name:<{width}}  {_number(figure, figure.median):>8} {figure.unit:<9}{_range(figure)}".rstrip()
        for figure in report.figures
    ]
    return "\n".join([*facts, "", *rows])


def markdown(report: Report, today: date) -> str:
    """Return the report as a section of the documentation."""
    facts = "; ".join(f"{name.lower()} {fact}" for name, fact in report.machine)
    rows = [
        f"| {figure.name} | {_number(figure, figure.median)} {figure.unit} | {_range(figure)} |".replace(
            "  ", " "
        )
        for figure in report.figures
    ]
    head = ["| What | Median | Lowest to highest |", "|---|---|---|"]
    return "\n".join([f"Measured on {today.isoformat()}: {facts}.", "", *head, *rows, ""])


def _number(figure: Figure, value: float) -> str:
    digits = {"tokens/s": 1, "MiB": 0}.get(figure.unit, 3)
    return f"{value:.{digits}f}"


def _range(figure: Figure) -> str:
    return f"{_number(figure, figure.low)} to {_number(figure, figure.high)}" if figure.runs > 1 else ""


def _progress(stage: str) -> None:
    sys.stderr.write(f"\r\033[K{stage}" if sys.stderr.isatty() else f"{stage}\n")
    sys.stderr.flush()

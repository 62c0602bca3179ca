"""Files that ship with Attune. This package only says where they are; it reads nothing."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent
MODELS = ROOT / "models.toml"
PRINCIPLES = ROOT / "principles.toml"
FIRST_RUN = ROOT / "first_run.toml"
STATEMENTS = ROOT / "statements.toml"
ICONS = ROOT / "icons"
ARROWS = ROOT / "arrows"
HEADS = ROOT / "heads"
PROMPTS = ROOT / "prompts"

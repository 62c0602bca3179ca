"""The embedded files: found without running a stranger's code, and verified."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from engine import starter
from engine.errors import HashMismatchError, StarterMissingError

if TYPE_CHECKING:
    from pathlib import Path


def test_the_embedded_files_are_the_ones_attune_was_built_with() -> None:
    starter.verify(starter.embedded_model(), starter.MODEL_SHA256)
    starter.verify(starter.embedded_embedder() / "model.safetensors", starter.EMBEDDER_SHA256)


def test_they_are_found_without_importing_their_packages() -> None:
    code = (
        "import sys\nfrom engine import starter\nstarter.embedded_model(); starter.embedded_embedder()\n"
        "print([m for m in sys.modules if m.startswith(('llm', 'gt_'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_a_changed_file_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"as it was built")
    expected = hashlib.sha256(b"as it was built").hexdigest()
    starter.verify(path, expected)
    path.write_bytes(b"as it was bui1t")

    with pytest.raises(HashMismatchError, match=r"model\.gguf"):
        starter.verify(path, expected)


@pytest.mark.parametrize("package", ["no_such_package_at_all", "engine"])
def test_a_missing_package_or_file_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    monkeypatch.setattr(starter, "_MODEL_PACKAGE", package)

    with pytest.raises(StarterMissingError) as missing:
        starter.embedded_model()
    assert "pip install" in missing.value.next_step

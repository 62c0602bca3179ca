"""What holds for the repository as a whole: licence, pinned versions, light imports, the system check."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from app import system_libraries
from engine.principles import load_principles
from resources import PRINCIPLES

ROOT = Path(__file__).resolve().parent.parent
CHECK_SYSTEM = ROOT / "packaging" / "check_system.py"

# Neither belongs in a process that only imports a package's front door.
HEAVY = {"PySide6", "alembic", "llama_cpp", "numpy", "scipy", "sqlalchemy", "torch", "transformers"}
# None of these may ever reach the window process.
NATIVE_INFERENCE = {"llama_cpp", "sentence_transformers", "torch", "transformers"}


def loaded_by(code: str) -> set[str]:
    """Top-level modules that a fresh interpreter holds after running ``code``."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sys\n{code}\nprint(*sorted({{m.partition('.')[0] for m in sys.modules}}))",
        ],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def constraints() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*", line) for line in lines)
    return {canonicalize_name(name): version for name, version in (line.split("==") for line in lines)}


def test_at_least_twelve_free_principles_and_exactly_one_fixed() -> None:
    principles = load_principles(PRINCIPLES)

    assert sum(not principle.fixed for principle in principles) >= 12
    assert [principle.name for principle in principles if principle.fixed] == ["harmless_honest"]


def test_the_packaging_folder_does_not_shadow_the_library() -> None:
    spec = importlib.util.find_spec("packaging")

    assert not (ROOT / "packaging" / "__init__.py").exists()
    assert spec is not None
    assert spec.origin is not None
    assert ROOT / "packaging" not in Path(spec.origin).parents


def test_the_licence_is_apache_2() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert project["license"] == "Apache-2.0"
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text


def test_constraints_pin_every_direct_requirement_within_its_range() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    requirements = [
        Requirement(line) for line in [*project["dependencies"], *extras["starter"], *extras["dev"]]
    ]
    pinned = constraints()

    assert [
        str(requirement)
        for requirement in requirements
        if not requirement.specifier.contains(Version(pinned.get(canonicalize_name(requirement.name), "0")))
    ] == []


@pytest.mark.parametrize("package", ["app", "engine", "memory", "resources"])
def test_importing_a_package_loads_nothing_heavy(package: str) -> None:
    assert loaded_by(f"import {package}") & HEAVY == set()


def test_no_module_of_the_window_process_loads_native_inference() -> None:
    everything = (
        "import app, importlib, pkgutil\n"
        "for module in pkgutil.walk_packages(app.__path__, 'app.'):\n"
        "    importlib.import_module(module.name)"
    )

    loaded = loaded_by(everything)

    assert "PySide6" in loaded
    assert loaded & NATIVE_INFERENCE == set()


def test_local_links_of_the_documents_lead_somewhere() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    links = [
        (document, target)
        for document in documents
        for target in re.findall(r"(?:\]\(|src(?:set)?=\")([^)\"#\s]+)", document.read_text(encoding="utf-8"))
        if "://" not in target
    ]

    assert len(links) >= 10
    assert [f"{doc.name}: {target}" for doc, target in links if not (doc.parent / target).exists()] == []


def test_the_system_check_is_silent_where_nothing_is_missing() -> None:
    done = subprocess.run(
        [sys.executable, CHECK_SYSTEM, "--build"],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_missing_compiler_gives_one_sentence_with_the_install_line(tmp_path: Path) -> None:
    apt = tmp_path / "apt-get"
    apt.write_text("#!/bin/sh\n")
    apt.chmod(0o755)

    def check(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, CHECK_SYSTEM, *arguments],
            env={"PATH": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"},
            capture_output=True,
            text=True,
            check=False,
        )

    assert check().returncode == 0
    assert check("--build", "--packages").stdout == "build-essential\n"
    assert check("--build").returncode == 1
    assert check("--build").stderr == (
        "Attune needs a C++ compiler; install with: sudo apt-get install -y build-essential\n"
    )


def test_missing_libraries_are_named_in_one_line() -> None:
    missing = {"libxcb-cursor.so.0": "libxcb-cursor0", "libEGL.so.1": "libegl1"}

    assert system_libraries.sentence(missing, has_apt=True) == (
        "Attune needs libEGL.so.1, libxcb-cursor.so.0; install with: sudo apt-get install -y libegl1 libxcb-cursor0"
    )
    assert "apt-get" not in system_libraries.sentence(missing, has_apt=False)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"QT_QPA_PLATFORM": "offscreen"}, {"libEGL.so.1"}),
        ({"QT_QPA_PLATFORM": "offscreen", "WAYLAND_DISPLAY": "wayland-0"}, {"libEGL.so.1"}),
        ({}, {"libEGL.so.1", "libxcb-cursor.so.0"}),
        ({"WAYLAND_DISPLAY": "wayland-0"}, {"libEGL.so.1", "libwayland-cursor.so.0"}),
    ],
)
def test_only_the_libraries_of_the_platform_in_use_are_asked_for(
    environment: dict[str, str], expected: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system_libraries, "_loads", lambda soname: False)
    watched = {"libEGL.so.1", "libxcb-cursor.so.0", "libwayland-cursor.so.0"}

    assert set(system_libraries.missing_libraries(environment)) & watched == expected

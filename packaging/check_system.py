"""Say in one sentence what this computer lacks before Attune is installed or its window opens.

Runs before anything is installed: it uses the standard library and one module of Attune's that does the same.
"""

import importlib.util
import os
import shutil
import sys
from pathlib import Path

MINIMUM_PYTHON = (3, 11)

if sys.version_info < MINIMUM_PYTHON:
    sys.exit(
        f"Attune needs Python {'.'.join(map(str, MINIMUM_PYTHON))} or newer and this is "
        f"{sys.version.split()[0]}; name a newer one: make run PYTHON=python3.12"
    )

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from app.system_libraries import missing_libraries, sentence  # noqa: E402  found through the line above


def missing_build_tools():
    """Return what creating the environment and compiling llama.cpp needs and is not there, name → package."""
    missing = {}
    if importlib.util.find_spec("ensurepip") is None:
        missing["Python's venv module"] = "python3-venv"
    if not any(map(shutil.which, (os.environ.get("CXX", "c++"), "g++", "clang++"))):
        missing["a C++ compiler"] = "build-essential"
    return missing


def main(arguments):
    """Exit with a sentence where something is missing; with ``--packages`` print the packages' names instead.

    ``--build`` looks for what the installation needs as well as for what the window needs.
    """
    missing = missing_libraries(os.environ)
    if "--build" in arguments:
        missing.update(missing_build_tools())
    if "--packages" in arguments:
        sys.stdout.write("".join(f"{package}\n" for package in sorted(set(missing.values()))))
    elif missing:
        sys.exit(sentence(missing, has_apt=shutil.which("apt-get") is not None))


if __name__ == "__main__":
    main(sys.argv[1:])

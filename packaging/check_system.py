"""Say in one sentence which system packages are missing before Attune is installed or its window opens.

Uses the standard library alone, because it runs before anything is installed. Knows sonames and Debian
package names; where there is no apt-get it names the libraries instead.
"""

import ctypes
import importlib.util
import os
import shutil
import sys

MINIMUM_PYTHON = (3, 11)

# What Qt's libraries link to, whichever platform plugin draws.
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}

# What the X11 platform plugin links to on top of that.
X11_LIBRARIES = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}

# The same for the Wayland plugin.
WAYLAND_LIBRARIES = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
}


def missing_libraries(environment):
    """Return the libraries Qt can't do without that do not load, soname → Debian package.

    ``environment``: the process's variables; they decide which platform plugin draws.
    """
    if not sys.platform.startswith("linux"):
        return {}
    default = "wayland" if environment.get("WAYLAND_DISPLAY") else "xcb"
    plugin = environment.get("QT_QPA_PLATFORM") or default
    wanted = dict(QT_LIBRARIES)
    if plugin == "xcb":
        wanted.update(X11_LIBRARIES)
    elif plugin == "wayland":
        wanted.update(WAYLAND_LIBRARIES)
    return {soname: package for soname, package in wanted.items() if not _loads(soname)}


def missing_build_tools():
    """Return what creating the environment and compiling llama.cpp needs and is not there, name → package."""
    missing = {}
    if importlib.util.find_spec("ensurepip") is None:
        missing["Python's venv module"] = "python3-venv"
    if not any(map(shutil.which, (os.environ.get("CXX", "c++"), "g++", "clang++"))):
        missing["a C++ compiler"] = "build-essential"
    return missing


def sentence(missing, has_apt):
    """Return one sentence that names what is missing and the line that installs it."""
    names = ", ".join(sorted(missing))
    if has_apt:
        packages = " ".join(sorted(set(missing.values())))
        return f"Attune needs {names}; install with: sudo apt-get install -y {packages}"
    return f"Attune needs {names}; install what your system calls them and try again."


def _loads(soname):
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def main(arguments):
    """Exit with a sentence where something is missing; with ``--packages`` print the packages' names instead.

    ``--build`` looks for what the installation needs as well as for what the window needs.
    """
    if sys.version_info < MINIMUM_PYTHON:
        sys.exit(
            f"Attune needs Python {'.'.join(map(str, MINIMUM_PYTHON))} or newer and this is "
            f"{sys.version.split()[0]}; name a newer one: make run PYTHON=python3.12"
        )
    missing = missing_libraries(os.environ)
    if "--build" in arguments:
        missing.update(missing_build_tools())
    if "--packages" in arguments:
        sys.stdout.write("".join(f"{package}\n" for package in sorted(set(missing.values()))))
    elif missing:
        sys.exit(sentence(missing, has_apt=shutil.which("apt-get") is not None))


if __name__ == "__main__":
    main(sys.argv[1:])

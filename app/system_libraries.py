"""Which system libraries and which display the window needs, found out before Qt aborts for want of them.

Uses the standard library alone, because it also runs before anything is installed. Knows sonames and Debian
package names; where there is no apt-get it names the libraries instead.
"""

from __future__ import annotations

import ctypes
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

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


def missing_libraries(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the libraries Qt can't do without that do not load, soname → Debian package.

    ``environment``: the process's variables; they decide which platform plugin draws.
    """
    if not sys.platform.startswith("linux"):
        return {}
    plugin = _plugin(environment)
    wanted = dict(QT_LIBRARIES)
    if plugin == "xcb":
        wanted.update(X11_LIBRARIES)
    elif plugin == "wayland":
        wanted.update(WAYLAND_LIBRARIES)
    return {soname: package for soname, package in wanted.items() if not _loads(soname)}


def sentence(missing: Mapping[str, str], has_apt: bool) -> str:
    """Return one sentence that names what is missing and the line that installs it."""
    names = ", ".join(sorted(missing))
    if has_apt:
        packages = " ".join(sorted(set(missing.values())))
        return f"Attune needs {names}; install with: sudo apt-get install -y {packages}"
    return f"Attune needs {names}; install what your system calls them and try again."


def missing_display(environment: Mapping[str, str]) -> str:
    """Return a sentence where there is no display to open a window on, else an empty string."""
    if not sys.platform.startswith("linux") or _plugin(environment) not in {"xcb", "wayland"}:
        return ""
    wayland = environment.get("WAYLAND_DISPLAY")
    if _plugin(environment) == "wayland":
        # An absolute name replaces the directory.
        socket = Path(environment.get("XDG_RUNTIME_DIR", "/")) / (wayland or "wayland-0")
        return "" if socket.exists() else f"The Wayland display {socket} is not there."
    display = environment.get("DISPLAY")
    if not display:
        return "There is no display to open a window on."
    return "" if _x11_answers(display) else f"The display {display} can't be opened."


def missing_for_window(environment: Mapping[str, str]) -> str:
    """Return what keeps the window from opening on this computer, in one sentence, or an empty string."""
    if missing := missing_libraries(environment):
        return sentence(missing, has_apt=shutil.which("apt-get") is not None)
    if no_display := missing_display(environment):
        return f"{no_display} To talk here in the terminal: attune chat"
    return ""


def _plugin(environment: Mapping[str, str]) -> str:
    default = "wayland" if environment.get("WAYLAND_DISPLAY") else "xcb"
    return environment.get("QT_QPA_PLATFORM") or default


def _x11_answers(display: str) -> bool:
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(display.encode(), None))
    try:
        return bool(xcb.xcb_connection_has_error(connection) == 0)
    finally:
        xcb.xcb_disconnect(connection)


def _loads(soname: str) -> bool:
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True

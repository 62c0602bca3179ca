"""The Qt binding in use keeps count of what it is lent."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, Signal


class _Source(QObject):
    happened = Signal(object)


def test_emitting_a_signal_costs_no_reference() -> None:
    source = _Source()
    source.happened.connect(lambda value: None)
    before = sys.getrefcount(True), sys.getrefcount(False), sys.getrefcount(None)
    for _ in range(100):
        source.happened.emit(1)
    after = sys.getrefcount(True), sys.getrefcount(False), sys.getrefcount(None)
    assert all(abs(new - old) < 50 for old, new in zip(before, after, strict=True))

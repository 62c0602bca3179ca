"""Turns of a foreign export as Attune's tree: hidden nodes left out, turns in parts put together, parents first.

Knows no file format; ``chatgpt`` and ``open_webui`` say what their nodes hold.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from memory.records import NewMessage

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from memory.records import Role


@dataclass(frozen=True, slots=True)
class Node:
    """One node of a foreign tree. ``role`` is ``None`` for what is not shown: its children move up."""

    id: str
    parent: str | None
    role: Role | None
    text: str
    time: datetime


def made_id(source: str, *parts: str) -> str:
    """Return the same identifier whenever the same thing of the same source comes again."""
    return hashlib.sha256("\0".join((source, *parts)).encode()).hexdigest()[:32]


def messages_of(
    source: str, conversation: str, nodes: Iterable[Node], current: str | None
) -> tuple[NewMessage, ...]:
    """Return the tree's messages, parents before children, the branch that ends at ``current`` last.

    Neighbouring turns of the same speaker become one: a foreign answer may come in several parts. Nodes on a ring of
    parents are left out.
    """
    known = {node.id: node for node in nodes}
    kept: dict[str, Node] = {}
    absorbed: set[str] = set()
    for node in _parents_first(known):
        if node.role is None or not node.text.strip():
            continue
        parent = _kept_above(node, known, kept)
        if parent and parent.role == node.role:
            absorbed.add(parent.id)
            text = f"{parent.text.rstrip()}\n\n{node.text.lstrip()}"
            kept[node.id] = replace(node, text=text, parent=parent.parent)
        else:
            kept[node.id] = replace(node, parent=parent.id if parent else None)
    # A part that something else answers to stays; one that only went on is in its continuation.
    needed = {node.parent for node in kept.values()}
    shown = {name: node for name, node in kept.items() if name not in absorbed or name in needed}
    last = _path(shown, known, current)
    order = [name for name in shown if name not in last] + [name for name in shown if name in last]
    return tuple(
        NewMessage(
            made_id(source, conversation, name),
            None if shown[name].parent is None else made_id(source, conversation, shown[name].parent or ""),
            shown[name].role or "user",
            shown[name].text.strip(),
            shown[name].time,
        )
        for name in _in_order(order, shown)
    )


def _parents_first(known: dict[str, Node]) -> list[Node]:
    children: dict[str | None, list[Node]] = {}
    for node in known.values():
        children.setdefault(node.parent if node.parent in known else None, []).append(node)
    found: list[Node] = []
    waiting = list(reversed(children.get(None, [])))
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting.extend(reversed(children.get(node.id, [])))
    return found


def _kept_above(node: Node, known: dict[str, Node], kept: dict[str, Node]) -> Node | None:
    at = node.parent
    while at is not None and at not in kept:
        at = known[at].parent if at in known else None
    return kept[at] if at is not None else None


def _path(shown: dict[str, Node], known: dict[str, Node], current: str | None) -> set[str]:
    at, path, seen = current, set[str](), set[str]()
    while at is not None and at not in shown and at in known and at not in seen:
        seen.add(at)
        at = known[at].parent
    while at is not None and at in shown:
        path.add(at)
        at = shown[at].parent
    return path


def _in_order(order: list[str], shown: dict[str, Node]) -> list[str]:
    """Put the ``order`` so that parents stand before their children."""
    done: dict[str, None] = {}
    for name in order:
        above = []
        at: str | None = name
        while at is not None and at not in done:
            above.append(at)
            at = shown[at].parent
        for each in reversed(above):
            done[each] = None
    return list(done)

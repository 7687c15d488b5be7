"""The tree of categories: what is wrong with it as a whole. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from webupdate.store.exports import Complaint
from webupdate.sync.text import visible

LONGEST_CIRCLE_SHOWN = 6


class Node(Struct, frozen=True):
    """A category as the export has it; `parent` "" at the root."""

    line: int
    parent: str
    title: str
    shown: bool


Tree = Mapping[str, Node]


def check_tree(tree: Tree, file: str) -> Iterator[Complaint]:
    """Categories whose parent is missing and those that lie in a circle: they wait with all below them."""
    for key, node in tree.items():
        if node.parent and node.parent not in tree:
            yield _complaint(
                key,
                node,
                f"{file}, row {node.line}, {_name(key, node)}: PARENT_ID {visible(node.parent)} is no TREE_ID of this "
                "file. The category waits with all that is below it.",
                "Export that category too, or move this one in EBMS.",
            )
    for circle in _circles(tree):
        key = min(circle, key=lambda one: tree[one].line)
        shown = " → ".join(visible(one) for one in [*circle[:LONGEST_CIRCLE_SHOWN], circle[0]])
        yield _complaint(
            key,
            tree[key],
            f"{file}, row {tree[key].line}, {_name(key, tree[key])}: its categories lie in a circle ({shown}). "
            "They wait with all that is below them.",
            "Give one of them another PARENT_ID in EBMS.",
        )


def hidden_branches(tree: Tree) -> dict[str, int]:
    """By hidden category, how many shown ones are below it: the shop shows none of them."""
    found: dict[str, int] = {}
    for key, node in tree.items():
        if node.shown and (cause := _hidden_above(tree, key)):
            found[cause] = found.get(cause, 0) + 1
    return found


def _hidden_above(tree: Tree, key: str) -> str:
    """The nearest hidden category above a shown one, "" if none is."""
    passed = {key}
    above = tree[key].parent
    while above in tree and above not in passed:
        if not tree[above].shown:
            return above
        passed.add(above)
        above = tree[above].parent
    return ""


def _circles(tree: Tree) -> Iterator[list[str]]:
    done: set[str] = set()
    for key in tree:
        way: list[str] = []
        while key in tree and key not in done:
            done.add(key)
            way.append(key)
            key = tree[key].parent
        if key in way:
            yield way[way.index(key) :]


def _name(key: str, node: Node) -> str:
    return f"{visible(key)} {visible(node.title)}".strip()


def _complaint(key: str, node: Node, message: str, hint: str) -> Complaint:
    return Complaint(line=node.line, key=key, field="PARENT_ID", seen=visible(node.parent), message=message, hint=hint)

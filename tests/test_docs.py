"""docs/orders.md and the README say what the program does: tables that are data there are data here."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from webupdate import cli
from webupdate.orderkinds import KINDS, Kind
from webupdate.store.inbox import STATES
from webupdate.store.properties import BY_NAME
from webupdate.sync.topics import TOPICS

ROOT = Path(__file__).parent.parent
ORDERS = (ROOT / "docs" / "orders.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def row(kind: Kind) -> str:
    """The row of a kind."""
    needs = [f"{name}.csv" for name in kind.files]
    needs += [" or ".join(BY_NAME[name].label for name in kind.properties)] * bool(kind.properties)
    needs += [kind.told] * bool(kind.told)
    return f"| {kind.number} | {kind.name} | {'stops' if kind.blocks else 'warns'} | {'; '.join(needs)} |"


def test_the_kinds_are_those_of_the_program() -> None:
    assert re.findall(r"^\| \d+ \|.*$", ORDERS, re.MULTILINE) == [row(kind) for kind in KINDS.values()]


def test_each_state_and_each_topic_of_a_mapping_is_explained() -> None:
    first = re.findall(r"^\| `(\w+)` \|", ORDERS, re.MULTILINE)
    assert [name for name in first if name in STATES] == list(STATES)
    assert {name for name in first if name in TOPICS} == {name for name, topic in TOPICS.items() if topic.mapped}


def test_every_command_is_in_the_readme() -> None:
    parser = cli._parser()
    (commands,) = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    assert {name for name in commands.choices if f"`webupdate {name}" not in README} == set()

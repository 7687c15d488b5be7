"""Every screen has a twin on the command line that can be taken by a script, or it is said why there is none."""

from __future__ import annotations

import shlex

import pytest

from webupdate import cli
from webupdate.cli.common import Arguments
from webupdate.tui import actions
from webupdate.tui.keytable import PLACES, TWINS

PROGRAM = cli._parser()
WORDS = {"N": "12", "ENTITY": "prices"}
COMMANDS = {place: twin for place, twin in TWINS.items() if twin.startswith("webupdate ")}


def test_every_place_of_the_action_table_has_one() -> None:
    assert TWINS.keys() == PLACES.keys() == {place for action in actions.ACTIONS for place in action.places}
    assert TWINS.keys() - COMMANDS.keys() == {"list", "settings", "wizard"}
    assert all(TWINS[place].endswith(".") for place in TWINS.keys() - COMMANDS.keys())


@pytest.mark.parametrize("place", COMMANDS)
def test_it_is_a_command_and_speaks_json(place: str) -> None:
    words = [WORDS.get(word, word) for word in shlex.split(COMMANDS[place])[1:]]
    taken: Arguments = PROGRAM.parse_args([*words, "--json"])
    assert taken.json is True
    assert taken.run is not PROGRAM.get_default("run")

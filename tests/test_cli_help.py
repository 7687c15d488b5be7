"""Every command explains itself: a description, and examples that the parser takes."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator

import pytest

from webupdate import cli
from webupdate.cli.examples import EXAMPLES


def below(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """This parser, and those of all that can be given to it."""
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for child in action.choices.values():
                yield from below(child)


PROGRAM = cli._parser()
COMMANDS = {
    parser.prog.removeprefix("webupdate "): parser for parser in below(PROGRAM) if parser.get_default("run") is not None
}
del COMMANDS["webupdate"]


def examples(words: str, epilog: str) -> list[str]:
    """The lines of a help text that give this command; what stands behind two blanks explains it."""
    lines = re.findall(rf"^  (?:webupdate )?({re.escape(words)}\b.*)$", epilog, re.MULTILINE)
    return [re.split(r" {2,}", line)[0] for line in lines]


@pytest.mark.parametrize("words", COMMANDS)
def test_a_command_has_a_description_and_examples_that_are_right(words: str) -> None:
    parser = COMMANDS[words]
    found = examples(words, parser.epilog or "")
    assert found, f"{words}: give it an example in cli/examples.py"
    for example in found:
        taken = PROGRAM.parse_args(shlex.split(example.partition(" > ")[0]))
        assert taken.run is parser.get_default("run"), example
    assert all(example in parser.format_help() for example in found)


def test_each_command_says_what_it_is_for() -> None:
    assert [parser.prog for parser in below(PROGRAM) if not parser.description or not parser.epilog] == []


def test_there_is_no_example_of_another_command() -> None:
    assert EXAMPLES.keys() - {""} <= COMMANDS.keys()
    strange = [
        example for words, known in EXAMPLES.items() for example, _ in known if words and not example.startswith(words)
    ]
    assert strange == []


@pytest.mark.parametrize("example", [words for words, _ in EXAMPLES[""]])
def test_the_examples_of_the_program_are_right(example: str) -> None:
    assert f"  webupdate {example}\n" in PROGRAM.format_help()
    PROGRAM.parse_args(shlex.split(example))

"""`webupdate completion`: a script by which a shell completes commands, options and company names.

Written by shtab from the parser itself. The script knows everything but the names, so that Tab need not start this
program, as argcomplete would each time.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from functools import partial

from webupdate.cli.common import Arguments, Commands, command, say
from webupdate.report import Exit

SHELLS = ("bash", "zsh", "fish")
_NOTES = """where it is looked for:
  bash   ~/.local/share/bash-completion/completions/webupdate
  zsh    _webupdate in a folder of $fpath, as ~/.zfunc
  fish   ~/.config/fish/completions/webupdate.fish
Write it again after an update."""

_NAMES = "webupdate companies list --names 2>/dev/null"
# Names may have blanks: what bash gets is quoted as it must stand on the line, zsh and fish quote themselves.
_COMPANIES = {"bash": "_webupdate_companies", "zsh": "_webupdate_companies", "fish": f"({_NAMES})"}
_PREAMBLE = {
    "bash": f"""_webupdate_companies() {{
  local name
  while IFS= read -r name; do
    name=$(printf %q "$name")
    [[ "$name" == "$1"* ]] && printf '%s\\n' "$name"
  done < <({_NAMES})
}}""",
    "zsh": f"""_webupdate_companies() {{
  local -a names
  names=("${{(@f)$({_NAMES})}}")
  [[ -n "$names" ]] && compadd -a names
}}""",
    "fish": "",
}


def add_to(commands: Commands, parser: argparse.ArgumentParser) -> None:
    """Add the command; `parser` is the whole program's."""
    run = partial(_completion, parser)
    made = command(commands, "completion", "a script by which a shell completes commands and names", run, _NOTES)
    made.add_argument("shell", choices=SHELLS)


def _completion(parser: argparse.ArgumentParser, arguments: Arguments) -> int:
    import shtab

    for action in _actions(parser):
        if action.dest == "company":
            action.complete = _COMPANIES  # type: ignore[attr-defined]
        elif action.dest in ("data", "dir"):
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
    say(shtab.complete(parser, shell=arguments.shell, preamble=_PREAMBLE[arguments.shell]))
    return Exit.FINE


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """What all commands take."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for child in action.choices.values():
                yield from _actions(child)
        else:
            yield action

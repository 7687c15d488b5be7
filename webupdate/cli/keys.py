"""All keys of the screens, with the ids by which they are changed in keys.toml."""

from __future__ import annotations

import sys

from webupdate import config
from webupdate.cli.common import Arguments, Commands, command, json_text, say
from webupdate.report import Exit


def add_to(commands: Commands) -> None:
    """Add the command."""
    keys = command(commands, "keys", "all keys of the screens, and where they are changed", _keys)
    form = keys.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as a JSON list")
    form.add_argument("--markdown", action="store_true", help="as the table of docs/keys.md, with the usual keys")


def _keys(arguments: Arguments) -> int:
    # The screens' own table: textual is imported for nobody else.
    from webupdate.tui import keymap, keytable

    path = config.keys_file()
    found = keymap.load(path)
    if arguments.json:
        say(json_text(keytable.rows(found)))
    elif arguments.markdown:
        say("\n".join(keytable.markdown()))
    else:
        say("\n".join((*keytable.text(found), "", f"Change them in {path}")))
    for complaint in found.complaints:
        say(f"webupdate: {complaint}", sys.stderr)
    return Exit.USAGE if found.complaints else Exit.FINE

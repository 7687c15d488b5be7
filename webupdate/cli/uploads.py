"""`webupdate complete-upload` and `reload`: send again what the shop has already."""

from __future__ import annotations

from webupdate.cli.acting import act, say_if_nobody_syncs
from webupdate.cli.common import Arguments, Commands, Opened, command, say
from webupdate.report import Exit
from webupdate.store import companies
from webupdate.sync.reload import RELOADABLE


def add_to(commands: Commands) -> None:
    """Add the commands."""
    whole = command(commands, "complete-upload", "send everything to the shop again, whatever it holds", _complete)
    whole.add_argument("company")
    whole.add_argument("--cancel", action="store_true", help="turn it off; what is marked goes as ordinary changes")
    part = command(commands, "reload", "send all of one entity or export file again", _reload)
    part.add_argument("company")
    part.add_argument("entity", choices=RELOADABLE, help="as prices, or the file inventory")
    for parser in (whole, part):
        parser.add_argument("--site", help="which site (default: all)")


def _complete(arguments: Arguments) -> int:
    return _leave(arguments, "cancel_upload" if arguments.cancel else "complete_upload")


def _reload(arguments: Arguments) -> int:
    return _leave(arguments, "reload", entity=arguments.entity)


def _leave(arguments: Arguments, verb: str, entity: str = "") -> int:
    with Opened(arguments) as store:
        info = companies.company(store, arguments.company)
        site = info.site(arguments.site).name if arguments.site else None
        say(f"{info.name}: {act(arguments, store, info, verb, site=site, entity=entity)}.")
    say_if_nobody_syncs(arguments)
    return Exit.FINE

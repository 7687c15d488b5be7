"""`webupdate status`, `release` and `group`: small commands on the store."""

from __future__ import annotations

import time

from webupdate.cli.common import Arguments, Commands, Opened, command, say
from webupdate.config import open_data_dir, share_with_group
from webupdate.errors import UsageError
from webupdate.report import Exit, as_json, as_text, exit_code
from webupdate.store import commands as wishes
from webupdate.store import companies, exports, holds
from webupdate.store.snapshot import snapshot
from webupdate.sync.entities import FILES
from webupdate.sync.shops.base import ENTITIES


def add_to(commands: Commands) -> None:
    """Add the commands."""
    status = command(commands, "status", "say how all companies are", _status)
    status.add_argument("--json", action="store_true", help="as one JSON object")
    release = command(commands, "release", "let an export file or an entity pass on which a brake is", _release)
    release.add_argument("company")
    release.add_argument("entity", choices=sorted({*FILES, *ENTITIES}), help="an export file or what is held")
    release.add_argument("--site", help="only what is held of this site")
    group = command(commands, "group", "let a group of administrators use this data folder", _group)
    group.add_argument("name", nargs="?", help="the group; - takes the right back; nothing shows it")


def _status(arguments: Arguments) -> int:
    with Opened(arguments) as store:
        now = snapshot(store, time.time())
    say(as_json(now) if arguments.json else "\n".join(as_text(now)))
    return exit_code(now)


def _release(arguments: Arguments) -> int:
    with Opened(arguments) as store:
        info = companies.company(store, arguments.company)
        sites = (info.site(arguments.site),) if arguments.site else info.sites
        released = [holds.release(store, site.id, arguments.entity) for site in sites]
        if not arguments.site:
            released += [exports.release(store, info.id, file) for file in _files_of(arguments.entity)]
        if not any(released):
            raise UsageError(f"No brake is on for {arguments.entity} of {info.name}.", "See: webupdate status")
        wishes.leave(store, "sync_now", company_id=info.id)
    say(f"{arguments.entity}: what was held passes at the next look.")
    return Exit.FINE


def _files_of(entity: str) -> list[str]:
    """The export file of that name, or the one that feeds the entity."""
    return [name for name, spec in FILES.items() if entity == name or entity in spec.entities]


def _group(arguments: Arguments) -> int:
    paths = open_data_dir(arguments.data)
    with Opened(arguments) as store:
        if arguments.name is None:
            say(companies.group(store) or "no group: only the owner may use this data folder")
            return Exit.FINE
        name = "" if arguments.name == "-" else arguments.name
        share_with_group(paths, name)
        companies.set_group(store, name)
    return Exit.FINE

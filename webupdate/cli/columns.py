"""`webupdate columns`: what the headings of a company's files mean, and how to change it."""

from __future__ import annotations

import msgspec

from webupdate.cli.common import Arguments, Commands, Opened, command, json_text, say
from webupdate.errors import UsageError, WebUpdateError
from webupdate.report import Exit
from webupdate.store import columnmaps, companies
from webupdate.store import commands as wishes
from webupdate.store.columnmaps import OWN_NAMES, ColumnMap
from webupdate.store.companies import CompanyInfo
from webupdate.store.db import Store
from webupdate.sync import columns
from webupdate.sync.columns import Meaning, Preview, Sample
from webupdate.sync.entities import FILES
from webupdate.sync.text import visible

IGNORED = "-"
_SIGNS = {
    "own": "✔ its own name",
    "mapped": "✔ mapped",
    "proposed": "? proposed",
    "ignored": "· ignored",
    "unknown": "· not used",
}


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """All that is said of one file, as `--json` prints it."""

    file: str
    found: str
    headings: list[Meaning]
    constants: dict[str, str]
    missing: list[str]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    wrong: tuple[str, ...]


def add_to(commands: Commands) -> None:
    """Add the command."""
    parser = command(commands, "columns", "what the headings of the export files mean, and how to change it", _run)
    parser.add_argument("company")
    parser.add_argument("file", nargs="?", help=f"one of {', '.join(FILES)} (default: all)")
    parser.add_argument("--accept", action="store_true", help="take all that is proposed")
    parser.add_argument(
        *("--set", "-s"), action="append", default=[], metavar="HEADING=COLUMN",
        help=f'what a heading means, as "Item no.=ID"; HEADING={IGNORED} ignores it, HEADING= forgets it',
    )  # fmt: skip
    parser.add_argument(
        *("--constant", "-c"), action="append", default=[], metavar="COLUMN=VALUE",
        help="one value for all rows of a column that the file lacks, as LEVEL=Retail; COLUMN= takes it away",
    )  # fmt: skip
    parser.add_argument("--reset", action="store_true", help="forget all that was given: headings mean their own names")
    parser.add_argument("--json", action="store_true")


def _run(arguments: Arguments) -> int:
    names = [columns.spec_named(arguments.file).name] if arguments.file else list(FILES)
    if not arguments.file and (arguments.set or arguments.constant):
        raise UsageError("Which file?", f"Name one of {', '.join(FILES)}, as: webupdate columns COMPANY inventory")
    with Opened(arguments) as store:
        company = companies.company(store, arguments.company)
        told = [_one(store, company, name, arguments) for name in names]
    if arguments.json:
        say(json_text(told))
    else:
        for one in told:
            _say(one)
    return Exit.NEEDS_PERSON if any(one.missing or one.wrong for one in told) else Exit.FINE


def _one(store: Store, company: CompanyInfo, name: str, arguments: Arguments) -> Told:
    mapping = columnmaps.column_map(store, company.id, name)
    seen = columns.Sample(FILES[name])
    try:
        seen = columns.sample(company, name)
        changed = _changed(seen, mapping, arguments)
        if changed != mapping:
            columnmaps.set_column_map(store, company.id, name, changed)
            wishes.leave(store, "sync_now", company_id=company.id)
        return _told(seen, changed, columns.preview(seen, changed))
    except UsageError:
        raise
    except WebUpdateError as error:
        mapping = columnmaps.column_map(store, company.id, name)
        return _told(seen, mapping, Preview(wrong=(f"{error.message} {error.hint}",)))


def _changed(seen: Sample, mapping: ColumnMap, arguments: Arguments) -> ColumnMap:
    if arguments.reset:
        mapping = msgspec.structs.replace(OWN_NAMES, company=mapping.company)
    for pair in arguments.set:
        heading, column = _pair(pair, "HEADING=COLUMN")
        meaning = None if not column else "" if column == IGNORED else columns.checked(seen, heading, column)
        mapping = mapping.with_columns({heading: meaning})
    for pair in arguments.constant:
        column, value = _pair(pair, "COLUMN=VALUE", first=True)
        mapping = mapping.with_constant(columns.checked(seen, "a constant", column), value)
    return columns.accepted(seen, mapping) if arguments.accept else mapping


def _pair(pair: str, form: str, *, first: bool = False) -> tuple[str, str]:
    """A heading may hold an equals sign, a column never does."""
    left, separator, right = pair.partition("=") if first else pair.rpartition("=")
    if not separator or not left.strip():
        raise UsageError(f"{pair!r} is not {form}.", 'As in: --set "Item no.=ID" or --constant LEVEL=Retail')
    return left.strip(), right.strip()


def _told(seen: Sample, mapping: ColumnMap, first: Preview) -> Told:
    return Told(
        file=seen.spec.name,
        found=seen.found.name if seen.found else "",
        headings=columns.meanings(seen, mapping),
        constants=mapping.constants,
        missing=columns.missing(seen, mapping) if seen.headings else [],
        columns=first.columns,
        rows=first.rows,
        wrong=first.wrong,
    )


def _say(told: Told) -> None:
    say(f"{told.found or told.file + ': no file in the export folder'}")
    width = max((len(visible(entry.heading, 30)) for entry in told.headings), default=0)
    for entry in told.headings:
        means = f"→ {entry.column}" if entry.column else ""
        line = f"  {visible(entry.heading, 30):<{width}}  {means:<14} {_SIGNS[entry.state]:<15}"
        say(f"{line} {columns.shown(entry.examples)}".rstrip())
    for column, value in told.constants.items():
        say(f"  {'':<{width}}  → {column:<12} ✔ always {visible(value, 30)}")
    for name in told.missing:
        say(f"  {'':<{width}}  → {name:<12} ✖ required, but no heading feeds it")
    if any(entry.state == "proposed" for entry in told.headings):
        say("  Take what is proposed: --accept")
    for row in told.rows:
        pairs = zip(told.columns, row, strict=True)
        say("  " + ", ".join(f"{name} {visible(value, 24)}" for name, value in pairs if value))
    for message in told.wrong:
        say(f"  ✖ {message}")

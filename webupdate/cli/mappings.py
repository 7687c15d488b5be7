"""`webupdate mappings`: what was learnt from answers, listed, changed, and taken from one machine to another."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence

from webupdate.cli.acting import act
from webupdate.cli.common import (
    Arguments,
    Commands,
    Opened,
    chosen_company,
    command,
    group,
    json_text,
    moment,
    read_file,
    say,
    write_file,
)
from webupdate.errors import UsageError
from webupdate.report import Exit
from webupdate.store import commands as wishes
from webupdate.store import companies, mappings
from webupdate.store.companies import CompanyInfo
from webupdate.store.db import Store
from webupdate.store.mappings import Remembered
from webupdate.sync import mappingfile
from webupdate.sync.learnt import check_user, learn, told, unlearn
from webupdate.sync.mappingfile import Fault, Line
from webupdate.sync.orderfacts import ExportFacts
from webupdate.sync.text import visible
from webupdate.sync.topics import TOPICS


def add_to(commands: Commands) -> None:
    """Add the command and its verbs."""
    verbs = group(commands, "mappings", "what was learnt from answers: list, change, export, import")
    shown = command(verbs, "list", "list the mappings", _list)
    shown.add_argument("company", nargs="?", help="may be left out if there is only one")
    shown.add_argument("--json", action="store_true")
    out = command(verbs, "export", "write the mappings as CSV (UTF-8)", _export)
    out.add_argument("company", nargs="?", help="may be left out if there is only one")
    out.add_argument("file", nargs="?", help="where to (default: the standard output)")
    take = command(verbs, "import", "take mappings from a CSV file; nothing if any line is wrong", _import)
    take.add_argument("company", nargs="?", help="may be left out if there is only one")
    take.add_argument("file")
    take.add_argument("--skip-wrong", action="store_true", help="take the lines that are right")
    one = command(verbs, "set", "make a mapping, or change its value", _set)
    one.add_argument("company")
    one.add_argument("topic", help=", ".join(name for name, topic in TOPICS.items() if topic.mapped))
    one.add_argument("web", help="the web's word; of several parts with | between them, as CHAI-01|KG")
    one.add_argument("value", help="what it is in EBMS")
    drop = command(verbs, "remove", "forget a mapping; orders that are written stay as they are", _remove)
    drop.add_argument("company")
    drop.add_argument("number", type=int, metavar="N", help="its number: webupdate mappings list")


def _list(arguments: Arguments) -> int:
    with Opened(arguments) as store:
        known = mappings.remembered(store, chosen_company(store, arguments.company).id)
    if arguments.json:
        say(json_text(known))
    else:
        say("\n".join(_lines(known)) or "Nothing was learnt yet: an answer with --always becomes a mapping.")
    return Exit.FINE


def _lines(known: Sequence[Remembered]) -> Iterator[str]:
    for entry in known:
        used = f"used {entry.used:,} times" if entry.used != 1 else "used once"
        by = f"{visible(entry.made_by)}, {moment(entry.made_at)}, {used}"
        yield f"{entry.id:<5} {told(entry.topic, entry.web, entry.value)}  ({by})"


def _export(arguments: Arguments) -> int:
    with Opened(arguments) as store:
        name, file = _company_and_file(store, arguments)
        info = chosen_company(store, name)
        known = mappings.remembered(store, info.id)
    text = mappingfile.written(known)
    if file is None:
        sys.stdout.write(text)
        return Exit.FINE
    write_file(file, text)
    say(f"{info.name}: {_counted(len(known))} written to {file}.")
    return Exit.FINE


def _company_and_file(store: Store, arguments: Arguments) -> tuple[str | None, str | None]:
    """With one company its name may be left out, so that a single word with a dot or a slash is the file."""
    word, known = arguments.company, companies.companies(store)
    named = any(info.name.casefold() == (word or "").casefold() for info in known)
    if word and arguments.file is None and not named and len(known) == 1 and set(word) & set("./\\"):
        return None, word
    return word, arguments.file


def _import(arguments: Arguments) -> int:
    text = read_file(arguments.file)
    with Opened(arguments) as store:
        info = chosen_company(store, arguments.company)
        lines, wrong = mappingfile.read(text)
        wrong = sorted([*wrong, *mappingfile.faults(lines, _known(store, info))], key=lambda fault: fault.line)
        _tell(arguments, wrong)
        bad = {fault.line for fault in wrong}
        changed = _keep(store, info, [line for line in lines if line.number not in bad])
        same = len(lines) - len({line.number for line in lines} & bad) - changed
        say(f"{info.name}: {_counted(changed)} taken, {same:,} known already.")
        _judge_anew(arguments, store, info)
    return Exit.NEEDS_PERSON if wrong else Exit.FINE


def _tell(arguments: Arguments, wrong: Sequence[Fault]) -> None:
    """Say what is wrong in each line. Raises UsageError unless wrong lines are to be skipped."""
    for fault in wrong:
        say(f"✖ line {fault.line}: {fault.message}", sys.stderr)
    if wrong and not arguments.skip_wrong:
        raise UsageError(
            f"{len(wrong):,} line{'s are' if len(wrong) != 1 else ' is'} wrong; nothing was taken.",
            "Correct the file, or take the lines that are right: --skip-wrong",
        )


def _keep(store: Store, info: CompanyInfo, lines: Sequence[Line]) -> int:
    """Learn all of it at once; returns how many are new or changed."""
    with store.writing():
        return sum(_learn(store, info, line) for line in lines)


def _learn(store: Store, info: CompanyInfo, line: Line) -> bool:
    check_user(info, line.topic, wishes.user())
    return learn(store, info.id, line.topic, line.web, line.value, wishes.user(), time.time())


def _set(arguments: Arguments) -> int:
    with Opened(arguments) as store:
        info = companies.company(store, arguments.company)
        try:
            line = mappingfile.made(0, arguments.topic, arguments.web, arguments.value)
        except ValueError as error:
            raise UsageError(str(error), "The web's word is written as `webupdate mappings export` does.") from error
        if reason := mappingfile.wrong(line, _known(store, info)):
            raise UsageError(reason, "What there is: webupdate mappings list")
        changed = _learn(store, info, line)
        say(f"{told(line.topic, line.web, line.value)}{'' if changed else ' is known already'}")
        _judge_anew(arguments, store, info)
    return Exit.FINE


def _remove(arguments: Arguments) -> int:
    with Opened(arguments) as store:
        info = companies.company(store, arguments.company)
        entry = next((one for one in mappings.remembered(store, info.id) if one.id == arguments.number), None)
        if entry is None or not unlearn(store, info.id, entry, wishes.user(), time.time()):
            raise UsageError(f"{info.name} has no mapping {arguments.number}.", "See: webupdate mappings list")
        say(f"Forgotten: {told(entry.topic, entry.web, entry.value)}")
        _judge_anew(arguments, store, info)
    return Exit.FINE


def _known(store: Store, info: CompanyInfo) -> ExportFacts:
    return ExportFacts(store, info, info.sites[0])


def _judge_anew(arguments: Arguments, store: Store, info: CompanyInfo) -> None:
    say(f"{info.name}: {act(arguments, store, info, 'rejudge')}.")


def _counted(count: int) -> str:
    return f"{count:,} mapping{'s' * (count != 1)}"

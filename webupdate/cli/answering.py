"""FIELD=VALUE as answers to an order's problems, and the problems' answers as commands."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from webupdate.errors import UsageError
from webupdate.store.answers import Answer
from webupdate.store.inbox import Finding
from webupdate.sync import topics
from webupdate.sync.judge import Case, choices
from webupdate.sync.judge.choices import Choice
from webupdate.sync.text import visible
from webupdate.sync.topics import TOPICS

_DECISION = "decision"
# Of two fields that one answer is about people name the one or the other.
_TWINS = {"terms": "idcharge", "idcharge": "terms"}


class Named(NamedTuple):
    """A problem under the name that the command line calls it by: its field, with the line where there are several."""

    name: str
    field: str
    finding: Finding

    @property
    def by_value(self) -> bool:
        """Whether it is answered with a value (--set)."""
        return self.finding.topic not in ("", _DECISION)


class Wanted(NamedTuple):
    """The answers of one command, as they were typed."""

    set: Sequence[str] = ()
    accept: Sequence[str] = ()
    skip: Sequence[str] = ()
    decide: str = ""
    scope: str = "order"


def named(problems: Sequence[Finding]) -> list[Named]:
    """The problems with their names: `INVEN.2`, `SHIP_VIA`, `ACCOUNT.Gift wrap` where several rows need one."""
    words: dict[str, set[tuple[str, str]]] = {}
    found = [Named("", visible(problem.field.partition(",")[0].strip()), problem) for problem in problems]
    for one in found:
        if one.by_value and not one.finding.line:
            words.setdefault(one.field, set()).add((one.finding.topic, one.finding.web))
    return [one._replace(name=_name(one, several=len(words.get(one.field, ())) > 1)) for one in found]


def _name(one: Named, *, several: bool) -> str:
    if one.finding.line:
        return f"{one.field}.{one.finding.line}"
    return f"{one.field}.{visible(topics.shown(one.finding.web))}" if several and one.by_value else one.field


def option(one: Named, choice: Choice) -> tuple[str, str]:
    """What says this choice on the command line."""
    if choice.topic == "line":
        return "--skip-line", choice.web
    if choice.topic == "accept":
        return "--accept", one.name
    if choice.topic == _DECISION:
        return "--decide", choice.value
    return "--set", f"{one.name}={choice.value}"


def answers(wanted: Wanted, problems: Sequence[Finding], case: Case) -> list[Answer]:
    """The answers that were typed. Raises UsageError for what is no problem of this order, or can't be kept."""
    known = named(problems)
    found = [answer for pair in wanted.set for answer in _set(pair, known)]
    found += [answer for name in wanted.accept for answer in _accepted(name, known)]
    found += [_skipped(line, known, case) for line in wanted.skip]
    found += _decided(wanted.decide, known, case) if wanted.decide else []
    return [_scoped(answer, wanted.scope) for answer in found]


def _set(pair: str, known: Sequence[Named]) -> Iterator[Answer]:
    field, value = _field_and_value(pair, known)
    if field.casefold() == "document" and any(one.finding.topic == _DECISION for one in known):
        raise UsageError("What becomes of the whole order is no value of a field.", "As in: --decide close")
    one = _the_one(field, [one for one in known if one.by_value])[0]
    yield Answer(topic=one.finding.topic, web=one.finding.web, value=value)


def _field_and_value(pair: str, known: Sequence[Named]) -> tuple[str, str]:
    """The name of a row may hold an equals sign itself; the longest name that fits is meant."""
    fitting = [one.name for one in known if pair.startswith(f"{one.name}=")]
    if fitting:
        name = max(fitting, key=len)
        return name, pair[len(name) + 1 :]
    field, separator, value = pair.partition("=")
    if not separator or not field.strip():
        raise UsageError(f"{visible(pair)!r} is not FIELD=VALUE.", "As in: --set INVEN.2=CHAI-01")
    return field.strip(), value


def _accepted(name: str, known: Sequence[Named]) -> Iterator[Answer]:
    for one in _the_one(name, [one for one in known if one.finding.subject]):
        web = topics.key(str(one.finding.kind), one.finding.subject)
        yield Answer(topic="accept", web=web, value="yes")


def _the_one(name: str, known: Sequence[Named]) -> list[Named]:
    """The problems under one name. Raises UsageError if there is none of that name, or several are meant."""
    wanted = name.strip().casefold()
    twin = wanted[2:] if wanted.startswith("c_") else _TWINS.get(wanted, f"c_{wanted}")
    for spelling in (wanted, twin):
        if found := [one for one in known if one.name.casefold() == spelling]:
            return found
        if found := [one for one in known if one.field.casefold() == spelling]:
            return _same(name, found)
    raise _unknown(name, known)


def _same(name: str, found: list[Named]) -> list[Named]:
    if len({(one.finding.topic, one.finding.web, one.finding.subject) for one in found}) > 1:
        names = ", ".join(dict.fromkeys(one.name for one in found))
        raise UsageError(f"{visible(name)} stands at several places of this order.", f"Say which: {names}")
    return found


def _unknown(name: str, known: Sequence[Named]) -> UsageError:
    names = list(dict.fromkeys(one.name for one in known))
    close = difflib.get_close_matches(name.strip().upper(), names, n=1, cutoff=0.5)
    meant = f" Did you mean {close[0]}?" if close else ""
    can = f"So can be answered: {', '.join(names)}." if names else "Nothing of this order can be answered so."
    return UsageError(f"Nothing is asked at {visible(name)!r}.{meant}", can)


def _skipped(line: str, known: Sequence[Named], case: Case) -> Answer:
    """Only a line with a problem is left out, and never the last one."""
    offered = {
        choice.web: choice for one in known for choice in choices.ways(one.finding, case) if choice.topic == "line"
    }
    choice = offered.get(line.strip())
    if choice is None:
        lines = f"Lines that can be: {', '.join(offered)}." if offered else "No line of this order can be."
        raise UsageError(f"Line {visible(line)} can't be left out.", lines)
    return Answer(topic=choice.topic, web=choice.web, value=choice.value)


def _decided(value: str, known: Sequence[Named], case: Case) -> list[Answer]:
    """Each question about the whole order is decided alike; without one, the first problem that offers it is."""
    offered = [(one, answer) for one in known for answer in _decisions(one.finding, case)]
    fitting = [(one, answer) for one, answer in offered if answer.value == value]
    if not fitting:
        can = ", ".join(sorted({answer.value for _, answer in offered})) or "nothing"
        raise UsageError(f"“{value}” can't be decided of this order now.", f"What can be decided: {can}")
    asked = [answer for one, answer in fitting if one.finding.topic == _DECISION] or [fitting[0][1]]
    return list({answer.place: answer for answer in asked}.values())


def _decisions(finding: Finding, case: Case) -> Iterator[Answer]:
    """What can be decided of the whole order because of a problem; a person may always enter it by hand."""
    if finding.topic == _DECISION:
        yield Answer(topic=_DECISION, web=finding.web, value=topics.CLOSE)
    likely = choices.likely(finding, case) if finding.topic == _DECISION else ()
    for choice in (*likely, *choices.ways(finding, case)):
        if choice.topic == _DECISION and (finding.blocks or finding.topic == _DECISION):
            yield Answer(topic=_DECISION, web=choice.web, value=choice.value)


def _scoped(answer: Answer, scope: str) -> Answer:
    topic = TOPICS[answer.topic]
    if scope == "always" and not topic.mapped:
        kept = ", ".join(entry.label for entry in TOPICS.values() if entry.mapped)
        raise UsageError(
            f"“{topic.label}” is said of one order and can't be kept for those to come.",
            f"Give it without --always. What can be kept: {kept}.",
        )
    return Answer(topic=answer.topic, web=answer.web, value=answer.value, scope=scope)

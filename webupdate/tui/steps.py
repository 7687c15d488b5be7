"""What the stepper shows below the order: the problem with its choices, or what was answered.

A key is the id of its action in braces, in a cell of its own: a person may have changed it (keymap.py).
"""

from __future__ import annotations

from webupdate.orderkinds import KINDS
from webupdate.store.inbox import Finding
from webupdate.sync import topics
from webupdate.sync.judge.choices import Choice
from webupdate.tui import stepper, view
from webupdate.tui.sheet import fit
from webupdate.tui.stepper import State
from webupdate.tui.view import Cell, Line

_MESSAGE_LINES = 3
_HINT_LINES = 2
_ANSWERS_SHOWN = 5
_LABEL = 26  # columns of a choice's words


def panel(state: State, width: int, height: int) -> list[Line]:
    """The problem that is looked at, or the end; without what can be missed if that is higher than `height`."""
    problem = state.problem
    if problem is None:
        return _finished(state, width)
    scopes = _scopes(state, problem, width)
    asked = _asked(problem, where(state), width)
    below = [(), *_choices(state, width), *_keys(state), *([(), *scopes] if scopes else [])]
    if len(asked) + len(below) <= height:
        return [*asked, *below]
    tight = [line for line in below if line]
    return [*_cut(asked, max(2, height - len(tight))), *tight]


def where(state: State) -> str:
    """Which of the problems is looked at."""
    blocking = sum(problem.blocks for problem in state.problems)
    if state.at < blocking:
        return f"problem {view.number(state.at + 1)} of {view.number(blocking)}"
    return f"warning {view.number(state.at - blocking + 1)} of {view.number(len(state.problems) - blocking)}"


def _asked(problem: Finding, place: str, width: int) -> list[Line]:
    glyph = Cell("✖ ", "bad") if problem.blocks else Cell("⚠ ", "warn")
    kind = KINDS.get(problem.kind)
    name = Cell(kind.name if kind else "Problem", "bold")
    passed = f"  let pass by {view.clean(problem.accepted_by)}" if problem.accepted_by else ""
    hint = _cut(view.wrapped(problem.hint, width, "  ", "dim"), _HINT_LINES) if problem.hint else []
    field = fit(f"  {view.clean(problem.field)}{passed}", width - len(name.text) - len(place) - 2)
    return [
        (glyph, name, Cell(field, "dim"), Cell(place, "dim")),
        *_cut(view.wrapped(problem.message, width, "  "), _MESSAGE_LINES),
        *hint,
    ]


def _cut(lines: list[Line], most: int) -> list[Line]:
    """At most so many lines; the list of orders shows the whole text."""
    if len(lines) <= most:
        return lines
    *_, last = kept = lines[:most]
    return [*kept[:-1], (*last, Cell(" …", "dim"))]


def _choices(state: State, width: int) -> list[Line]:
    label = max((len(view.clean(choice.label)) for choice in state.choices), default=0) + 2
    return [
        _choice(number, choice, number == state.choice, min(label, _LABEL if width < 100 else 2 * _LABEL), width)
        for number, choice in enumerate(state.choices)
    ]


def _choice(place: int, choice: Choice, chosen: bool, label: int, width: int) -> Line:
    why = view.clean(choice.why)
    room = width - 6 - label - len(why)
    return (
        Cell(" ▸ " if chosen else "   ", "key"),
        Cell(f"{place + 1}  ", "key"),
        Cell(fit(view.clean(choice.label), label), "bold" if chosen else ""),
        Cell(fit(view.clean(choice.about), room), "dim"),
        Cell(why, "dim"),
    )


def _keys(state: State) -> list[Line]:
    """What else can be pressed for this problem."""
    off = stepper.cannot(state)
    known = (("type_answer", "type another"), ("default", "use default"))
    cells = [(Cell(f"{{{id}}}  ", "key"), Cell(f"{text}    ")) for id, text in known if id not in off]
    return [(Cell("   "), *(cell for pair in cells for cell in pair))] if cells else []


def _scopes(state: State, problem: Finding, width: int) -> list[Line]:
    """For which orders the next answer is."""
    off = stepper.cannot(state)
    now, others = stepper.scope_of(state, state.topic), stepper.alike(state)
    lines: list[Line] = []
    if "always" not in off:
        word = view.clean(topics.shown(state.chosen.web if state.chosen else problem.web))
        count = f"helps {view.counted(others, 'more order')}" if others else ""
        text = fit(f"Always use this for “{word}”", width - 9 - len(count))
        lines.append((*_box(now == "always", "always"), Cell(text), Cell(count, "dim")))
    if "alike" not in off:
        text = f"Also in {view.counted(others, 'other order')} with the same problem"
        lines.append((*_box(now == "alike", "alike"), Cell(text)))
    return lines


def _box(ticked: bool, id: str) -> Line:
    return (Cell("  [x] " if ticked else "  [ ] ", "bold" if ticked else ""), Cell(f"{{{id}}}  ", "key"))


def _finished(state: State, width: int) -> list[Line]:
    decided = state.decision is not None
    text = "What becomes of the order is decided." if decided else "Nothing stops this order."
    warnings = 0 if decided else len(state.problems)
    count = Cell(f"  {view.counted(warnings, 'warning')}: ", "dim")
    warned = (count, Cell("{previous_problem}", "key"), Cell(" looks at it", "dim")) if warnings else ()
    error = view.wrapped(f"✖ {state.matter.order.error}", width, tone="bad") if state.matter.order.error else []
    return [(Cell("✔ ", "ok"), Cell(text, "bold"), *warned), *_cut(error, _MESSAGE_LINES), *_given(state, width)]


def _given(state: State, width: int) -> list[Line]:
    if not state.draft:
        return [(Cell("  Nothing is to be answered: the sync writes it at its next turn.", "dim"),)]
    answers = [stepper.shown(answer) for answer in state.draft]
    asked = max(min(max(len(view.clean(asked)) for asked, _ in answers) + 2, width // 2), 8)
    lines: list[Line] = [
        (Cell("  "), Cell(fit(view.clean(name), asked), "dim"), Cell(fit(f"→ {view.clean(value)}", width - asked - 2)))
        for name, value in answers[:_ANSWERS_SHOWN]
    ]
    more = len(answers) - _ANSWERS_SHOWN
    rest: list[Line] = [(Cell(f"  … and {view.counted(more, 'more answer')}", "dim"),)] if more > 0 else []
    return [*lines, *rest, (), (Cell(" ▸ ", "key"), Cell("{take}", "key"), Cell("  Confirm", "bold"))]

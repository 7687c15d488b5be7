"""What the stepper shows below the order: the problem with its choices, or what was answered.

A key is the id of its action in braces, in a cell of its own: a person may have changed it (keymap.py).
"""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

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
# What is typed, by the topic of the problem.
TYPED = {
    "item": "item", "customer": "customer", "ship_via": "ship via", "terms": "terms", "due": "terms",
    "unit": "unit of measure", "account": "G/L account", "state": "STATE", "country": "COUNTRY",
    "text": "text", "price": "price", "quantity": "quantity", "day": "day",
}  # fmt: skip


def panel(state: State, width: int, height: int) -> list[Line]:
    """The problem that is looked at, or the end; without what can be missed if that is higher than `height`."""
    problem = state.problem
    if problem is None:
        return _finished(state, width)
    scopes = _scopes(state, width)
    asked = _asked(problem, where(state), width)
    below = [(), *_choices(state, width), *_keys(state), *([(), *scopes] if scopes else [])]
    if len(asked) + len(below) <= height:
        return [*asked, *below]
    tight = [line for line in below if line]
    return [*_cut(asked, max(2, height - len(tight)), width), *tight]


def confirmed(*, nobody_syncs: bool) -> list[Line]:
    """After the answers were left for the engine."""
    if nobody_syncs:
        return [(Cell("⚠ ", "warn"), Cell("Confirmed. Nobody runs the sync now; it is done once somebody does."))]
    return [(Cell("⟳ ", "busy"), Cell("Confirmed. The sync carries it out…"))]


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
    hint = _cut(view.wrapped(problem.hint, width, "  ", "dim"), _HINT_LINES, width) if problem.hint else []
    field = fit(f"  {view.clean(problem.field)}{passed}", width - len(name.text) - len(place) - 2)
    return [
        (glyph, name, Cell(field, "dim"), Cell(place, "dim")),
        *_cut(view.wrapped(problem.message, width, "  "), _MESSAGE_LINES, width),
        *hint,
    ]


def _cut(lines: list[Line], most: int, width: int) -> list[Line]:
    """At most so many lines of `width` columns; the list of orders shows the whole text."""
    if len(lines) <= most:
        return lines
    *kept, (*before, end) = lines[:most]
    room = width - view.length(tuple(before)) - 2
    text = end.text if cell_len(end.text) <= room else set_cell_size(end.text, room).rstrip()
    return [*kept, (*before, Cell(text, end.tone), Cell(" …", "dim"))]


def _choices(state: State, width: int) -> list[Line]:
    label = max((len(view.clean(choice.label)) for choice in state.choices), default=0) + 2
    return [
        _choice(number, choice, number == state.choice, min(label, _LABEL if width < 100 else 2 * _LABEL), width)
        for number, choice in enumerate(state.choices)
    ]


def _choice(place: int, choice: Choice, chosen: bool, label: int, width: int) -> Line:
    name, about, why = view.clean(choice.label), view.clean(choice.about), view.clean(choice.why)
    if cell_len(name) >= label:  # a long text may differ from the next one at its end only
        label = max(label, min(cell_len(name) + 2, width - 7 - cell_len(about) - len(why)))
    return (
        Cell(" ▸ " if chosen else "   ", "key"),
        Cell(f"{place + 1}  ", "key"),
        Cell(fit(name, label), "bold" if chosen else ""),
        Cell(fit(about, width - 6 - label - len(why)), "dim"),
        Cell(why, "dim"),
    )


def _keys(state: State) -> list[Line]:
    """What else can be pressed for this problem."""
    off = stepper.cannot(state)
    known = (("type_answer", typed_words(state)), ("default", "use default"))
    cells = [(Cell(f"{{{id}}}  ", "key"), Cell(f"{text}    ")) for id, text in known if id not in off]
    return [(Cell("   "), *(cell for pair in cells for cell in pair))] if cells else []


def typed_words(state: State) -> str:
    """What is typed, as words of a key."""
    what = TYPED.get(state.problem.topic, "") if state.problem else ""
    other = "another " if stepper.can_be_chosen(state) else "the " if what else "it"
    return f"type {other}{what}".rstrip()


def _scopes(state: State, width: int) -> list[Line]:
    """For which orders the next answer is."""
    off = stepper.cannot(state)
    topic, web = state.asked
    now, others = stepper.scope_of(state, topic), stepper.alike(state)
    lines: list[Line] = []
    if "always" not in off:
        word = view.clean(topics.words(topic, web))
        helped = stepper.helped(state)
        count = f"helps {view.counted(helped, 'more order')}" if helped else ""
        this = "this" if state.chosen and state.chosen.topic == topic else "what you type"
        text = fit(f"Always use {this} for “{word}”", width - 9 - len(count))
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
    look = f" looks at {'it' if warnings == 1 else 'them'}"
    warned = (count, Cell("{previous_problem}", "key"), Cell(look, "dim")) if warnings else ()
    error = view.wrapped(f"✖ {state.matter.order.error}", width, tone="bad") if state.matter.order.error else []
    head: Line = (Cell("✔ ", "ok"), Cell(text, "bold"), *warned)
    return [head, *_cut(error, _MESSAGE_LINES, width), *_given(state, width)]


def _given(state: State, width: int) -> list[Line]:
    if not state.draft:
        return [(Cell("  Nothing is to be answered: the sync writes it at its next turn.", "dim"),)]
    answers = [stepper.shown(answer) for answer in state.draft]
    asked = max(min(max(len(view.clean(asked)) for asked, _, _ in answers) + 2, width // 2), 8)
    lines = [_answer(*answer, asked, width) for answer in answers[:_ANSWERS_SHOWN]]
    more = len(answers) - _ANSWERS_SHOWN
    rest: list[Line] = [(Cell(f"  … and {view.counted(more, 'more answer')}", "dim"),)] if more > 0 else []
    return [*lines, *rest, (), (Cell(" ▸ ", "key"), Cell("{take}", "key"), Cell("  Confirm", "bold"))]


def _answer(name: str, value: str, scope: str, asked: int, width: int) -> Line:
    """What was answered, and at its end, whole, for which orders."""
    end = f", {scope}" if scope else ""
    shown = fit(f"→ {view.clean(value)}", min(cell_len(view.clean(value)) + 3, width - asked - 2 - len(end)))
    return (Cell("  "), Cell(fit(view.clean(name), asked), "dim"), Cell(shown.rstrip()), Cell(end, "busy"))

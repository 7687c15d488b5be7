"""The fields of the Properties form: one line each, the same height, whatever they hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.visual import VisualType
from textual.widget import Widget
from textual.widgets import Input

from webupdate.store.properties import FLAG, Property
from webupdate.tui import view
from webupdate.tui.bars import Lines
from webupdate.tui.form import FIELDS, KEPT, group_begin
from webupdate.tui.paint import Painter
from webupdate.tui.view import Cell, Line, spaced


class Choice(Widget, can_focus=True):
    """One of a few values; the arrow keys, Space and Enter go through them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,space,enter", "step(1)", show=False),
        Binding("left", "step(-1)", show=False),
    ]

    class Changed(Message):
        """Another value was chosen."""

    def __init__(self, painter: Painter, choices: Sequence[tuple[str, str]], value: str) -> None:
        super().__init__()
        self._painter, self._choices = painter, choices
        self._value = value

    @property
    def value(self) -> str:
        return self._value

    @value.setter
    def value(self, value: str) -> None:
        if value != self._value:
            self._value = value
            self.refresh()
            self.post_message(self.Changed())

    def action_step(self, by: int) -> None:
        keys = [key for key, _ in self._choices]
        place = keys.index(self._value) if self._value in keys else -by
        self.value = keys[(place + by) % len(keys)]

    def on_click(self) -> None:
        self.action_step(1)

    def render(self) -> VisualType:
        label = dict(self._choices).get(self._value, self._value)
        mark = "key" if self.has_focus and len(self._choices) > 1 else "dim"
        if len(self._choices) < 2:
            return self._painter.line((Cell(label),))
        return self._painter.line((Cell("‹ ", mark), Cell(label), Cell(" ›", mark)))


class Tick(Choice):
    """Yes or no."""

    def __init__(self, painter: Painter, value: bool) -> None:
        super().__init__(painter, FLAG, "yes" if value else "no")

    def render(self) -> VisualType:
        return self._painter.line((Cell("[x]" if self.value == "yes" else "[ ]"),))


class Locked(Choice):
    """What can be seen and gone to, but not changed here."""

    def __init__(self, painter: Painter, value: str, shown: str) -> None:
        super().__init__(painter, ((value, shown),), value)


class Secret(Input):
    """What is typed here is never shown, nor copied to where it could be read."""

    def __init__(self, value: str, hint: str) -> None:
        super().__init__(value, password=True, placeholder=hint, compact=True, select_on_focus=False)

    def action_copy(self) -> None:
        """Nothing: a clipboard shows it."""

    def action_cut(self) -> None:
        """Nothing, for the same reason."""


class Field(Horizontal):
    """A line of the form: group, label, value, mark."""

    class Edited(Message):
        """The value is another one."""

        def __init__(self, field: Field) -> None:
            super().__init__()
            self.field = field

    class Entered(Message):
        """The field has the focus now."""

        def __init__(self, field: Field) -> None:
            super().__init__()
            self.field = field

    def __init__(
        self, painter: Painter, name: str, group: str, label: str, editor: Input | Choice, unit: str = ""
    ) -> None:
        super().__init__(id=f"field-{name}")
        self.property_name, self.label = name, label
        self.editor = editor
        self._painter, self._group, self._unit = painter, group, unit
        self._mark, self._changed = Cell(""), False

    def compose(self) -> Iterable[Widget]:
        yield Lines(self._painter, classes="group")
        yield Lines(self._painter, classes="label")
        yield self.editor
        if self._unit:
            yield Lines(self._painter, classes="unit")
        yield Lines(self._painter, classes="mark")

    def on_mount(self) -> None:
        self.head(self._group)
        if self._unit:
            self.add_class("-counts")
            self.query_one(".unit", Lines).put([(Cell(self._unit, "dim"),)])
        self._draw_label(False)

    def head(self, group: str) -> None:
        """Begin a group with this line; "" if it goes on with one."""
        self._group = group
        self.set_class(bool(group), "-head")
        self.query_one(".group", Lines).put([(Cell(group, "bold"),)])

    def _draw_label(self, focused: bool) -> None:
        mark = Cell("▸ " if focused else "  ", "key")
        self.query_one(".label", Lines).put([(mark, Cell(self.label, "bold" if focused else ""))])

    def mark(self, text: str, tone: str) -> None:
        """Say at the line's end how the value is."""
        self._mark = Cell(text, tone)
        self._draw_mark()

    def show_changed(self, changed: bool) -> None:
        """Say at the line's end that it is not what is kept."""
        self._changed = changed
        self._draw_mark()

    def _draw_mark(self) -> None:
        cells = [self._mark] if self._mark.text else []
        cells += [Cell("* changed", "busy")] if self._changed else []
        self.query_one(".mark", Lines).put([spaced(cells, 2)])

    @property
    def value(self) -> str:
        return self.editor.value

    @value.setter
    def value(self, value: str) -> None:
        self.editor.value = value

    def on_descendant_focus(self, _: events.DescendantFocus) -> None:
        self._draw_label(True)
        self.post_message(self.Entered(self))

    def on_descendant_blur(self, _: events.DescendantBlur) -> None:
        self._draw_label(False)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Edited(self))

    def on_choice_changed(self, event: Choice.Changed) -> None:
        event.stop()
        self.post_message(self.Edited(self))


def editor_for(painter: Painter, entry: Property, value: str, *, kept: bool, locked: bool = False) -> Input | Choice:
    """The editor that fits a property; `locked`: it can only be looked at."""
    secret = entry.kind == "secret"
    if locked:
        shown = dict(entry.choices).get(value, value)
        return Locked(painter, value, (KEPT if kept else "none") if secret else shown)
    if entry.choices:
        return Choice(painter, entry.choices, value)
    if entry.kind == "flag":
        return Tick(painter, value == "yes")
    if secret:
        return Secret(value, KEPT if kept else "")
    return Input(value, compact=True, select_on_focus=False)


class Fields(VerticalScroll, inherit_bindings=False, can_focus=False):
    """The form's fields. The arrows go from field to field; the list follows, it does not scroll by itself."""

    @property
    def shown(self) -> list[Field]:
        """Those of this shop that match what is looked for."""
        return [field for field in self.query(Field) if field.display]

    def to_group(self, step: int) -> None:
        """The focus to the first field of the next group (1), or of this one and then the one before (-1)."""
        fields = {field.property_name: field for field in self.shown}
        here = next((name for name, field in fields.items() if field.editor.has_focus), None)
        if here is not None:
            there = group_begin([FIELDS[name] for name in fields], FIELDS[here], step)
            field = fields[there.name]
            field.editor.focus(scroll_visible=False)
            self.scroll_to_widget(field, top=True, animate=False)  # with as many of its group as fit


def about(entry: Property, *, barred: str, problem: str, doubt: str) -> list[Line]:
    """The lines at the bottom: which field it is, and what is wrong with it, else its help."""
    where: Line = (Cell(f"{entry.group} › ", "dim"), Cell(entry.label, "bold"), Cell(f"  {entry.name}", "dim"))
    told: Line = (Cell(entry.help, "dim"),)
    if barred:
        return [where, told, (Cell("‖ "), Cell(view.clean(barred)))]
    if problem:
        told = (Cell("✖ ", "bad"), Cell(f"{entry.label}: "), Cell(view.clean(problem)))
    elif doubt:
        told = (Cell("⚠ ", "warn"), Cell(f"{entry.label}: "), Cell(view.clean(doubt)))
    return [where, told]

"""What a shop holds beside what it should hold, field by field, by what they mean and not by their bytes.

A false alarm would make verify useless: a shop may write 18 for 18.00, clean HTML, count in whole pieces.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_FLOOR, Decimal, InvalidOperation
from typing import Any

import msgspec

from webupdate.sync import countries, meaning
from webupdate.sync.htmllines import as_lines
from webupdate.sync.shops.base import EITHER, RECORD_TYPES, Abilities
from webupdate.sync.text import visible

_NUMBERS = frozenset(("weight", "price", "quantity", "rate", "min_value", "max_value", "handling", "due_days"))
_RICH = frozenset(("short", "long"))
_PLACES = frozenset(("country", "state"))
LONGEST = 200  # characters of a value that are kept for people


class Field(msgspec.Struct, frozen=True):
    """A field with the two values that differ, as people read them; "" = none."""

    name: str
    held: str
    wanted: str


def differing(entity: str, held: bytes, wanted: bytes, able: Abilities) -> tuple[Field, ...]:
    """The fields of a record that differ, for a shop that can hold what `able` says."""
    old, new = fields_of(entity, held), fields_of(entity, wanted)
    if "shown" in old:
        new.setdefault("shown", True)
    same = _same_pieces if able.whole_pieces and entity == "stock" else _same
    same = _same_lines if entity in able.as_lines else same
    compared = old if _is_part(entity, old) else {**new, **old}
    names = [name for name in compared if not same(name, old.get(name), new.get(name))]
    return tuple(Field(name, shown(old.get(name)), shown(new.get(name))) for name in names)


def _is_part(entity: str, held: dict[str, Any]) -> bool:
    """Whether the shop has no place for all of a record: then what it has is compared."""
    kind = RECORD_TYPES.get(entity)
    return kind is not None and any(field.required and field.name not in held for field in msgspec.structs.fields(kind))


def fields_of(entity: str, data: bytes) -> dict[str, Any]:
    """A record's fields, those at their default too; `shown` false if the shop hides it, whatever its kind."""
    content: dict[str, Any] = msgspec.json.decode(data, type=dict[str, Any])
    kind = RECORD_TYPES.get(entity)
    if kind is not None:
        try:
            hidden = {"shown": False} if content.get("shown") is False else {}
            content = {**hidden, **msgspec.to_builtins(_whole(msgspec.convert(content, kind)))}
        except msgspec.ValidationError:
            pass  # a shop's own thing under our key: it differs in whatever it holds
    return content


def _whole(record: msgspec.Struct) -> dict[str, Any]:
    """Fields at their default are left out of JSON, not here."""
    return {
        name: [_whole(part) if isinstance(part, msgspec.Struct) else part for part in value]
        if isinstance(value, tuple)
        else value
        for name, value in msgspec.structs.asdict(record).items()
    }


def is_shown(held: bytes) -> bool:
    """Whether customers of the shop can see, buy or log in with what it holds."""
    content: dict[str, Any] = msgspec.json.decode(held, type=dict[str, Any])
    return content.get("shown") is not False and content.get("active") is not False


def shown(value: Any) -> str:
    """A value as people read it, on one line."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return visible("; ".join(_rate(part) for part in value), LONGEST)
    return "" if value is None else visible(str(value), LONGEST)


def _rate(part: Any) -> str:
    if not isinstance(part, dict):
        return str(part)
    return " ".join(str(value) for value in part.values() if value not in ("", None))


def _same(name: str, held: Any, wanted: Any) -> bool:
    if isinstance(held, list) and isinstance(wanted, list):
        return len(held) == len(wanted) and all(map(_same_part, held, wanted))
    if not (isinstance(held, str) and isinstance(wanted, str)):
        return bool((held in (None, "")) if wanted in (None, "") else held == wanted)
    if name in _PLACES and EITHER in held:
        return any(_same(name, one, wanted) for one in held.split(EITHER))
    if name in _RICH:
        return meaning.same(held, wanted)
    if name == "country" and (code := countries.code_of(held)) is not None:
        return code == countries.code_of(wanted)
    if name in _NUMBERS:
        return _same_number(held, wanted, lambda number: number)
    return " ".join(held.split()) == " ".join(wanted.split())


def _same_part(held: Any, wanted: Any) -> bool:
    """One row of a list (a shipping rate)."""
    if not (isinstance(held, dict) and isinstance(wanted, dict)):
        return bool(held == wanted)
    return all(_same(name, held.get(name), wanted.get(name)) for name in {**held, **wanted})


def _same_lines(name: str, held: Any, wanted: Any) -> bool:
    if name in _RICH and isinstance(held, str) and isinstance(wanted, str):
        held, wanted = as_lines(held), as_lines(wanted)
    return _same(name, held, wanted)


def _same_pieces(name: str, held: Any, wanted: Any) -> bool:
    if name != "quantity":
        return _same(name, held, wanted)
    return _same_number(str(held), str(wanted), _pieces)


def _pieces(number: Decimal) -> Decimal:
    return max(Decimal(0), number.to_integral_value(ROUND_FLOOR))


def _same_number(held: str, wanted: str, kept: Callable[[Decimal], Decimal]) -> bool:
    try:
        return kept(Decimal(held)) == kept(Decimal(wanted))
    except InvalidOperation:
        return held == wanted

"""A request to the stand-in and its answer, in the forms in which WordPress reads and writes them."""

from __future__ import annotations

import json
import math
from typing import Any

import msgspec

Body = dict[str, Any]


class Refusal(Exception):
    """An error answer: always `code`, `message` and `data` with the status in it."""

    def __init__(self, status: int, code: str, message: str, **data: Any) -> None:
        super().__init__(code)
        self.status = status
        self.body = {"code": code, "message": message, "data": {"status": status, **data}}


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What came in. `query` holds the last value of each name, `body` is decoded JSON or the bytes of a file."""

    method: str
    path: str
    query: dict[str, str] = {}
    body: Any = None
    headers: dict[str, str] = {}
    batch: bool = False  # an item of a batch: its parameters are not validated (recordings 57, 58)

    def fields(self) -> Body:
        """The JSON object that was sent."""
        return self.body if isinstance(self.body, dict) else {}


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What goes back."""

    body: Any
    status: int = 200
    headers: dict[str, str] = {}


def decode(raw: bytes, kind: str) -> Any:
    """The body of a request: JSON must be JSON (recording 46), all else are bytes."""
    if not raw or not kind.startswith("application/json"):
        return raw or None
    try:
        return json.loads(raw)
    except ValueError:
        raise Refusal(
            400, "rest_invalid_json", "Invalid JSON body passed.",
            json_error_code=4, json_error_message="Syntax error",
        ) from None  # fmt: skip


def wrong(complaints: dict[str, tuple[str, str]]) -> Refusal:
    """400 with all bad fields: by name a code and a sentence (recordings 16, 45, 61, 85)."""
    typed = "rest_invalid_type"
    return Refusal(
        400,
        "rest_invalid_param",
        f"Invalid parameter(s): {', '.join(complaints)}",
        params={name: text for name, (_, text) in complaints.items()},
        details={
            name: {"code": code, "message": text, "data": {"param": name} if code == typed else None}
            for name, (code, text) in complaints.items()
        },
    )


def page_of(request: Request, found: list[Body]) -> Answer:
    """A page of a list with its totals; past the end it is empty and both totals are 0 (recording 44)."""
    size, page = _number(request, "per_page", 10, 100), _number(request, "page", 1, 10**9)
    start = int(request.query.get("offset") or (page - 1) * size)
    rows = found[start : start + size]
    total = len(found) if rows or not found else 0
    headers = {"x-wp-total": str(total), "x-wp-totalpages": str(math.ceil(total / size))}
    return Answer(body=[cut(request, row) for row in rows], headers=headers)


def _number(request: Request, name: str, default: int, most: int) -> int:
    value = int(request.query.get(name) or default)
    if not 1 <= value <= most:
        raise wrong({name: ("rest_out_of_bounds", f"{name} must be between 1 (inclusive) and {most} (inclusive)")})
    return value


def cut(request: Request, row: Body) -> Body:
    """Only what `_fields` names, dots going inside."""
    names = request.query.get("_fields")
    if not names:
        return row
    kept: Body = {"brands": []} if "brands" in row and "sku" in row and request.method != "GET" else {}  # 60
    for name in names.split(","):
        outer, _, inner = name.partition(".")
        if outer in row and inner:
            kept.setdefault(outer, {})[inner] = row[outer].get(inner)
        elif outer in row:
            kept[outer] = row[outer]
    return kept

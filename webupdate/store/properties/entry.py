"""What one property is."""

from __future__ import annotations

from typing import Literal

import msgspec

from webupdate.store.checks import Check


class Property(msgspec.Struct, frozen=True, kw_only=True):
    """One setting. Values are text everywhere; `check` returns what is wrong with one, or None."""

    name: str
    group: str
    label: str
    help: str
    scope: Literal["company", "site"]
    kind: Literal["text", "folder", "file", "choice", "number", "flag", "secret", "date"] = "text"
    default: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    required: bool = False
    check: Check | None = None
    unit: str = ""  # what a number counts
    remaps: bool = False  # the records' mapping reads it: a change forces one full read
    shops: tuple[str, ...] = ()  # the shops that have such a setting; () = all

"""Brings in what the first screen does without, while it is looked at: a key must not wait for an import."""

from __future__ import annotations

import importlib
import pkgutil

from webupdate import tui


def warm_up() -> None:
    """Import all screens. For a thread."""
    for module in pkgutil.iter_modules(tui.__path__):
        importlib.import_module(f"{tui.__name__}.{module.name}")

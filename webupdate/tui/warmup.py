"""Brings in what the first screen does without, while it is looked at: a key must not wait for an import."""

from __future__ import annotations

import gc
import importlib
import pkgutil

from webupdate import tui


def warm_up() -> None:
    """Import all screens. For a thread.

    What is there by then stays for good, so Python need not look at it again at each collection of garbage: that
    holds up all threads, for 0.1 s and more while the engine works through thousands of records.
    """
    for module in pkgutil.iter_modules(tui.__path__):
        importlib.import_module(f"{tui.__name__}.{module.name}")
    gc.freeze()
    gc.enable()

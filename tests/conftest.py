"""Which tests share a worker: those of a file, as `--dist loadfile` has it, and all that need a real Vendure; and what
begins first, so that no worker has a long file to do when the others are through."""

from __future__ import annotations

import pytest

VENDURE = "vendure"
# Files that take long for their few tests: they start shops and processes, or open a screen for each test.
LONG = (
    *("crash/test_orders", "crash/test_kill", "tui/test_every_action", "tui/test_snapshots", "test_hostile_orders"),
    *("test_northwind_orders", "tests/test_customers", "test_end_to_end", "tests/test_f", "tui/test_kinds_by_keys"),
    *("shops/test_contract", "tui/test_properties", "tui/test_resolve", "test_verify", "tests/webshop", "tests/crash"),
    *("tests/tui",),
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first; `--no-loadscope-reorder` keeps that order."""
    items.sort(key=lambda item: _place(item.nodeid))


def _place(nodeid: str) -> int:
    if VENDURE in nodeid:
        return -1
    return next((place for place, name in enumerate(LONG) if name in nodeid), len(LONG))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """One Vendure for the whole run: it takes longer to start than any other shop."""
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

    class OneVendure(LoadFileScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return VENDURE if VENDURE in nodeid else str(super()._split_scope(nodeid))

    return OneVendure(config, log)

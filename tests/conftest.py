"""Which tests share a worker: those of a file, as `--dist loadfile` has it, and all that need a real Vendure."""

from __future__ import annotations

import pytest


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """One Vendure for the whole run: it takes longer to start than any other shop."""
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

    class OneVendure(LoadFileScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return "vendure" if "vendure" in nodeid else str(super()._split_scope(nodeid))

    return OneVendure(config, log)

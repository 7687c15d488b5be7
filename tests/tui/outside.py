"""What lies outside of the screens, as it answers in tests of them: at once, and everywhere the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.tui.seeds import FakeEngine
from webupdate import settings
from webupdate.store.companies import SiteInfo
from webupdate.store.secrets import Vault
from webupdate.sync import connect
from webupdate.sync.checkup import Found
from webupdate.sync.explain import Look, Shown
from webupdate.sync.shops.base import Held
from webupdate.sync.shops.oscar import OSCAR
from webupdate.tui import session
from webupdate.tui.session import Session

FOUND = [
    Found(state="bad", what="Disk free", detail="0.1 GB in ~/data", do="Make room there.", group="Places"),
    Found(state="warn", what="Clock of shop", detail="121 s ahead", do="Set it.", company="Northwind", group="Shops"),
    Found(state="off", what="Mail of support", detail="no address", group="Sync"),
    Found(state="ok", what="SQLite", detail="3.45", group="Program"),
]
tried: list[str] = []  # the addresses that connections were tested with


def _reach(values: dict[str, str], _: dict[str, str]) -> str:
    tried.append(values["address"])
    return f"Connected to {tried[-1]}."


def _looker(_: Vault) -> Look:
    def look(site: SiteInfo, wanted: Mapping[str, Sequence[str]]) -> Shown:
        title = b'{"category":"11","title":"cheap tea","short":"10 boxes x 20 bags","unit":"EA"}'
        return Shown({("items", "CHAI-01"): Held(entity="items", key="CHAI-01", data=title)}, OSCAR)

    return look


def stand_in(patch: pytest.MonkeyPatch) -> None:
    """No engine is started, no shop and nobody of support is reached, this machine is not looked at,
    and nobody's own settings are written."""
    patch.setattr(session, "new_engine", lambda *_: FakeEngine())
    patch.setattr(session, "try_connection", _reach)
    patch.setattr(session, "try_support", lambda _, company: f"Told about {company}.")
    patch.setattr(connect, "looker", _looker)
    patch.setattr(settings, "default_path", lambda: Path("/home/anna/.config/webupdate/settings.toml"))
    patch.setattr(settings, "keep", lambda *_: None)
    patch.setattr(Session, "examine", lambda *_: list(FOUND))
    patch.setattr(Session, "examine_shop", lambda *_: [])
    patch.setattr(Session, "write_bundle", lambda *_: Path("support.txt"))

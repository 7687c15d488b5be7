"""A Complete Upload killed twice with -9, while the shop refuses one record and the stock of another never rests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.engine import complete_upload, run
from tests.crash.test_kill import held
from tests.firm import Firm
from tests.webshop.running import Api, running_shop
from webupdate.store import board, commands, reloads
from webupdate.store.reloads import Reload

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    with running_shop(tmp_path / "shop") as shop:
        firm = Firm(tmp_path, shop)
        yield firm
        firm.close()


def engine(firm: Firm, moment: int = 0) -> int:
    """Run until the Complete Upload is through, or until that moment; returns the moments, 0 when it was killed."""
    return run(complete_upload, firm.paths, firm.export, moment=moment)


def under_way(firm: Firm) -> Reload:
    return reloads.running(firm.store, firm.company.sites[0].id)[0]


def spoil(firm: Firm, key: str) -> None:
    """Change an item in the shop behind everybody's back, with the revision that it has: so ours is not stale."""
    api = Api(firm.shop)
    api.rev = firm.store.one("SELECT rev FROM queue WHERE entity = 'items' AND key = ?", key) - 1
    assert api.put("items", key, category=None, title="changed by hand")["status"] == "updated"


def test_killed_twice_it_finishes_right_and_turns_itself_off(firm: Firm) -> None:
    firm.change("prices", "CHANG-02,Retail,EA,19.00", "CHANG-02,Retail,EA,19.005")  # finer than the shop takes
    firm.cycle()
    assert len(firm.failed()) == 1
    title = Api(firm.shop).read("items", "CHAI-01")[0]["title"]
    spoil(firm, "CHAI-01")
    commands.leave(firm.store, "complete_upload", company_id=firm.company.id, site=None)

    done = []
    for moment in (40, 60):
        assert engine(firm, moment) == 0
        assert firm.site().complete_upload
        done.append(under_way(firm).done)
    assert 0 < done[0] < done[1] < under_way(firm).total
    assert engine(firm)

    assert reloads.running(firm.store) == []
    assert [line.text for line in board.log_lines(firm.store, limit=5000) if "Complete Upload" in line.text] == [
        "Complete Upload of shop: 415 records go again",
        "Complete Upload of shop done: 414 of 415 sent, 1 needs you",
    ]
    assert len(firm.failed()) == 1
    firm.cycle()
    assert firm.site().waiting == 0
    api = Api(firm.shop)
    assert [len(held(api, kind)) for kind in ("categories", "items", "prices", "stock")] == [9, 77, 153, 77]
    assert api.read("items", "CHAI-01")[0]["title"] == title
    facts = firm.store.one("SELECT json_extract(facts, '$.T_AVAIL') FROM exportrow WHERE key = 'CHAI-01'")
    assert api.read("stock", "CHAI-01")[0]["quantity"] == facts

"""Every field of Northwind's export files is looked for in the shop's pages. (One store is open per process.)"""

from __future__ import annotations

from pathlib import Path

from tests.webstore import find_every_field, northwind, open_for_business, three_leave_and_one_comes_back


def test_the_pages_of_northwind_show_every_field(tmp_path: Path) -> None:
    with open_for_business(northwind, tmp_path) as pages:
        find_every_field(pages)
        three_leave_and_one_comes_back(pages, ["CHAI-01", "CHANG-02", "TOFU-14"])

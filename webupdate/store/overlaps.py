"""What is wrong or doubtful about a company's settings beside those of the others: twins, shared folders and shops."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from webupdate.store.companyinfo import CompanyInfo


class Remark(NamedTuple):
    """A sentence about the property `name`, without its label. `wrong`: it can't be saved so; else it is doubtful."""

    name: str
    text: str
    wrong: bool


class Own(NamedTuple):
    """Which company and site the settings are of; 0 = a new one."""

    company: int = 0
    site: int = 0


def remarks(values: Mapping[str, str], own: Own, known: Sequence[CompanyInfo]) -> Iterator[Remark]:
    """All that is to be said of a company's and a site's settings, beside the `known` companies. No disk is asked."""
    others = [info for info in known if info.id != own.company]
    yield from _twins(values, own, known)
    yield from _shared_folders(values, others)
    yield from _shared_shop(values, own, known)
    if _same(values, "export_folder", values, "order_folder"):
        yield Remark("order_folder", "is the export folder: EBMS would find its own exports among the orders.", False)
    if values.get("first_day") and "" < values.get("last_day", "") < values["first_day"]:
        yield Remark("last_day", f"{values['last_day']} lies before the first open day, {values['first_day']}.", True)


def _twins(values: Mapping[str, str], own: Own, known: Sequence[CompanyInfo]) -> Iterator[Remark]:
    name, site = values.get("name", "").strip().lower(), values.get("site", "")
    for info in known:
        if name and info.id != own.company and info.name.lower() == name:
            yield Remark("name", f"There is a company {info.name!r} already. Give this one another name.", True)
        if info.id == own.company and any(one.name == site and one.id != own.site for one in info.sites):
            yield Remark("site", f"{info.name} has a site {site!r} already. Give this one another name.", True)


def _shared_folders(values: Mapping[str, str], others: Sequence[CompanyInfo]) -> Iterator[Remark]:
    for info in others:
        if _same(values, "order_folder", info.values, "order_folder", within=True):
            text = f"{info.name} has its orders there: EBMS would import them into the wrong company."
            yield Remark("order_folder", f"{text} Give each company a folder of its own.", True)
        elif _same(values, "order_folder", info.values, "export_folder"):
            yield Remark("order_folder", f"{info.name} has its exports there.", False)
        if _same(values, "export_folder", info.values, "export_folder"):
            yield Remark("export_folder", f"{info.name} reads its exports there too: is it the right company's?", False)


def _shared_shop(values: Mapping[str, str], own: Own, known: Sequence[CompanyInfo]) -> Iterator[Remark]:
    address = _bare(values.get("address", ""))
    for info in known:
        if address and any(_bare(one.values["address"]) == address for one in info.sites if one.id != own.site):
            text = f"{info.name} sends to this shop too: each would change what the other sent."
            yield Remark("address", text, False)


def _bare(address: str) -> str:
    return address.strip().rstrip("/").lower()


def _same(ours: Mapping[str, str], name: str, theirs: Mapping[str, str], other: str, *, within: bool = False) -> bool:
    """Whether two folders are one; `within`: also whether one lies in the other."""
    one, two = _place(ours.get(name, "")), _place(theirs.get(other, ""))
    if not one or not two:
        return False
    return one == two or (within and (one.startswith(two + os.sep) or two.startswith(one + os.sep)))


def _place(folder: str) -> str:
    """A whole path in one spelling, as this system compares paths; "" for what is none."""
    if not folder or not folder.isprintable():
        return ""
    try:
        expanded = Path(folder).expanduser()
    except RuntimeError:  # the home of somebody who is not here
        return ""
    return os.path.normcase(os.path.normpath(expanded)) if expanded.is_absolute() else ""

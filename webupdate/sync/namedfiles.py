"""A picture or document that an item names: where it lies, and what is said of one that is not sound."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from webupdate.store.companies import CompanyInfo
from webupdate.store.exports import Complaint
from webupdate.sync.filenames import folded
from webupdate.sync.shops.base import KEY_SEPARATOR, Entity
from webupdate.sync.text import visible

COLUMN = {"images": "IMAGES", "documents": "DOCUMENTS"}
WORD = {"images": "picture", "documents": "document"}
FOLDER = {"images": "images_folder", "documents": "documents_folder"}


class Named(Struct, frozen=True):
    """A file that an item names, and where."""

    entity: Entity
    sku: str
    line: int
    position: int
    name: str

    @property
    def key(self) -> str:
        return f"{self.sku}{KEY_SEPARATOR}{self.name}"

    @property
    def file(self) -> tuple[str, str]:
        """Entity and folded name: the same for all items that name this file."""
        return self.entity, folded(self.name)


def folder_of(company: CompanyInfo, entity: str) -> Path:
    """Where a company's pictures or documents lie."""
    own = company.values[FOLDER[entity]]
    return Path(own).expanduser() if own else Path(company.values["export_folder"]).expanduser() / entity


def complaint_of(company: CompanyInfo, export: str, entry: Named, why: str) -> Complaint:
    """What is said of a named file; `export` is the inventory's file name, `why` is read behind the name."""
    column = COLUMN[entry.entity]
    shown = visible(entry.name)
    return Complaint(
        line=entry.line,
        key=entry.sku,
        field=column,
        seen=shown,
        message=f"{export}, line {entry.line:,}, {visible(entry.sku)}: the {WORD[entry.entity]} "
        f'"{shown}" in {column} {why}.',
        hint=f"Expected: a sound {WORD[entry.entity]} below {folder_of(company, entry.entity)}. Put it "
        "there, or correct the name in EBMS. It is looked at again by itself.",
    )

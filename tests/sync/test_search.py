"""Finding a record by what people know of it."""

from __future__ import annotations

from tests.sync.folders import Exports
from webupdate.store import search

INVENTORY = "ID,TREE_ID,DESCR_1,SHOW_WEB,IMAGES,DOCUMENTS\r\nCHAI-01,0,Tea,T,a.jpg;The Tea.jpg,tea.pdf\r\nX,0,Y,T,,\r\n"


def test_an_item_is_found_by_the_name_of_its_picture_or_document(folder: Exports) -> None:
    folder.save("inventory.csv", INVENTORY)
    folder.look()
    for text in ("the tea.JPG", "tea.pdf"):
        (hit,) = search.find(folder.store, folder.company.id, text)
        assert (hit.kind, hit.key, hit.title, hit.detail) == ("items", "CHAI-01", "Tea", "")

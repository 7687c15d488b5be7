"""What a visitor sees: pages, lists, search, categories, hidden things, hostile texts."""

from __future__ import annotations

import re

import pytest

from tests.webshop.running import BY_HAND, Api, Checkout, Refusal, browser, run_in_shop
from webupdate.webshop.server import RunningShop


@pytest.fixture
def visitor(shop_server: RunningShop) -> Checkout:
    return Checkout(shop_server)


def category_page(visitor: Checkout, title: str) -> str:
    """The page of a category, reached by the menu."""
    link = re.search(rf'href="([^"]+)">\s*(?:<strong>)?{title}\s*<', visitor.get("/catalogue/"))
    assert link, f"{title} is not in the menu"
    return visitor.get(link[1])


def test_the_shop_has_its_name_and_asks_no_other_host(visitor: Checkout) -> None:
    page = visitor.get("/catalogue/")
    assert "Northwind Traders" in page
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)


@pytest.mark.parametrize("path", ["/static/oscar/css/styles.css", "/static/oscar/js/jquery/jquery.min.js"])
def test_static_files_are_served(shop_server: RunningShop, path: str) -> None:
    assert browser(shop_server).get(path).status_code == 200


def test_pictures_are_served(api: Api, visitor: Checkout) -> None:
    api.item("PIC-1")
    picture = re.search(r'src="(/media/[^"]+)"', visitor.open_item("PIC-1"))
    assert picture
    assert visitor.client.get(picture[1]).headers["Content-Type"].startswith("image/")


@pytest.mark.parametrize("path", ["/static/../settings.py", "/media/../secret_key", "/media/..%2fsync-token"])
def test_no_file_outside_is_served(shop_server: RunningShop, path: str) -> None:
    assert browser(shop_server).get(path).status_code in (400, 404)


def test_search_finds_all_words_in_title_and_number(api: Api, visitor: Checkout) -> None:
    api.item("SEEK-1", title="Grüner Tee lose")
    assert "Grüner Tee lose" in visitor.get("/search/", q="lose grüner")
    assert "Grüner Tee lose" in visitor.get("/search/", q="SEEK-1")
    assert "Grüner Tee lose" not in visitor.get("/search/", q="grüner kaffee")
    assert visitor.client.get("/search/", params={"q": "\0' OR 1=1 --"}).status_code == 200


def test_markup_of_the_erp_is_harmless(api: Api, visitor: Checkout) -> None:
    script = "<script>alert('x')</script>"
    api.put("categories", "EVIL", parent=None, title=f"Evil {script}", short=script, long=f"<p>ok</p>{script}")
    text = f'{script}<p onclick="x()">fine</p><iframe src="//e"></iframe><a href="javascript:x()">a</a>'
    api.item("EVIL-1", category="EVIL", title=f"Evil {script}", short=script, long=text, manufacturer=script)
    page = visitor.open_item("EVIL-1") + visitor.get("/catalogue/") + visitor.get("/search/", q="EVIL-1")
    assert "<p>fine</p>" in page
    assert "Evil &lt;script&gt;" in page
    for bad in ("<script>alert", 'onclick="x', "<iframe", "javascript:x"):
        assert bad not in page
    assert api.read("items", "EVIL-1")[0]["long"].startswith("<p>fine</p>")


def test_a_title_without_letters_still_has_an_address(api: Api, visitor: Checkout) -> None:
    api.put("categories", "???", parent=None, title="!!!")
    api.item("DASH-1", category="???", title="***")
    assert "***" in visitor.open_item("DASH-1")
    assert visitor.get("/catalogue/").count("!!!")


def test_a_hidden_item_is_nowhere(api: Api, visitor: Checkout) -> None:
    api.item("HID-1", title="Hidden thing")
    visitor.open_item("HID-1")
    address = visitor.page.url.path
    api.send(api.record("items", "HID-1", op="hide"))
    assert visitor.client.get(address).status_code == 404
    with pytest.raises(Refusal):
        visitor.open_item("HID-1")


def test_a_product_made_in_the_dashboard_has_a_page(api: Api, visitor: Checkout, shop_server: RunningShop) -> None:
    run_in_shop(shop_server, BY_HAND.format(sku="DASHBOARD-1"))
    assert api.read("items", "DASHBOARD-1") == [{"category": None, "title": "By hand"}]
    page = visitor.open_item("DASHBOARD-1")
    assert "By hand" in page
    assert "/basket/add/" not in page  # nobody gave it a price


def test_items_of_a_hidden_category_are_nowhere(api: Api, visitor: Checkout) -> None:
    api.put("categories", "HC-1", parent=None, title="Outer shelf")
    api.put("categories", "HC-2", parent="HC-1", title="Inner shelf")
    api.item("HC-ITEM", category="HC-2", title="Thing on the shelf")
    assert "Thing on the shelf" in category_page(visitor, "Inner shelf")
    shelf = visitor.page.url.path
    visitor.open_item("HC-ITEM")
    item, page = visitor.page.url.path, visitor.page.text
    api.send(api.record("categories", "HC-1", op="hide"))
    assert visitor.client.get(shelf).status_code == 404
    assert visitor.client.get(item).status_code == 404
    assert "Inner shelf" not in visitor.get("/catalogue/")
    with pytest.raises(Refusal):
        visitor.open_item("HC-ITEM")
    visitor.get("/accounts/login/")
    visitor.post(re.findall(r'action="(/basket/add/\d+/)"', page)[0], {"quantity": "1"})
    assert "Your cart is empty" in visitor.get("/basket/")
    api.put("categories", "HC-1", parent=None, title="Outer shelf")
    assert visitor.client.get(item).status_code == 200


def test_a_category_moves_with_what_is_below(api: Api, visitor: Checkout, shop_server: RunningShop) -> None:
    for key, parent in [("MV-A", None), ("MV-B", None), ("MV-C", "MV-A"), ("MV-D", "MV-C")]:
        api.put("categories", key, parent=parent, title=f"Move {key}")
    api.item("MV-ITEM", category="MV-D", title="Moving thing")
    api.put("categories", "MV-B", parent=None, title="Move MV-B", shown=False)
    api.put("categories", "MV-C", parent="MV-B", title="Move MV-C")
    with pytest.raises(Refusal):
        visitor.open_item("MV-ITEM")
    api.put("categories", "MV-B", parent=None, title="Move MV-B")
    assert "Moving thing" in category_page(visitor, "Move MV-B")
    assert "Moving thing" not in category_page(visitor, "Move MV-A")
    assert "/move-mv-b/move-mv-c/" in visitor.get("/catalogue/")
    assert api.put("categories", "MV-B", parent="MV-D", title="x")["error"]["code"] == "loop"
    # within one batch the root moves below what was its child
    results = api.send(
        api.record("categories", "MV-B", {"parent": "MV-C", "title": "Move MV-B"}),
        api.record("categories", "MV-C", {"parent": None, "title": "Move MV-C"}),
    )
    assert [result["status"] for result in results] == ["updated", "updated"]
    assert run_in_shop(shop_server, TREE_PROBLEMS).strip() == "([], [], [], [], [])"


TREE_PROBLEMS = "from oscar.core.loading import get_model\nprint(get_model('catalogue', 'Category').find_problems())"


def test_coming_soon_is_shown_but_not_sold(api: Api, visitor: Checkout) -> None:
    api.item("SOON-1", coming_soon=True)
    page = visitor.open_item("SOON-1")
    assert "Coming soon" in page
    with pytest.raises(Refusal, match="no button"):
        visitor.add("SOON-1")


def test_out_of_stock_shows_the_message_of_the_erp(api: Api, visitor: Checkout) -> None:
    api.item("OUT-1", stock="0", oversell=False, out_of_stock_message="Back in May")
    assert "Back in May" in visitor.open_item("OUT-1")
    with pytest.raises(Refusal, match="no button"):
        visitor.add("OUT-1")
    api.item("OUT-2", stock="0", oversell=True, out_of_stock_message="Ships in a week")
    assert "Ships in a week" in visitor.open_item("OUT-2")
    visitor.add("OUT-2", 50)


def test_an_item_without_a_price_is_not_sold(api: Api, visitor: Checkout) -> None:
    api.put("items", "FREE-1", category=None, title="No price")
    with pytest.raises(Refusal, match="no button"):
        visitor.add("FREE-1")


def test_makemigrations_finds_nothing_to_do(shop_server: RunningShop) -> None:
    program = (
        "from django.core.management import call_command\n"
        "call_command('makemigrations', check=True, dry_run=True)\n"
        "call_command('migrate', check_unapplied=True)"
    )
    assert "No changes detected" in run_in_shop(shop_server, program)

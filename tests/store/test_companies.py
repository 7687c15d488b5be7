"""Companies and their sites: made, changed and removed, and never half."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.making import TOKEN, Place, company_values, make_place, put
from webupdate.errors import UsageError
from webupdate.store import board, commands, companies, exports
from webupdate.store.db import Store
from webupdate.store.exports import FileState
from webupdate.store.properties import BY_NAME, applies
from webupdate.store.secrets import NoKey, NoRight, Vault


def forced(place: Place) -> bool:
    return exports.file_state(place.store, place.company.id, "prices").forced


@pytest.fixture
def read(place: Place) -> Place:
    """A company whose price file was read."""
    exports.set_file_state(place.store, place.company.id, "prices", FileState(read_at=1, forced=False))
    return place


def test_a_new_company_has_one_site_and_the_defaults(place: Place) -> None:
    assert place.company.values["interval"] == "20"
    assert place.site.name == "shop"
    assert place.site.values["address"] == "https://shop.example"
    assert place.site.values["price_level"] == "Retail"
    assert place.vault.unlock(place.site.secrets) == {"token": TOKEN}
    assert companies.company_by_id(place.store, place.company.id) == place.company
    assert companies.companies(place.store) == [place.company]


NEEDED = [entry for entry in BY_NAME.values() if entry.required and not entry.default]


@pytest.mark.parametrize("name", [entry.name for entry in NEEDED if applies(entry, "")])
def test_what_is_needed_must_be_given(opened: Store, vault: Vault, tmp_path: Path, name: str) -> None:
    for given in ({name: ""}, {}):
        values = {key: value for key, value in company_values(tmp_path, **given).items() if value and key != name}
        with pytest.raises(UsageError, match=f"Missing: {name}"):
            companies.add(opened, vault, values)
    assert companies.companies(opened) == []


def test_wrong_values_are_refused_all_at_once(opened: Store, vault: Vault, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"address: .*; interval: ") as refused:
        companies.add(opened, vault, company_values(tmp_path, address="http://shop.example", interval="1"))
    assert TOKEN not in str(refused.value)
    assert companies.companies(opened) == []


def test_unknown_properties_are_refused_with_the_known_ones(place: Place) -> None:
    with pytest.raises(UsageError, match=r"intervall: there is no such property\.") as refused:
        companies.change(place.store, place.vault, place.company, {"intervall": "20"})
    assert "interval" in refused.value.hint


@pytest.mark.parametrize(("first", "second"), [("Acme", "ACME"), ("Müller", "MÜLLER")])
def test_names_differ_by_more_than_case(opened: Store, vault: Vault, tmp_path: Path, first: str, second: str) -> None:
    make_place(opened, vault, tmp_path, name=first)
    other = make_place(opened, vault, tmp_path, name="Other")
    with pytest.raises(UsageError, match="There is a company"):
        make_place(opened, vault, tmp_path, name=second)
    with pytest.raises(UsageError, match="There is a company"):
        companies.change(opened, vault, other.company, {"name": second})
    assert [info.name for info in companies.companies(opened)] == [first, "Other"]


def test_a_company_is_found_whatever_the_case(place: Place) -> None:
    assert companies.company(place.store, " NORTHWIND traders ").id == place.company.id
    renamed = companies.change(place.store, place.vault, place.company, {"name": "northwind Traders"})
    assert renamed.name == "northwind Traders"


def test_an_unknown_company_is_answered_with_the_known(place: Place) -> None:
    with pytest.raises(UsageError, match="no company 'Acme'") as refused:
        companies.company(place.store, "Acme")
    assert "Northwind Traders" in refused.value.hint
    with pytest.raises(UsageError, match="no site 'b2b'") as refused:
        place.company.site("b2b")
    assert "shop" in refused.value.hint


def test_a_change_keeps_the_rest(place: Place) -> None:
    changed = companies.change(place.store, place.vault, place.company, {"interval": "60", "price_level": "B2B"})
    assert changed.values == {**place.company.values, "interval": "60"}
    assert changed.sites[0].values == {**place.site.values, "price_level": "B2B"}
    assert place.vault.unlock(changed.sites[0].secrets) == {"token": TOKEN}


def test_an_empty_value_is_the_default_again(place: Place) -> None:
    companies.change(place.store, place.vault, place.company, {"interval": "60", "site": "b2b"})
    changed = companies.change(place.store, place.vault, place.company, {"interval": "", "site": ""})
    assert changed.values["interval"] == "20"
    assert changed.sites[0].name == "b2b"  # order files carry it, so it is not changed by leaving it out


@pytest.mark.parametrize("name", ["name", "address", "token", "export_folder"])
def test_what_is_needed_can_not_be_emptied(place: Place, name: str) -> None:
    with pytest.raises(UsageError, match=f"{name}: is needed"):
        companies.change(place.store, place.vault, place.company, {name: ""})
    assert companies.companies(place.store) == [place.company]


@pytest.mark.parametrize(
    ("change", "reads_again"),
    [
        ({"gone": "delete"}, False),
        ({"price_level": "List"}, True),
        ({"items": "MFG = ACME"}, True),
        ({"guest_customer": "WEB"}, True),
        ({"interval": "60"}, False),
        ({"token": "x"}, False),
    ],
)
def test_what_the_mapping_reads_forces_one_full_read(read: Place, change: dict[str, str], reads_again: bool) -> None:
    assert not forced(read)
    companies.change(read.store, read.vault, read.company, change)
    assert forced(read) is reads_again


def test_another_site_fills_itself(read: Place) -> None:
    info = companies.add_site(
        read.store, read.vault, read.company, {"site": "b2b", "address": "https://b2b.example", "token": "other"}
    )
    assert [site.name for site in info.sites] == ["shop", "b2b"]
    assert read.vault.unlock(info.site("b2b").secrets) == {"token": "other"}
    assert forced(read)
    changed = companies.change(read.store, read.vault, info, {"price_level": "B2B"}, site="B2B")
    assert [site.values["price_level"] for site in changed.sites] == ["Retail", "B2B"]


WOO = {"shop": "woocommerce", "consumer_key": "ck_1", "consumer_secret": "cs_1"}


def test_another_shop_needs_its_own_logins_and_forgets_the_old_ones(place: Place) -> None:
    with pytest.raises(UsageError, match="Missing: consumer_key, consumer_secret"):
        companies.change(place.store, place.vault, place.company, {"shop": "woocommerce"})
    assert companies.companies(place.store) == [place.company]
    changed = companies.change(place.store, place.vault, place.company, WOO)
    assert changed.sites[0].values["shop"] == "woocommerce"
    assert place.vault.unlock(changed.sites[0].secrets) == {"consumer_key": "ck_1", "consumer_secret": "cs_1"}


def test_one_secret_changes_and_the_others_stay(place: Place) -> None:
    info = companies.change(place.store, place.vault, place.company, WOO)
    changed = companies.change(place.store, place.vault, info, {"media_password": "abcd efgh"})
    assert place.vault.unlock(changed.sites[0].secrets) == {
        "consumer_key": "ck_1",
        "consumer_secret": "cs_1",
        "media_password": "abcd efgh",
    }


def test_a_new_site_needs_what_its_shop_needs(place: Place) -> None:
    place_of_it = {"site": "woo", "address": "https://woo.example"}
    with pytest.raises(UsageError, match=r"Missing: consumer_secret\."):
        companies.add_site(
            place.store, place.vault, place.company, {**place_of_it, "shop": "woocommerce", "consumer_key": "ck_1"}
        )
    info = companies.add_site(place.store, place.vault, place.company, {**place_of_it, **WOO})
    assert place.vault.unlock(info.site("woo").secrets) == {"consumer_key": "ck_1", "consumer_secret": "cs_1"}


def test_sites_of_one_company_have_names_of_their_own(place: Place) -> None:
    more = {"address": "https://b2b.example", "token": "other"}
    with pytest.raises(UsageError, match="has a site 'shop' already"):
        companies.add_site(place.store, place.vault, place.company, {"site": "shop", **more})
    info = companies.add_site(place.store, place.vault, place.company, {"site": "b2b", **more})
    with pytest.raises(UsageError, match="has a site 'shop' already"):
        companies.change(place.store, place.vault, info, {"site": "shop", "interval": "60"}, site="b2b")
    assert companies.company(place.store, info.name) == info  # nothing of it was kept


def test_a_site_needs_its_own_address_and_token(place: Place) -> None:
    with pytest.raises(UsageError, match="Missing: address, token"):
        companies.add_site(place.store, place.vault, place.company, {"site": "b2b"})


def test_pause_and_resume(place: Place) -> None:
    companies.set_paused(place.store, place.company, True)
    assert companies.company(place.store, place.company.name).paused
    companies.set_paused(place.store, place.company, False)
    assert not companies.company(place.store, place.company.name).paused


def test_removing_leaves_nothing_and_touches_no_other(place: Place, vault: Vault, tmp_path: Path) -> None:
    other = make_place(place.store, vault, tmp_path, name="Other")
    for each in (place, other):
        each.observe(put("A"))
        exports.set_file_state(each.store, each.company.id, "prices", FileState())
        board.set_status(each.store, each.company.id, each.site.id, "items", "done", now=1)
        board.set_health(each.store, each.company.id, each.site.id, "ok", now=1)
        commands.leave(each.store, "sync_now", company_id=each.company.id)
    companies.remove(place.store, place.company)
    for table in ("company", "site", "queue", "counts", "export", "status", "health", "command"):
        assert place.store.one(f"SELECT count(*) FROM {table}") == 1, table
    assert companies.company_by_id(place.store, place.company.id) is None
    assert place.store.rows("PRAGMA foreign_key_check") == []


def test_orders_are_taken_from_the_day_the_site_was_made(place: Place) -> None:
    assert companies.orders_from(place.company, place.site).endswith("+00:00")
    changed = companies.change(
        place.store, place.vault, place.company, {"orders_from": "2026-11-23", "time_zone": "America/New_York"}
    )
    assert companies.orders_from(changed, changed.sites[0]) == "2026-11-23T00:00:00-05:00"


def test_the_group_of_administrators_is_remembered(opened: Store) -> None:
    assert companies.group(opened) == ""
    companies.set_group(opened, "ebms")
    companies.set_group(opened, "admins")
    assert companies.group(opened) == "admins"


def test_a_company_that_was_removed_meanwhile_is_told_in_words(place: Place) -> None:
    companies.remove(place.store, place.company)
    gone = "The company is not here any more"
    with pytest.raises(UsageError, match=gone):
        companies.change(place.store, place.vault, place.company, {"interval": "30"})
    with pytest.raises(UsageError, match=gone):
        companies.add_site(
            place.store, place.vault, place.company, {"site": "b", "address": "https://b.example", "token": TOKEN}
        )
    with pytest.raises(UsageError, match=gone):
        companies.begin(place.store, place.site.id, 1.0)


def test_who_has_not_the_key_cannot_send_the_login_elsewhere(place: Place, tmp_path: Path) -> None:
    authority = tmp_path / "own.pem"
    authority.write_text("-----BEGIN CERTIFICATE-----")
    keyless = NoKey(NoRight("You may not read the key file.", "Run it as its owner."))
    for values in ({"address": "https://evil.example"}, {"certificate": str(authority)}):
        with pytest.raises(UsageError, match="the kept login would go there") as refused:
            companies.change(place.store, keyless, place.company, values)
        assert refused.value.hint == "Run it as its owner."
    kept = {"address": place.site.values["address"], "interval": "30"}
    assert companies.change(place.store, keyless, place.company, kept).sites[0].values["address"] == kept["address"]

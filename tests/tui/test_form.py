"""The Properties form without a screen: undo, what is looked for, what is doubtful."""

from __future__ import annotations

import msgspec
import pytest

from webupdate.store.companyinfo import CompanyInfo, SiteInfo
from webupdate.store.properties import BY_NAME, PROPERTIES
from webupdate.tui.form import UPLOAD, Form
from webupdate.tui.undo import Step, Steps

DEFAULTS = {entry.name: entry.default for entry in PROPERTIES if entry.kind != "secret"}


def company(number: int, name: str, **values: str) -> CompanyInfo:
    given = {**DEFAULTS, "name": name, "export_folder": f"/ebms/{name}/out", "order_folder": f"/ebms/{name}/in"}
    given |= {"site": "shop", "address": f"https://{name.lower()}.example", **values}
    site = SiteInfo(id=number * 10, name=given["site"], values=given, secrets=b"x", created_at=0, begun_at=0)
    return CompanyInfo(id=number, name=name, paused=False, values=given, sites=(site,), created_at=0)


ACME, LAPP = company(1, "Acme"), company(2, "Lapp")


def form(**values: str) -> Form:
    made = Form(ACME, ACME.sites[0], known=(ACME, LAPP))
    for name, value in values.items():
        made.put(name, value)
        made.visit()
    return made


def test_what_is_typed_in_one_visit_is_one_step() -> None:
    steps = Steps()
    for before, after in (("", "a"), ("a", "ab")):
        steps.note("name", before, after)
    steps.visit()
    steps.note("name", "ab", "abc")
    assert steps.back() == Step("name", "ab", "abc")
    assert steps.back() == Step("name", "", "ab")
    assert steps.back() is None
    assert steps.again() == Step("name", "", "ab")


def test_what_comes_back_to_where_it_was_is_no_step() -> None:
    steps = Steps()
    steps.note("name", "a", "ab")
    steps.note("name", "ab", "a")
    assert not steps.any_done


def test_a_change_ends_what_could_be_done_again() -> None:
    made = form(interval="30", quiet="40")
    made.undo()
    made.put("brake", "20")
    assert made.redo() is None
    assert made.changed() == {"interval": "30", "brake": "20"}


def test_the_complete_upload_is_taken_back_as_all_else() -> None:
    made = form(complete_upload="yes")
    assert made.upload_wish() == "complete_upload"
    assert made.to_save() == {}
    made.undo()
    assert (made.upload_wish(), made.changes()) == ("", 0)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("brake", {"brake", "brake_changes"}),
        ("HIDE web", {"gone"}),  # the words of the choice that is chosen
        ("acme.example", {"address"}),
        ("order_folder", {"order_folder"}),
        ("complete upload", {"complete_upload"}),
        ("sesame", set()),
    ],
)
def test_a_text_is_found_in_names_help_and_values_but_not_in_secrets(text: str, found: set[str]) -> None:
    made = form(token="open-sesame-1")
    assert {entry.name for entry in made.fields if made.matches(entry, text)} == found


DOUBTS = [
    ({"order_folder": "/ebms/Lapp/in"}, "order_folder", "Lapp has its orders there: EBMS would import"),
    ({"order_folder": "/ebms/Lapp/in/more/"}, "order_folder", "Lapp has its orders there"),
    ({"order_folder": "/ebms/Lapp"}, "order_folder", "Lapp has its orders there"),
    ({"name": " lapp"}, "name", "There is a company 'Lapp' already."),
    ({"first_day": "2026-02-01", "last_day": "2026-01-31"}, "last_day", "lies before the first open day"),
]


@pytest.mark.parametrize(("values", "name", "told"), DOUBTS)
def test_what_clashes_with_the_others_cannot_be_saved(values: dict[str, str], name: str, told: str) -> None:
    if name == "name":
        values = {"name": values["name"].strip()}
    made = form(**values)
    assert told in made.problem(BY_NAME[name])
    assert made.first_wrong() == BY_NAME[name]


@pytest.mark.parametrize(
    ("values", "name", "told"),
    [
        ({"export_folder": "/ebms/Lapp/out"}, "export_folder", "Lapp reads its exports there too"),
        ({"export_folder": "/ebms/Acme/in"}, "order_folder", "is the export folder"),
        ({"order_folder": "/ebms/Lapp/out"}, "order_folder", "Lapp has its exports there."),
        ({"address": "https://LAPP.example/"}, "address", "Lapp sends to this shop too"),
    ],
)
def test_what_is_doubtful_is_told_and_can_be_saved(values: dict[str, str], name: str, told: str) -> None:
    made = form(**values)
    assert told in made.doubt(BY_NAME[name])
    assert made.first_wrong() is None


def test_a_company_is_not_beside_itself() -> None:
    made = form()
    assert [entry.name for entry in made.fields if made.doubt(entry) or made.problem(entry)] == []


def test_two_sites_of_a_company_need_two_names() -> None:
    outlet = msgspec.structs.replace(ACME.sites[0], id=11, name="outlet")
    both = msgspec.structs.replace(ACME, sites=(ACME.sites[0], outlet))
    made = Form(both, outlet, known=(both,))
    made.put("site", "shop")
    assert "Acme has a site 'shop' already." in made.problem(BY_NAME["site"])


def test_without_the_key_secrets_are_neither_asked_for_nor_entered() -> None:
    made = Form(keyless=True, known=())
    assert made.locked(BY_NAME["token"])
    assert made.problem(BY_NAME["token"]) == ""
    assert made.problem(BY_NAME["name"]) == "is needed."


def test_the_upload_stands_with_its_group() -> None:
    fields = form().fields
    place = fields.index(UPLOAD)
    assert fields[place - 1].group == UPLOAD.group != fields[place + 1].group
    assert UPLOAD not in Form().fields

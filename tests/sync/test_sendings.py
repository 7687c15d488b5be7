"""What was sent of late: the log and the acknowledgements as one list; all fields of a record."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.sync.folders import Exports
from webupdate.store import board, outbox, queue, sendings
from webupdate.store.board import LogLine
from webupdate.store.queue import Wanted
from webupdate.store.sendings import Acknowledged
from webupdate.sync.sendings import merged, sent, whole

NOW = 1_700_000_000.0
KEYS = st.sampled_from(["A", "B", "C"])


def line(number: int, key: str, at: float, text: str = "↑ items      A  changed") -> LogLine:
    return LogLine(
        id=number, at=at, company_id=1, site_id=1, level="info", entity="items", key=key, text=text, hint=""
    )  # fmt: skip


@given(
    st.dictionaries(KEYS, st.integers(0, 1000)),
    st.lists(st.tuples(KEYS, st.integers(0, 1000))),
)
def test_nothing_is_lost_and_nothing_stands_twice(newest: dict[str, int], told: list[tuple[str, int]]) -> None:
    acknowledged = [
        Acknowledged(row=number, entity="items", key=key, at=at) for number, (key, at) in enumerate(newest.items(), 1)
    ]
    lines = [line(number, key, at) for number, (key, at) in enumerate(sorted(told, key=lambda one: -one[1]))]
    found = merged(acknowledged, lines)
    assert [one.at for one in found] == sorted((one.at for one in found), reverse=True)
    assert sum(one.text != "sent" for one in found) == len(lines)
    for key, at in newest.items():
        near = [one for one in found if one.key == key and at - 5 <= one.at]
        assert near, "an acknowledgement without a line of its own is lost"
        assert sum(one.text == "sent" for one in near) == (
            0 if any(other >= at - 5 for k, other in told if k == key) else 1
        )


def acknowledge(folder: Exports, key: str, title: str, now: float) -> int:
    site = folder.company.sites[0].id
    payload = msgspec.json.encode({"title": title, "unit": "EA"})
    queue.observe(folder.store, folder.company.id, site, [Wanted(entity="items", key=key, payload=payload)], now)
    (row,) = outbox.sendable(folder.store, site, "items", now, 1, puts=True)
    queue.begin(folder.store, [row], now, None)
    queue.ack(folder.store, row, created=True, remote_id="1", now=now)
    return row.id


def test_a_day_is_listed_newest_first_and_searched(folder: Exports) -> None:
    site = folder.company.sites[0].id
    acknowledge(folder, "OLD", "Old", NOW - 90_000)
    acknowledge(folder, "TEA", "Tea", NOW - 50)
    acknowledge(folder, "RYE", "Rye", NOW - 20)
    text = "↑ items      TEA  title Te → Tea"
    board.log(folder.store, text, company_id=folder.company.id, site_id=site, entity="items", key="TEA", now=NOW - 50)
    found = sent(folder.store, site, "items", "", 10, NOW)
    assert [(one.key, one.text) for one in found] == [("RYE", "sent"), ("TEA", "title Te → Tea")]
    assert [one.key for one in sent(folder.store, site, "", "te", 10, NOW)] == ["TEA"]
    assert sent(folder.store, site, "prices", "", 10, NOW) == []
    assert sendings.readings(folder.store, folder.company.id, "", 0, 10) == []


def test_all_fields_of_a_record_that_changes_hides_or_goes(folder: Exports) -> None:
    site, store = folder.company.sites[0].id, folder.store
    row = acknowledge(folder, "TEA", "Tea", NOW)

    def fields() -> dict[str, tuple[str, str]]:
        return {field.name: (field.held, field.wanted) for field in whole(store, row)}

    assert fields()["title"] == ("Tea", "Tea")
    green = Wanted(entity="items", key="TEA", payload=msgspec.json.encode({"title": "Green tea", "unit": "EA"}))
    queue.observe(store, folder.company.id, site, [green], NOW)
    assert fields()["title"] == ("Tea", "Green tea")
    queue.observe(store, folder.company.id, site, [Wanted(entity="items", key="TEA", op="hide")], NOW)
    assert fields()["shown"][1] == "no" and fields()["title"] == ("Tea", "Tea")
    queue.observe(store, folder.company.id, site, [Wanted(entity="items", key="TEA", op="delete")], NOW)
    assert fields()["title"] == ("Tea", "")
    assert whole(store, row + 99) == ()


def test_one_record_one_kind_or_all_are_tried_again(folder: Exports) -> None:
    site, store = folder.company.sites[0].id, folder.store

    def refused() -> list[int]:
        wanted = [
            Wanted(entity=entity, key=key, payload=msgspec.json.encode({"key": key, "at": str(len(entity))}))
            for entity, key in (("items", "A"), ("items", "B"), ("prices", "A"))
        ]
        queue.observe(store, folder.company.id, site, wanted, NOW)
        rows = [found.row for found in outbox.waiting(store, site, "", "", 9, failed=False)]
        for row in rows:
            queue.refuse(store, row, "no")
        return [row.id for row in outbox.errors(store, site, 9)]

    failed = refused()
    assert len(failed) == 3
    assert queue.retry(store, site, row=failed[0]) == 1
    assert {found.row.id for found in outbox.waiting(store, site, "", "", 9, failed=True)} == {*failed[1:]}
    assert queue.retry(store, site, entity="prices") == 1
    assert queue.retry(store, site) == 1
    assert outbox.waiting(store, site, "", "", 9, failed=True) == []

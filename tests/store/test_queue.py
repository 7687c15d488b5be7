"""The queue's operations one by one; what they come to together is proved by the simulation."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.making import NOW, Place, make_place, put
from tests.store.simulation import open_fast_store
from webupdate.store import board, outbox, queue, rows
from webupdate.store.queue import AGAIN, Wanted
from webupdate.store.rows import Row
from webupdate.store.secrets import Vault


def delete(key: str, entity: str = "items") -> Wanted:
    return Wanted(entity=entity, key=key, op="delete")


def hide(key: str) -> Wanted:
    return Wanted(entity="items", key=key, op="hide", hidden=True)


def price(item: str, text: str = "1") -> Wanted:
    return put(f"{item}\tRetail", text, entity="prices", parent=item)


def dirty(place: Place) -> set[str]:
    return {key for (key,) in place.store.rows("SELECT key FROM queue WHERE seen IS NOT sent")}


def test_what_is_new_is_dirty(place: Place) -> None:
    assert place.observe(put("A"), put("B")) == 2
    assert dirty(place) == {"A", "B"}
    assert place.row("A").payload == b'"1"'
    assert place.row("A").sent is None


def test_what_did_not_change_costs_nothing(place: Place) -> None:
    place.observe(put("A"), delete("never-there"))
    place.upload("A")
    rev = place.store.one("SELECT rev FROM company")
    writes = place.store.db.connection().total_changes
    assert place.observe(put("A"), delete("never-there")) == 0
    assert place.store.one("SELECT rev FROM company") == rev
    assert place.store.db.connection().total_changes == writes
    assert place.store.one("SELECT count(*) FROM queue") == 1


def test_ten_changes_are_one_upload_of_the_last(place: Place) -> None:
    for number in range(10):
        place.observe(put("A", str(number)))
    (row,) = place.sendable()
    assert row.payload == b'"9"'


def test_back_to_what_was_sent_is_clean(place: Place) -> None:
    place.observe(put("A", "1"))
    place.upload("A")
    place.observe(put("A", "2"))
    place.observe(put("A", "1"))
    assert dirty(place) == set()


def test_revisions_come_from_one_counter_and_the_clock(place: Place) -> None:
    place.observe(put("A"), put("B"), now=NOW)
    place.observe(put("C"), now=NOW - 3600)  # a clock that was put back
    revs = [place.row(key).rev for key in "ABC"]
    assert revs == [int(NOW * 1_000_000) + n for n in range(3)]


def test_a_dirty_row_without_payload_gets_it_back(place: Place) -> None:
    place.observe(put("A"))
    place.upload("A")
    assert place.row("A").payload is None
    queue.mark_complete(place.store, place.site.id)
    assert place.sendable() == []
    rev = place.row("A").rev
    place.observe(put("A"))
    assert place.row("A").payload == b'"1"'
    assert place.row("A").rev == rev


def test_what_the_export_has_no_longer_goes_again_as_acknowledged(place: Place) -> None:
    place.observe(put("A"))
    place.upload("A")
    queue.mark_complete(place.store, place.site.id)
    queue.recover_payloads(place.store, place.site.id)
    assert [row.payload for row in place.sendable()] == [b'"1"']


def test_an_error_is_tried_again_when_the_record_changes(place: Place) -> None:
    place.observe(put("A"))
    queue.refuse(place.store, place.sendable()[0], "no")
    assert place.sendable() == []
    place.observe(put("A"))
    assert place.row("A").error == "no"
    place.observe(put("A", "2"))
    assert place.row("A").error is None
    assert len(place.sendable()) == 1


def test_an_error_clears_itself_when_its_parent_changes(place: Place) -> None:
    place.observe(put("A"), price("A"), put("B"), price("B"))
    for row in (place.row("A\tRetail", "prices"), place.row("B\tRetail", "prices")):
        queue.refuse(place.store, row, "no such item")
    place.observe(put("A", "2"))
    assert place.row("A\tRetail", "prices").error is None
    assert place.row("B\tRetail", "prices").error == "no such item"


def test_a_refusal_of_an_older_version_does_not_concern_the_newer(place: Place) -> None:
    place.observe(put("A", "1"))
    (row,) = place.sendable()
    queue.begin(place.store, [row], NOW, None)
    place.observe(put("A", "2"))
    queue.refuse(place.store, row, "no")
    assert place.row("A").error is None
    assert place.row("A").sent is None


def test_the_least_tried_comes_first_then_the_newest(place: Place) -> None:
    place.observe(put("old"), now=NOW)
    place.observe(put("new"), now=NOW + 1)
    place.observe(put("tried"), now=NOW + 2)
    queue.begin(place.store, [place.row("tried")], NOW, None)
    assert [row.key for row in place.sendable()] == ["new", "old", "tried"]
    assert [row.key for row in place.sendable(limit=1)] == ["new"]


def test_what_backs_off_waits_for_its_time(place: Place) -> None:
    place.observe(put("A"))
    queue.outcome_unknown(place.store, place.sendable(), NOW + 30)
    assert place.sendable(now=NOW + 29) == []
    assert len(place.sendable(now=NOW + 30)) == 1


def test_children_wait_for_a_parent_that_is_not_in_the_shop(place: Place) -> None:
    place.observe(put("A"), price("A"))
    assert place.sendable("prices") == []
    assert outbox.waiting_children(place.store, place.site.id, "prices") == [("A\tRetail", "A")]
    together = outbox.ready_children(place.store, place.sendable(), ("prices",), NOW)
    assert [row.key for row in together] == ["A\tRetail"]
    place.upload("A")
    assert [row.key for row in place.sendable("prices")] == ["A\tRetail"]
    assert outbox.waiting_children(place.store, place.site.id, "prices") == []


@pytest.mark.parametrize("why", ["perhaps", "lost", "to be deleted"])
def test_children_wait_for_a_parent_that_may_not_be_there(place: Place, why: str) -> None:
    place.observe(put("A"))
    place.upload("A")
    if why == "perhaps":
        queue.begin(place.store, [place.row("A")], NOW, None)
    elif why == "lost":
        queue.lost(place.store, place.row("A"))
    else:
        place.observe(delete("A"))
    place.observe(price("A"))
    assert place.sendable("prices") == []


def test_deletes_wait_for_nobody(place: Place) -> None:
    place.observe(put("A"), price("A"))
    place.upload("A")
    place.upload("A\tRetail", entity="prices")
    place.observe(delete("A"), delete("A\tRetail", "prices"))
    assert [row.key for row in place.sendable("prices", puts=False)] == ["A\tRetail"]
    assert place.sendable("prices") == []


def test_a_new_parent_sends_what_was_acknowledged_of_its_children(place: Place) -> None:
    place.observe(put("A"), price("A"))
    place.upload("A")
    place.upload("A\tRetail", entity="prices")
    queue.lost(place.store, place.row("A"))
    child = place.row("A\tRetail", "prices")
    assert (child.sent, child.payload) == (AGAIN, b'"1"')


def test_not_sent_is_as_if_it_had_not_been_tried(place: Place) -> None:
    place.observe(put("A"))
    (before,) = place.sendable()
    queue.begin(place.store, [before], NOW, 120.0)
    assert place.row("A").sent == AGAIN
    assert place.row("A").doubt_until == NOW + 120
    queue.not_sent(place.store, [before], NOW)
    assert place.row("A") == before


def test_an_acknowledged_row_in_doubt_is_read_once_more(place: Place) -> None:
    place.observe(put("A"))
    queue.begin(place.store, place.sendable(), NOW, 120.0)
    (again,) = place.sendable()
    queue.begin(place.store, [again], NOW + 1, 120.0)
    queue.ack(place.store, again, created=True, remote_id="7", now=NOW + 2)
    assert outbox.in_doubt(place.store, place.site.id, NOW + 119, 10) == []
    (doubtful,) = outbox.in_doubt(place.store, place.site.id, NOW + 120, 10)
    queue.settle(place.store, doubtful, same=False)
    settled = place.row("A")
    assert (settled.doubt_until, settled.sent, settled.payload, settled.remote_id) == (None, AGAIN, b'"1"', "7")


def test_stale_once_is_lifted_twice_is_somebody_else(place: Place) -> None:
    place.observe(put("A"))
    (row,) = place.sendable()
    assert queue.stale(place.store, place.company.id, row, row.rev + 500, NOW)
    (lifted,) = place.sendable()
    assert lifted.rev == row.rev + 501
    assert not queue.stale(place.store, place.company.id, lifted, lifted.rev + 1, NOW)


def test_complete_upload_belongs_to_what_was_there(place: Place) -> None:
    place.observe(put("A"), put("B"), price("A"))
    place.upload("A", "B")
    assert queue.mark_complete(place.store, place.site.id, "items") == 2
    mark = int(place.store.one("SELECT rev FROM company"))
    assert outbox.not_yet(place.store, place.site.id, "items", mark) == 2
    place.observe(put("A"), put("B"), put("later"), now=NOW + 60)
    assert dirty(place) == {"A", "B", "later", "A\tRetail"}
    queue.refuse(place.store, place.row("A"), "no")
    place.upload("B")
    assert not outbox.still_to_go(place.store, place.site.id, "items", mark)
    assert outbox.not_yet(place.store, place.site.id, "items", mark) == 1
    assert outbox.failed(place.store, place.site.id, "items", mark) == 1


def test_retry_gives_failed_rows_another_try(place: Place) -> None:
    place.observe(put("A"), put("B"))
    queue.refuse(place.store, place.row("A"), "no")
    assert [row.error for row in outbox.errors(place.store, place.site.id, 10)] == ["no"]
    assert queue.retry(place.store, place.site.id) == 1
    assert outbox.errors(place.store, place.site.id, 10) == []
    assert len(place.sendable()) == 2


def test_held_is_what_the_site_has_or_is_to_have(place: Place) -> None:
    place.observe(put("A"), put("B"), put("C"))
    place.upload("A", "C")
    place.observe(delete("B"), delete("C"))
    keys = [("items", key) for key in "ABCD"]
    assert rows.held(place.store, place.site.id, keys) == {("items", "A"), ("items", "C")}


def test_a_row_removed_while_its_request_ran_costs_the_others_nothing(place: Place) -> None:
    place.observe(put("A"), put("B"))
    sent = place.sendable()
    queue.begin(place.store, sent, NOW, None)
    place.store.sql("DELETE FROM queue WHERE key = 'A'")
    with place.store.writing():
        for row in sent:
            queue.ack(place.store, row, created=True, remote_id=None, now=NOW)
    assert dirty(place) == set()
    assert place.store.one("SELECT count(*) FROM acked") == 1


def test_what_the_shop_acknowledged_is_kept(place: Place) -> None:
    place.observe(put("A", "1"))
    assert rows.last_acked(place.store, place.row("A")) is None
    place.upload("A")
    place.observe(put("A", "2"))
    assert rows.last_acked(place.store, place.row("A")) == b'"1"'
    assert rows.acked_payload(place.store, place.row("A")) is None


def real_counts(place: Place) -> dict[str, tuple[int, int]]:
    query = """SELECT entity, sum(seen IS NOT sent AND error IS NULL), sum(seen IS NOT sent AND error IS NOT NULL)
      FROM queue WHERE site_id = ? GROUP BY entity"""
    return {entity: (waiting, failed) for entity, waiting, failed in place.store.rows(query, place.site.id)}


def kept_counts(place: Place) -> dict[str, tuple[int, int]]:
    kept = board.counts(place.store, place.site.id)
    present = real_counts(place)
    assert all(count == (0, 0) for entity, count in kept.items() if entity not in present)
    return {entity: kept[entity] for entity in present}


Deed = Callable[[Place, Row], object]
DEEDS: dict[str, Deed] = {
    "begin": lambda p, row: queue.begin(p.store, [row], NOW, 120.0),
    "ack": lambda p, row: queue.ack(p.store, row, created=False, remote_id=None, now=NOW),
    "ack new": lambda p, row: queue.ack(p.store, row, created=True, remote_id="1", now=NOW),
    "refuse": lambda p, row: queue.refuse(p.store, row, "no"),
    "not sent": lambda p, row: queue.not_sent(p.store, [row], NOW),
    "unknown": lambda p, row: queue.outcome_unknown(p.store, [row], NOW),
    "stale": lambda p, row: queue.stale(p.store, p.company.id, row, row.rev + 5, NOW),
    "lost": lambda p, row: queue.lost(p.store, row),
    "same": lambda p, row: queue.settle(p.store, row, same=True),
    "other": lambda p, row: queue.settle(p.store, row, same=False),
    "put": lambda p, row: p.observe(put(row.key, "new", entity=row.entity)),
    "delete": lambda p, row: p.observe(delete(row.key, row.entity)),
    "hide": lambda p, row: p.observe(hide(row.key)),
    "complete": lambda p, row: queue.mark_complete(p.store, p.site.id, row.entity),
    "retry": lambda p, _: queue.retry(p.store, p.site.id),
}


@pytest.fixture(scope="module")
def fast(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("counts")
    store = open_fast_store(folder / "store.sqlite3")
    yield make_place(store, Vault(b"A" * 43 + b"=", "a test"), folder)
    store.close()


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(sorted(DEEDS)), st.integers(0, 3)), max_size=25))
def test_counts_are_what_counting_gives(fast: Place, deeds: list[tuple[str, int]]) -> None:
    with fast.store.writing():
        fast.store.sql("DELETE FROM queue")
        rows = _four_rows(fast)
        for deed, number in deeds:
            DEEDS[deed](fast, rows[number])  # the row as it was: answers may be late
            assert kept_counts(fast) == real_counts(fast), deed
        fast.store.sql("DELETE FROM queue WHERE id = ?", rows[0].id)
        assert kept_counts(fast) == real_counts(fast)


def _four_rows(place: Place) -> list[Row]:
    place.observe(put("A"), put("B"), price("A"), price("B"))
    places = [("A", "items"), ("B", "items"), ("A\tRetail", "prices"), ("B\tRetail", "prices")]
    return [place.row(key, entity) for key, entity in places]

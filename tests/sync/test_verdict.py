"""The one sentence of Explain, for each way a record can stand; and lines that no text from outside can harm."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from webupdate.store import queue
from webupdate.store.exports import Complaint
from webupdate.store.records import Trace
from webupdate.store.rows import Row
from webupdate.sync import telling
from webupdate.sync.compare import Field
from webupdate.sync.explain import Explanation, Record, Value
from webupdate.sync.verdict import Case, Source, Verdict, verdict

NOW = 1_760_000_000.0  # 2025-10-09 08:53:20 UTC
SOURCE = Source(file="inventory.csv", line=12, saved_at=NOW - 60, read_at=NOW - 59, facts={"SHOW_WEB": "T"})
COMPLAINT = Complaint(line=12, message="row 12, A: PRICE is empty.")


def row(**changes: Any) -> Row:
    fixed = Row(
        id=1,
        site_id=1,
        entity="items",
        key="A",
        parent_entity=None,
        parent_key=None,
        seen="h",
        sent="h",
        rev=5,
        op="put",
        hidden=False,
        doubt_until=None,
        remote_id=None,
        payload=None,
        stales=0,
        tries=0,
        error=None,
    )
    return msgspec.structs.replace(fixed, **changes)


def case(**changes: Any) -> Case:
    fixed = Case(row=row(), trace=Trace(), source=SOURCE, asked=True, now=NOW)
    return msgspec.structs.replace(fixed, **changes)


DIRTY = row(sent=None, payload=b"{}")


@pytest.mark.parametrize(
    ("given_case", "state", "text"),
    [
        (case(), "ok", "In step: the shop shows what EBMS exported at 08:52."),
        (
            case(asked=False, trace=Trace(at=NOW - 86400)),
            "ok",
            "In step as far as is known: the shop acknowledged at 2025-10-08 08:53 what EBMS exported at 08:52.",
        ),
        (case(row=None), "waits", "Waits: it goes with the next reading of the export."),
        (
            case(row=None, source=None),
            "off",
            "Unknown: EBMS's export does not have it, and it was never sent to this shop.",
        ),
        (case(row=None, complaint=COMPLAINT), "needs", "Not sent: row 12, A: PRICE is empty."),
        (
            case(row=None, left="neither WEB_USER nor EMAIL"),
            "off",
            "Not on the web: neither WEB_USER nor EMAIL (inventory.csv line 12).",
        ),
        (case(row=row(sent="old", error="no")), "needs", "Refused: no"),
        (case(row=DIRTY), "waits", "Waits: it is to be sent; what was saved last goes first."),
        (
            case(row=row(sent=queue.AGAIN, payload=b"{}")),
            "waits",
            "Waits: it is to be sent, though the shop may have it already; what was saved last goes first.",
        ),
        (case(row=DIRTY, holds="x is paused."), "waits", "Waits: x is paused."),
        (
            case(row=row(sent=None)),
            "waits",
            "Waits: its content comes with the next good reading of the export.",
        ),
        (
            case(row=msgspec.structs.replace(DIRTY, parent_entity="categories", parent_key="11"), parent_there=False),
            "waits",
            "Waits: after categories 11, which is not in the shop or goes again itself.",
        ),
        (
            case(row=msgspec.structs.replace(DIRTY, tries=2), trace=Trace(next_try=NOW + 60)),
            "waits",
            "Waits: next try at 08:54 (number 3): the shop did not take it so far.",
        ),
        (
            case(complaint=COMPLAINT),
            "needs",
            "Old: the shop shows what was exported before. Now the row can't be used: row 12, A: PRICE is empty.",
        ),
        (
            case(shows=False),
            "differs",
            "Differs: the shop has nothing under this id any more; was it deleted there?",
        ),
        (
            case(differs=(Field("price", "18.00", "18.50"), Field("unit", "", "EA"))),
            "differs",
            "Differs: the shop shows price 18.00, EBMS says 18.50 (and 1 more fields); another program changed it?",
        ),
        (
            case(row=row(hidden=True), source=msgspec.structs.replace(SOURCE, facts={"SHOW_WEB": "F"})),
            "hidden",
            "Hidden: SHOW_WEB is F in inventory.csv line 12.",
        ),
        (
            case(row=row(hidden=True), source=msgspec.structs.replace(SOURCE, facts={"INACTIVE": "T"})),
            "hidden",
            "Hidden: INACTIVE is T in inventory.csv line 12.",
        ),
        (
            case(row=row(seen=queue.HIDDEN, sent=queue.HIDDEN, op="hide"), source=None, shows=False),
            "hidden",
            "Hidden: it has left the export.",
        ),
        (
            case(row=row(seen=queue.HIDDEN, sent=queue.HIDDEN), left="the filter of this site leaves it out: MFG=x"),
            "hidden",
            "Hidden: the filter of this site leaves it out: MFG=x (inventory.csv line 12).",
        ),
    ],
)
def test_every_case_has_its_sentence(given_case: Case, state: str, text: str) -> None:
    assert verdict(given_case) == Verdict(state, text)


HOSTILE = st.text(alphabet=st.characters(codec=None), max_size=20)


@given(key=HOSTILE, text=HOSTILE, fact=HOSTILE)
def test_no_text_from_outside_can_harm(key: str, text: str, fact: str) -> None:
    record = Record(
        site="shop",
        entity="items",
        key=key,
        verdict=Verdict("needs", text),
        rev=1,
        remote_id=text,
        tries=1,
        next_try=0,
        acked_at=None,
        values=(Value("title", fact, text, None),),
    )
    explained = Explanation(
        company="x",
        kind="items",
        key=key,
        title=text,
        zone="UTC",
        verdicts=(("shop", Verdict("ok", text)),),
        source=msgspec.structs.replace(SOURCE, facts={"DESCR_1": fact}),
        records=(record,),
        trouble=(("shop", text),),
        complaints=(COMPLAINT,),
    )
    assert all(line.isprintable() for line in telling.as_text(explained))

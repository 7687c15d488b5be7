"""`webupdate customers`: what waits, in words and as JSON, and the answers."""

from __future__ import annotations

import pytest

from tests.test_cli import NAME, Ran, Shell, firm, refused, shell
from tests.tui.seeds import ask_about_customers
from webupdate.report import Exit
from webupdate.store import accounts, companies
from webupdate.store.exports import Seen, remember

__all__ = ["firm", "shell"]  # fixtures


@pytest.fixture
def asked(firm: Shell) -> Shell:
    """Two web customers wait."""
    with firm.opened() as store:
        info = companies.company(store, NAME)
        ask_about_customers(store, info, 1_760_000_000.0)
        with store.writing():
            facts = '{"L_NAME": "Simunek"}'
            remember(store, info.id, "customers", [Seen("SIMJAN", b"x", 1, facts), Seen("ALFKI", b"x", 2, facts)])
    return firm


def test_nothing_waits(firm: Shell) -> None:
    ran = firm("customers", NAME)
    assert (ran.code, ran.out.strip()) == (Exit.FINE, "No customer waits.")
    assert firm("customers", NAME, "--json").json == []


def test_what_waits_is_told_with_all_values(asked: Shell) -> None:
    ran = asked("customers", NAME)
    assert ran.code == Exit.NEEDS_PERSON
    for words in (
        "Jan Šimůnek",
        "SIMJAN1",
        "jan@firma.cz",
        "ADDRESS1",
        "before “Obere Str. 57”",
        "web “Neue Straße 1”",
    ):
        assert words in ran.out
    assert "\x1b" not in ran.out
    first, second = asked("customers", NAME, "--json").json
    assert [candidate["id"] for candidate in first["question"]["candidates"]] == ["SIMJAN", "SIMJAN1"]
    assert second["question"]["clashes"][0]["ebms"] == "Untere Str. 1"
    assert "2 web customers wait for an answer" in asked("status").out


def test_an_answer_is_carried_out_here_while_no_engine_runs(asked: Shell) -> None:
    assert "linked to customer SIMJAN" in asked("customers", NAME, "resolve", "1", "--link", "SIMJAN").out
    ran = asked("customers", NAME, "resolve", "2", "--take", "ADDRESS1=web", "--take", "PHONE=ebms")
    assert "ADDRESS1 from the web, PHONE from EBMS" in ran.out
    with asked.opened() as store:
        linked, chosen = accounts.by_number(store, 1), accounts.by_number(store, 2)
    assert linked is not None
    assert chosen is not None
    assert (linked.key, bool(linked.answered_by), bool(linked.answered_at)) == ("SIMJAN", True, True)
    assert chosen.base == {"address1": "Untere Str. 1", "phone": "+49 30 123456"}
    assert asked("customers", NAME).code == Exit.FINE


def test_answers_that_make_no_sense_are_refused_and_change_nothing(asked: Shell) -> None:
    def answer(*words: str, number: str = "1") -> Ran:
        return asked("customers", NAME, "resolve", number, *words)

    assert refused(answer(), "Give the customer's number and one answer.")
    assert refused(answer("--new", "--link", "ALFKI"), "one answer")
    assert refused(answer("--new", number="99"), "no web customer number 99")
    assert refused(answer("--link", "NOBODY"), "customers.csv has no customer NOBODY")
    assert refused(answer("--link", "ALFKI"), "has another account in the shop")
    assert refused(answer("--take", "ebms"), "does not wait for that")
    assert refused(answer("--take", "left", number="2"), "Choose ebms or web for each of ADDRESS1, PHONE")
    assert refused(answer("--take", "ADDRESS1=web", number="2"), "for each of")
    assert refused(asked("customers", NAME, "--new"), "needs the customer's number")
    assert len(asked("customers", NAME, "--json").json) == 2

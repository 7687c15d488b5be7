"""`complete-upload` and `reload` on the command line, and how soon an engine begins."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import pytest

from tests.store.making import put
from tests.test_cli import NAME, Engine, Shell, engine, firm, refused, shell, soon
from webupdate.report import Exit
from webupdate.store import commands, companies, queue, reloads
from webupdate.store.secrets import open_vault
from webupdate.tui.form import Form, save

__all__ = ["engine", "firm", "shell"]  # fixtures


def fill(firm: Shell) -> None:
    with firm.opened() as store:
        queue.observe(store, 1, 1, [put("A"), put("A", entity="prices", parent="A")], 1.0)
        store.sql("UPDATE queue SET sent = seen")


def under_way(firm: Shell) -> list[tuple[str, int]]:
    with firm.opened() as store:
        return [(entry.entity, entry.total) for entry in reloads.running(store)]


def test_without_an_engine_it_is_marked_and_said_that_it_waits(firm: Shell) -> None:
    fill(firm)
    ran = firm("complete-upload", NAME)
    assert ran.code == Exit.FINE
    assert ran.out.splitlines() == [
        f"{NAME}: 2 records go again.",
        "No engine runs now; they go as soon as one does: webupdate --headless, or webupdate --once.",
    ]
    assert under_way(firm) == [("", 2), ("items", 1), ("prices", 1)]


def test_it_can_be_turned_off(firm: Shell) -> None:
    fill(firm)
    firm("complete-upload", NAME, "--site", "shop")
    ran = firm("complete-upload", NAME, "--cancel")
    assert "Complete Upload of shop turned off; what was marked already goes as ordinary changes." in ran.out
    assert under_way(firm) == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("prices", [("prices", 1)]),
        ("inventory", [("documents", 0), ("images", 0), ("items", 1), ("stock", 0)]),
    ],
)
def test_reload_takes_an_entity_or_a_file(firm: Shell, name: str, expected: list[tuple[str, int]]) -> None:
    fill(firm)
    ran = firm("reload", NAME, name)
    assert f"{NAME}: 1 record goes again." in ran.out
    assert under_way(firm) == expected


def test_another_site_is_refused(firm: Shell) -> None:
    assert refused(firm("reload", NAME, "items", "--site", "other"), "has no site 'other'", "Its sites: shop")


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGTERM")
def test_ticking_the_box_wakes_an_engine_that_would_sleep_for_an_hour(
    firm: Shell, engine: Callable[..., Engine]
) -> None:
    """EBMS begins after about 30 s. Here only the poke can: a paused company looks once in an hour."""
    firm("companies", "pause", NAME)
    fill(firm)
    running = engine()
    with firm.opened() as store:
        first = commands.leave(store, "retry", company_id=1)
        assert soon(lambda: commands.answer(store, first) is not None)
        info = companies.company(store, NAME)
        form = Form(info, info.sites[0])
        form.put("complete_upload", "yes")
        save(store, open_vault(firm.paths.key), form)
        assert soon(lambda: bool(reloads.running(store)))
        assert soon(lambda: commands.waiting(store, 1) == [])
    assert running.end(signal.SIGTERM)[0] == 0

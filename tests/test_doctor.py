"""`webupdate doctor`: what is there, what is off and why, and that looking leaves nothing behind."""

from __future__ import annotations

import os
import sqlite3
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tests.firmdesk import NAME, FirmDesk, firmdesk
from tests.sync.judging import Ebms, kinds, line, with_
from tests.test_cli import Shell, shell
from webupdate import __version__
from webupdate.config import Paths
from webupdate.orderkinds import KINDS, Kind, Severity
from webupdate.report import Exit
from webupdate.store.board import EngineInfo
from webupdate.store.lock import EngineLock
from webupdate.store.properties import BY_NAME
from webupdate.sync import checkup
from webupdate.sync.checkup import Found
from webupdate.sync.entities import FILES
from webupdate.sync.shops.base import Payment

__all__ = ["firmdesk", "shell"]  # fixtures

ALL = dict.fromkeys(FILES, True)
VALUES = {"kinds": "", "first_day": "", "last_day": ""}
NOW = 1_760_000_000.0


def found(shell: Shell) -> dict[str, Found]:
    """What was found, by what it is."""
    return {one["what"]: Found(**one) for one in shell("doctor", "--offline", "--json").json}


def names(shell: Shell) -> set[Path]:
    """All that lies in the firm's folders."""
    return {path for folder in ("export", "orders") for path in (shell.root / folder).rglob("*")}


def test_a_firm_in_good_order(firmdesk: FirmDesk) -> None:
    (firmdesk.shell.root / "orders").mkdir()
    firmdesk.shell.paths.data.chmod(0o700)
    firmdesk.shell.paths.store.chmod(0o600)
    before = names(firmdesk.shell)
    told = found(firmdesk.shell)
    assert names(firmdesk.shell) == before
    assert {one.what: one.do for one in told.values() if one.state in ("warn", "bad")} == {"Sync": told["Sync"].do}
    assert (told["webupdate"].detail, told["SQLite"].detail) == (__version__, sqlite3.sqlite_version)
    assert told["Export folder"].detail.endswith("export, readable")
    assert told["Order folder"].detail.endswith("orders, writable")
    assert told["inventory.csv"].detail.startswith("read 2025-10-09 ")
    assert told["inventory.csv"].company == NAME
    assert told["Kind 1, Unknown SKU"].detail == "on, stops an order"
    assert told["Kind 4, Price differs"].detail == "on, warns; a line for nothing always stops"
    assert told["Kind 25, Locked in EBMS"].detail.endswith("only told by EBMS's refusal")
    kind = told["Kind 27, Date outside the open period"]
    assert (kind.state, kind.detail) == ("off", "off: First open day and Last open day are not set")
    assert "first_day=" in kind.do


def test_in_words_with_the_exit_code(firmdesk: FirmDesk) -> None:
    ran = firmdesk.shell("doctor", "--offline")
    assert ran.code == Exit.NEEDS_PERSON  # there is no order folder, and nobody runs the sync
    lines = ran.out.splitlines()
    assert lines[0].startswith("✔ webupdate") and NAME in lines
    assert any(line.startswith("⚠ Sync") and "nobody runs it" in line for line in lines)
    assert any(line.startswith("  ✖ Order folder") and "No such file" in line for line in lines)
    assert any(line.startswith("  · Kind 27") for line in lines)


def test_without_a_company_and_with_an_engine(shell: Shell) -> None:
    shell("status")
    lock = EngineLock(shell.paths.lock)
    assert lock.take()
    told = found(shell)
    lock.release()
    assert told["Sync"].detail == "a process has the lock and has not said who it is"
    assert not any(what.startswith("Kind") for what in told)


def test_what_was_never_read_turns_its_kinds_off(shell: Shell) -> None:
    (shell.root / "export").mkdir()
    (shell.root / "orders").mkdir()
    shell.add(kinds="1 off, 5 block, 13 warn")
    told = found(shell)
    assert (told["customers.csv"].state, told["customers.csv"].detail) == ("warn", "was never read")
    for what, detail in {
        "Kind 1, Unknown SKU": "off: the property Kinds of problems says so (1 off, 5 block, 13 warn)",
        "Kind 2, Item inactive": "off: inventory.csv was never read",
        "Kind 13, Credit": "off: customers.csv and payments.csv were never read",
        "Kind 19, Total differs": "on, stops an order",
    }.items():
        assert told[what].detail == detail


def test_every_kind_is_told_once_and_its_inputs_are_things_that_are_there(firmdesk: FirmDesk) -> None:
    told = found(firmdesk.shell)
    assert [what for what in told if what.startswith("Kind ")] == [f"Kind {n}, {k.name}" for n, k in KINDS.items()]
    for kind in KINDS.values():
        assert set(kind.files) <= set(FILES)
        assert set(kind.properties) <= set(BY_NAME)


@pytest.mark.parametrize("file", [None, *FILES])
def test_a_kind_is_found_only_where_its_files_are_known(file: str | None) -> None:
    """Nothing is right with this order, but what is said to be off without a file must not be told of it."""
    order = with_(
        customer="", account="99", email="nobody@example.com",
        ship_code="UPS", ship_name="UPS", shipping="99", total="1",
        lines=(line("NONE", quantity="1000", unit="TON", unit_price="0.01", total="10"), line("CHAI-01", unit="KG")),
        payments=(Payment(code="GOLD", name="Gold", amount="1"),),
    )  # fmt: skip
    known = [name for name in FILES if name != file] if file else []
    told = {KINDS[number] for number in kinds(order, Ebms(*known))}
    assert [kind.name for kind in told if not set(kind.files) <= set(known)] == []


@pytest.mark.parametrize(
    ("kind", "severity", "detail"),
    [
        (KINDS[5], "block", "on, stops an order (property Kinds of problems)"),
        (KINDS[13], "warn", "on, warns (property Kinds of problems); Abort is only told by EBMS's refusal"),
        (KINDS[27], None, "on, stops an order"),
        (Kind(1, "x", properties=("first_day",)), None, "on, stops an order"),
    ],
)
def test_a_kind_with_all_that_it_needs(kind: Kind, severity: Severity | None, detail: str) -> None:
    values = VALUES | {"first_day": "2026-01-01"}
    assert checkup.kind_of_problem(kind, ALL, values, severity).detail == detail


def test_one_property_alone_is_named_alone() -> None:
    kind = Kind(1, "x", properties=("first_day",))
    assert checkup.kind_of_problem(kind, ALL, VALUES, None).detail == "off: First open day is not set"


def test_an_engine_that_is_silent() -> None:
    info = EngineInfo(pid=7, host="h\x1b", user="u", mode="service", started_at=0, beat_at=NOW, stopped_at=None)
    assert checkup.engine(info, held=True, now=NOW).detail == "pid 7 on h\\x1b as u (service)"
    late = checkup.engine(info, held=True, now=NOW + 90)
    assert late.state == "warn" and "silent for 90 s" in late.detail
    assert checkup.engine(info, held=False, now=NOW).detail == "nobody runs it"


def test_too_little_room() -> None:
    assert checkup.free(10**9).state == "ok"
    assert checkup.free(10**8).state == "bad"


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_a_data_folder_that_is_open_to_all(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    tmp_path.chmod(0o700)
    paths.key.write_text("k")
    paths.key.chmod(0o604)
    told = checkup.data_folder(paths)
    assert (told.state, told.detail) == ("bad", f"{tmp_path}, rights 700; everybody may get at secret.key")
    paths.key.chmod(0o600)
    assert checkup.data_folder(paths).state == "ok"


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write everywhere")
def test_an_order_folder_without_the_right_to_write(firmdesk: FirmDesk) -> None:
    (firmdesk.shell.root / "orders").mkdir(0o500)
    assert found(firmdesk.shell)["Order folder"].state == "bad"


def pem(days: int) -> bytes:
    """A certificate that is valid for that many days from NOW."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "shop")])
    start = datetime.fromtimestamp(NOW, UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, start - timedelta(999), start + timedelta(days))
    return made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


@pytest.mark.parametrize(("days", "state"), [(365, "ok"), (20, "warn"), (-1, "bad")])
def test_a_certificate_and_its_end(firmdesk: FirmDesk, days: int, state: str) -> None:
    path = firmdesk.shell.root / "ca.pem"
    path.write_bytes(pem(365) + pem(days))
    with firmdesk.opened() as desk:
        desk.exports.set(certificate=str(path))
        told = checkup.certificate(desk.site, NOW)
        ends = datetime.fromtimestamp(NOW, UTC) + timedelta(days)
        assert (told.state, told.detail) == (state, f"{path}, valid until {ends:%Y-%m-%d}")
        path.write_bytes(b"\x1bno certificate")
        assert checkup.certificate(desk.site, NOW).state == "bad"

"""What doctor says of the shops, and the file for support: dates, clocks, and never a secret."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from tests.receivers import Hook, certificates, hook
from tests.store.making import TOKEN, make_place
from tests.test_cli import Shell, shell
from webupdate import bundle
from webupdate.config import open_data_dir
from webupdate.errors import Retryable, Stopped, UsageError
from webupdate.report import Exit
from webupdate.store import board
from webupdate.store.companies import SiteInfo
from webupdate.store.db import open_store
from webupdate.store.secrets import Vault, open_vault
from webupdate.sync import checkshop, checkup
from webupdate.sync.shops.http import served_until
from webupdate.webshop.folder import ShopFolder

__all__ = ["shell"]  # a fixture

NOW = 1_760_000_000.0
DAY = 86400.0
SITE = cast(SiteInfo, SimpleNamespace(name="shop"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> ShopFolder:
    return certificates(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def web(made: ShopFolder) -> Iterator[Hook]:
    with hook(made) as web:
        yield web


def port(web: Hook) -> int:
    return web._server.server_port


def test_a_served_certificate_says_when_it_ends(web: Hook, made: ShopFolder) -> None:
    from cryptography import x509

    served = x509.load_pem_x509_certificate(made.certificate.read_bytes())
    ends = served_until(f"https://localhost:{port(web)}", str(made.ca))
    assert ends == served.not_valid_after_utc.timestamp()


def test_a_certificate_that_is_not_trusted_is_named(web: Hook) -> None:
    with pytest.raises(Stopped, match="certificate is not trusted"):
        served_until(f"https://localhost:{port(web)}", "")


@pytest.mark.parametrize("address", ["https://127.0.0.1:1", "https://host.invalid"])
def test_a_shop_that_is_not_there_is_told(address: str, made: ShopFolder) -> None:
    with pytest.raises(Retryable, match="can't be reached"):
        served_until(address, str(made.ca))


def test_a_shop_on_this_machine_needs_no_certificate() -> None:
    assert served_until("http://127.0.0.1:8000", "") is None
    assert checkshop.certificate(SITE, None, NOW).state == "off"


@pytest.mark.parametrize(("days", "state"), [(90, "ok"), (30, "ok"), (29, "warn"), (1, "warn")])
def test_a_certificate_that_ends_soon_is_a_warning(days: int, state: str) -> None:
    found = checkshop.certificate(SITE, NOW + days * DAY, NOW)
    assert found.state == state
    assert "valid until 2025-" in found.detail or "valid until 2026-" in found.detail
    assert bool(found.do) == (state == "warn")


@pytest.mark.parametrize(
    ("ahead", "state", "detail"),
    [
        (4.4, "ok", "as this machine's"),
        (-60, "ok", "60 s behind this machine's"),
        (121, "warn", "121 s ahead of this machine's"),
        (-7200, "warn", "7,200 s behind this machine's"),
    ],
)
def test_a_clock_that_is_far_off_is_a_warning(ahead: float, state: str, detail: str) -> None:
    found = checkshop.clock(SITE, ahead)
    assert (found.state, found.detail) == (state, detail)


def test_a_shop_that_does_not_answer_is_a_finding_with_what_to_do(shell: Shell) -> None:
    shell.add()
    ran = shell("doctor", "--json")
    (shop,) = [one for one in ran.json if one["group"] == "Shops"]
    assert (shop["what"], shop["state"]) == ("Shop of shop", "bad")
    assert "can't be reached" in shop["detail"] and "Check the network" in shop["do"]
    assert ran.code == Exit.NEEDS_PERSON


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"TERM": "xterm-256color"}, "xterm-256color, 256 colours, 80 x 24, utf-8"),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, "xterm, 16 million colours, 80 x 24, utf-8"),
        ({"TERM": "linux", "SSH_CONNECTION": "x"}, "linux, 16 colours, 80 x 24, utf-8, over SSH"),
        ({"TERM": "dumb"}, "dumb, no colours, 80 x 24, utf-8"),
        ({"TERM": "\x1b[2J", "NO_COLOR": "1"}, "\\x1b[2J, no colours (NO_COLOR), 80 x 24, utf-8"),
    ],
)  # fmt: skip
def test_what_the_terminal_can(environ: dict[str, str], words: str) -> None:
    assert checkup.terminal(environ, (80, 24), "utf-8").detail == words


def test_the_file_for_support_has_all_but_secrets(shell: Shell) -> None:
    shell.add(support="mailtos://robot:hush-hush-4711@mail.firm.example?from=a@b.de&to=c@d.de")
    with shell.opened() as store:
        board.log(store, f"A defect said {TOKEN} and hush-hush-4711@mail \x1b[2J")
        board.log(store, "mailtos://robot:hush-hush-4711@mail.firm.example?from=a@b.de&to=c@d.de")
    file = shell.root / "support.txt"
    ran = shell("doctor", "--offline", "--bundle", str(file))
    assert str(file) in ran.err
    text = file.read_text(encoding="utf-8")
    for part in (
        "== webupdate doctor",
        "✖ Order folder",
        "== webupdate status",
        "== webupdate companies export",
        "== webupdate log",
    ):
        assert part in text
    assert "A defect said (secret) and (secret)@mail" in text
    assert not [part for part in (TOKEN, "mailtos://", "hush-hush", "\x1b") if part in text]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_that_can_not_be_written_is_told(shell: Shell) -> None:
    shell.add()
    ran = shell("doctor", "--offline", "--bundle", str(shell.root / "none" / "support.txt"))
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert "can't be written" in ran.err


def test_secrets_of_another_key_do_not_stop_the_file(tmp_path: Path) -> None:
    paths = open_data_dir(str(tmp_path / "data"))
    store = open_store(paths.store)
    make_place(store, open_vault(paths.key), tmp_path)
    bundle.write(tmp_path / "s.txt", store, Vault(b"B" * 43 + b"=", "a test"), [], NOW)
    assert "Northwind" in (tmp_path / "s.txt").read_text(encoding="utf-8")
    with pytest.raises(UsageError):
        bundle.write(tmp_path, store, open_vault(paths.key), [], NOW)
    store.close()

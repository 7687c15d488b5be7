"""The command line: what each command prints, and what it ends with. Its process is a real one where that matters."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.receivers import PASSWORD, PATH, certificates, hook
from tests.store.making import TOKEN
from tests.sync.folders import NORTHWIND
from webupdate import __version__, cli
from webupdate.config import Paths
from webupdate.report import Exit
from webupdate.store import board, commands, companies, exports, holds
from webupdate.store.db import Store, open_store
from webupdate.store.exports import FileState, set_file_state
from webupdate.store.holds import Hold
from webupdate.store.lock import EngineLock
from webupdate.store.secrets import KEY_VARIABLE, open_vault

NAME = "Northwind Traders"
NOBODY = "https://127.0.0.1:1"  # refuses every connection at once


class Ran:
    """What a command printed and ended with."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.out = out
        self.err = err

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.out)


class Shell:
    """Runs commands on one data folder, in this process."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self.paths = Paths(root / "data")
        self._capsys = capsys

    def __call__(self, *arguments: str) -> Ran:
        try:
            code = cli.main(["--data", str(self.paths.data), *arguments])
        except SystemExit as end:  # argparse's own way
            code = end.code if isinstance(end.code, int) else 1
        captured = self._capsys.readouterr()
        assert TOKEN not in captured.out + captured.err
        return Ran(code, captured.out, captured.err)

    def values(self, **changes: str) -> list[str]:
        orders = f"orders of {changes['name']}" if "name" in changes else "orders"  # each company has its own
        folders = {"export_folder": str(self.root / "export"), "order_folder": str(self.root / orders)}
        values = {"name": NAME, **folders, "address": NOBODY, "token": TOKEN, **changes}
        return [f"{name}={value}" for name, value in values.items()]

    def add(self, **changes: str) -> Ran:
        return self("companies", "add", *self.values(**changes))

    @contextmanager
    def opened(self) -> Iterator[Store]:
        """The store between two commands: one is open at a time in a process."""
        store = open_store(self.paths.store)
        try:
            yield store
        finally:
            store.close()

    def secret(self, company: str = NAME) -> str:
        """The token as the engine would use it."""
        with self.opened() as store:
            site = companies.company(store, company).sites[0]
        return open_vault(self.paths.key).unlock(site.secrets)["token"]


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    return Shell(tmp_path, capsys)


@pytest.fixture
def firm(shell: Shell) -> Shell:
    """A shell on a data folder with one company."""
    assert shell.add().code == Exit.FINE
    with shell.opened() as store:
        companies.begin(store, 1, 1.0)
    return shell


def refused(ran: Ran, message: str, hint: str = "") -> bool:
    """Nothing on stdout, message and hint on stderr, exit code 2."""
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert message in ran.err
    assert hint in ran.err
    return True


def test_version(shell: Shell) -> None:
    assert shell("--version").out.split() == ["webupdate", __version__]


@pytest.mark.parametrize("arguments", [["dance"], ["companies"], ["companies", "add"], ["status", "--xml"], ["--port"]])
def test_what_there_is_not_is_a_usage_error(shell: Shell, arguments: Sequence[str]) -> None:
    ran = shell(*arguments)
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert "usage: webupdate" in ran.err


@pytest.mark.parametrize("arguments", [["--help"], ["companies", "add", "--help"], ["release", "--help"]])
def test_help(shell: Shell, arguments: Sequence[str]) -> None:
    ran = shell(*arguments)
    assert ran.code == Exit.FINE
    assert "usage: webupdate" in ran.out


def test_the_screens_need_a_terminal(shell: Shell) -> None:
    assert refused(shell(), "The screens need a terminal.", "--headless")


def test_a_data_folder_that_is_none(shell: Shell) -> None:
    shell.paths.data.write_text("")
    assert refused(shell("status"), "can't be made: File exists", "--data")


def test_a_store_that_can_not_be_used(firm: Shell) -> None:
    firm.paths.store.write_bytes(b"nonsense" * 1000)
    for file in firm.paths.data.glob(f"{firm.paths.store.name}-*"):
        file.unlink()
    ran = firm("status")
    assert (ran.code, ran.out) == (Exit.UNREACHABLE, "")
    assert "can't be used" in ran.err


def test_status_of_nothing(shell: Shell) -> None:
    ran = shell("status")
    assert ran.code == Exit.FINE
    assert ran.out.splitlines() == [
        "The sync does not run. Start it: webupdate --headless",
        "No company yet. Make one: webupdate companies add --help",
    ]
    assert shell("status", "--json").json["companies"] == []


def test_status_in_words_and_as_json(firm: Shell) -> None:
    ran = firm("status")
    assert ran.code == Exit.FINE
    assert f"· Not synced yet  shop  {NOBODY}  0 waiting" in ran.out
    (company,) = firm("status", "--json").json["companies"]
    assert (company["name"], company["sites"][0]["state"]) == (NAME, "new")


def test_a_new_site_needs_somebody_who_lets_it_begin(shell: Shell) -> None:
    shell.add()
    ran = shell("status")
    assert ran.code == Exit.NEEDS_PERSON
    assert (
        f"nothing is sent or taken before you let it begin. Look at it and say so: webupdate begin '{NAME}'" in ran.out
    )
    (company,) = shell("status", "--json").json["companies"]
    assert (company["sites"][0]["begun"], company["sites"][0]["state"]) == (False, "needs")


@pytest.mark.parametrize(
    ("state", "code"),
    [("ok", Exit.FINE), ("needs", Exit.FINE), ("waiting", Exit.UNREACHABLE), ("stopped", Exit.UNREACHABLE)],
)
def test_status_has_the_code_of_the_site(firm: Shell, state: str, code: Exit) -> None:
    with firm.opened() as store:
        board.set_health(store, 1, 1, state, now=1.0)
    assert firm("status").code == firm("status", "--json").code == code


def test_status_of_what_needs_a_person(firm: Shell) -> None:
    with firm.opened() as store:
        board.set_health(store, 1, 0, "needs", "The export folder is gone.", "Is the share connected?", now=1.0)
    ran = firm("status")
    assert ran.code == Exit.NEEDS_PERSON
    assert "⚠ The export folder is gone. Is the share connected?" in ran.out


def test_a_brake_is_shown_and_released(firm: Shell) -> None:
    assert refused(firm("release", NAME, "prices"), "No brake is on for prices", "webupdate status")
    with firm.opened() as store:
        set_file_state(store, 1, "prices", FileState(read_at=1, held="digest"))
    ran = firm("status")
    assert ran.code == Exit.BRAKE
    assert f"A brake is on for prices: webupdate release '{NAME}' prices" in ran.out
    assert firm("release", NAME, "prices").code == Exit.FINE
    assert firm("status").code == Exit.FINE
    with firm.opened() as store:
        assert [wish.verb for wish in commands.waiting(store, 1)] == ["sync_now"]
    assert firm("release", NAME, "secrets").code == Exit.USAGE
    with firm.opened() as store:
        set_file_state(store, 1, "inventory", FileState(read_at=1, held="digest"))
    assert firm("release", NAME, "items").code == Exit.FINE


def test_a_held_entity_of_one_site_is_shown_and_released(firm: Shell) -> None:
    with firm.opened() as store:
        site = companies.company(store, NAME).sites[0].id
        hold = Hold(site_id=site, entity="items", message="60 of 100 items of shop would change.", hint="Release it.")
        assert holds.put_on(store, hold, 0.0)
        assert not holds.put_on(store, hold, 1.0)  # it is said once
    ran = firm("status")
    assert (ran.code, "60 of 100 items of shop would change. Release it." in ran.out) == (Exit.BRAKE, True)
    assert refused(firm("release", NAME, "stock"), "No brake is on for stock", "webupdate status")
    assert refused(firm("release", NAME, "items", "--site", "outlet"), "has no site 'outlet'", "shop")
    assert firm("release", NAME, "items", "--site", "shop").code == Exit.FINE
    assert "60 of 100" not in firm("status").out


def test_adding_and_listing(shell: Shell) -> None:
    assert "No company yet" in shell("companies", "list").out
    ran = shell.add()
    assert f"webupdate companies test '{NAME}'" in ran.out
    assert shell("companies", "list").out.splitlines() == [NAME, f"  {'shop':<20} {NOBODY}"]
    (company,) = shell("companies", "list", "--json").json
    assert (company["name"], company["paused"]) == (NAME, False)
    assert "token" not in company["sites"][0]["values"]
    assert shell.secret() == TOKEN


@pytest.mark.parametrize(
    ("changes", "message", "hint"),
    [
        ({"address": ""}, "Missing: address", "address=https://shop.example"),
        ({"address": "http://shop.example"}, "address: the connection must be encrypted", "https://shop.example"),
        ({"intervall": "20"}, "intervall: there is no such property", "interval"),
        ({"interval": "soon"}, "interval: 'soon' must be a whole number of seconds from 5 to 3600", ""),
        ({"token": "@/no/such/file"}, "/no/such/file can't be read: No such file", "token=@"),
    ],
)
def test_what_is_wrong_with_a_new_company(shell: Shell, changes: dict[str, str], message: str, hint: str) -> None:
    assert refused(shell.add(**changes), message, hint)
    assert shell("companies", "list", "--json").json == []


def test_a_pair_is_a_pair(shell: Shell) -> None:
    assert refused(shell("companies", "add", "Northwind"), "'Northwind' is not PROPERTY=VALUE", "interval=20")


def test_a_company_is_there_once(firm: Shell) -> None:
    assert refused(firm.add(name=NAME.upper()), "There is a company", "another name")


def test_a_token_from_a_file_or_the_keyboard(shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"  {TOKEN}\n")
    shell.add(name="by file", token=f"@{file}")
    assert shell.secret("by file") == TOKEN
    monkeypatch.setattr(sys, "stdin", io.StringIO(TOKEN + "\n"))
    shell.add(name="by hand", token="-")
    assert shell.secret("by hand") == TOKEN
    file.write_bytes(b"\xff\xfe\x00\xd8")
    assert refused(shell.add(name="no text", token=f"@{file}"), "it is no text", "token=@")


def test_setting_and_getting(firm: Shell) -> None:
    assert firm("companies", "set", NAME.lower(), "interval=60", "price_level=B2B = best").code == Exit.FINE
    assert firm("companies", "get", NAME, "interval").out == "60\n"
    everything = firm("companies", "get", NAME).out.splitlines()
    assert f"name={NAME}" in everything
    assert "price_level=B2B = best" in everything
    assert not [line for line in everything if line.startswith("token=")]


def test_a_secret_is_set_and_never_shown(firm: Shell) -> None:
    assert firm("companies", "set", NAME, f"token={TOKEN}-2").code == Exit.FINE
    assert firm.secret() == f"{TOKEN}-2"
    assert refused(firm("companies", "get", NAME, "token"), "is a secret and is never shown", "companies set")


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["get", "Acme"], "There is no company 'Acme'", NAME),
        (["get", NAME, "colour"], "There is no property 'colour'", "interval"),
        (["get", NAME, "--site", "b2b"], "has no site 'b2b'", "shop"),
        (["set", NAME, "colour=red"], "colour: there is no such property", "interval"),
        (["set", NAME, "interval=1"], "from 5 to 3600", ""),
        (["set", "Acme", "interval=20"], "There is no company 'Acme'", NAME),
        (["add-site", NAME, "site=b2b"], "Missing: address, token", "address="),
        (["pause", "Acme"], "There is no company 'Acme'", NAME),
        (["remove", "Acme", "--yes"], "There is no company 'Acme'", NAME),
        (["test", "Acme"], "There is no company 'Acme'", NAME),
    ],
)
def test_unknown_names_are_answered_with_the_known(firm: Shell, arguments: list[str], message: str, hint: str) -> None:
    assert refused(firm("companies", *arguments), message, hint)


def test_another_site(firm: Shell) -> None:
    ran = firm("companies", "add-site", NAME, "site=b2b", "address=https://b2b.example", f"token={TOKEN}")
    assert ran.code == Exit.FINE
    assert firm("companies", "get", NAME, "address", "--site", "b2b").out == "https://b2b.example\n"
    assert firm("companies", "set", NAME, "--site", "b2b", "price_level=B2B").code == Exit.FINE
    assert firm("companies", "get", NAME, "price_level").out == "Retail\n"


def test_pause_and_resume(firm: Shell) -> None:
    assert firm("companies", "pause", NAME).code == Exit.FINE
    assert f"{NAME}  (paused)" in firm("companies", "list").out
    assert "‖ Paused" in firm("status").out
    assert firm("companies", "resume", NAME).code == Exit.FINE
    assert "paused" not in firm("companies", "list").out


@pytest.mark.parametrize("typed", ["", "northwind\n", "yes\n"])
def test_removing_needs_the_name(firm: Shell, monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    ran = firm("companies", "remove", NAME)
    assert (ran.code, len(firm("companies", "list", "--json").json)) == (Exit.USAGE, 1)
    assert "Nothing was removed" in ran.err


def test_removing(firm: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    firm.add(name="Second")
    assert firm("companies", "remove", NAME, "--yes").code == Exit.FINE
    monkeypatch.setattr(sys, "stdin", io.StringIO("Second\n"))
    assert firm("companies", "remove", "second").code == Exit.FINE
    assert firm("companies", "list", "--json").json == []


def test_testing_a_shop_that_does_not_answer(firm: Shell) -> None:
    ran = firm("companies", "test", NAME)
    assert (ran.code, ran.out) == (Exit.UNREACHABLE, "")
    assert "✖ shop: 127.0.0.1 is there, but refuses connections on port" in ran.err
    assert "Is the shop's server running" in ran.err
    assert refused(firm("companies", "test", NAME, "b2b"), "has no site 'b2b'", "shop")


def test_what_is_doubtful_is_said_and_saved(firm: Shell) -> None:
    assert refused(
        firm.add(name="Second", order_folder=str(firm.root / "orders" / "2")), f"{NAME} has its orders there"
    )
    ran = firm.add(name="Second")
    assert ran.code == Exit.FINE
    assert f"⚠ address: {NAME} sends to this shop too" in ran.err
    ran = firm("companies", "set", "Second", f"export_folder={firm.root / 'export'}")
    assert (ran.code, ran.out) == (Exit.FINE, "")
    assert f"⚠ export_folder: {NAME} reads its exports there too" in ran.err
    assert refused(firm("companies", "set", "Second", f"order_folder={firm.root / 'orders'}"), "order_folder: ")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_without_the_key_all_but_secrets_can_be_set(firm: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """And a test is left to the engine; where none runs, who may do it is told."""
    read = Path.read_bytes

    def closed(path: Path) -> bytes:
        if path == firm.paths.key:
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", closed)
    assert firm("companies", "set", NAME, "interval=30").code == Exit.FINE
    assert firm("companies", "get", NAME, "interval").out == "30\n"
    ran = firm("companies", "set", NAME, f"token={TOKEN[::-1]}")
    assert ran.code == Exit.UNREACHABLE
    assert "Secrets can't be used here. You may not read the key file" in ran.err and "sudo -u" in ran.err
    for words in (("companies", "test", NAME), ("support", "test", NAME)):
        ran = firm(*words)
        assert ran.code == Exit.UNREACHABLE
        assert "You may not read the key file" in ran.err and f"webupdate --data {firm.paths.data}" in ran.err


def test_a_lost_key_is_a_clear_message(firm: Shell) -> None:
    firm.paths.key.unlink()
    ran = firm("companies", "test", NAME)
    assert (ran.code, ran.out) == (Exit.UNREACHABLE, "")
    assert "can't be decrypted" in ran.err
    assert "enter the login again" in ran.err
    assert firm("status").code == Exit.FINE  # reading needs no key


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such groups")
def test_the_group_of_administrators(firm: Shell) -> None:
    assert "only the owner" in firm("group").out
    assert refused(firm("group", "nobody-knows-it"), "There is no group", "groupadd")
    assert "only the owner" in firm("group").out
    assert firm("group", "-").code == Exit.FINE


@pytest.mark.skipif(os.name == "nt", reason="no pipe ends like this there")
def test_a_reader_that_goes_away_is_no_error(firm: Shell) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "webupdate", "--data", str(firm.paths.data), "companies", "list", "--json"]
    ended = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert "Traceback" not in ended.stderr


# Engines.


def lay_down_northwind(firm: Shell) -> None:
    (firm.root / "orders").mkdir()
    (firm.root / "export").mkdir()
    for file in NORTHWIND.glob("*.csv"):
        copy = firm.root / "export" / file.name
        copy.write_bytes(file.read_bytes())
        os.utime(copy, (1_700_000_000, 1_700_000_000))  # saved long ago, so that nobody waits for it to settle


def test_support_is_tested_from_the_command_line(firm: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(firm("support", "test", NAME), "No address of support is set.", "docs/support.md")
    assert "Nobody is told when the sync stops" in firm("status").out
    made = certificates(tmp_path / "ca")
    monkeypatch.setenv("SSL_CERT_FILE", str(made.ca))
    with hook(made) as web:
        assert firm("companies", "set", NAME, f"support={web.address}").code == Exit.FINE
        assert "Nobody is told" not in firm("status").out
        ran = firm("support", "test", NAME)
        assert (ran.code, ran.out) == (Exit.FINE, "✔ The test message was taken by address 1 (jsons).\n")
        web.status = 401
        ran = firm("support", "test", NAME)
    assert (ran.code, ran.out) == (Exit.UNREACHABLE, "")
    assert "Address 1 (jsons): localhost refused the login." in ran.err
    assert len(web.got) == 1
    for shown in (firm("companies", "get", NAME), firm("companies", "list", "--json"), firm("status", "--json")):
        assert not [word for word in (PASSWORD, PATH) if word in shown.out + shown.err]
    assert refused(firm("companies", "get", NAME, "support"), "is a secret and is never shown")
    assert firm("companies", "set", NAME, "support=").code == Exit.FINE
    assert "Nobody is told" in firm("status").out


def test_once_tells_support(firm: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = certificates(tmp_path / "ca")
    monkeypatch.setenv("SSL_CERT_FILE", str(made.ca))
    with hook(made) as web:
        firm("companies", "set", NAME, f"support={web.address}")
        firm("--once")  # the export folder is not there
    (got,) = web.got
    assert "STOPPED" in got["message"]


def test_once_does_one_cycle_and_gives_the_lock_back(firm: Shell) -> None:
    lay_down_northwind(firm)
    ran = firm("--once")
    assert (ran.code, ran.out) == (Exit.UNREACHABLE, "")
    assert "prices.csv read: 154 records, 154 changed" in ran.err
    lock = EngineLock(firm.paths.lock)
    assert lock.take()
    lock.release()
    (company,) = firm("status", "--json").json["companies"]
    assert company["sites"][0]["waiting"] == 415


@pytest.mark.parametrize("arguments", [["--headless"], ["--once"], ["--headless", "--once"]])
def test_a_second_engine_names_the_first(firm: Shell, arguments: Sequence[str]) -> None:
    with firm.opened() as store:
        board.engine_started(store, "service", 1.0)
    lock = EngineLock(firm.paths.lock)
    assert lock.take()
    ran = firm(*arguments)
    lock.release()
    assert (ran.code, ran.out) == (Exit.LOCK_HELD, "")
    assert f"pid {os.getpid()} on " in ran.err
    assert "webupdate --headless --wait" in ran.err


class Engine:
    """`webupdate --headless` as a process; its log is read as it comes."""

    def __init__(self, paths: Paths, *arguments: str) -> None:
        command = [sys.executable, "-m", "webupdate", "--data", str(paths.data), "--headless", *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.lines: list[str] = []

    def until(self, text: str) -> str:
        """The log line that has this text, waited for."""
        assert self.process.stderr is not None
        for line in iter(self.process.stderr.readline, ""):
            self.lines.append(line)
            if text in line:
                return line
        raise AssertionError(f"{text!r} did not come:\n{''.join(self.lines)}")

    def end(self, number: int) -> tuple[int, str]:
        """Exit code and stdout after a signal; softly within five seconds."""
        self.process.send_signal(number)
        code = self.process.wait(timeout=5)
        assert self.process.stdout is not None and self.process.stderr is not None
        # Not communicate(), which knows nothing of what the stream has read ahead.
        self.lines += self.process.stderr.readlines()
        return code, self.process.stdout.read()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def engine(firm: Shell) -> Iterator[Callable[..., Engine]]:
    lay_down_northwind(firm)
    started: list[Engine] = []

    def start(*arguments: str) -> Engine:
        started.append(Engine(firm.paths, *arguments))
        return started[-1]

    yield start
    for one in started:
        one.kill()


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGTERM")
def test_headless_runs_logs_and_ends_softly(firm: Shell, engine: Callable[..., Engine]) -> None:
    running = engine("--log-json")
    line = msgspec.json.decode(running.until("payments.csv read"))
    assert (line["level"], line["entity"], line["company_id"]) == ("info", "payments", 1)
    running.until("127.0.0.1:1: The shop can't be reached")
    second = firm("--headless")
    assert second.code == Exit.LOCK_HELD
    assert f"pid {running.process.pid} on " in second.err
    assert f"The sync runs: pid {running.process.pid}" in firm("status").out
    assert running.end(signal.SIGTERM) == (Exit.FINE, "")
    assert all(isinstance(msgspec.json.decode(line), dict) for line in running.lines)
    assert TOKEN not in "".join(running.lines)
    assert "The sync does not run" in firm("status").out


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGINT to one process")
def test_headless_logs_for_people_and_ends_by_ctrl_c(engine: Callable[..., Engine]) -> None:
    running = engine()
    assert " inventory.csv read: 77 records" in running.until("inventory.csv read")
    assert running.end(signal.SIGINT) == (Exit.FINE, "")


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGTERM")
def test_a_paused_company_is_left_alone_until_it_is_resumed(firm: Shell, engine: Callable[..., Engine]) -> None:
    firm("companies", "pause", NAME)
    running = engine()
    with firm.opened() as store:
        number = commands.leave(store, "sync_now", company_id=1)
        assert soon(lambda: commands.answer(store, number) is not None)
        # Its loop sleeps now; only being woken makes it read.
        assert board.log_lines(store) == []
    firm("companies", "resume", NAME)
    running.until("payments.csv read")
    assert running.end(signal.SIGTERM)[0] == Exit.FINE


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGTERM")
def test_a_company_made_and_removed_while_the_engine_runs(firm: Shell, engine: Callable[..., Engine]) -> None:
    running = engine()
    running.until("payments.csv read")
    firm("companies", "remove", NAME, "--yes")
    firm.add(name="Second")
    running.until("payments.csv read")
    assert running.end(signal.SIGTERM)[0] == Exit.FINE
    assert "Traceback" not in "".join(running.lines)


@pytest.mark.skipif(os.name == "nt", reason="no kill -9 there")
def test_a_killed_engine_leaves_a_free_lock(firm: Shell, engine: Callable[..., Engine]) -> None:
    running = engine()
    running.until("payments.csv read")
    running.kill()
    assert firm("--once").code == Exit.UNREACHABLE


def soon(true: Callable[[], bool]) -> bool:
    """Ask until it is true; another process makes it so."""
    tick = threading.Event()
    return any(true() or tick.wait(0.02) for _ in range(1000))


def test_problems_are_told_where_no_screen_is(firm: Shell) -> None:
    assert firm("problems", NAME).code == Exit.FINE
    complaint = exports.Complaint(
        line=4, key="CHAI-01", message="prices.csv, row 4: PRICE is empty.", hint="Give it one."
    )
    with firm.opened() as store:
        exports.set_complaints(store, 1, "prices", [complaint], 0.0)
    ran = firm("problems", NAME)
    assert (ran.code, ran.out) == (Exit.NEEDS_PERSON, "⚠ prices.csv, row 4: PRICE is empty. Give it one.\n")
    (entry,) = firm("problems", NAME, "--json").json
    assert (entry["where"], entry["line"], entry["key"]) == ("prices", 4, "CHAI-01")
    assert f"1 problem in the export files: webupdate problems '{NAME}'" in firm("status").out

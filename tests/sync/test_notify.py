"""Support is told by itself: once, of all that matters, whatever the mail server does meanwhile."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.receivers import PASSWORD, PATH, USER, Hook, Mailbox, certificates, hook, mailbox
from tests.store.making import NOW, Place, make_place
from webupdate import __version__
from webupdate.clock import SystemClock
from webupdate.config import Paths, open_data_dir
from webupdate.errors import Stopped
from webupdate.store import accounts, board, companies, exports, holds, inbox, notices
from webupdate.store.accounts import Arrival, Question, WebCustomer
from webupdate.store.db import Store, open_store
from webupdate.store.exports import Complaint, FileState
from webupdate.store.holds import Hold
from webupdate.store.inbox import Arrived, Finding
from webupdate.store.secrets import Vault, open_vault
from webupdate.store.snapshot import snapshot
from webupdate.sync import retry, supervisor, support, supporttext
from webupdate.sync.loop import CompanyLoop
from webupdate.sync.notify import EVERY, Notifier
from webupdate.sync.supervisor import Supervisor, record_failure
from webupdate.webshop.folder import ShopFolder

HOUR = 3600.0


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> ShopFolder:
    return certificates(tmp_path_factory.mktemp("ca"))


@pytest.fixture
def box(made: ShopFolder, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    monkeypatch.setenv("SSL_CERT_FILE", str(made.ca))
    with mailbox(made) as box:
        yield box


@pytest.fixture
def web(made: ShopFolder) -> Iterator[Hook]:
    with hook(made) as web:
        yield web


class Scene:
    """A company whose support reads a mailbox, and a notifier with a clock of its own."""

    def __init__(self, root: Path, box: Mailbox, **values: str) -> None:
        self.paths: Paths = open_data_dir(str(root / "data"))
        self.store: Store = open_store(self.paths.store)
        self.vault: Vault = open_vault(self.paths.key)
        self.box = box
        given = {"support": box.address(), "time_zone": "UTC", **values}
        self.place: Place = make_place(self.store, self.vault, root, **given)
        self.now = NOW
        self.restart()

    def restart(self) -> None:
        """All that the engine keeps in memory is gone."""
        self.notifier = Notifier(self.store, self.vault)

    def step(self, after: float = EVERY) -> list[str]:
        """A turn; the mails that came of it."""
        before = len(self.box.mails)
        self.now += after
        self.notifier.step(self.now)
        return self.box.texts[before:] if len(self.box.mails) > before else []

    def steps(self, seconds: float) -> list[str]:
        """Turns as long as that."""
        return [text for _ in range(int(seconds // EVERY)) for text in self.step()]

    def health(self, state: str, message: str = "", hint: str = "", *, site: bool = True) -> None:
        number = self.place.site.id if site else 0
        board.set_health(self.store, self.place.company.id, number, state, message, hint, now=self.now)

    def stop(self) -> None:
        self.health("stopped", "The shop answered 401: the login was refused.", "Enter the right token.")

    def change(self, **values: str) -> None:
        self.place.company = companies.change(self.store, self.vault, self.place.company, values)

    def order(self, number: str, kinds: tuple[int, ...] = (1,)) -> None:
        """An order that waits for an answer from now on."""
        arrived = Arrived(
            shop_id=number, number=number, web_status="", placed_at="", updated_at="", total="", buyer="Ann Smith",
            content=b"{}", received=b"{}", sold=(),
        )  # fmt: skip
        inbox.receive(self.store, self.place.site.id, [arrived], "", self.now)
        (received,) = inbox.in_states(self.store, self.place.site.id, "received")
        found = [Finding(kind=kind, field="INVEN", seen="X", expected="", message="Ann Smith!") for kind in kinds]
        inbox.judged(self.store, received, found, ())

    def log(self) -> list[str]:
        return [f"{line.text} {line.hint}" for line in board.log_lines(self.store)]

    def told(self) -> list[tuple[str, bool, bool]]:
        """Kind, told, told that it is over; of each notice."""
        query = "SELECT kind, told_at IS NOT NULL, over_told_at IS NOT NULL FROM notice ORDER BY id"
        return [(kind, bool(one), bool(two)) for kind, one, two in self.store.rows(query)]


@pytest.fixture
def scene(tmp_path: Path, box: Mailbox) -> Iterator[Scene]:
    scene = Scene(tmp_path, box)
    yield scene
    scene.store.close()


def test_a_stopped_site_is_told_once_and_its_recovery_too(scene: Scene) -> None:
    assert scene.step() == []
    scene.stop()
    (text,) = scene.step()
    assert text.splitlines() == [
        "webupdate, Northwind Traders: stopped",
        "Northwind Traders, 2025-10-09 08:54 UTC",
        "",
        "STOPPED, since 2025-10-09 08:53 UTC",
        "Site shop: The shop answered 401: the login was refused.",
        "To do: Enter the right token.",
        "",
        f"Sent by webupdate {__version__} on {socket.gethostname()}. More there: webupdate, or webupdate status",
    ]
    assert scene.steps(HOUR) == []
    scene.health("ok")
    (text,) = scene.steps(HOUR)
    assert text.startswith("webupdate, Northwind Traders: recovered\n")
    assert "(stopped since 2025-10-09 08:53 UTC)" in text
    assert scene.told() == [("stopped", True, True)]
    scene.stop()
    assert len(scene.steps(HOUR)) == 1


def test_another_reason_for_the_same_stop_is_no_news(scene: Scene) -> None:
    scene.stop()
    assert len(scene.step()) == 1
    scene.health("stopped", "The shop's certificate is not trusted.")
    assert scene.steps(HOUR) == []


def test_what_fails_again_and_again_is_one_event(scene: Scene) -> None:
    """A loop that dies at each start looks well for a moment each time."""
    texts = []
    for _ in range(20):
        try:
            raise ValueError("a defect")
        except ValueError as error:
            record_failure(scene.store, scene.place.company.id, error, scene.now)
        texts += scene.steps(900)
        scene.health("ok", site=False)
        texts += scene.step()
    assert len(texts) == 1
    assert "The sync of this company failed: ValueError" in texts[0]


def test_an_export_folder_that_can_not_be_read_is_a_stop(scene: Scene) -> None:
    scene.health("needs", "The export folder can't be read.", "Is the share mounted?", site=False)
    (text,) = scene.step()
    assert "STOPPED" in text and "Is the share mounted?" in text


def test_a_site_that_has_not_begun_can_not_stop(scene: Scene) -> None:
    scene.store.sql("UPDATE site SET begun_at = NULL")
    scene.stop()
    assert scene.step() == []


def test_a_paused_company_is_left_alone(scene: Scene) -> None:
    companies.set_paused(scene.store, scene.place.company, True)
    scene.stop()
    assert scene.steps(HOUR) == []
    companies.set_paused(scene.store, scene.place.company, False)
    assert len(scene.step()) == 1


def test_all_that_happened_in_a_turn_is_one_message(scene: Scene) -> None:
    scene.stop()
    site = scene.place.site.id
    examples = "1,204 of 1,250 items would change: all items are held. As: CHAI-01  price 18.00 → 180.00 secret name."
    holds.put_on(scene.store, Hold(site_id=site, entity="items", message=examples, hint="Release it."), scene.now)
    exports.set_file_state(scene.store, scene.place.company.id, "customers", FileState(held="digest"))
    complaint = Complaint(line=0, message="70 of 91 records are missing from customers.csv saved 09:14.", hint="Save.")
    exports.set_complaints(scene.store, scene.place.company.id, "customers", [complaint], scene.now)
    (text,) = scene.step()
    assert text.startswith("webupdate, Northwind Traders: stopped and 2 more\n")
    assert text.count("BRAKE ON, since 2025-10-09 08:53 UTC") == 2
    assert "1,204 of 1,250 items would change: all items are held.\nTo do: Release it." in text
    assert "70 of 91 records are missing from customers.csv saved 09:14.\nTo do: Save." in text
    assert "secret name" not in text
    holds.let_pass(scene.store, site, "items")
    (text,) = scene.steps(HOUR)
    assert "RECOVERED" in text and "brake on since" in text
    assert "customers.csv" not in text


def test_orders_are_told_when_they_wait_longer_than_set(scene: Scene) -> None:
    scene.change(support_after="2")
    scene.order("100012", (1, 4))
    scene.order("100013", (21,))
    assert scene.steps(2 * HOUR - EVERY) == []
    scene.order("100014")
    (text,) = scene.steps(EVERY)
    assert "NEEDS AN ANSWER, since 2025-10-09 08:53 UTC: 2 orders, the oldest" in text
    assert "  100012 of shop (unknown sku, price differs)\n  100013 of shop (value too long)\n" in text
    assert "100014" not in text
    assert "Ann Smith" not in text
    assert scene.steps(HOUR) == []
    assert len(scene.steps(HOUR)) == 1  # 100014


def test_answered_orders_are_told_if_they_were_told_of(scene: Scene) -> None:
    scene.order("100012")
    assert len(scene.step(24 * HOUR)) == 1
    scene.order("100013")
    scene.store.sql("UPDATE inbox SET state = 'ready'")
    (text,) = scene.steps(HOUR)
    assert "ANSWERED: 1 order\n  100012 of shop" in text
    assert "100013" not in text


def test_a_shop_that_is_away_for_long_is_told_whatever_it_says_meanwhile(scene: Scene) -> None:
    scene.change(support_away="2")
    scene.health("waiting", "The shop can't be reached: timed out.", "Check the network.")
    assert scene.steps(HOUR) == []
    scene.health("waiting", "The shop answered 503: busy.", "It is tried again by itself.")
    assert scene.steps(HOUR - EVERY) == []
    (text,) = scene.step()
    assert text.startswith("webupdate, Northwind Traders: not reached\n")
    assert "NOT REACHED, since 2025-10-09 08:53 UTC\nSite shop: The shop answered 503: busy.\nTo do: It is" in text
    assert scene.steps(HOUR) == []
    scene.health("ok")
    (text,) = scene.steps(HOUR)
    assert "(not reached since 2025-10-09 08:53 UTC)" in text


def test_a_shop_that_comes_back_now_and_then_is_not_away(scene: Scene) -> None:
    for _ in range(4):
        scene.health("waiting", "The shop answered 503: busy.")
        assert scene.steps(3 * HOUR) == []
        scene.health("ok")
        assert scene.step() == []


def customer(scene: Scene, number: str, question: Question) -> WebCustomer:
    """A web customer of whom something is asked from now on."""
    arrival = Arrival(
        shop_id=number, key="", updated_at="2020-01-01T00:00:00Z", name="Ann Smith", email="ann@smith.example",
        web={}, base=None, content=b"{}", received=b"{}",
    )  # fmt: skip
    accounts.receive(scene.store, scene.place.site.id, [arrival], "", NOW - 90 * 24 * HOUR)
    account = accounts.of_shop_id(scene.store, scene.place.site.id, number)
    assert account is not None
    return accounts.change(scene.store, account, question=accounts.asked(account, question, scene.now))


def test_web_customers_are_told_when_they_wait_longer_than_set_however_old_they_are(scene: Scene) -> None:
    scene.change(support_after="2")
    which = Question(message="Which? Ann Smith", hint="Say.", answers=("new",))
    account = customer(scene, "17", which)
    scene.order("100012")
    assert scene.steps(HOUR) == []
    accounts.change(scene.store, account, question=accounts.asked(account, which, scene.now))  # asked again, as before
    (text,) = scene.steps(HOUR)
    assert text.startswith("webupdate, Northwind Traders: needs an answer and 1 more\n")
    assert "1 web customer\n  account 17 of shop\nTo do: Answer them in webupdate: u" in text
    assert "1 order\n  100012 of shop" in text
    assert "Ann" not in text and "ann@" not in text
    accounts.change(scene.store, account, question=None)
    (text,) = scene.steps(HOUR)
    assert "ANSWERED: 1 web customer\n  account 17 of shop" in text and "100012" not in text


def test_another_question_about_a_customer_waits_anew(scene: Scene) -> None:
    account = customer(scene, "17", Question(message="Which?", hint="", answers=("new",)))
    other = accounts.asked(account, Question(message="Whose value?", hint="", answers=("web",)), scene.now + 9)
    assert other.asked_at == scene.now + 9


def test_many_orders_are_counted(scene: Scene) -> None:
    for number in range(30):
        scene.order(f"{100_000 + number}")
    (text,) = scene.step(25 * HOUR)
    assert "30 orders, the oldest" in text
    assert text.count(" of shop") == supporttext.NAMED
    assert "  and 10 more" in text


def test_a_mail_server_that_is_down_gets_it_later_even_after_a_restart(scene: Scene) -> None:
    scene.stop()
    scene.box.stop()
    assert scene.step() == []
    (row,) = scene.store.rows("SELECT tries, next_try, error FROM notice")
    assert row[0] == 1
    assert scene.now + 0.75 * retry.FIRST <= row[1] <= scene.now + 1.25 * retry.FIRST
    assert row[2] == "Address 1 (mailtos): localhost takes no connection."
    assert "⚠ Support could not be told" not in str(scene.log())
    assert snapshot(scene.store, scene.now).companies[0].untold == row[2]
    scene.restart()
    tries = []
    for _ in range(int(4 * HOUR // EVERY)):
        scene.step()
        tries.append(scene.store.one("SELECT tries FROM notice"))
    assert 15 < tries[-1] < 30  # every 15 minutes in the end, not every turn
    assert len([text for text in scene.log() if "could not be told" in text]) == 2  # once before the restart
    scene.box.start()
    (text,) = scene.steps(HOUR)
    assert "STOPPED, since 2025-10-09 08:53 UTC" in text
    assert snapshot(scene.store, scene.now).companies[0].untold == ""


def test_what_is_over_before_it_could_be_told_is_told_as_such(scene: Scene) -> None:
    scene.stop()
    scene.box.stop()
    scene.step()
    scene.health("ok")
    scene.steps(HOUR)
    scene.box.start()
    (text,) = scene.steps(HOUR)
    assert "STOPPED, since 2025-10-09 08:53 UTC" in text
    assert "It is over since 2025-10-09 08:54 UTC." in text
    assert scene.told() == [("stopped", True, True)]


def test_each_address_gets_it_once_though_another_is_down(scene: Scene, web: Hook) -> None:
    scene.change(support=f"{scene.box.address()} {web.address}")
    scene.stop()
    web.status = 500
    assert len(scene.steps(HOUR)) == 1
    web.status = 200
    assert scene.steps(HOUR) == []
    assert [got["title"] for got in web.got] == ["webupdate, Northwind Traders: stopped"]
    assert scene.told() == [("stopped", True, False)]


def test_other_addresses_are_told_at_once(scene: Scene) -> None:
    scene.stop()
    scene.change(support=scene.box.address("wrong-password-1"))
    assert scene.steps(4 * HOUR) == []
    scene.change(support=scene.box.address())
    assert len(scene.step()) == 1


def test_without_an_address_nothing_is_kept_and_what_lasts_is_told_when_there_is_one(scene: Scene) -> None:
    scene.change(support="none")
    assert scene.place.company.secrets is None
    scene.stop()
    assert scene.steps(HOUR) == []
    assert scene.told() == []
    scene.change(support=scene.box.address())
    assert len(scene.step()) == 1


def test_no_secret_is_ever_said(scene: Scene, web: Hook, capfd: pytest.CaptureFixture[str]) -> None:
    scene.change(support=f"{scene.box.address('wrong-password-1')} {web.address}")
    web.status = 500
    scene.stop()
    scene.step()
    seen = str(scene.log()) + str(snapshot(scene.store, scene.now)) + str(scene.place.company)
    seen += str(scene.store.rows("SELECT * FROM notice")) + "".join(capfd.readouterr())
    assert "could not be told" in seen
    assert not [word for word in (PASSWORD, "wrong-password-1", PATH, USER) if word in seen]
    scene.store.close()
    for file in scene.paths.data.glob("webupdate.sqlite3*"):
        assert PASSWORD.encode() not in file.read_bytes(), file


def test_another_key_is_told_in_the_log_once(scene: Scene) -> None:
    scene.notifier = Notifier(scene.store, Vault(b"B" * 43 + b"=", "a test"))
    scene.stop()
    assert scene.steps(HOUR) == []
    (text,) = scene.log()
    assert "The address of support can't be decrypted with the key from a test" in text


def test_one_company_does_not_hold_up_the_next(scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = make_place(scene.store, scene.vault, tmp_path, name="A first one", support=scene.box.address())
    board.set_health(scene.store, other.company.id, other.site.id, "stopped", "x", now=scene.now)
    scene.stop()
    begin = notices.keep_up

    def failing(store: Store, company_id: int, *rest: object) -> None:
        if company_id == other.company.id:
            raise ValueError("a defect")
        begin(store, company_id, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(notices, "keep_up", failing)
    (text,) = scene.step()
    assert "Northwind Traders" in text
    assert any("Support could not be told. ValueError" in line for line in scene.log())


def engine(scene: Scene) -> Supervisor:
    return Supervisor(scene.store, scene.vault, scene.paths, mode="test")


def test_an_engine_that_never_said_that_it_ended_is_told_at_the_next_start(scene: Scene) -> None:
    board.engine_started(scene.store, "service", NOW)
    board.engine_beat(scene.store, NOW + 60)
    for _ in range(2):  # the second ended in good order
        board.engine_started(scene.store, "service", scene.now)
        board.engine_stopped(scene.store, scene.now)
    (text,) = scene.step()
    assert text.startswith("webupdate, Northwind Traders: crashed\n")
    assert f"process {os.getpid()} on {socket.gethostname()} (service), last seen 2025-10-09 08:54+00:00" in text
    assert scene.steps(HOUR) == []


def test_a_command_that_was_broken_off_is_no_crash(scene: Scene) -> None:
    board.engine_started(scene.store, "command", NOW)
    board.engine_started(scene.store, "service", NOW)
    assert scene.step() == []


def test_a_soft_stop_says_so_before_its_threads_end(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The window that is closed does not wait for a shop that does not answer: that is no crash."""
    busy, free = threading.Event(), threading.Event()

    def look(*_: object) -> float:
        busy.set()
        free.wait(20)
        return 20.0

    monkeypatch.setattr(CompanyLoop, "step", look)
    running = engine(scene)
    running.start()
    assert busy.wait(20)
    assert not running.stop(0.3)
    ended = board.engine(scene.store)
    free.set()
    assert running.stop(20)
    assert ended is not None and ended.stopped_at is not None


def test_an_engine_that_fails_is_told_before_it_is_gone(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> float:
        raise ValueError("a defect")

    monkeypatch.setattr(Supervisor, "_tick", fail)
    running = engine(scene)
    running.start()
    assert running._thread is not None
    running._thread.join(20)
    (text,) = scene.box.texts
    assert "STOPPED" in text and "The engine failed: ValueError: a defect\nTo do: Start it again." in text
    scene.now = SystemClock().now()
    (text,) = scene.steps(HOUR)
    assert "RECOVERED" in text


def test_a_failed_engine_whose_mail_server_is_down_is_told_at_the_next_start(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.box.stop()
    scene.notifier.last_words(Stopped("The engine failed.", "Start it again."), scene.now)
    scene.box.start()
    scene.restart()
    (text,) = scene.step()
    assert "The engine failed." in text


def test_a_full_disk_is_told_though_nothing_can_be_written(scene: Scene) -> None:
    scene.store.sql("PRAGMA query_only = 1")
    scene.notifier.store_trouble = Stopped("The store can't be written: disk is full.", "Free some space.")
    (text,) = scene.step()
    assert "The store can't be written: disk is full.\nTo do: Free some space." in text
    assert scene.steps(HOUR) == []
    scene.notifier.store_trouble = None
    scene.step()
    scene.notifier.store_trouble = Stopped("The store can't be written: disk is full.")
    assert len(scene.step()) == 1


def test_the_supervisor_notices_that_the_store_can_not_be_written(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise Stopped("The store can't be written: disk is full.")

    running = engine(scene)
    monkeypatch.setattr(board, "engine_beat", full)
    running._tick(NOW)
    assert running._notifier.store_trouble is not None
    monkeypatch.setattr(board, "engine_beat", lambda *_: None)
    running._tick(NOW + supervisor.BEAT)
    running._end()
    assert running._notifier.store_trouble is None


def test_a_mail_server_that_does_not_answer_holds_up_no_engine(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    sending, free = threading.Event(), threading.Event()

    def send(*_: object) -> None:
        sending.set()
        free.wait(20)

    monkeypatch.setattr(support, "send", send)
    monkeypatch.setattr(supervisor, "BEAT", 0.0)
    monkeypatch.setattr(supervisor, "TICK", 0.01)
    scene.stop()
    running = engine(scene)
    running.start()
    assert sending.wait(20)
    before = board.engine(scene.store)
    assert before is not None
    for _ in range(500):
        now = board.engine(scene.store)
        if now is not None and now.beat_at > before.beat_at:
            break
        threading.Event().wait(0.01)
    alive = running.alive
    assert not running.stop(0.5)  # the lock goes with the process: no other engine tells the same
    free.set()
    assert running.stop(20)
    assert alive and now is not None and now.beat_at > before.beat_at


def test_words_from_outside_are_shown_harmlessly(scene: Scene) -> None:
    scene.health("stopped", "\x1b[2J" + "x" * 5000, "\0")
    (text,) = scene.step()
    assert all(letter.isprintable() or letter == "\n" for letter in text)
    assert len(text) < 1500

"""Messages to support: they arrive, and what goes wrong is named without saying an address back."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.receivers import PASSWORD, PATH, USER, Hook, Mailbox, certificates, hook, mailbox
from tests.webshop.running import free_port
from webupdate.errors import Retryable, Stopped, UsageError, WebUpdateError
from webupdate.sync import support
from webupdate.sync.supporttext import Message
from webupdate.webshop.folder import ShopFolder

MESSAGE = Message(title="webupdate, Müller: stopped", body="First line\n\nSecond <b>line</b> & more")
SECRETS = (PASSWORD, PATH, USER)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> ShopFolder:
    return certificates(tmp_path_factory.mktemp("ca"))


@pytest.fixture
def trusted(made: ShopFolder, monkeypatch: pytest.MonkeyPatch) -> ShopFolder:
    """As a firm with an authority of its own sets it for the service."""
    monkeypatch.setenv("SSL_CERT_FILE", str(made.ca))
    return made


@pytest.fixture
def box(trusted: ShopFolder) -> Iterator[Mailbox]:
    with mailbox(trusted) as box:
        yield box


@pytest.fixture
def web(trusted: ShopFolder) -> Iterator[Hook]:
    with hook(trusted) as web:
        yield web


def refusal(address: str, kind: type[WebUpdateError], caplog: pytest.LogCaptureFixture) -> str:
    """How an address is refused; nothing of it may be in message, log or traceback."""
    caplog.set_level(logging.DEBUG)
    with pytest.raises(kind) as caught:
        support.send(address, MESSAGE, 2)
    told = f"{caught.value.message} {caught.value.hint}"
    seen = told + caplog.text + "".join(traceback.format_exception(caught.value))
    assert not [secret for secret in SECRETS if secret in seen]
    assert "Address 2 (" in told
    return told


def test_a_mail_arrives_as_plain_text(box: Mailbox) -> None:
    support.send(box.address(), MESSAGE)
    (mail,) = box.mails
    assert mail["subject"] == MESSAGE.title
    assert mail["to"] == "support@firm.example"
    assert "webupdate@firm.example" in mail["from"]
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().replace("\r\n", "\n").strip() == MESSAGE.body


def test_a_hook_gets_json(web: Hook) -> None:
    support.send(web.address, MESSAGE)
    (got,) = web.got
    assert (got["title"], got["message"], got["type"]) == (MESSAGE.title, MESSAGE.body, "failure")


def test_a_refused_login_is_told(box: Mailbox, caplog: pytest.LogCaptureFixture) -> None:
    told = refusal(box.address("wrong-password-1"), Stopped, caplog)
    assert "localhost refused the login." in told
    assert "wrong-password-1" not in told + caplog.text
    assert box.mails == []


def test_a_refused_receiver_is_told(box: Mailbox, caplog: pytest.LogCaptureFixture) -> None:
    assert "refused sender or receiver (550)" in refusal(box.address(to="nobody@firm.example"), Stopped, caplog)


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (401, Stopped, "refused the login"),
        (403, Stopped, "refused the login"),
        (500, Retryable, "answered 500"),
        (302, Retryable, "answered 302"),
    ],
)
def test_what_a_hook_answers_is_told(
    web: Hook, status: int, kind: type[WebUpdateError], words: str, caplog: pytest.LogCaptureFixture
) -> None:
    web.status = status
    assert words in refusal(web.address, kind, caplog)


@pytest.mark.parametrize("which", ["mail", "hook"])
def test_an_unknown_authority_is_told(made: ShopFolder, which: str, caplog: pytest.LogCaptureFixture) -> None:
    with mailbox(made) as box, hook(made) as web:
        told = refusal(box.address() if which == "mail" else web.address, Stopped, caplog)
    assert "the certificate of localhost is not trusted. Check the server's name." in told
    assert "SSL_CERT_FILE" in told
    assert (box.mails, web.got) == ([], [])


@pytest.mark.parametrize(
    ("address", "kind", "words"),
    [
        (f"mailtos://{USER}:{PASSWORD}@host.invalid?from=a@b.de&to=c@d.de", Retryable, "host.invalid was not found"),
        (f"jsons://{USER}:{PASSWORD}@host.invalid/{PATH}", Retryable, "host.invalid was not found"),
        (f"jsons://{USER}:{PASSWORD}@127.0.0.1:{{port}}/{PATH}", Retryable, "127.0.0.1 takes no connection"),
        (f"mailtos://{USER}:{PASSWORD}@127.0.0.1:{{port}}?from=a@b.de", Retryable, "127.0.0.1 takes no connection"),
        (f"slackk://{PATH}/{PASSWORD}", UsageError, "no way to tell that is called slackk"),
        (f"slack://{PATH}", UsageError, "can't be understood"),
        (f"mailtos://{USER}:{PASSWORD}@127.0.0.1", UsageError, "it lacks the sender"),
        (f"mailto://{USER}:{PASSWORD}@mail.example", UsageError, "Begin with mailtos://"),
        (f"json://{USER}:{PASSWORD}@hook.example/{PATH}", UsageError, "in the clear. Begin with jsons://"),
        (f"jsons://{USER}:{PASSWORD}@hook.example/{PATH}?verify=no", UsageError, "verify=no is refused"),
    ],
)
def test_a_bad_address_is_told(
    address: str, kind: type[WebUpdateError], words: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert words in refusal(address.format(port=free_port()), kind, caplog)


def test_an_address_can_not_ask_for_longer_than_we_wait(trusted: ShopFolder) -> None:
    service = support._service("jsons://hook.example/?cto=9999&rto=9999", 1)
    assert service.request_timeout == (support.TIMEOUT, support.TIMEOUT)


def test_the_test_message_goes_to_all(box: Mailbox, web: Hook) -> None:
    told = support.try_out(f"{box.address()}, {web.address}", "Northwind Traders", 0.0)
    assert told == "The test message was taken by address 1 (mailtos), address 2 (jsons)."
    assert "This is a test" in box.texts[0]
    assert web.got[0]["title"] == "webupdate, Northwind Traders: test"


@pytest.mark.parametrize(
    ("value", "words"),
    [("", "No address of support"), ("none", "No address"), ("support@firm.example", "lacks the server")],
)
def test_nothing_to_test(value: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        support.try_out(value, "Northwind Traders", 0.0)


def test_several_addresses_stand_between_blanks_or_commas(tmp_path: Path) -> None:
    from webupdate.store.checks import addresses

    one, two = "mailtos://u:p,q@h.example?to=a@b.de,c@d.de", "jsons://h.example/x"
    for between in (" ", ",", ", ", "\n", " ; "):
        assert addresses(f"{one}{between}{two}") == [one, two]
    assert addresses(" none ") == []

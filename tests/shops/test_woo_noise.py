"""What shared hosting puts in front of a WooCommerce store, or around its answers: each is one kind, and is said."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

import msgspec
import pytest

from tests.shops.contract import Records, alone
from tests.shops.wire import Reply, answering
from tests.shops.woo_adapter import OWNER
from webupdate.errors import NeedsPerson, OutcomeUnknown, Retryable, Stopped, WebUpdateError
from webupdate.sync.shops import http
from webupdate.sync.shops.base import Result, ShopInfo
from webupdate.sync.shops.http import Answer
from webupdate.sync.shops.woocommerce import WooShop
from webupdate.sync.shops.woocommerce.noise import web_page, without_notices

HTML = {"Content-Type": "text/html; charset=UTF-8"}
NGINX = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><h1>502 Bad Gateway</h1></body></html>"
CAPTCHA = b"<!DOCTYPE html><html lang='en'><head><title>Just a moment...</title></head><body>\x1b[31m</body></html>"
LOGIN = b"\n<!DOCTYPE html>\n<html>\n<head><title>Log In &lsaquo; Shop &#8212; WordPress</title></head></html>"
NOTICE = (
    b"<br />\n<b>Notice</b>:  Function _load_textdomain_just_in_time was called <strong>incorrectly</strong>. "
    b"See [foo] {bar} in <b>/home/x/wp-includes/functions.php</b> on line <b>6121</b><br />\n"
)
PLAIN = b"\nDeprecated: Creation of dynamic property A::$b is deprecated in /srv/a.php on line 12\n"
STATUS = b'{"environment":{"version":"10.5.0"},"settings":{"currency":"EUR"}}'
REFUSED = (
    b'{"code":"woocommerce_rest_authentication_error","message":"Consumer secret is invalid.","data":{"status":401}}'
)
BUSY = b'{"code":"too_many","message":"Slow down.","data":{"status":429}}'


def opened(address: str) -> WooShop:
    return WooShop(address, {"consumer_key": OWNER[0], "consumer_secret": OWNER[1]})


def checked(reply: Reply) -> ShopInfo:
    with answering(lambda _: reply) as address:
        return opened(address).check()


def written(reply: Reply) -> Result:
    with answering(lambda _: reply) as address:
        return opened(address).upsert(alone(Records("N1").item("N1")))[0]


# Status, headers, body; what it means on a read and on a write; words that the sentence must have.
CASES: dict[str, tuple[Reply, type[WebUpdateError], type[WebUpdateError], str]] = {
    "429": ((429, HTML, b"<h1>Too Many Requests</h1>"), Retryable, Retryable, "429: busy"),
    "503 maintenance page": ((503, HTML, LOGIN), Retryable, Retryable, "503: busy"),
    "502 nginx": ((502, HTML, NGINX), Retryable, OutcomeUnknown, "502"),
    "504 nginx": ((504, HTML, NGINX), Retryable, OutcomeUnknown, "504"),
    "captcha": ((200, HTML, CAPTCHA), Retryable, OutcomeUnknown, "web page .*«Just a moment...»"),
    "login page": ((200, HTML, LOGIN), Retryable, OutcomeUnknown, "«Log In ‹ Shop — WordPress»"),
    "page without title": (
        (202, HTML, b"<html><p>Hi</p></html>"),
        Retryable,
        OutcomeUnknown,
        "«<html><p>Hi</p></html>»",
    ),
    "only a notice": ((200, HTML, NOTICE), Retryable, OutcomeUnknown, "web page .*«<br /> <b>Notice</b>"),
    "403 of a firewall": ((403, HTML, b"<html><title>403 Forbidden</title></html>"), Stopped, Stopped, "403"),
    "404 page": ((404, HTML, LOGIN), Stopped, Stopped, "no WooCommerce"),
    "notice, error without its status": ((200, HTML, NOTICE + REFUSED), Stopped, Stopped, "Consumer secret is invalid"),
    "notice, busy without its status": ((200, HTML, NOTICE + BUSY), Retryable, Retryable, "429: busy"),
    "notice, then an error": ((401, HTML, PLAIN + REFUSED), Stopped, Stopped, "Consumer secret is invalid"),
    "nothing": ((200, HTML, b""), Retryable, OutcomeUnknown, "makes no sense"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_comes_in_place_of_an_answer_is_of_one_kind(case: str) -> None:
    reply, on_read, on_write, words = CASES[case]
    for call, kind in ((checked, on_read), (written, on_write)):
        with pytest.raises(WebUpdateError, match=words) as caught:
            call(reply)
        assert type(caught.value) is kind
        assert not isinstance(caught.value, NeedsPerson)
        assert caught.value.hint
        assert str(caught.value).isprintable()


@pytest.mark.parametrize("status", [429, 503])
def test_a_date_says_when_to_come_again(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    now = datetime(2026, 1, 31, 12, tzinfo=UTC)
    monkeypatch.setattr(http, "time", now.timestamp)
    later = {"Retry-After": format_datetime(now.replace(minute=5), usegmt=True)}
    for call in (checked, written):
        with pytest.raises(Retryable) as caught:
            call((status, HTML | later, LOGIN))
        assert caught.value.after == 300
        # A limiter refuses before it looks; of a write that met maintenance nobody knows.
        assert caught.value.certain == (call is checked or status == 429)


@pytest.mark.parametrize("noise", [NOTICE, NOTICE * 3, PLAIN, PLAIN + PLAIN, b"\xef\xbb\xbf", b"\r\n", b""])
def test_notices_of_php_around_an_answer_are_left_out(noise: bytes) -> None:
    assert checked((200, HTML, noise + STATUS)).version == "10.5.0"
    assert without_notices(STATUS + NOTICE) == STATUS
    row = {"id": 7, "sku": "N1", "name": "Title of N1", "status": "publish", "categories": []}
    result = written((200, HTML, noise + msgspec.json.encode({"create": [row]}) + b"\n"))
    assert (result.status, result.remote_id) == ("created", "7")


@pytest.mark.parametrize(
    "body", [b"[]", STATUS, b'{"a":"<br /><b>Notice<\\/b>: x on line <b>3<\\/b><br />"}', b"null", b"<"]
)
def test_what_is_no_noise_stays(body: bytes) -> None:
    assert without_notices(body) == body


def test_a_good_answer_is_no_page() -> None:
    assert web_page(Answer(200, {}, STATUS)) is None
    assert web_page(Answer(200, {}, NOTICE + STATUS)) is None

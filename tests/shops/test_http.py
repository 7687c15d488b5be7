"""Design section 9, row by row: what a status, a broken exchange, a header and an address mean."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from webupdate.errors import (
    BatchTooLarge,
    NeedsPerson,
    OutcomeUnknown,
    Retryable,
    Stopped,
    UsageError,
    WebUpdateError,
)
from webupdate.sync.shops import http
from webupdate.sync.shops.http import Answer, classify, classify_transport, exchange, host_of, open_client

TOKEN = "0123456789abcdef0123456789abcdef"


def answer(status: int, body: bytes = b"", **headers: str) -> Answer:
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


def client(handle: Callable[[httpx.Request], httpx.Response]) -> httpx.Client:
    """A client whose other end is a function."""
    headers = {"Authorization": f"Token {TOKEN}"}
    return httpx.Client(base_url="https://shop.example", transport=httpx.MockTransport(handle), headers=headers)


def ask(handle: Callable[[httpx.Request], httpx.Response], *, write: bool = False) -> Answer:
    with client(handle) as made:
        return exchange(made, "POST", "/api/", body={"a": 1}, write=write)


# Status, what it means on a read, what it means on a write.
STATUSES = [
    (301, Stopped, Stopped),
    (302, Stopped, Stopped),
    (304, Stopped, Stopped),
    (308, Stopped, Stopped),
    (400, NeedsPerson, NeedsPerson),
    (401, Stopped, Stopped),
    (403, Stopped, Stopped),
    (404, NeedsPerson, NeedsPerson),
    (405, NeedsPerson, NeedsPerson),
    (408, Retryable, Retryable),
    (409, NeedsPerson, NeedsPerson),
    (410, NeedsPerson, NeedsPerson),
    (413, BatchTooLarge, BatchTooLarge),
    (422, NeedsPerson, NeedsPerson),
    (425, Retryable, Retryable),
    (429, Retryable, Retryable),
    (500, Retryable, OutcomeUnknown),
    (501, Retryable, OutcomeUnknown),
    (502, Retryable, OutcomeUnknown),
    (503, Retryable, Retryable),
    (504, Retryable, OutcomeUnknown),
    (599, Retryable, OutcomeUnknown),
]


@pytest.mark.parametrize(("status", "on_read", "on_write"), STATUSES)
def test_every_status_is_of_one_kind(
    status: int, on_read: type[WebUpdateError], on_write: type[WebUpdateError]
) -> None:
    assert type(classify(answer(status), write=False)) is on_read
    assert type(classify(answer(status), write=True)) is on_write


@given(st.integers(100, 999), st.binary(max_size=300), st.booleans())
def test_only_success_is_no_error(status: int, body: bytes, write: bool) -> None:
    problem = classify(answer(status, body, retry_after="x"), write=write)
    assert (problem is None) == (200 <= status < 300)
    if problem is not None:
        assert str(status) in problem.message
        assert problem.message.isprintable()


@pytest.mark.parametrize("status", [408, 425, 429, 503])
def test_busy_shops_are_asked_again_when_they_say(status: int) -> None:
    problem = classify(answer(status, retry_after="120"), write=True)
    assert isinstance(problem, Retryable)
    assert problem.after == 120


def after(text: str) -> float | None:
    problem = classify(answer(429, retry_after=text), write=False)
    assert isinstance(problem, Retryable)
    return problem.after


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        (" 5 ", 5),
        ("9" * 400, 999_999),
        ("Fri, 31 Dec 1999 23:59:59 GMT", 0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("²", None),
        ("Mon, 01 Jan 2026 00:00:00 +" + "9" * 40, None),
        ("Mon, 01 Jan 99999 00:00:00 GMT", None),
    ],
)
def test_retry_after_as_it_may_be_written(text: str, seconds: float | None) -> None:
    assert after(text) == seconds


def test_retry_after_as_a_date(monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 1, 31, 12, tzinfo=UTC)
    monkeypatch.setattr(http, "time", now.timestamp)
    assert after(format_datetime(now.replace(minute=2), usegmt=True)) == 120
    assert after("Sat, 31 Jan 2026 13:01:00 +0100") == 60


_DATES = st.from_regex(r"[A-Z][a-z]{2}, \d{1,3} [A-Z][a-z]{2} \d{1,6} \d{1,3}:\d\d(:\d\d)? [-+A-Z]{0,3}\d{0,12}")


@given(st.one_of(st.text(), st.text(alphabet="0123456789²٣ :,+-GMT"), _DATES))
def test_no_retry_after_is_a_crash_or_a_step_back(text: str) -> None:
    seconds = after(text)
    assert seconds is None or seconds >= 0


def test_retry_after_is_found_however_it_is_written() -> None:
    with pytest.raises(Retryable) as caught:
        ask(lambda _: httpx.Response(429, headers={"RETRY-AFTER": "3"}))
    assert caught.value.after == 3


# Error, what it means on a read, what it means on a write.
BROKEN: list[tuple[type[httpx.RequestError], type[WebUpdateError], type[WebUpdateError]]] = [
    (httpx.ConnectError, Retryable, Retryable),
    (httpx.ConnectTimeout, Retryable, Retryable),
    (httpx.PoolTimeout, Retryable, Retryable),
    (httpx.WriteError, Retryable, OutcomeUnknown),
    (httpx.WriteTimeout, Retryable, OutcomeUnknown),
    (httpx.ReadError, Retryable, OutcomeUnknown),
    (httpx.ReadTimeout, Retryable, OutcomeUnknown),
    (httpx.RemoteProtocolError, Retryable, OutcomeUnknown),
    (httpx.CloseError, Retryable, OutcomeUnknown),
    (httpx.DecodingError, Retryable, OutcomeUnknown),
]


@pytest.mark.parametrize(("error", "on_read", "on_write"), BROKEN)
def test_every_broken_exchange_is_of_one_kind(
    error: type[httpx.RequestError], on_read: type[WebUpdateError], on_write: type[WebUpdateError]
) -> None:
    assert type(classify_transport(error("cut\noff"), write=False)) is on_read
    assert type(classify_transport(error("cut\noff"), write=True)) is on_write


@pytest.mark.parametrize("error", [error for error, _, _ in BROKEN])
@pytest.mark.parametrize("write", [False, True])
def test_a_broken_exchange_raises_what_it_means(error: type[httpx.RequestError], write: bool) -> None:
    def broken(_: httpx.Request) -> httpx.Response:
        raise error("cut off")

    with pytest.raises(WebUpdateError, match="cut off") as caught:
        ask(broken, write=write)
    assert type(caught.value) is type(classify_transport(error("cut off"), write=write))


def test_an_error_without_words_is_called_by_its_name() -> None:
    assert "ReadTimeout" in classify_transport(httpx.ReadTimeout(""), write=False).message


def test_an_error_is_shown_on_one_line_and_not_without_end() -> None:
    message = classify_transport(httpx.ReadError("a\nb\x1b[31m" + "x" * 9999), write=False).message
    assert message.isprintable()
    assert len(message) < 300


def untrusted() -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = "self-signed certificate"
    return error


@pytest.mark.parametrize("write", [False, True])
@pytest.mark.parametrize("link", ["__cause__", "__context__"])
def test_an_untrusted_certificate_is_found_behind_the_error(link: str, write: bool) -> None:
    # As httpx nests them: its own error, httpcore's, the one of the ssl module.
    outer, middle = httpx.ConnectError("failed"), OSError("in between")
    setattr(middle, link, untrusted())
    setattr(outer, link, middle)
    problem = classify_transport(outer, write=write)
    assert isinstance(problem, Stopped)
    assert "certificate is not trusted: self-signed certificate" in problem.message
    assert "Certificate" in problem.hint


def test_another_failure_of_tls_goes_away_by_itself() -> None:
    outer = httpx.ConnectError("failed")
    outer.__cause__ = ssl.SSLError(1, "handshake failure")
    assert type(classify_transport(outer, write=True)) is Retryable


def test_a_good_answer_is_returned_whole() -> None:
    seen: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(201, headers={"X-Total": "5"}, content=b'{"a": 1}')

    got = ask(handle, write=True)
    assert (got.status, got.body, got.headers["x-total"], got.write) == (201, b'{"a": 1}', "5", True)
    assert seen[0].content == b'{"a":1}'
    assert seen[0].headers["content-type"] == "application/json"


def test_a_shop_may_decide_first_by_codes_of_its_own() -> None:
    with client(lambda _: httpx.Response(500)) as made, pytest.raises(NeedsPerson, match="final"):
        exchange(made, "GET", "/", first=lambda found: NeedsPerson("final") if found.status == 500 else None)
    with client(lambda _: httpx.Response(500)) as made, pytest.raises(Retryable):
        exchange(made, "GET", "/", first=lambda _: None)


class Wanted(msgspec.Struct):
    results: list[int]


@given(st.one_of(st.binary(), st.text().map(str.encode), st.integers(0, 9999).map(lambda n: b'{"x":' + b"[" * n)))
def test_a_body_that_makes_no_sense_is_never_a_crash(body: bytes) -> None:
    with pytest.raises(Retryable, match="makes no sense") as caught:
        answer(200, body).decode(Wanted)
    assert str(caught.value).isprintable()
    with pytest.raises(OutcomeUnknown):
        msgspec.structs.replace(answer(200, body), write=True).decode(Wanted)


@given(st.text(st.characters() | st.characters(categories=["Cs"]) | st.sampled_from('\\"u')))
def test_half_a_character_hides_nothing_else(text: str) -> None:
    body = json.dumps({"note": text, "number": "100012"}).encode()
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    assert Answer(200, {}, body).decode(dict[str, str]) == {"note": whole, "number": "100012"}


def test_a_byte_that_is_no_utf_8_hides_nothing_else() -> None:
    assert Answer(200, {}, b'{"note": "Caf\xe9", "number": "1"}').decode(dict[str, str]) == {
        "note": "Caf\ufffd",
        "number": "1",
    }


def test_a_body_that_makes_sense() -> None:
    assert answer(200, b'{"results": [1], "more": "is welcome"}').decode(Wanted) == Wanted([1])


@pytest.mark.parametrize(("size", "fits"), [(1000, True), (1001, False)])
def test_the_limit_of_an_answer(monkeypatch: pytest.MonkeyPatch, size: int, fits: bool) -> None:
    monkeypatch.setattr(http, "LARGEST_ANSWER", 1000)

    def handle(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=b"x" * size)

    if fits:
        assert len(ask(handle).body) == size
        return
    with pytest.raises(Retryable, match="larger than 1,000 bytes"):
        ask(handle)
    with pytest.raises(OutcomeUnknown, match="larger than 1,000 bytes"):
        ask(handle, write=True)


@pytest.mark.parametrize("status", [200, 301, 400, 401, 404, 413, 429, 500])
def test_a_server_that_says_the_token_back_is_not_quoted_with_it(status: int) -> None:
    def parrot(request: httpx.Request) -> httpx.Response:
        return httpx.Response(status, content=b"Bad header: " + request.headers["Authorization"].encode())

    with pytest.raises(WebUpdateError) as caught:
        ask(parrot).decode(Wanted)
    assert TOKEN not in str(caught.value)


ADDRESSES = [
    "http://shop.example",
    "http://192.168.1.5:8000",
    "http://127.0.0.1.evil.example",
    "http://localhost.evil.example",
    "ftp://shop.example",
    "shop.example",
    "",
    "https://",
    "https://user:password@shop.example",
    "https://shop.example/\x01",
    "https://shop.example:port",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_that_is_wrong_or_not_encrypted_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="Address") as caught:
        open_client(address, "", {})
    assert "password" not in str(caught.value)


@pytest.mark.parametrize(
    "address", ["https://shop.example", "http://127.0.0.1:8000", "http://localhost", "http://[::1]"]
)
def test_encrypted_or_on_this_machine_is_fine(address: str) -> None:
    open_client(address, "", {"Authorization": f"Token {TOKEN}"}).close()


def test_a_client_has_limits_and_trusts_nothing_around_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    with open_client("https://shop.example", "", {}) as made:
        timeout = made.timeout
        assert None not in (timeout.connect, timeout.read, timeout.write, timeout.pool)
        assert not made.follow_redirects
        assert not made.trust_env


@pytest.mark.parametrize("value", ["Token ", f"Token {TOKEN}\n", f"Token {TOKEN}é", f"Token \x00{TOKEN}"])
def test_a_token_that_no_header_can_hold_is_refused_unseen(value: str) -> None:
    with pytest.raises(UsageError, match="token") as caught:
        open_client("https://shop.example", "", {"Authorization": value})
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("content", [None, b"", b"no certificate at all"])
def test_a_certificate_file_that_is_none_is_named(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("certificate") / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match=r"ca\.pem can't be used"):
        open_client("https://shop.example", str(path), {})


def test_the_host_of_an_address_for_people() -> None:
    assert host_of("https://shop.example:8443/path") == "shop.example:8443"
    assert host_of("nonsense") == "nonsense"

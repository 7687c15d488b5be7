"""Who may call the sync API, and what it says to wrong requests."""

from __future__ import annotations

import http.client
import ssl
from contextlib import closing
from typing import Any

import pytest

from tests.webshop.running import Api, browser, run_in_shop
from webupdate.webshop.server import RunningShop

CALLS = [
    ("GET", "check/"),
    ("GET", "openapi.json"),
    ("GET", "settings/"),
    ("PUT", "settings/"),
    ("POST", "records/"),
    ("GET", "records/?kind=items"),
    ("POST", "read/"),
    ("GET", "accounts/"),
    ("GET", "orders/"),
    ("POST", "orders/ack/"),
    ("POST", "orders/status/"),
    ("GET", "no-such-call/"),
]


@pytest.fixture(scope="session")
def visitor_token(shop_server: RunningShop) -> str:
    """The token of a user who is not staff, made in the shop's database."""
    program = (
        "from django.contrib.auth.models import User\n"
        "from rest_framework.authtoken.models import Token\n"
        "print(Token.objects.create(user=User.objects.create(username='visitor')).key)"
    )
    return run_in_shop(shop_server, program).strip()


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_without_a_token_nothing_can_be_done(shop_server: RunningShop, method: str, path: str) -> None:
    answer = browser(shop_server).request(method, f"/api/sync/v1/{path}", json={})
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "not_authenticated"
    assert answer.headers["WWW-Authenticate"] == "Token"


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_a_user_who_is_not_staff_is_refused(
    shop_server: RunningShop, visitor_token: str, method: str, path: str
) -> None:
    answer = Api(shop_server, visitor_token).call(method, path, json={})
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "permission_denied"


def test_check_says_who_answers(api: Api) -> None:
    answer = api.call("GET", "check/").json()
    assert answer.pop("time").endswith(("Z", "+00:00"))
    assert answer.pop("items") >= 0
    assert answer == {
        "shop": "django-oscar",
        "version": "4.2.1",
        "api": 1,
        "currency": "USD",
        "max_batch": 500,
    }


def test_unknown_address_is_404_as_json(api: Api) -> None:
    answer = api.call("POST", "no-such-call/", json={})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


def test_wrong_method_is_405_as_json(api: Api) -> None:
    answer = api.call("DELETE", "records/")
    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "method_not_allowed")


@pytest.mark.parametrize(
    "body", [b"", b"not json", b"\xff", b"[]", b"{}", b'{"records": [1]}', b"[" * 100_000, b'{"records": "x"}']
)
def test_a_body_that_is_no_batch_is_400(api: Api, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = api.call("POST", "records/", content=body, headers=headers)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert (error["code"], error["field"]) == ("invalid", "body")
    assert error["expected"].startswith("JSON")


def test_501_records_are_too_many_and_500_are_not(api: Api) -> None:
    records = [api.record("items", f"MANY-{number}", {"category": None, "title": "x"}) for number in range(501)]
    answer = api.call("POST", "records/", json={"records": records})
    assert answer.status_code == 413
    assert answer.json()["error"] | {"message": ""} == {
        "code": "batch_too_large",
        "message": "",
        "field": "records",
        "seen": "501",
        "expected": "at most 500 records",
    }
    assert api.read("items", "MANY-0") == [None]
    assert {result["status"] for result in api.send(*records[:500])} == {"created"}


def test_501_keys_are_too_many_to_read(api: Api) -> None:
    answer = api.call("POST", "read/", json={"kind": "items", "keys": ["x"] * 501})
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "batch_too_large")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"kind": "nonsense"}, "kind"),
        ({}, "kind"),
        ({"kind": "items", "limit": "0"}, "limit"),
        ({"kind": "items", "limit": "501"}, "limit"),
        ({"kind": "items", "limit": "²"}, "limit"),
    ],
)
def test_wrong_query_names_the_field(api: Api, query: dict[str, str], field: str) -> None:
    answer = api.call("GET", "records/", params=query)
    assert (answer.status_code, answer.json()["error"]["field"]) == (400, field)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"cursor": "rubbish"}, "cursor"),
        ({"cursor": "99999999999999999999-1"}, "cursor"),
        ({"since": "yesterday"}, "since"),
        ({"since": "2026-01-01T00:00:00"}, "since"),
    ],
)
def test_wrong_feed_query_names_the_field(api: Api, query: dict[str, str], field: str) -> None:
    answer = api.call("GET", "orders/", params=query)
    assert (answer.status_code, answer.json()["error"]["field"]) == (400, field)


def test_other_hosts_are_refused(shop_server: RunningShop) -> None:
    answer = browser(shop_server).get("/catalogue/", headers={"Host": "evil.example"})
    assert answer.status_code == 400


def test_pages_tell_the_browser_to_stay_here(shop_server: RunningShop) -> None:
    headers: Any = browser(shop_server).get("/catalogue/").headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_cookies_travel_over_tls_only(shop_server: RunningShop) -> None:
    answer = browser(shop_server).get("/accounts/login/")
    cookies = answer.headers.get_list("Set-Cookie")
    assert cookies
    assert all("Secure" in cookie for cookie in cookies)


@pytest.mark.parametrize("size", [10, 1_000_000])
@pytest.mark.parametrize(
    ("method", "path", "token", "refused"),
    [("PUT", "settings/", "", 401), ("PUT", "settings/", "right", 415), ("PUT", "read/", "right", 405)],
)
def test_a_refused_request_leaves_its_connection_usable(
    shop_server: RunningShop, method: str, path: str, token: str, refused: int, size: int
) -> None:
    headers = {"Content-Type": "text/plain"} | ({"Authorization": f"Token {shop_server.token}"} if token else {})
    connection = http.client.HTTPSConnection(
        shop_server.url.removeprefix("https://"), context=ssl.create_default_context(cafile=shop_server.ca_file)
    )
    with closing(connection):
        connection.connect()
        first = connection.sock
        for _ in range(3):
            connection.request(method, f"/api/sync/v1/{path}", body=b"x" * size, headers=headers)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == refused
        assert connection.sock is first

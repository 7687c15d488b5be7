"""Test Connection names what is wrong: against real servers on loopback."""

from __future__ import annotations

import datetime
import http.server
import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.shops.wire import Reply
from tests.webshop.running import free_port
from webupdate.errors import WebUpdateError
from webupdate.sync import connect
from webupdate.sync.shops import certificate, diagnosis
from webupdate.sync.shops.http import causes

TOKEN = "0123456789abcdef0123456789abcdef"
DAY = datetime.timedelta(days=1)
NOW = datetime.datetime.now(datetime.UTC)


def tell(address: str, authority: str = "", shop: str = "oscar") -> str:
    """What a failed test says."""
    keys = {"consumer_key": f"ck_{TOKEN}", "consumer_secret": f"cs_{TOKEN}"}
    with pytest.raises(WebUpdateError) as caught:
        connect.try_connection({"shop": shop, "address": address, "certificate": authority}, {"token": TOKEN, **keys})
    assert TOKEN not in str(caught.value)
    return str(caught.value)


def test_a_name_that_nobody_has(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert tell("https://shop.invalid").startswith("There is no host shop.invalid: its name is not known (DNS).")


def test_a_port_where_nobody_listens() -> None:
    port = free_port()
    assert tell(f"https://127.0.0.1:{port}").startswith(f"127.0.0.1 is there, but refuses connections on port {port}.")


def test_a_server_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*_: object, **__: object) -> None:
        raise TimeoutError("timed out")

    monkeypatch.setattr(socket, "create_connection", silent)
    assert tell("https://shop.example").startswith("shop.example does not answer on port 443.")


def test_a_server_without_encryption() -> None:
    with serving(reply=lambda _: (200, {}, b"{}")) as address:
        told = tell(address.replace("http://", "https://"))
    assert "but what answers there is not encrypted." in told


class Firm:
    """A certificate authority, and certificates for 127.0.0.1 or another name."""

    def __init__(self, folder: Path, name: str = "Firm CA") -> None:
        self.folder, self.name = folder, name
        folder.mkdir(exist_ok=True)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._made = self._sign(name, self._key.public_key(), name, 0, 9, authority=True)
        self.file = folder / "ca.pem"
        self.file.write_bytes(self._made.public_bytes(serialization.Encoding.PEM))

    def _sign(
        self,
        subject: str,
        key: ec.EllipticCurvePublicKey,
        host: str,
        since: int,
        until: int,
        *,
        authority: bool = False,
    ) -> x509.Certificate:
        def named(text: str) -> x509.Name:
            return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

        other: x509.GeneralName = x509.DNSName(host)
        if host == "127.0.0.1":
            other = x509.IPAddress(ipaddress.ip_address(host))
        builder = (
            x509.CertificateBuilder()
            .subject_name(named(subject))
            .issuer_name(named(self.name))
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW + since * DAY - DAY / 2)
            .not_valid_after(NOW + until * DAY)
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )
        if not authority:
            builder = builder.add_extension(x509.SubjectAlternativeName([other]), critical=False)
        return builder.sign(self._key, hashes.SHA256())

    def context(self, host: str = "127.0.0.1", since: int = 0, until: int = 5, subject: str = "shop") -> ssl.SSLContext:
        """What a server needs that shows such a certificate."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = self._sign(subject, key.public_key(), host, since, until)
        file = self.folder / f"{host}{since}{until}.pem"
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
        found = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        found.load_cert_chain(file)
        return found


@contextmanager
def serving(context: ssl.SSLContext | None = None, reply: Callable[[str], Reply] | None = None) -> Iterator[str]:
    """A server that shows a certificate, and says what `reply` makes of a path; without one that the login is wrong."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = reply(self.path) if reply else (401, {}, b"")
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    class Server(http.server.ThreadingHTTPServer):
        def get_request(self) -> tuple[socket.socket, object]:
            plain, peer = super().get_request()
            return (context.wrap_socket(plain, server_side=True) if context else plain), peer

        def handle_error(self, *_: object) -> None:
            """A refused handshake is what is tested."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http{'s' if context else ''}://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Firm:
    return Firm(tmp_path_factory.mktemp("authority"))


def day(days: float) -> str:
    return f"{NOW + days * DAY:%Y-%m-%d}"


def test_a_certificate_that_has_expired(firm: Firm) -> None:
    with serving(firm.context(since=-9, until=-2, subject="old shop")) as address:
        told = tell(address, str(firm.file))
    assert f"it has expired on {day(-2)}. It was made out to old shop by Firm CA, valid {day(-9.5)} to" in told
    assert "must renew it" in told


def test_a_certificate_that_is_not_valid_yet(firm: Firm) -> None:
    with serving(firm.context(since=3)) as address:
        told = tell(address, str(firm.file))
    assert f"it is not valid before {day(2.5)}" in told and "Is the clock of this machine right?" in told


def test_a_certificate_for_another_host(firm: Firm) -> None:
    with serving(firm.context(host="other.example")) as address:
        told = tell(address, str(firm.file))
    assert "it is not for 127.0.0.1; it is for other.example. It was made out to shop by Firm CA" in told


def test_a_certificate_of_an_unknown_authority(firm: Firm, tmp_path: Path) -> None:
    other = Firm(tmp_path / "other", "Another CA")
    with serving(firm.context()) as address:
        told = tell(address, str(other.file))
        assert f"who issued it is none of the authority in {other.file}." in told
        assert "by Firm CA" in told
        assert "none of the authorities of this system." in tell(address)


def test_a_certificate_that_has_signed_itself(tmp_path: Path) -> None:
    own = Firm(tmp_path / "own", "127.0.0.1")
    with serving(own.context(subject="127.0.0.1")) as address:
        told = tell(address)
    assert "made out to 127.0.0.1 by 127.0.0.1" in told


def test_a_trusted_certificate_lets_the_shop_speak(firm: Firm) -> None:
    with serving(firm.context()) as address:
        assert "the login was refused" in tell(address, str(firm.file))


def test_a_host_that_shows_no_certificate_is_told_without_one() -> None:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code, error.verify_message = 10, "certificate has expired"
    told = certificate.untrusted(error, "shop.example", certificate.shown_by("127.0.0.1", free_port()), "")
    assert told.message == "The shop's certificate is not trusted: it has expired."


def page(path: str) -> Reply:
    return 200, {"Content-Type": "text/html; charset=utf-8"}, b"<html><title>Acme\n \x1b[2J Garden</title><p>Hello"


def wordpress(*spaces: str) -> Callable[[str], Reply]:
    def reply(path: str) -> Reply:
        if path == "/wp-json/":
            return 200, {"Content-Type": "application/json"}, json.dumps({"namespaces": spaces}).encode()
        return 404, {"Content-Type": "application/json"}, b'{"code": "rest_no_route", "message": "No route"}'

    return reply


def oscar(path: str) -> Reply:
    if path.startswith("/api/sync/v1/check"):
        return 401, {"Content-Type": "application/json"}, b'{"error": {"code": "not_authenticated"}}'
    return 404, {}, b""


def redirecting(path: str) -> Reply:
    return 301, {"Location": f"http://shop.example{path}"}, b""


WRONG_PLACES: list[tuple[Callable[[str], Reply], str, str]] = [
    (page, "oscar", "A web page answers at this address (Acme"),
    (page, "woocommerce", "and not the interface of WooCommerce."),
    (wordpress("wp/v2", "wc/v3"), "oscar", "There is another shop at this address: WooCommerce. Choose it under Shop"),
    (wordpress("wp/v2"), "woocommerce", "There is a WordPress without WooCommerce at this address."),
    (wordpress("wp/v2", "wc/v2"), "woocommerce", "There is a WooCommerce that is too old"),
    (oscar, "woocommerce", "There is another shop at this address: Oscar"),
    (oscar, "oscar", "the login was refused"),
    (redirecting, "oscar", "The shop sends us on to http://shop.example/, which is not encrypted."),
    (lambda _: (404, {}, b""), "oscar", "there is no sync API at this address"),
    (lambda _: (200, {}, b"\xff"), "oscar", "makes no sense"),
    (lambda _: (200, {}, b"[" * 9999), "woocommerce", "makes no sense"),
]


@pytest.mark.parametrize(("reply", "shop", "told"), WRONG_PLACES)
def test_what_is_there_instead_is_named(reply: Callable[[str], Reply], shop: str, told: str) -> None:
    with serving(reply=reply) as address:
        found = tell(address, shop=shop)
    assert told in found
    assert found.isprintable()


def test_nobody_is_asked_twice_with_the_login() -> None:
    """What is at an address instead is asked without it: the address may be a stranger's."""
    seen: list[str] = []

    def reply(path: str) -> Reply:
        seen.append(path)
        return 404, {}, b""

    with serving(reply=reply) as address:
        tell(address)
    vendure = "/admin-api?query=%7B__typename%7D"
    assert seen == ["/api/sync/v1/check/", "/api/sync/v1/check/", vendure, "/wp-json/", "/"]


@pytest.mark.parametrize(
    ("ahead", "told"),
    [
        (0.0, "its clock is right"),
        (-4.9, "its clock is right"),
        (60.0, "its clock is 60 s ahead of this machine's"),
        (-7200.0, "its clock is 120 minutes behind this machine's"),
    ],
)
def test_the_difference_of_the_clocks(ahead: float, told: str) -> None:
    assert connect.clock(ahead) == told


def test_an_error_that_is_no_transports_is_kept() -> None:
    error = WebUpdateError("as it was")
    error.status = 403
    assert diagnosis.explained(error, {"address": "https://shop.example", "shop": "oscar"}) is error
    assert list(causes(error)) == [error]

"""Which certificate a server shows, and why it is not trusted, in words."""

from __future__ import annotations

import socket
import ssl
from typing import NamedTuple

from cryptography import x509
from cryptography.x509.oid import NameOID

from webupdate.errors import Stopped
from webupdate.sync.text import visible

_WAIT = 10.0  # seconds for each step of the handshake
# What OpenSSL calls the reasons (X509_V_ERR_…).
_NOT_YET, _EXPIRED, _SELF_SIGNED, _OTHER_HOST = 9, 10, (18, 19), (62, 64)
_UNKNOWN = (20, 21)
# What the library says of a certificate that is made wrongly: whose it is, is a stranger's business.
_ODD = (x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType, ValueError)


class Shown(NamedTuple):
    """What stands in a certificate, harmless for a screen; days as YYYY-MM-DD."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    since: str
    until: str


def shown_by(host: str, port: int) -> Shown | None:
    """The certificate of a server, whether it is trusted or not; None if it shows none. Nothing is sent to it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with (
            socket.create_connection((host, port), _WAIT) as plain,
            context.wrap_socket(plain, server_hostname=host) as secured,
        ):
            found = secured.getpeercert(binary_form=True)
        return described(x509.load_der_x509_certificate(found)) if found else None
    except (OSError, *_ODD):
        return None


def described(certificate: x509.Certificate) -> Shown:
    """A certificate in words."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        found = [*names.get_values_for_type(x509.DNSName), *map(str, names.get_values_for_type(x509.IPAddress))]
    except (x509.ExtensionNotFound, *_ODD):
        found = []
    return Shown(
        subject=_name(certificate.subject),
        issuer=_name(certificate.issuer),
        names=tuple(visible(name, 80) for name in found[:8]),
        since=f"{certificate.not_valid_before_utc:%Y-%m-%d}",
        until=f"{certificate.not_valid_after_utc:%Y-%m-%d}",
    )


def _name(name: x509.Name) -> str:
    """The common name, with the organisation where there is one."""
    parts = [
        str(entry.value)
        for kind in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME)
        for entry in name.get_attributes_for_oid(kind)[:1]
    ]
    return visible(", ".join(parts) or name.rfc4514_string() or "nobody", 120)


def untrusted(error: ssl.SSLCertVerificationError, host: str, seen: Shown | None, authority: str) -> Stopped:
    """Why a server's certificate is not trusted, which it is, and what to do. `authority`: the file, "" = system."""
    why, do = _reason(error, host, seen, authority)
    which = ""
    if seen is not None:
        which = f" It was made out to {seen.subject} by {seen.issuer}, valid {seen.since} to {seen.until}."
    return Stopped(f"The shop's certificate is not trusted: {why}.{which}", do)


def _reason(error: ssl.SSLCertVerificationError, host: str, seen: Shown | None, authority: str) -> tuple[str, str]:
    code = error.verify_code
    trusted = f"the authority in {visible(authority, 300)}" if authority else "the authorities of this system"
    own = "If the firm has an authority of its own, name its file (PEM) under Certificate."
    if code == _EXPIRED:
        since = f" on {seen.until}" if seen else ""
        return f"it has expired{since}", "Whoever runs the shop must renew it. Is the clock of this machine right?"
    if code == _NOT_YET:
        since = f" before {seen.since}" if seen else " yet"
        return f"it is not valid{since}", "Is the clock of this machine right?"
    if code in _OTHER_HOST:
        names = f"; it is for {', '.join(seen.names)}" if seen and seen.names else ""
        return f"it is not for {host}{names}", "Enter the address with a name that stands in the certificate."
    if code in _SELF_SIGNED and (seen is None or seen.subject == seen.issuer):
        return "it has signed itself", f"{own} Else it may be somebody between you and the shop."
    if code in _SELF_SIGNED or code in _UNKNOWN:
        return f"who issued it is none of {trusted}", own
    return visible(error.verify_message, 200), own

"""The shop's own certificate authority and its server certificate, for loopback only."""

from __future__ import annotations

import datetime
import ipaddress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from webupdate.webshop.folder import ShopFolder, write_private

CA_LIFETIME = datetime.timedelta(days=3650)
CERTIFICATE_LIFETIME = datetime.timedelta(days=397)
RENEW_BEFORE = datetime.timedelta(days=30)
LOOPBACK: tuple[x509.GeneralName, ...] = (
    x509.DNSName("localhost"),
    x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
    x509.IPAddress(ipaddress.ip_address("::1")),
)


def ensure_certificates(folder: ShopFolder) -> None:
    """Make the authority and the server certificate, or renew one that ends within 30 days."""
    if not (_is_fresh(folder.ca) and folder.ca_key.exists()):
        _make_authority(folder)
        folder.certificate.unlink(missing_ok=True)
    if not (_is_fresh(folder.certificate) and folder.certificate_key.exists()):
        _make_server_certificate(folder)


def _is_fresh(path: Path) -> bool:
    if not path.exists():
        return False
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    return certificate.not_valid_after_utc - _now() > RENEW_BEFORE


def _make_authority(folder: ShopFolder) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("webupdate demo shop CA")
    builder = _builder(name, name, key.public_key(), key.public_key(), CA_LIFETIME)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
    # Whoever trusts this authority trusts it for this machine only.
    builder = builder.add_extension(_loopback_only(), critical=True)
    write_private(folder.ca_key, _key_pem(key))
    write_private(folder.ca, _certificate_pem(builder.sign(key, hashes.SHA256())))


def _make_server_certificate(folder: ShopFolder) -> None:
    ca = x509.load_pem_x509_certificate(folder.ca.read_bytes())
    ca_key = serialization.load_pem_private_key(folder.ca_key.read_bytes(), None)
    assert isinstance(ca_key, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(_name("localhost"), ca.subject, key.public_key(), ca_key.public_key(), CERTIFICATE_LIFETIME)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    builder = builder.add_extension(x509.SubjectAlternativeName(LOOPBACK), critical=False)
    write_private(folder.certificate_key, _key_pem(key))
    write_private(folder.certificate, _certificate_pem(builder.sign(ca_key, hashes.SHA256())))


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    issuer_key: ec.EllipticCurvePublicKey,
    lifetime: datetime.timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        # An hour back: the clock of a virtual machine may jump.
        .not_valid_before(_now() - datetime.timedelta(hours=1))
        .not_valid_after(_now() + lifetime)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)
    )


def _loopback_only() -> x509.NameConstraints:
    networks = [
        x509.IPAddress(ipaddress.ip_network("127.0.0.1/32")),
        x509.IPAddress(ipaddress.ip_network("::1/128")),
    ]
    return x509.NameConstraints([x509.DNSName("localhost"), *networks], None)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    # granian reads keys in PKCS#8 only
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _certificate_pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)

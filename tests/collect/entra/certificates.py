"""Keys and certificates: an authority with a server's certificate for TLS, and certificates to sign in with."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Pair:
    """A certificate with its key."""

    key: RSAPrivateKey
    certificate: x509.Certificate

    def key_pem(self, password: str = "") -> bytes:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, _encryption(password))

    def pem(self, password: str = "") -> bytes:
        """Key and certificate in one file, the key encrypted where a password is given."""
        return self.key_pem(password) + self.certificate.public_bytes(Encoding.PEM)

    def pfx(self, password: str = "") -> bytes:
        return pkcs12.serialize_key_and_certificates(b"app", self.key, self.certificate, None, _encryption(password))


def _encryption(password: str) -> KeySerializationEncryption:
    return BestAvailableEncryption(password.encode()) if password else NoEncryption()


def _key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(name: str, key: RSAPrivateKey, issuer: str, days: tuple[int, int]) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + days[0] * DAY)
        .not_valid_after(now + days[1] * DAY)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def self_signed(name: str = "tenantlint", days: tuple[int, int] = (-1, 30)) -> Pair:
    """A certificate to sign in with, as portals and scripts make them; valid between two days from now."""
    key = _key()
    return Pair(key, _builder(name, key, name, days).sign(key, hashes.SHA256()))


@cache
def registered() -> Pair:
    """The certificate that the test application has."""
    return self_signed("registered")


@cache
def another() -> Pair:
    """One that it has not."""
    return self_signed("another")


@cache
def expired() -> Pair:
    """One that it has, and that ended yesterday."""
    return self_signed("expired", (-30, -1))


def write_tls(folder: Path) -> tuple[Path, Path]:
    """An authority's certificate to trust, and the certificate with key of a server on 127.0.0.1, signed by it."""
    authority, server = _key(), _key()
    usage = x509.KeyUsage(
        digital_signature=True, key_cert_sign=True, crl_sign=True, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    root = (
        _builder("Test authority", authority, "Test authority", (-1, 30))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(authority, hashes.SHA256())
    )
    names = [x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost")]
    leaf = (
        _builder("127.0.0.1", server, "Test authority", (-1, 30))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()), critical=False)
        .sign(authority, hashes.SHA256())
    )
    trusted, served = folder / "authority.pem", folder / "server.pem"
    trusted.write_bytes(root.public_bytes(Encoding.PEM))
    served.write_bytes(Pair(server, leaf).pem())
    return trusted, served

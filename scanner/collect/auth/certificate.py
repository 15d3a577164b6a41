"""A certificate's file, looked at before anything is sent, so that a wrong file or password is said in plain words.

azure-identity takes PEM and PFX (PKCS#12) files with an RSA key:
https://learn.microsoft.com/entra/identity-platform/certificate-credentials. Its own errors for a file that does not
serve are those of a parser (https://github.com/Azure/azure-sdk-for-python/issues/38263).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from scanner.collect.auth.settings import CERTIFICATE, PASSWORD
from scanner.errors import SignInError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
    from cryptography.x509 import Certificate

_LARGEST = 1_000_000
"""Bytes. A certificate with its chain has a few thousand."""
_EXPORT = "Export it together with its key, as PEM or PFX."


def read_certificate(path: Path, password: str) -> tuple[bytes, str]:
    """The file's bytes and the password that opens them, empty where its key is not encrypted.

    Raises ``SignInError`` for a file that cannot be read, is neither PEM nor PFX, has no key or no certificate, whose
    key is not RSA or belongs to another certificate, or that the password does not open.
    """
    data = _read(path)
    if b"-----BEGIN" in data:
        key, certificate = _pem(path, data, password)
        password = password if _encrypted(data) else ""
    else:
        key, certificate = _pfx(path, data, password)
    _check_pair(path, key, certificate)
    return data, password


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST:
            raise SignInError(f"{path}: is too large for a certificate. {CERTIFICATE} names the certificate.")
        return path.read_bytes()
    except FileNotFoundError:
        raise SignInError(f"{path}: there is no such file. {CERTIFICATE} names the certificate.") from None
    except OSError as error:
        raise SignInError(f"{path}: cannot be read: {error.strerror}. {CERTIFICATE} names the certificate.") from None


def _encrypted(pem: bytes) -> bool:
    return b"ENCRYPTED" in pem


def _pem(path: Path, data: bytes, password: str) -> tuple[PrivateKeyTypes, Certificate]:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
    from cryptography.x509 import load_pem_x509_certificate

    if b"PRIVATE KEY-----" not in data:
        raise SignInError(f"{path}: has no private key. {_EXPORT}")
    if b"BEGIN CERTIFICATE-----" not in data:
        raise SignInError(f"{path}: has a private key but no certificate. Put the certificate into the same file.")
    if _encrypted(data) and not password:
        raise SignInError(f"{path}: its private key is encrypted. Set {PASSWORD} to its password.")
    try:
        key = load_pem_private_key(data, password.encode() if _encrypted(data) else None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        if _encrypted(data):
            raise SignInError(f"{path}: the password in {PASSWORD} does not open its private key.") from None
        raise SignInError(f"{path}: is damaged, its private key cannot be read. {_EXPORT}") from None
    try:
        return key, load_pem_x509_certificate(data)
    except ValueError:
        raise SignInError(f"{path}: is damaged, its certificate cannot be read. {_EXPORT}") from None


def _pfx(path: Path, data: bytes, password: str) -> tuple[PrivateKeyTypes, Certificate]:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates

    if _is_bare_certificate(data):
        raise SignInError(f"{path}: has no private key. {_EXPORT}")
    if not data.startswith(b"\x30"):
        raise SignInError(f"{path}: is neither a PEM nor a PFX file. {CERTIFICATE} names the certificate.")
    try:
        key, certificate, _ = load_key_and_certificates(data, password.encode() or None)
    except UnsupportedAlgorithm:
        raise SignInError(f"{path}: is encrypted in a way that is not supported. Export it with AES256.") from None
    except ValueError:
        if password:
            raise SignInError(f"{path}: the password in {PASSWORD} does not open it, or it is damaged.") from None
        raise SignInError(f"{path}: has a password, or is damaged. Set {PASSWORD} to its password.") from None
    if key is None or certificate is None:
        raise SignInError(f"{path}: has no {'private key' if key is None else 'certificate'}. {_EXPORT}")
    return key, certificate


def _is_bare_certificate(data: bytes) -> bool:
    from cryptography.x509 import load_der_x509_certificate

    try:
        load_der_x509_certificate(data)
    except ValueError:
        return False
    return True


def _check_pair(path: Path, key: PrivateKeyTypes, certificate: Certificate) -> None:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    if not isinstance(key, RSAPrivateKey):
        raise SignInError(f"{path}: its key is not RSA, which Microsoft Entra ID asks for. Make an RSA certificate.")
    if key.public_key() != certificate.public_key():
        raise SignInError(
            f"{path}: its private key belongs to another certificate. Put the certificate of the key first."
        )

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from scanner.collect.auth.certificate import read_certificate
from scanner.errors import SignInError
from tests.collect.entra.certificates import another, registered

PASSWORD = "pfx-Passw0rd"


def certificate_pem() -> bytes:
    return registered().certificate.public_bytes(Encoding.PEM)


def elliptic_pem() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + certificate_pem()


def traditional_pem() -> bytes:
    """As ``openssl`` before version 3 wrote keys: encrypted by a header of the PEM block."""
    key = registered().key.private_bytes(
        Encoding.PEM, PrivateFormat.TraditionalOpenSSL, BestAvailableEncryption(PASSWORD.encode())
    )
    return key + certificate_pem()


def certificate_only_pfx() -> bytes:
    return pkcs12.serialize_key_and_certificates(b"app", None, registered().certificate, None, NoEncryption())


@pytest.mark.parametrize(
    ("content", "password", "kept"),
    [
        (lambda: registered().pem(), "", ""),
        (lambda: registered().pem(), PASSWORD, ""),
        (lambda: registered().pem(PASSWORD), PASSWORD, PASSWORD),
        (traditional_pem, PASSWORD, PASSWORD),
        (lambda: certificate_pem() + registered().key_pem(), "", ""),
        (lambda: registered().pem() + another().certificate.public_bytes(Encoding.PEM), "", ""),
        (lambda: registered().pfx(), "", ""),
        (lambda: registered().pfx(PASSWORD), PASSWORD, PASSWORD),
    ],
    ids=["PEM", "PEM, needless password", "encrypted PEM", "old encrypted PEM", "certificate first", "with its chain",
         "PFX", "PFX with a password"],
)  # fmt: skip
def test_what_serves_is_handed_on_as_it_is(
    tmp_path: Path, content: Callable[[], bytes], password: str, kept: str
) -> None:
    data = content()
    path = tmp_path / "app.cert"
    path.write_bytes(data)
    assert read_certificate(path, password) == (data, kept)


_GARBAGE = b"-----BEGIN CERTIFICATE-----\nZ2FyYmFnZQ==\n-----END CERTIFICATE-----\n"
BROKEN: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "empty": (lambda: b"", "", "is neither a PEM nor a PFX file."),
    "text": (lambda: b"not a certificate", "", "is neither a PEM nor a PFX file."),
    "too large": (lambda: b"0" * 1_000_001, "", "is too large for a certificate."),
    "certificate alone": (certificate_pem, "", "has no private key. Export it together with its key, as PEM or PFX."),
    "certificate alone, DER": (lambda: registered().certificate.public_bytes(Encoding.DER), "", "has no private key."),
    "certificate alone, PFX": (certificate_only_pfx, "", "has no private key."),
    "key alone": (lambda: registered().key_pem(), "", "has a private key but no certificate."),
    "broken key": (
        lambda: registered().key_pem().replace(b"\n", b"\n!", 2) + certificate_pem(),
        "",
        "is damaged, its private key cannot be read.",
    ),
    "broken certificate": (
        lambda: registered().key_pem() + _GARBAGE,
        "",
        "is damaged, its certificate cannot be read.",
    ),
    "cut PEM": (lambda: registered().pem()[:400], "", "has a private key but no certificate."),
    "PEM without its password": (lambda: registered().pem(PASSWORD), "", "its private key is encrypted. Set AZURE_CLI"),
    "PEM, wrong password": (lambda: registered().pem(PASSWORD), "wrong", "does not open its private key."),
    "old PEM, wrong password": (traditional_pem, "wrong", "does not open its private key."),
    "PFX without its password": (
        lambda: registered().pfx(PASSWORD),
        "",
        "has a password, or is damaged. Set AZURE_CLI",
    ),
    "PFX, wrong password": (lambda: registered().pfx(PASSWORD), "wrong", "does not open it, or it is damaged."),
    "cut PFX": (lambda: registered().pfx()[:-200], "", "has a password, or is damaged."),
    "no RSA": (elliptic_pem, "", "its key is not RSA, which Microsoft Entra ID asks for."),
    "key of another certificate": (
        lambda: another().key_pem() + certificate_pem(),
        "",
        "its private key belongs to another certificate.",
    ),
}


@pytest.mark.parametrize(("content", "password", "words"), BROKEN.values(), ids=BROKEN)
def test_what_does_not_serve_is_said_in_plain_words_without_the_password(
    tmp_path: Path, content: Callable[[], bytes], password: str, words: str
) -> None:
    path = tmp_path / "app.cert"
    path.write_bytes(content())
    with pytest.raises(SignInError) as caught:
        read_certificate(path, password)
    assert str(caught.value).startswith(f"{path}: ")
    assert words in str(caught.value)
    assert "wrong" not in str(caught.value).removeprefix(str(path))
    assert caught.value.__cause__ is None


def test_a_file_that_is_not_there_and_one_that_is_none_are_named(tmp_path: Path) -> None:
    with pytest.raises(SignInError, match=r"app\.pem: there is no such file\. AZURE_CLIENT_CERTIFICATE_PATH names"):
        read_certificate(tmp_path / "app.pem", "")
    with pytest.raises(SignInError, match=r"cannot be read: .*AZURE_CLIENT_CERTIFICATE_PATH names"):
        read_certificate(tmp_path, "")

"""The credential of azure-identity for each way to sign in."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scanner.collect.auth.assertion import workload_identity
from scanner.collect.auth.certificate import read_certificate
from scanner.collect.auth.credential import Credential
from scanner.collect.auth.sentences import failed
from scanner.collect.auth.settings import (
    CERTIFICATE,
    CHAIN,
    CLIENT,
    PASSWORD,
    SECRET,
    TENANT,
    Console,
    Identity,
    Method,
    Settings,
)
from scanner.collect.refusal import one_line
from scanner.errors import ExtraMissing, SignInError

if TYPE_CHECKING:
    from scanner.collect.auth.credential import TokenSource

SECRET_WARNING = (
    "Warning: signing in with a client secret, which whoever reads it can use until it expires. Workload identity "
    "federation, a managed identity or a certificate is safer."
)
NO_TERMINAL = (
    "--auth device-code needs a terminal, where a person can read the code. In a job sign in with a certificate or "
    "with workload identity federation."
)


def credential(
    method: str = Method.DEFAULT, identity: Identity | None = None, *, console: Console | None = None
) -> Credential:
    """The credential for one way of signing in. Nothing is sent yet, but settings and files are looked at.

    What ``identity`` leaves open comes from the environment. Raises ``SignInError`` naming what is missing, and
    ``ExtraMissing`` without azure-identity.
    """
    # azure-identity logs as a warning what it raises as well; without a handler Python would print both.
    logging.getLogger("azure").addHandler(logging.NullHandler())
    settings = Settings(identity or Identity())
    console = console or Console()
    named = Method(method)
    way = settings.method_found() if named is Method.DEFAULT else named
    settings.need(way, *_NEEDS[way])
    if way is Method.DEVICE_CODE and not console.interactive:
        raise SignInError(NO_TERMINAL)
    make = partial(_make, way, settings, console)
    source = make()
    if way is Method.SECRET:
        console.say(SECRET_WARNING)
    # A person is not asked twice: only what needs nobody is made anew when the service refuses a token.
    renew = None if way is Method.DEVICE_CODE else make
    return Credential(source, method=way, tenant_id=settings[TENANT], client_id=settings[CLIENT], renew=renew)


def _make(method: Method, settings: Settings, console: Console) -> TokenSource:
    cloud = settings.identity.cloud
    options: dict[str, Any] = {"authority": cloud.authority}
    if cloud.is_custom:
        # Microsoft's list of clouds does not have it, and asking would send its address to another cloud.
        options["disable_instance_discovery"] = True
    try:
        if method is Method.DEVICE_CODE:
            return _device_code(settings, options, console)
        return _SOURCES[method](settings, options)
    except ModuleNotFoundError as error:
        raise ExtraMissing("collect", "collect") from error
    except (OSError, ValueError) as error:
        raise SignInError(failed(method, error)) from None


def _default(settings: Settings, options: Mapping[str, Any]) -> TokenSource:
    """A managed identity, else a developer's sign-in: ``Settings.method_found`` has looked for all the rest."""
    from azure.identity import DefaultAzureCredential

    client = {"managed_identity_client_id": settings[CLIENT]} if settings[CLIENT] else {}
    return DefaultAzureCredential(
        exclude_environment_credential=True, exclude_workload_identity_credential=True, **client, **options
    )


def _certificate(settings: Settings, options: Mapping[str, Any]) -> TokenSource:
    from azure.identity import CertificateCredential

    data, password = read_certificate(Path(settings[CERTIFICATE]), settings[PASSWORD])
    return CertificateCredential(
        settings[TENANT],
        settings[CLIENT],
        certificate_data=data,
        password=password or None,
        send_certificate_chain=settings[CHAIN].lower() not in ("", "0", "false"),
        **options,
    )


def _secret(settings: Settings, options: Mapping[str, Any]) -> TokenSource:
    from azure.identity import ClientSecretCredential

    return ClientSecretCredential(settings[TENANT], settings[CLIENT], settings[SECRET], **options)


def _managed_identity(settings: Settings, options: Mapping[str, Any]) -> TokenSource:
    """A managed identity lives in one cloud only, and asks the machine it runs on."""
    from azure.identity import ManagedIdentityCredential

    client = settings[CLIENT]
    return ManagedIdentityCredential(client_id=client) if client else ManagedIdentityCredential()


def _cli(settings: Settings, options: Mapping[str, Any]) -> TokenSource:
    """The Azure CLI knows its cloud itself (``az cloud set``)."""
    from azure.identity import AzureCliCredential

    return AzureCliCredential(tenant_id=settings[TENANT])


def _device_code(settings: Settings, options: Mapping[str, Any], console: Console) -> TokenSource:
    from azure.identity import DeviceCodeCredential

    def prompt(address: str, code: str, ends: datetime) -> None:
        console.say(
            f"To sign in, open {one_line(address)} and enter the code {one_line(code)} "
            f"before {ends.astimezone():%H:%M}."
        )

    return DeviceCodeCredential(settings[CLIENT], tenant_id=settings[TENANT], prompt_callback=prompt, **options)


_SOURCES: Mapping[Method, Callable[[Settings, Mapping[str, Any]], TokenSource]] = {
    Method.DEFAULT: _default,
    Method.CERTIFICATE: _certificate,
    Method.WORKLOAD_IDENTITY: workload_identity,
    Method.MANAGED_IDENTITY: _managed_identity,
    Method.CLI: _cli,
    Method.SECRET: _secret,
}
_NEEDS: Mapping[Method, tuple[str, ...]] = {
    Method.DEFAULT: (),
    Method.CERTIFICATE: (TENANT, CLIENT, CERTIFICATE),
    Method.WORKLOAD_IDENTITY: (),
    Method.MANAGED_IDENTITY: (),
    Method.CLI: (),
    Method.DEVICE_CODE: (TENANT, CLIENT),
    Method.SECRET: (TENANT, CLIENT, SECRET),
}

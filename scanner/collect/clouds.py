"""Microsoft's clouds: where a tenant of each one signs in and is read.

Sign-in and Graph: https://learn.microsoft.com/graph/deployments and
https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud; Azure Resource Manager:
https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure and
https://learn.microsoft.com/azure/china/resources-developer-guide; audiences of workload identity federation:
https://learn.microsoft.com/entra/workload-id/workload-identity-federation-config-app-trust-managed-identity.
A tenant of Microsoft 365 GCC is in the global cloud; GCC High is L4, DoD is L5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from scanner.errors import UsageError

AUTHORITY_HOST = "AZURE_AUTHORITY_HOST"
"""As azure-identity and the Azure tools name it."""
GRAPH_ENDPOINT = "TENANTLINT_GRAPH_ENDPOINT"
ARM_ENDPOINT = "TENANTLINT_ARM_ENDPOINT"
CUSTOM = "custom"
"""A cloud that is not in the list, described by the environment: closed networks, new sovereign clouds, an emulator."""


@dataclass(frozen=True)
class Cloud:
    """One cloud. Addresses have no slash at the end."""

    name: str
    """As in ``--cloud`` and in a snapshot's manifest."""
    authority: str
    """Where one signs in."""
    graph: str
    """Microsoft Graph."""
    arm: str
    """Azure Resource Manager; empty where it is not known (a custom cloud)."""
    portal: str
    """Azure portal; empty where it is not known."""
    exchange_audience: str = "api://AzureADTokenExchange"
    """Audience of the assertions that workload identity federation takes."""
    aliases: tuple[str, ...] = ()
    """Other hosts of the same sign-in service."""

    @property
    def is_custom(self) -> bool:
        """Whether the environment describes it; the sign-in library then must not ask Microsoft about it."""
        return self.name == CUSTOM


GLOBAL = Cloud(
    "global",
    authority="https://login.microsoftonline.com",
    graph="https://graph.microsoft.com",
    arm="https://management.azure.com",
    portal="https://portal.azure.com",
    aliases=("login.microsoft.com", "login.windows.net", "sts.windows.net"),
)
US_GOVERNMENT = Cloud(
    "us-government",
    authority="https://login.microsoftonline.us",
    graph="https://graph.microsoft.us",
    arm="https://management.usgovcloudapi.net",
    portal="https://portal.azure.us",
    exchange_audience="api://AzureADTokenExchangeUSGov",
    aliases=("login.usgovcloudapi.net",),
)
US_DOD = Cloud(
    "us-dod",
    authority="https://login.microsoftonline.us",
    graph="https://dod-graph.microsoft.us",
    arm="https://management.usgovcloudapi.net",
    portal="https://portal.azure.us",
    exchange_audience="api://AzureADTokenExchangeUSGov",
    aliases=("login.usgovcloudapi.net",),
)
CHINA = Cloud(
    "china",
    # Graph's page still has login.chinacloudapi.cn, which Microsoft's sign-in library calls deprecated.
    authority="https://login.partner.microsoftonline.cn",
    graph="https://microsoftgraph.chinacloudapi.cn",
    arm="https://management.chinacloudapi.cn",
    portal="https://portal.azure.cn",
    exchange_audience="api://AzureADTokenExchangeChina",
    aliases=("login.chinacloudapi.cn",),
)
CLOUDS: Mapping[str, Cloud] = {cloud.name: cloud for cloud in (GLOBAL, US_GOVERNMENT, US_DOD, CHINA)}


def scope(endpoint: str) -> str:
    """What a token for the service at ``endpoint`` is asked for: all permissions that were granted for it."""
    host = urlsplit(endpoint).hostname or ""
    return f"https://[{host}]/.default" if ":" in host else f"https://{host}/.default"


def choose(name: str, environment: Mapping[str, str]) -> Cloud:
    """The cloud called ``name``; ``custom`` is described by three variables of ``environment``.

    Raises ``UsageError`` where one of them is missing, or where ``AZURE_AUTHORITY_HOST`` names another cloud than
    ``name``: credentials are not sent to a cloud that was perhaps not meant.
    """
    host = environment.get(AUTHORITY_HOST, "").strip()
    if name == CUSTOM:
        return _custom(host, environment)
    cloud = CLOUDS[name]
    if host and _host(host) not in (_host(cloud.authority), *cloud.aliases):
        fitting = [other.name for other in CLOUDS.values() if _host(host) in (_host(other.authority), *other.aliases)]
        wanted = " or ".join(f"--cloud {other}" for other in fitting or [CUSTOM])
        raise UsageError(
            f"{AUTHORITY_HOST} is {host}, which is not where --cloud {name} signs in. Use {wanted}, or unset the "
            "variable."
        )
    return cloud


def _custom(host: str, environment: Mapping[str, str]) -> Cloud:
    graph = environment.get(GRAPH_ENDPOINT, "").strip().rstrip("/")
    missing = [variable for variable, value in ((AUTHORITY_HOST, host), (GRAPH_ENDPOINT, graph)) if not value]
    if missing:
        raise UsageError(f"--cloud custom needs {' and '.join(missing)}. Set it in the environment.")
    arm = environment.get(ARM_ENDPOINT, "").strip().rstrip("/")
    authority = host if "://" in host else f"https://{host}"
    for variable, address in ((AUTHORITY_HOST, authority), (GRAPH_ENDPOINT, graph), (ARM_ENDPOINT, arm)):
        if address and (urlsplit(address).scheme != "https" or not urlsplit(address).hostname):
            raise UsageError(f"{variable} is {address}, which is no https address. Write https://host.")
    return Cloud(CUSTOM, authority.rstrip("/"), graph, arm, portal="")


def _host(address: str) -> str:
    return (urlsplit(address if "://" in address else f"https://{address}").hostname or "").lower()

"""Texts of known forms, replaced part by part: what the form says stays, what was put into it goes.

An address stays an address within its domain, a domain keeps ``.onmicrosoft.com``, a link its protocol and the service
it leads to, a composed id its parts. All else becomes one word.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit, urlunsplit

from scanner.collect.catalogue import RESOURCES
from scanner.redact.known import Known
from scanner.redact.pseudonyms import GUID, Pseudonyms
from scanner.tenant.hybrid.immutable_id import guid_of, immutable_id

TENANT_SUFFIXES = ("onmicrosoft.com", "onmicrosoft.us", "onmicrosoft.de", "partner.onmschina.cn")
"""What follows a tenant's first name: https://learn.microsoft.com/microsoft-365/admin/setup/domains-faq"""

_SERVICE_SUFFIXES = (
    "mail.onmicrosoft.com", "azurewebsites.net", "azurestaticapps.net", "azure-api.net", "azurefd.net",
    "azureedge.net", "cloudapp.azure.com", "cloudapp.net", "trafficmanager.net", "logic.azure.com", "b2clogin.com",
    "ciamlogin.com", "sharepoint.com", "core.windows.net", "vault.azure.net", "servicebus.windows.net",
)  # fmt: skip
"""Microsoft's services under which a customer chooses a name, which may become free for others."""

_PUBLIC_HOSTS = frozenset(
    {
        "localhost", "127.0.0.1", "[::1]", "login.microsoftonline.com", "login.microsoftonline.us", "login.windows.net",
        "login.partner.microsoftonline.cn", "login.live.com", "sts.windows.net", "graph.microsoft.com",
        "graph.microsoft.us", "graph.windows.net", "management.azure.com", "management.core.windows.net",
        "portal.azure.com", "oauth.pstmn.io", "token.actions.githubusercontent.com", "vstoken.dev.azure.com",
        "app.terraform.io", "gitlab.com", "accounts.google.com", "kubernetes.azure.com",
        "azureadtokenexchange", "azureadtokenexchangeusgov", "azureadtokenexchangechina",
    }
)  # fmt: skip
"""Hosts that are the same for everybody: of this machine, of Microsoft's sign-in, of issuers of workload identities and
of those they issue for."""

_PROTOCOLS = frozenset({"http", "https", "api", "urn", "ms-appx-web", "ms-appx", "msauth", "spn", "ldap", "ldaps"})
_NOT_HIERARCHICAL = frozenset({"urn:ietf:wg:oauth:2.0:oob", "urn:user:registersecurityinfo", "urn:user:registerdevice"})
"""https://learn.microsoft.com/graph/api/resources/conditionalaccessapplications"""

KEYWORDS = frozenset(
    {
        "/", "*", "All", "None", "AllTrusted", "Office365", "MicrosoftAdminPortals", "GuestsOrExternalUsers",
        "all_users", "ServicePrincipalsInMyTenant", "Directory", "DirectoryRole", "Group", "administrativeUnits",
        "subscriptions", "resourceGroups", "providers", "tenants", "managementGroups", "member",
        "owner", "all", "any", "AllUsers", "AllApplications", "activated", "eligible",
        # Alerts of roles: https://learn.microsoft.com/graph/api/resources/unifiedrolemanagementalertdefinition
        "InvalidLicenseAlert", "NoMfaOnRoleActivationAlert", "RedundantAssignmentAlert",
        "RolesAssignedOutsidePrivilegedIdentityManagementAlert", "SequentialActivationRenewalsAlert",
        "StaleSignInAlert", "TooManyGlobalAdminsAssignedToTenantAlert",
        # Subjects of workload identities: https://learn.microsoft.com/entra/workload-id/workload-identity-federation
        "repo", "ref", "refs", "heads", "tags", "environment", "pull_request", "main", "master", "production",
        "system", "serviceaccount", "sc",
        # Tags that Entra sets, templates of settings: https://learn.microsoft.com/graph/group-directory-settings
        "HideApp", "WindowsAzureActiveDirectoryIntegratedApp", "WindowsAzureActiveDirectoryOnPremApp",
        "WindowsAzureActiveDirectoryCustomSingleSignOnApplication",
        "WindowsAzureActiveDirectoryGalleryApplicationNonPrimaryV1",
        "WindowsAzureActiveDirectoryGalleryApplicationPrimaryV1",
        "Group.Unified", "Group.Unified.Guest", "Application", "Custom Policy Settings", "Consent Policy Settings",
        "Password Rule Settings", "Prohibited Names Settings", "Prohibited Names Restricted Settings",
    }
    | {name for resource in RESOURCES for name in (resource.name, resource.type)}
)  # fmt: skip
"""Words that stand in the place of ids, and parts of composed ids, that are the same for everybody."""
_PARTS = frozenset(map(str.lower, KEYWORDS))
"""Azure Resource Manager does not care for the case of ids."""

_GRANT_KINDS = frozenset({"managepermissiongrantsforself", "managepermissiongrantsforownedresource"})

_MICROSOFT_POLICY = re.compile(r"microsoft-[a-z]+(-[a-z]+)*")
"""Ids of consent policies: https://learn.microsoft.com/entra/identity/enterprise-apps/manage-app-consent-policies"""

_SEPARATORS = re.compile(r"([/|:])")
_JOINED = re.compile(rf"_{GUID.pattern}|{GUID.pattern}_")
_PROVIDER = re.compile(r"microsoft(\.[a-z]+)+", re.IGNORECASE)
_PREFIXED = re.compile(r"(?i:(smtp|sip|x500|x400|eum|sip-tls|spo|mailto):)(.*)", re.DOTALL)
_FIXED = re.compile(r"(?!.*://)[A-Za-z0-9_.,:/$+-]{0,100}")
_GUEST = "#ext#"


class Forms:
    """Recognises forms and replaces what they hold."""

    def __init__(self, pseudonyms: Pseudonyms, known: Known) -> None:
        self.pseudonyms = pseudonyms
        self.known = known

    def text(self, value: str) -> str:
        """Any text: by the form that it shows, else one word."""
        if not value or value in self.known.words:
            return value
        if GUID.fullmatch(value):
            return self.guid(value)
        if "://" in value or value.startswith("urn:"):
            return self.link(value)
        if self.is_own_domain(value):
            return self.address(value) if "@" in value else self.domain(value)
        if "@" in value and not any(letter.isspace() for letter in value):
            return self.address(value)
        if value.startswith("/") or GUID.search(value):
            return self.composed(value)
        return self.pseudonyms.word(value)

    def is_own_domain(self, value: str) -> bool:
        """Whether ``value`` is one of the tenant's domains, or ends in what only a tenant's domain ends in."""
        lower = value.lower()
        return lower in self.known.domains or lower.endswith(tuple(f".{name}" for name in TENANT_SUFFIXES))

    def guid(self, value: str) -> str:
        """A GUID; Microsoft's stay."""
        return value if self.known.is_id(value) else self.pseudonyms.guid(value)

    def identifier(self, value: str) -> str:
        """An id, or one of the words that may stand in its place."""
        return value if value in KEYWORDS or _MICROSOFT_POLICY.fullmatch(value) else self.text(value)

    def immutable_id(self, value: str) -> str:
        """The immutable id of the pseudonym of the GUID that ``value`` is made from; a chosen one becomes a word."""
        guid = guid_of(value)
        return self.text(value) if guid is None else immutable_id(self.guid(guid))

    def fixed(self, value: str) -> str:
        """A word of a list that somebody else fixed: it stays, unless it does not look like one or holds an id."""
        plain = _FIXED.fullmatch(value) and all(map(self.known.is_id, GUID.findall(value)))
        return value if plain else self.text(value)

    def composed(self, value: str) -> str:
        """Ids, keywords and names with ``/``, ``|`` or ``:`` between them, or ``_`` such as ``DirectoryRole_…_…``."""
        parts = _SEPARATORS.split(value)
        made = [part if place % 2 else self._part(part) for place, part in enumerate(parts)]
        for place in range(2, len(parts), 2):
            if parts[place - 2].lower() == "providers" and _PROVIDER.fullmatch(parts[place]):
                made[place] = parts[place]
        return "".join(made)

    def _part(self, part: str) -> str:
        if part.lower() in _PARTS:
            return part
        if GUID.fullmatch(part):
            return self.guid(part)
        # Other ids may have a _ in them, which joins nothing.
        return "_".join(map(self._part, part.split("_"))) if _JOINED.search(part) else self.pseudonyms.word(part)

    def address(self, value: str) -> str:
        """``SMTP:first.last@contoso.com`` and the like; a guest's name keeps its ``#EXT#``."""
        prefixed = _PREFIXED.fullmatch(value)
        if prefixed:
            return f"{prefixed[1]}:{self.address(prefixed[2]) if '@' in prefixed[2] else self._part(prefixed[2])}"
        local, _, domain = value.rpartition("@")
        return f"{self._local(local)}@{self.domain(domain)}"

    def _local(self, local: str) -> str:
        if local.lower().endswith(_GUEST):
            return self.pseudonyms.word(local[: -len(_GUEST)]) + local[-len(_GUEST) :]
        return self.pseudonyms.word(local)

    def domain(self, value: str) -> str:
        """A domain, label by label, so that one within another stays within it. Those of nobody end in ``.example``.

        https://www.rfc-editor.org/rfc/rfc2606#section-2
        """
        lower = value.lower()
        for suffix in (*_SERVICE_SUFFIXES, *TENANT_SUFFIXES):
            if lower.endswith(f".{suffix}"):
                own = value[: -len(suffix) - 1].split(".")
                return ".".join((*self._labels(own, ""), value[-len(suffix) :]))
        labels = value.split(".")
        if len(labels) == 1:
            return self.pseudonyms.word(value)
        return ".".join((*self._labels(labels[:-1], f".{labels[-1]}"), "example"))

    def _labels(self, labels: list[str], end: str) -> list[str]:
        """Each label by itself and what follows it: the same name under two domains gives two pseudonyms."""
        return [
            label if label == "*" else self.pseudonyms.word(".".join(labels[place:]) + end)
            for place, label in enumerate(labels)
        ]

    def link(self, value: str) -> str:
        """A URL: protocol, well-known host, port, wildcards and ids stay recognisable."""
        if value in _NOT_HIERARCHICAL:
            return value
        try:
            parts = urlsplit(value)
            port = parts.port
        except ValueError:
            return self.pseudonyms.word(value)
        if not parts.netloc or not parts.scheme:
            return self.pseudonyms.word(value)
        host = parts.netloc.rpartition("@")[2].removesuffix(f":{port}")
        place = self._host(host) + (f":{port}" if port is not None else "")
        path = "/".join(part if part in ("", "*") else self._part(part) for part in parts.path.split("/"))
        rest = (self.pseudonyms.word(parts.query), self.pseudonyms.word(parts.fragment))
        return urlunsplit((self._protocol(parts), place, path, *rest))

    def _protocol(self, parts: SplitResult) -> str:
        return parts.scheme if parts.scheme in _PROTOCOLS else self.pseudonyms.word(parts.scheme)

    def _host(self, host: str) -> str:
        if host.lower() in _PUBLIC_HOSTS or not host:
            return host
        if GUID.fullmatch(host):
            return self.guid(host)
        return self.pseudonyms.network(host.strip("[]")) or self.domain(host)

    def network(self, value: str) -> str:
        """An address or a range of them."""
        return self.pseudonyms.network(value) or self.text(value)

    def grant_policy(self, value: str) -> str:
        """``ManagePermissionGrantsForSelf.microsoft-user-default-low``.

        https://learn.microsoft.com/graph/api/resources/defaultuserrolepermissions
        """
        kind, dot, policy = value.partition(".")
        if kind.lower() not in _GRANT_KINDS:
            return self.text(value)
        return kind + dot + (self.identifier(policy))

    def scopes(self, value: str) -> str:
        """Names of permissions with spaces between them."""
        return re.sub(r"\S+", lambda found: self.text(found[0]), value)

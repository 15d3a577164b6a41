"""Facts about applications."""

from __future__ import annotations

from datetime import datetime

from scanner.tenant.applications.credentials import (
    APPLICATION_CREDENTIAL_READS,
    PRINCIPAL_CREDENTIAL_READS,
    Credential,
    application_credentials,
    principal_credentials,
)
from scanner.tenant.applications.management import TARGET_READS, policy_targets
from scanner.tenant.applications.owners import (
    APPLICATION_OWNER_READS,
    PRINCIPAL_OWNER_READS,
    Owner,
    application_owners,
    principal_owners,
)
from scanner.tenant.applications.permissions import (
    GRANTED_READS,
    OWNER_READS,
    REQUESTED_READS,
    GrantedPermission,
    RequestedPermission,
    granted_permissions,
    is_microsoft,
    requested_permissions,
)
from scanner.tenant.applications.redirects import REDIRECT_READS, UnsafeRedirect, unsafe_redirects
from scanner.tenant.applications.use import LINK_READS, USE_READS, last_sign_in, principal_of, registration_of
from scanner.tenant.base import Fact

_PRINCIPAL_FACTS: tuple[Fact, ...] = (
    Fact(
        owner="servicePrincipal",
        name="grantedPermissions",
        returns=list[GrantedPermission],
        description="Permissions it has been granted: delegated ones for any API, application permissions for "
        "Microsoft Graph, Azure AD Graph, Exchange Online, SharePoint Online, Azure Service Management and Defender "
        "for Endpoint.",
        build=granted_permissions,
        reads=GRANTED_READS,
    ),
    Fact(
        owner="servicePrincipal",
        name="isMicrosoft",
        returns=bool,
        description="Its application is registered in one of Microsoft's own tenants.",
        build=is_microsoft,
        reads=OWNER_READS,
    ),
    Fact(
        owner="servicePrincipal",
        name="credentials",
        returns=list[Credential],
        description="Secrets and certificates that were added to the service principal itself, expired ones included; "
        "those of its app registration are the application's.",
        build=principal_credentials,
        reads=PRINCIPAL_CREDENTIAL_READS,
    ),
    Fact(
        owner="servicePrincipal",
        name="owners",
        returns=list[Owner],
        description="Owners of the service principal and of its app registration in this tenant. Known for those that "
        "hold a permission or a directory role.",
        build=principal_owners,
        reads=PRINCIPAL_OWNER_READS,
    ),
    Fact(
        owner="servicePrincipal",
        name="lastSignIn",
        returns=datetime | None,
        description="When it was last used: by itself, on behalf of a user, or as an API of others. null: no use is on "
        "record.",
        build=last_sign_in,
        reads=USE_READS,
    ),
    Fact(
        owner="servicePrincipal",
        name="applicationId",
        returns=str | None,
        description="Id of its app registration in this tenant; null for an application of another tenant, or a "
        "managed identity.",
        build=registration_of,
        reads=LINK_READS,
    ),
    Fact(
        owner="servicePrincipal",
        name="unsafeRedirectUris",
        returns=list[UnsafeRedirect],
        description="Redirect URIs that are not encrypted, have a wildcard or cannot be read; the user's own machine "
        "is safe without encryption.",
        build=unsafe_redirects,
        reads=REDIRECT_READS,
    ),
)

_APPLICATION_FACTS: tuple[Fact, ...] = (
    Fact(
        owner="application",
        name="requestedPermissions",
        returns=list[RequestedPermission],
        description="Permissions the app registration asks for, whether granted or not.",
        build=requested_permissions,
        reads=REQUESTED_READS,
    ),
    Fact(
        owner="application",
        name="credentials",
        returns=list[Credential],
        description="Secrets, certificates and federated credentials of the app registration, expired ones included.",
        build=application_credentials,
        reads=APPLICATION_CREDENTIAL_READS,
    ),
    Fact(
        owner="application",
        name="owners",
        returns=list[Owner],
        description="Owners of the app registration, who can add a secret to it.",
        build=application_owners,
        reads=APPLICATION_OWNER_READS,
    ),
    Fact(
        owner="application",
        name="servicePrincipalId",
        returns=str | None,
        description="Id of its service principal in this tenant; null if it has none and so cannot sign in here.",
        build=principal_of,
        reads=LINK_READS,
    ),
)

_MANAGEMENT_FACTS: tuple[Fact, ...] = (
    Fact(
        owner="appManagementPolicy",
        name="targets",
        returns=list[str],
        description="Names of the app registrations and service principals it is assigned to, which the tenant's "
        "default then does not govern; the id of one that has no name.",
        build=policy_targets,
        reads=TARGET_READS,
    ),
)

FACTS: tuple[Fact, ...] = (*_PRINCIPAL_FACTS, *_APPLICATION_FACTS, *_MANAGEMENT_FACTS)

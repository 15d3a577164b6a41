"""Facts about applications."""

from __future__ import annotations

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
from scanner.tenant.base import Fact

FACTS: tuple[Fact, ...] = (
    Fact(
        owner="servicePrincipal",
        name="grantedPermissions",
        returns=list[GrantedPermission],
        description="Permissions it has been granted: delegated ones for any API, application permissions for "
        "Microsoft Graph, Azure AD Graph, Exchange Online, SharePoint Online and Azure Service "
        "Management.",
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
        owner="application",
        name="requestedPermissions",
        returns=list[RequestedPermission],
        description="Permissions the app registration asks for, whether granted or not.",
        build=requested_permissions,
        reads=REQUESTED_READS,
    ),
)

"""How many users can do everything, beside how many can do much: ``tenant.administrators``.

The roles compared are CISA's highly privileged ones, which MS.AAD.7.2v1 of its baseline is about.
https://github.com/cisagov/ScubaGear/blob/main/PowerShell/ScubaGear/baselines/aad.md#highly-privileged-roles
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from scanner.tenant.roles.holdings import holdings, raise_for
from scanner.tenant.roles.privileged import GLOBAL_ADMINISTRATOR, PRIVILEGED_ROLE_ADMINISTRATOR

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant

OTHER_ROLES = frozenset(
    {
        PRIVILEGED_ROLE_ADMINISTRATOR,
        "fe930be7-5e62-47db-91af-98c3a49a38b1",  # User Administrator
        "f28a1f50-f6e7-4571-818b-6a12f2af6b6c",  # SharePoint Administrator
        "29232cdf-9323-42fd-ade2-1d097af3e4de",  # Exchange Administrator
        "8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2",  # Hybrid Identity Administrator
        "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",  # Application Administrator
        "158c047a-c907-4556-b7ef-446551a6b5f7",  # Cloud Application Administrator
    }
)


class Administrators(msgspec.Struct, frozen=True, kw_only=True):
    """Numbers of users, each counted once however they hold a role, eligibly too."""

    globalAdministrators: Annotated[int, Meta(description="Users with Global Administrator over the tenant.")]
    others: Annotated[
        int,
        Meta(
            description="Users without it who have another highly privileged role over the tenant: Privileged Role, "
            "User, SharePoint, Exchange, Hybrid Identity, Application or Cloud Application Administrator."
        ),
    ]


def administrators(tenant: Tenant) -> Callable[[], Administrators]:
    """``tenant.administrators``."""
    known = tenant.once(holdings)
    raise_for(known.missing_for_users)
    rows = [row for row in known.rows if row.principalType == "user" and row.is_tenant_wide]
    everything = {row.principalId for row in rows if row.roleTemplateId == GLOBAL_ADMINISTRATOR}
    much = {row.principalId for row in rows if row.roleTemplateId in OTHER_ROLES}
    value = Administrators(globalAdministrators=len(everything), others=len(much - everything))
    return lambda: value

"""The part of the catalogue that no service has: what is read from a file that somebody made elsewhere."""

from __future__ import annotations

from scanner.collect.resource import Resource

AD_USERS = Resource(
    name="adUsers",
    singular="adUser",
    type="adUser",
    path="",
    permission="",
    documentation="https://learn.microsoft.com/powershell/module/activedirectory/get-aduser",
    select=False,
    always=("id", "userPrincipalName"),
    small=False,
    imported=(
        "no export of the users of Active Directory was added; add one with `tenantlint add-ad-users SNAPSHOT FILE`, "
        "or collect with --ad-users FILE"
    ),
)
"""Users of Active Directory, each by its objectGUID. Their type is in ``cel/directory_types.json``."""

IMPORTED: tuple[Resource, ...] = (AD_USERS,)

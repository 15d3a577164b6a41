"""Directory roles by id: name, template, and whether the role is privileged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from scanner.tenant.base import Reading, Row
from scanner.tenant.roles.privileged import is_privileged, may_be_privileged

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant


class DefinitionRow(Row):
    """A role."""

    displayName: str | None = None
    templateId: str | None = None
    isBuiltIn: bool | None = None


class Permissions(msgspec.Struct, gc=False):
    """One set of permissions of a role."""

    allowedResourceActions: list[str] | None = None


class CustomRow(Row):
    """A role with its permissions, which only matter for custom roles."""

    rolePermissions: list[Permissions] | None = None


DEFINITION_READS = (Reading("roleDefinitions", DefinitionRow), Reading("roleDefinitions", CustomRow))


@dataclass(frozen=True, slots=True)
class Definition:
    """One role."""

    name: str
    template: str
    privileged: bool | None
    """None for a custom role, whose permissions are looked up when it is held."""


def definitions(tenant: Tenant) -> Mapping[str, Definition]:
    """The tenant's roles by id. Raises ``NotCollected``."""
    return {
        row.id: Definition(
            name=row.displayName or row.id,
            template=row.templateId or row.id,
            privileged=None if row.isBuiltIn is False else is_privileged(row.templateId or row.id),
        )
        for row in tenant.rows("roleDefinitions", DefinitionRow)
    }


def definition(tenant: Tenant, role: str) -> Definition:
    """The role with this id. One that was deleted is named by its id and is not privileged: it permits nothing.

    Raises ``NotCollected``: for a custom role also if the permissions of roles were not collected.
    """
    known = tenant.once(definitions).get(role)
    if known is None:
        return Definition(role, role, is_privileged(role))
    if known.privileged is None:
        return Definition(known.name, known.template, role in tenant.once(_privileged_custom))
    return known


def _privileged_custom(tenant: Tenant) -> frozenset[str]:
    """Roles that would count as privileged if they are custom ones."""
    return frozenset(
        row.id
        for row in tenant.rows("roleDefinitions", CustomRow)
        if may_be_privileged(
            action for permissions in row.rolePermissions or [] for action in permissions.allowedResourceActions or []
        )
    )

"""Directory roles by id: name, template, and whether the role is privileged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from scanner.errors import NotCollected
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
    """Of a built-in role the id it has in every tenant. A custom role's own id: its template id can be chosen freely,
    that of Global Administrator included. https://learn.microsoft.com/graph/api/resources/unifiedroledefinition"""
    privileged: bool | None
    """None for a role that is not known to be built in: its permissions are looked up when it is held."""


def definitions(tenant: Tenant) -> Mapping[str, Definition]:
    """The tenant's roles by id, in lower case. Raises ``NotCollected``."""
    found: dict[str, Definition] = {}
    for row in tenant.rows("roleDefinitions", DefinitionRow):
        own = row.id.lower()
        template = (row.templateId or own).lower()
        found[own] = Definition(
            name=row.displayName or row.id,
            template=own if row.isBuiltIn is False else template,
            privileged=is_privileged(template) or (False if row.isBuiltIn else None),
        )
    return found


def definition(tenant: Tenant, role: str) -> Definition:
    """The role with this id. One that was deleted is named by its id and is not privileged: it permits nothing.

    Raises ``NotCollected``: for a custom role also if the permissions of roles were not collected.
    """
    own = role.lower()
    known = tenant.once(definitions).get(own)
    if known is None:
        return Definition(role, own, is_privileged(own))
    if known.privileged is None:
        actions = tenant.once(_actions)[own]
        if actions is None:
            raise NotCollected("roleDefinitions", f"the permissions of the role {known.name} were not collected")
        return Definition(known.name, known.template, may_be_privileged(actions))
    return known


def _actions(tenant: Tenant) -> Mapping[str, frozenset[str] | None]:
    """What each role permits; None where that is not told."""
    return {row.id.lower(): _permitted(row.rolePermissions) for row in tenant.rows("roleDefinitions", CustomRow)}


def _permitted(permissions: list[Permissions] | None) -> frozenset[str] | None:
    if permissions is None or any(one.allowedResourceActions is None for one in permissions):
        return None
    return frozenset(action for one in permissions for action in one.allowedResourceActions or [])

"""The catalogue: every resource tenantlint can read, one entry each.

Nothing else in the code names a Graph path, a permission or a licence. The collector reads entries to make
requests, the type checker to know record types, ``tenantlint permissions`` to print the least permissions.

Adding a resource is adding one ``Resource`` to the part that it belongs to: a module beside this one. What its fields
mean is in ``collect/resource.py``. Where a fact is not stated by Microsoft the entry says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scanner.collect.catalogue.applications import APPLICATIONS, MICROSOFT_GRAPH, WELL_KNOWN_APIS
from scanner.collect.catalogue.azure import AZURE
from scanner.collect.catalogue.directory import DIRECTORY
from scanner.collect.catalogue.governance import GOVERNANCE
from scanner.collect.catalogue.imported import AD_USERS, IMPORTED
from scanner.collect.catalogue.policies import POLICIES
from scanner.collect.catalogue.reports import REPORTS_AND_DEVICES
from scanner.collect.resource import FanOut, License, Reference, Resource

__all__ = [
    "AD_USERS", "AZURE", "BY_NAME", "COVERED_BY", "GRAPH", "MICROSOFT_GRAPH", "REQUESTED", "RESOURCES",
    "WELL_KNOWN_APIS", "FanOut", "License", "Reference", "Resource", "least",
]  # fmt: skip

COVERED_BY: Mapping[str, frozenset[str]] = {
    "AdministrativeUnit.Read.All": frozenset({"Directory.Read.All"}),
    "Application.Read.All": frozenset({"Directory.Read.All"}),
    "GroupMember.Read.All": frozenset({"Directory.Read.All", "Group.Read.All"}),
    "Organization.Read.All": frozenset({"Directory.Read.All"}),
    "User.Read.All": frozenset({"Directory.Read.All"}),
    "Policy.Read.AuthenticationMethod": frozenset({"Policy.Read.All"}),
    "RoleAssignmentSchedule.Read.Directory": frozenset({"RoleManagement.Read.Directory"}),
    "RoleEligibilitySchedule.Read.Directory": frozenset({"RoleManagement.Read.Directory"}),
    "RoleManagementPolicy.Read.Directory": frozenset({"RoleManagement.Read.Directory"}),
}
"""Permissions that are superfluous beside one of the others, by the permission tables of the entries' pages."""

GRAPH: tuple[Resource, ...] = (*DIRECTORY, *APPLICATIONS, *GOVERNANCE, *POLICIES, *REPORTS_AND_DEVICES)
"""What Microsoft Graph has."""

REQUESTED: tuple[Resource, ...] = (*GRAPH, *AZURE)
"""What a service is asked for."""

RESOURCES: tuple[Resource, ...] = (*REQUESTED, *IMPORTED)

BY_NAME: Mapping[str, Resource] = {resource.name: resource for resource in RESOURCES}


def least(permissions: Iterable[str]) -> tuple[str, ...]:
    """The permissions, sorted, without those that another of them covers."""
    wanted = set(permissions)
    return tuple(sorted(name for name in wanted if not COVERED_BY.get(name, frozenset()) & wanted))

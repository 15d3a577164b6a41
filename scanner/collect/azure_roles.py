"""The Azure roles that a selection of policies takes, beside its Graph permissions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scanner.collect.catalogue import BY_NAME
from scanner.collect.plan import Needs, make_plan
from scanner.collect.resource import Resource


@dataclass(frozen=True, order=True)
class AzureRole:
    """A built-in role at a scope."""

    scope: str
    role: str
    actions: tuple[tuple[str, str], ...]
    """What of the role is used, and the resource that is read with it, sorted."""


def azure_roles(needs: Needs, catalogue: Mapping[str, Resource] = BY_NAME) -> tuple[AzureRole, ...]:
    """The least roles that collecting ``needs`` takes, sorted; none when nothing of Azure is needed."""
    actions: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for item in make_plan(needs, catalogue).items:
        azure = item.resource.azure
        if azure is not None:
            actions.setdefault((azure.scope, azure.role), set()).add((item.resource.permission, item.resource.name))
    return tuple(sorted(AzureRole(scope, role, tuple(sorted(used))) for (scope, role), used in actions.items()))

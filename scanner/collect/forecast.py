"""What a plan will ask of a tenant, as text: ``tenantlint collect --plan``. Nothing is sent to find out."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence

from scanner.collect.batch import SIZE
from scanner.collect.catalogue import WELL_KNOWN_APIS
from scanner.collect.limits import LIMITS, limit_of
from scanner.collect.plan import Item, Permission, Plan
from scanner.collect.resource import FanOut
from scanner.report.words import counted
from scanner.tenant.break_glass.declared import BreakGlass

WIDTH = 80
_INDENT = "  "


def forecast(plan: Plan, permissions: Sequence[Permission], declared: BreakGlass, width: int = WIDTH) -> str:
    """Requests, what limits them, what they cost, and permissions, in lines of at most ``width`` characters.

    ``declared`` is what the configuration says of break-glass accounts.
    """
    return "\n".join(_lines(plan, permissions, declared, width))


def _lines(plan: Plan, permissions: Sequence[Permission], declared: BreakGlass, width: int) -> Iterator[str]:
    yield from _wrapped(_total(plan), width, "")
    for item in plan.items:
        yield ""
        yield item.resource.name
        yield from _request(f"GET {item.url()}", width)
        yield from _wrapped(_cost(item), width)
        yield from _wrapped(_for_whom(item, declared), width)
    yield ""
    yield "Permissions (Microsoft Graph, application)"
    for permission in permissions:
        reasons = f"{permission.name}: {', '.join(permission.reasons)}"
        yield from _wrapped(reasons, width)
    roles = sorted({f"{azure.role} on {azure.scope}" for item in plan.items if (azure := item.resource.azure)})
    if roles:
        yield ""
        yield "Roles (Azure)"
        for role in roles:
            yield from _wrapped(role, width)
    yield ""
    yield "Limits of Microsoft Graph for an application in a tenant"
    for limit in LIMITS:
        graph = [item.resource for item in plan.items if item.resource.azure is None]
        named = [resource.name for resource in graph if limit_of(resource) is limit]
        if named:
            yield from _wrapped(f"{limit.service}, {limit.words}: {', '.join(named)}", width)


def _total(plan: Plan) -> str:
    alone = [item for item in plan.items if not item.resource.parents]
    units = sum(item.units or 0 for item in alone)
    rest = [item.resource.name for item in plan.items if item.resource.parents]
    each = f" Once for each of certain objects, named below, is asked for: {', '.join(rest)}." if rest else ""
    return (
        f"Reads {counted(len(plan.items), 'resource')} with {counted(len(alone), 'request')} "
        f"({counted(units, 'resource unit')}) if each fits on one page; every further page is one request more.{each}"
    )


def _request(text: str, width: int) -> Iterator[str]:
    """A request over several lines, broken where it is easy to put together again."""
    path, mark, query = text.partition("?")
    parts = [*re.split("(?<=/)", path), *re.split("(?<=[,&])", mark + query)]
    line = _INDENT
    for part in parts:
        if len(line) + len(part) > width and line.strip():
            yield line
            line = _INDENT * 3
        line += part
    yield line


def _cost(item: Item) -> str:
    resource, units = item.resource, item.units
    price = counted(units, "resource unit") if units is not None else "1 request"
    if resource.fan_out is not None:
        return f"{price} for each of the {resource.fan_out.parents}, {SIZE} in a batch"
    if resource.azure is not None:
        return f"{price} for each of the {resource.parents}" if resource.parents else price
    if resource.singleton:
        return price
    return f"{price} a page of up to {resource.top:,} records" if resource.top else f"{price} a page"


def _for_whom(item: Item, declared: BreakGlass) -> str:
    """For which parents a fan-out asks; empty for anything else."""
    fan_out = item.resource.fan_out
    if fan_out is None:
        return ""
    if fan_out.only_ids:
        known = ", ".join(WELL_KNOWN_APIS.get(one, one) for one in fan_out.only_ids)
        return f"only {fan_out.parents} whose {fan_out.key} is that of {known}"
    if fan_out.declared:
        return f"only break-glass accounts, named in {_configuration((*declared.accounts, *declared.groups))}"
    if not fan_out.only:
        return f"all {fan_out.parents}"
    named = ", ".join(_naming(item, fan_out))
    others = f"{named} or " if named else ""
    nested = f"; and {fan_out.parents} in those" if fan_out.nested else ""
    return f"only {fan_out.parents} that are named in {others}{_configuration(declared.groups)}{nested}"


def _configuration(names: Sequence[str]) -> str:
    return f"the configuration ({', '.join(names)})" if names else "the configuration"


def _naming(item: Item, fan_out: FanOut) -> list[str]:
    """``conditionalAccessPolicies (conditions.users.includeGroups)``, ``roleAssignments (principalId)``."""
    paths: dict[str, list[str]] = {}
    for reference in fan_out.only:
        if reference.resource in item.after:
            paths.setdefault(reference.resource, []).append(reference.path)
    return [f"{resource} ({', '.join(each)})" for resource, each in paths.items()]


def _wrapped(text: str, width: int, indent: str = _INDENT) -> list[str]:
    return textwrap.wrap(
        text, width, initial_indent=indent, subsequent_indent=indent * 2, break_long_words=False, break_on_hyphens=False
    )

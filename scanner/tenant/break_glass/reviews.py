"""Access reviews that can take a role or a membership from a break-glass account although nobody has decided so.

Such a review applies its decisions by itself and, where reviewers say nothing, decides Deny or what it recommends,
which for an account that does not sign in is Deny. Whom it is about stands in queries, of which the forms that
Microsoft documents are read; any other form counts as being about everybody. Sources:
https://learn.microsoft.com/graph/accessreviews-scope-concept
https://learn.microsoft.com/graph/api/resources/accessreviewschedulesettings
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta

from scanner.errors import NotCollected
from scanner.tenant.base import Reading, Row
from scanner.tenant.groups import MEMBERS_READS, groups

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant

_OVER = frozenset({"Completed", "Applied"})
_HARMLESS = frozenset({"Approve", "None"})
_GUID = r"([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})"
_ROLE = re.compile(rf"roleDefinitions?(?:/|Id eq ')'?{_GUID}", re.IGNORECASE)
_GROUP = re.compile(rf"groups/{_GUID}", re.IGNORECASE)
_OTHER = re.compile(rf"(?:servicePrincipals|entitlementManagement/[\w/]+)/{_GUID}", re.IGNORECASE)
_GUESTS = re.compile(r"userType\s+eq\s+'Guest'", re.IGNORECASE)


class Settings(msgspec.Struct, gc=False):
    """What happens when a review ends."""

    autoApplyDecisionsEnabled: bool | None = None
    defaultDecisionEnabled: bool | None = None
    defaultDecision: str | None = None


class ReviewRow(Row):
    """An access review, or a series of them."""

    displayName: str | None = None
    status: str | None = None
    scope: dict[str, Any] | None = None
    settings: Settings | None = None


REVIEW_READS = (Reading("accessReviewDefinitions", ReviewRow), *MEMBERS_READS)


class RemovingReview(msgspec.Struct, frozen=True):
    """An access review that can take something from the account by itself."""

    id: Annotated[str, Meta(description="Id of the review.")]
    displayName: Annotated[str | None, Meta(description="Its displayName.")]


@dataclass(frozen=True)
class _Review:
    """What a review is about: holders of roles, members of groups, or everybody."""

    shown: RemovingReview
    roles: frozenset[str]
    groups: frozenset[str]
    is_for_all: bool


def removing_reviews(tenant: Tenant) -> Callable[[str], list[RemovingReview]]:
    """``user.removingReviews``; none for who is no break-glass account."""
    is_break_glass = tenant.fact("user", "isBreakGlass")

    def fact(user: str) -> list[RemovingReview]:
        if not is_break_glass(Row(user)):
            return []
        return [one.shown for one in tenant.once(_reviews) if _concerns(tenant, one, user)]

    return fact


def _reviews(tenant: Tenant) -> tuple[_Review, ...]:
    """The reviews that decide by themselves."""
    rows = tenant.rows("accessReviewDefinitions", ReviewRow)
    return tuple(review for row in rows if _decides(row) and (review := _review(row)))


def _decides(row: ReviewRow) -> bool:
    """Whether it can take something away without a decision. What is not told counts as if it could."""
    settings = row.settings or Settings()
    if row.status in _OVER or settings.autoApplyDecisionsEnabled is False:
        return False
    return settings.defaultDecisionEnabled is not False and settings.defaultDecision not in _HARMLESS


def _review(row: ReviewRow) -> _Review | None:
    """None for a review of guests only, and for one of something else than roles and groups."""
    queries = list(_queries(row.scope))
    if any(_GUESTS.search(query) for query in queries):
        return None
    roles = frozenset(key.lower() for query in queries for key in _ROLE.findall(query))
    found = frozenset(key.lower() for query in queries for key in _GROUP.findall(query))
    is_other = any(_OTHER.search(query) for query in queries)
    if is_other and not roles and not found:
        return None
    return _Review(RemovingReview(row.id, row.displayName), roles, found, not roles and not found)


def _queries(scope: object) -> Iterator[str]:
    """The queries at any depth of a scope."""
    if isinstance(scope, dict):
        for key, value in scope.items():
            if key == "query" and isinstance(value, str):
                yield value
            else:
                yield from _queries(value)
    elif isinstance(scope, list):
        for value in scope:
            yield from _queries(value)


def _concerns(tenant: Tenant, review: _Review, user: str) -> bool:
    if review.is_for_all:
        return True
    if review.roles:
        held = tenant.fact("user", "roles")(Row(user))
        if any({role.roleDefinitionId.lower(), (role.roleTemplateId or "").lower()} & review.roles for role in held):
            return True
    for group in sorted(review.groups):
        closure = tenant.once(groups).closure(group)
        if user in closure.users:
            return True
        for lack in closure.missing:
            raise NotCollected(lack.resource, lack.reason)
    return False

"""How far Conditional Access reaches its goals: the derived resource ``signInCoverage``.

One record for everybody who is wholly covered, and one for all who share a gap and the way they escape through, so
that an exclusion is one finding however many it exempts. Goals about administrators have records for each role. A
record of which it cannot be told whether these people are covered raises ``NotCollected`` when asked.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, TypeAlias

import msgspec
from msgspec import Meta

from scanner.errors import NotCollected
from scanner.tenant.break_glass.accounts import BREAK_GLASS_READS
from scanner.tenant.conditional_access.applied import Applied, read_policies
from scanner.tenant.conditional_access.controls import EACH_TIME_READS
from scanner.tenant.conditional_access.gaps import DEFAULTS_READS, GoalJudge, Verdict, defaults_on
from scanner.tenant.conditional_access.goals import GOALS, Goal
from scanner.tenant.conditional_access.guests import GUEST_READS
from scanner.tenant.conditional_access.locations import LOCATION_READS
from scanner.tenant.conditional_access.narrowing import NARROWING_READS
from scanner.tenant.conditional_access.people import Named, Newcomer, People, classes, kinds_of
from scanner.tenant.conditional_access.role_members import role_members
from scanner.tenant.conditional_access.rows import POLICY_READS
from scanner.tenant.conditional_access.words import (
    APPLICATION_READS,
    NAMED_PEOPLE,
    Names,
    find_names,
    say_escape,
    say_part,
    say_parts,
    say_who,
)
from scanner.tenant.directory import NAMED_GROUPS, NAMED_USERS
from scanner.tenant.groups import MEMBERS_READS
from scanner.tenant.roles.holdings import ROLE_READS, holdings

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant

COVERAGE_READS = (
    *POLICY_READS,
    *NARROWING_READS,
    *EACH_TIME_READS,
    *BREAK_GLASS_READS,
    *MEMBERS_READS,
    *ROLE_READS,
    *GUEST_READS,
    *LOCATION_READS,
    *DEFAULTS_READS,
    *APPLICATION_READS,
    NAMED_USERS,
    NAMED_GROUPS,
)

LISTED = 20
"""Ids of users that a record lists."""


class SignInCoverage(msgspec.Struct, frozen=True, kw_only=True):
    """How far one goal is reached for people who are alike in it."""

    id: Annotated[str, Meta(description="Stable while the gap and the exclusions that make it stay the same.")]
    goal: Annotated[str, Meta(description="What should hold for everybody; see the values in the description.")]
    displayName: Annotated[str, Meta(description="Who these people are: the first by name, how many more, guests.")]
    userCount: Annotated[int, Meta(description="How many users of the directory they are.")]
    users: Annotated[list[str], Meta(description=f"Ids of the first {LISTED} of them.")]
    guestKinds: Annotated[
        list[str],
        Meta(description="Kinds of guests among them who need no user object, or who may be invited tomorrow."),
    ]
    roleTemplateId: Annotated[str | None, Meta(description="The role they hold, for goals about administrators.")]
    roleName: Annotated[str | None, Meta(description="displayName of that role.")]
    openSignIns: Annotated[
        list[str],
        Meta(description="The sign-ins that no enabled policy covers, in words; empty where all are covered."),
    ]
    through: Annotated[
        list[str],
        Meta(description="Why policies that serve the goal do not cover them: which leaves out whom or what."),
    ]
    reportOnly: Annotated[
        list[str], Meta(description="Names of policies in report-only mode that would cover some of it.")
    ]
    summary: Annotated[str, Meta(description="All of this in a sentence.")]


@dataclass
class _Group:
    """People with the same gap and the same way through it."""

    users: list[str] = field(default_factory=list)
    newcomers: list[Newcomer] = field(default_factory=list)
    report_only: set[str] = field(default_factory=set)
    """Policies that would cover some of it for some of them."""


_Key: TypeAlias = tuple[Goal, str, Verdict]
"""Goal, role, and what is open."""

_State: TypeAlias = tuple[Named, Applied]
"""People as they are or can be, and the policies for them."""


@dataclass(frozen=True)
class Coverage:
    """All records, and for each what became of it: None, or why it is not known."""

    rows: Sequence[SignInCoverage]
    lacks: Mapping[str, NotCollected]


def sign_in_coverage(tenant: Tenant) -> Iterator[SignInCoverage]:
    """``signInCoverage``."""
    yield from tenant.once(coverage).rows


def is_complete(tenant: Tenant) -> Callable[[str], bool]:
    """``signInCoverage.isComplete``."""
    known = tenant.once(coverage)
    complete = {row.id: not row.openSignIns for row in known.rows}

    def fact(record: str) -> bool:
        lack = known.lacks.get(record)
        if lack:
            raise NotCollected(lack.resource, lack.reason)
        return complete[record]

    return fact


def coverage(tenant: Tenant) -> Coverage:
    """Every goal judged. Raises ``NotCollected`` without the policies or the users."""
    known = tenant.once(read_policies)
    found: dict[_Key, _Group] = defaultdict(_Group)
    for members_only in (False, True):
        goals = [goal for goal in GOALS if goal.members_only is members_only and not goal.by_role]
        people = classes(tenant, known.entries, known.exempt_users(), members_only)
        _add_goals(tenant, goals, people, found)
    for goal in GOALS:
        if goal.by_role:
            _add_roles(tenant, goal, found)
    policies = {policy.id: policy.name for policy in known.all}
    return _records(tenant, found, policies)


def _add_goals(tenant: Tenant, goals: Iterable[Goal], people: Iterable[People], found: dict[_Key, _Group]) -> None:
    known = tenant.once(read_policies)
    judges = [(goal, None if goal.by_defaults and defaults_on(tenant) else GoalJudge(tenant, goal)) for goal in goals]
    for one in people:
        states = [(named, known.applied(named)) for named in one.named.states()]
        for goal, judge in judges:
            group = _group(found, goal, "", _worst(judge, states) if judge else Verdict())
            group.users.extend(one.users)
            group.newcomers.extend(one.newcomers)


def _add_roles(tenant: Tenant, goal: Goal, found: dict[_Key, _Group]) -> None:
    """Each holder of each role, with the role activated where it is eligible, alone or with all the others."""
    judge = GoalJudge(tenant, goal)
    try:
        held, lacks = tenant.once(holdings).rows, tenant.once(holdings).missing_for_users
    except NotCollected as lack:
        held, lacks = (), (lack,)
    custom = tenant.once(role_members).custom
    by_role: dict[str, set[str]] = defaultdict(set)
    whole: dict[str, set[str]] = defaultdict(set)
    for row in held:
        if row.principalType == "user" and not row.isBreakGlass:
            by_role[row.roleTemplateId].add(row.principalId)
            if row.is_tenant_wide and row.roleTemplateId not in custom:
                whole[row.principalId].add(row.roleTemplateId)
    states = _States(tenant, whole)
    for role, users in sorted(by_role.items()):
        for user in sorted(users):
            _group(found, goal, role, _worst(judge, states.of(user, role))).users.append(user)
    for one in lacks:
        _group(found, goal, "", Verdict(lack=(one.resource, one.reason)))


def _group(found: dict[_Key, _Group], goal: Goal, role: str, verdict: Verdict) -> _Group:
    """The group that a verdict belongs to, with what the verdict adds to it."""
    if not verdict.report_only:
        return found[goal, role, verdict]
    group = found[goal, role, replace(verdict, report_only=())]
    group.report_only.update(verdict.report_only)
    return group


class _States:
    """What policies see of administrators while a role is active."""

    def __init__(self, tenant: Tenant, roles: Mapping[str, set[str]]) -> None:
        self._known = tenant.once(read_policies)
        self._roles = roles
        """Roles over the whole tenant by user; Conditional Access sees no others."""
        self._kinds_of = kinds_of(tenant, self._known.entries.names_guests)

    def of(self, user: str, role: str) -> list[_State]:
        entries = self._known.entries
        named = entries.of_user(user, self._kinds_of(user))
        held = self._roles.get(user, set())
        starts = [named]
        if role in held:
            every = sum({entries.bit(("role", one)) for one in held})
            starts = [named.plus(entries.bit(("role", role))), named.plus(every)]
        return [(one, self._known.applied(one)) for start in dict.fromkeys(starts) for one in start.states()]


def _worst(judge: GoalJudge, states: Iterable[_State]) -> Verdict:
    return max((judge.verdict(named, applied) for named, applied in states), key=_severity)


def _severity(verdict: Verdict) -> int:
    """A certain gap over one that is not known, and that over none."""
    return 2 if verdict.parts else 1 if verdict.lack else 0


def _records(tenant: Tenant, found: Mapping[_Key, _Group], policies: Mapping[str, str]) -> Coverage:
    named = {user for group in found.values() for user in group.users[:NAMED_PEOPLE]}
    names = find_names(tenant, named, [verdict for _, _, verdict in found], policies)
    rows: list[SignInCoverage] = []
    lacks: dict[str, NotCollected] = {}
    for (goal, role, verdict), group in found.items():
        row = _record(names, goal, role, verdict, group)
        rows.append(row)
        if verdict.lack:
            lacks[row.id] = NotCollected(*verdict.lack)
    return Coverage(sorted(rows, key=lambda row: row.id), lacks)


def _record(names: Names, goal: Goal, role: str, verdict: Verdict, group: _Group) -> SignInCoverage:
    parts = [say_part(names, part) for part in verdict.parts] + (["and more"] if verdict.more else [])
    through = [say_escape(names, escape) for escape in verdict.escapes]
    report_only = sorted(names.policies[policy] for policy in group.report_only)
    return SignInCoverage(
        id=":".join(filter(None, (goal.name, role, _digest(verdict)))),
        goal=goal.name,
        displayName=say_who(names, group.users, group.newcomers) or "people who could not be listed",
        userCount=len(group.users),
        users=group.users[:LISTED],
        guestKinds=sorted({one.kind for one in group.newcomers}),
        roleTemplateId=role or None,
        roleName=names.roles.get(role, role) or None,
        openSignIns=parts,
        through=through,
        reportOnly=report_only,
        summary=_summary(say_parts(names, verdict.parts, verdict.more), through, report_only),
    )


def _summary(parts: str, through: Sequence[str], report_only: Sequence[str]) -> str:
    if not parts:
        return "nothing is open"
    said = [parts, *through]
    said += [f"{policy} would cover some of it, but is in report-only mode" for policy in report_only]
    return ". ".join(said)


def _digest(verdict: Verdict) -> str:
    """Letters that stay the same while the gap does, whoever is in it and whatever things are called."""
    if verdict.covered:
        return "covered"
    if verdict.lack:
        return "unknown-" + hashlib.sha256(repr(verdict.lack).encode()).hexdigest()[:12]
    told = repr((sorted(map(repr, verdict.parts)), verdict.more, verdict.escapes))
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:12]

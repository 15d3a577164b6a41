"""Made-up tenants and schedules of faults, one as random as the other, and what a schedule may do to a collection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from random import Random
from typing import Any

from hypothesis import strategies as st

from scanner.collect.catalogue import BY_NAME
from scanner.collect.plan import make_plan
from scanner.demo import faults
from scanner.demo.faults import Fault, Kind
from scanner.demo.folder import Table, table_of

NEEDS: Mapping[str, tuple[str, ...]] = {
    "organization": (),
    "domains": (),
    "users": ("accountEnabled", "signInActivity", "userType"),
    "groups": ("securityEnabled",),
    "groupMembers": (),
    "servicePrincipals": ("appOwnerOrganizationId",),
    "appRoleAssignedTo": (),
    "roleDefinitions": ("isPrivileged",),
    "roleAssignments": (),
    "conditionalAccessPolicies": ("conditions",),
    "authorizationPolicy": (),
    "userRegistrationDetails": (),
}
"""Pages of all kinds: collections, singletons, properties with a permission of their own, lists of some parents, lists
of nested parents that others name."""
PLAN = make_plan(NEEDS)
GROUP, USER = "#microsoft.graph.group", "#microsoft.graph.user"
NAMED = "Break glass"
"""The display name of a group whose members are asked for by configuration."""


@cache
def tenant(seed: int) -> Mapping[str, Table]:
    """A tenant of up to a dozen users and half a dozen groups that contain one another."""
    random = Random(seed)
    users = [f"u{number}" for number in range(random.randrange(13))]
    groups = [f"g{number}" for number in range(random.randrange(7))]
    content: dict[str, object] = {
        "organization": [{"id": "t", "displayName": "Contoso", "verifiedDomains": []}],
        "domains": [{"id": f"{name}.example", "isVerified": True} for name in "abcd"[: random.randrange(5)]],
        "users": [_user(random, name) for name in users],
        "groups": [_group(name) for name in groups],
        "groupMembers": [{"id": group, "members": _members(random, users, groups)} for group in groups],
        "servicePrincipals": [_service_principal(number) for number in range(random.randrange(1, 5))],
        "appRoleAssignedTo": [{"id": "s0", "assignments": _assignments(random)}],
        "roleDefinitions": [
            {"id": f"r{number}", "displayName": "Role", "templateId": f"r{number}", "isPrivileged": number == 0}
            for number in range(random.randrange(1, 6))
        ],
        "roleAssignments": [
            {"id": f"a{number}", "principalId": random.choice([*users, *groups, "?"]), "roleDefinitionId": "r0",
             "directoryScopeId": "/"}
            for number in range(random.randrange(6))
        ],
        "conditionalAccessPolicies": [_policy(random, number, groups) for number in range(random.randrange(5))],
        "authorizationPolicy": {"id": "authorizationPolicy", "displayName": "Policy", "allowInvitesFrom": "none"},
        "userRegistrationDetails": [
            {"id": name, "userPrincipalName": f"{name}@a.example", "isMfaCapable": True} for name in users
        ],
    }  # fmt: skip
    return {name: table_of(BY_NAME[name], records) for name, records in content.items()}


def _user(random: Random, name: str) -> Any:
    own: dict[str, Any] = {"id": name, "displayName": f"Ü {name}", "userPrincipalName": f"{name}@a.example"}
    own |= {"accountEnabled": random.random() < 0.8, "userType": "Member"}
    return own | ({"signInActivity": {"lastSignInDateTime": None}} if random.random() < 0.5 else {})


def _group(name: str) -> Any:
    return {"id": name, "displayName": NAMED if name == "g0" else f"Group {name}", "securityEnabled": True}


def _members(random: Random, users: Sequence[str], groups: Sequence[str]) -> list[Any]:
    members = [{"@odata.type": USER, "id": name} for name in users if random.random() < 0.4]
    members += [{"@odata.type": GROUP, "id": name} for name in groups if random.random() < 0.3]
    random.shuffle(members)
    return members


def _service_principal(number: int) -> Any:
    fan_out = BY_NAME["appRoleAssignedTo"].fan_out
    app = fan_out.only_ids[0] if number == 0 and fan_out is not None else f"app{number}"
    return {"id": f"s{number}", "appId": app, "displayName": f"Service {number}", "appOwnerOrganizationId": None}


def _assignments(random: Random) -> list[Any]:
    return [
        {"id": f"x{number}", "appRoleId": "role", "principalId": "s1", "resourceId": "s0"}
        for number in range(random.randrange(6))
    ]


def _policy(random: Random, number: int, groups: Sequence[str]) -> Any:
    included = [group for group in groups if random.random() < 0.4]
    conditions = {"users": {"includeGroups": included, "excludeGroups": ["no longer there"]}}
    return {"id": f"p{number}", "displayName": "Policy", "state": "enabled", "conditions": conditions}


# --- schedules -------------------------------------------------------------------------------------------------------

Schedule = Mapping[str, Sequence[Fault]]

AFTER = st.integers(0, 3)
FEW = st.integers(1, 2)
PASSING = st.one_of(
    st.builds(
        faults.throttle,
        times=st.integers(1, 4),
        retry_after=st.sampled_from([None, 0, 1, 7, 30, 150, 181, 600]),
        after=AFTER,
        scope=st.sampled_from(["", faults.APPLICATION]),
    ),
    st.builds(faults.status, st.sampled_from([500, 502, 503, 504]), times=FEW, after=AFTER),
    st.builds(faults.token_expired, after=AFTER),
    st.builds(
        faults.page_expired,
        times=FEW,
        after=AFTER,
        code=st.sampled_from([faults.PAGE_EXPIRED, "DirectoryPageTokenNotFoundException", "InvalidSkipToken"]),
    ),
    *(
        st.builds(fault, times=FEW, after=AFTER)
        for fault in (faults.reset, faults.truncated, faults.error_inside, faults.unanswered, faults.looping)
    ),
    st.builds(faults.short, times=st.integers(1, 4), after=AFTER),
    st.builds(faults.near_limit, st.sampled_from([0.81, 1.0, 1.8]), times=FEW, after=AFTER),
)
"""What passes, if there is not too much of it at once."""
LASTING = st.one_of(
    st.builds(faults.denied, after=AFTER),
    st.just(faults.unlicensed()),
    st.builds(faults.status, st.sampled_from([404, 500, 501, 503]), times=st.none(), after=AFTER),
    st.builds(faults.throttle, times=st.none(), retry_after=st.sampled_from([None, 600, 90_000]), after=AFTER),
    *(
        st.builds(fault, times=st.none(), after=AFTER)
        for fault in (
            faults.token_expired, faults.page_expired, faults.reset, faults.truncated, faults.error_inside,
            faults.unanswered, faults.looping, faults.gone,
        )
    ),
    st.builds(faults.gone, times=FEW, after=AFTER),
)  # fmt: skip
"""What ends a resource once it has hit, or leaves something of it out."""
REFUSED = st.sampled_from([faults.denied(), faults.unlicensed()])
MISSING = st.builds(faults.missing, times=st.sampled_from([1, 2, None]), after=AFTER)
REFUSABLE = ("users.signInActivity", "users.accountEnabled", "groups.securityEnabled")
OMISSIBLE = (
    "users.accountEnabled", "users.displayName", "users.id", "groups.displayName", "groups.id",
    "groupMembers.@odata.type", "groupMembers.id", "servicePrincipals.appId", "roleAssignments.principalId",
    "conditionalAccessPolicies.conditions", "conditionalAccessPolicies.state", "authorizationPolicy.allowInvitesFrom",
)  # fmt: skip
"""Properties that Graph sends as null rather than not at all: of others nobody can tell that they are missing."""
KEYS = (*NEEDS, faults.BATCH, faults.ANY)


def schedules() -> st.SearchStrategy[Schedule]:
    """Up to five resources with up to three passing faults each, two with one that lasts, and two of properties.

    What lasts stands first, so that nothing passes in its place once it has begun.
    """
    passing = st.dictionaries(st.sampled_from(KEYS), st.lists(PASSING, min_size=1, max_size=3), min_size=1, max_size=5)
    lasting = st.dictionaries(st.sampled_from([*NEEDS, faults.BATCH]), st.tuples(LASTING), min_size=1, max_size=2)
    missing = st.dictionaries(st.sampled_from(OMISSIBLE), st.tuples(MISSING), min_size=1, max_size=2)
    refused = st.dictionaries(st.sampled_from(REFUSABLE), st.tuples(REFUSED), min_size=1, max_size=1)
    nothing: st.SearchStrategy[Schedule] = st.just({})
    return st.builds(_together, nothing | lasting, passing, nothing | missing | refused)


def _together(*parts: Schedule) -> Schedule:
    keys = dict.fromkeys(key for part in parts for key in part)
    return {key: [fault for part in parts for fault in part.get(key, ())] for key in keys}


# --- what a schedule may do ------------------------------------------------------------------------------------------

FAULTY = frozenset({Kind.STATUS, Kind.RESET, Kind.TRUNCATED, Kind.ERROR_INSIDE, Kind.UNANSWERED})
LOSING = frozenset({Kind.PAGE_EXPIRED, Kind.LOOPING})
HARMLESS = frozenset({Kind.THROTTLED, Kind.SHORT, Kind.NEAR_LIMIT})
FAN_OUTS = frozenset(item.resource.name for item in PLAN.items if item.resource.fan_out is not None)


def hits_of(name: str, hits: Sequence[tuple[str, Fault]]) -> list[Fault]:
    """The faults that have hit requests for a resource; those of a batch may have hit any fan-out."""
    own = [fault for key, fault in hits if key == name or key.startswith(f"{name}.")]
    return own + [fault for key, fault in hits if key == faults.BATCH and name in FAN_OUTS]


def must_be_whole(hits: Sequence[Fault]) -> bool:
    """Whether a collector has no excuse after these faults: each can be survived, and so can all of them in a row.

    That is one token, five bad answers, three losses of the way from page to page, and throttling for hours.
    """
    kinds = Counter(fault.kind for fault in hits)
    return (
        all(fault.times is not None for fault in hits)
        and kinds.keys() <= FAULTY | LOSING | HARMLESS | {Kind.TOKEN_EXPIRED}
        and all(fault.status not in (404, 501) for fault in hits)
        and kinds[Kind.TOKEN_EXPIRED] <= 1
        and sum(kinds[kind] for kind in FAULTY) <= 5
        and sum(kinds[kind] for kind in LOSING) <= 3
    )


def cannot_be_whole(name: str, hits: Sequence[tuple[str, Fault]]) -> bool:
    """Whether something of the resource was refused for good, or never came."""
    return any(
        key.partition(".")[0] == name and (fault.kind in (Kind.DENIED, Kind.UNLICENSED) or _endless(name, fault))
        for key, fault in hits
    )


def _endless(name: str, fault: Fault) -> bool:
    """Not so a missing property and an object that is gone, of which there may be none; and one page has no links."""
    harmless = {Kind.MISSING, Kind.GONE} | ({Kind.LOOPING} if BY_NAME[name].singleton else set())
    return fault.times is None and fault.kind not in harmless

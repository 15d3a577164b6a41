"""The export of break-glass accounts."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.config import load_config
from scanner.demo.run import CONFIG
from scanner.errors import NotCollected
from scanner.export.break_glass import BREAK_GLASS, WORDS, BreakGlassAccount
from scanner.shipped import policies_folder
from scanner.snapshot import Snapshot
from scanner.tenant.break_glass.declared import BreakGlass
from scanner.tenant.tenant import Tenant
from scanner.workflow import find_policy, open_project
from tests.policies.conftest import DemoScan
from tests.tenant.sample import no_roles, nobody, refused, scheduled, tenant_of, user


def rows(tenant: Tenant) -> tuple[list[Any], NotCollected | None]:
    """The rows, and what was missing after them."""
    found: list[Any] = []
    iterator = BREAK_GLASS.rows(tenant)
    while True:
        try:
            found.append(next(iterator))
        except StopIteration:
            return found, None
        except NotCollected as lack:
            return found, lack


@pytest.fixture(scope="module")
def contoso(demo: DemoScan) -> dict[str, BreakGlassAccount]:
    """The rows of the demo tenant by display name."""
    found, lack = rows(Tenant(Snapshot.open(demo.snapshot), load_config(CONFIG).break_glass))
    assert lack is None
    return {row.displayName: row for row in found}


def test_each_declared_account_has_a_row_in_order_of_names(contoso: dict[str, BreakGlassAccount]) -> None:
    assert list(contoso) == ["Emergency Admin (break-glass)", "Juniper", "Orchid"]


def test_an_account_as_it_should_be(contoso: dict[str, BreakGlassAccount]) -> None:
    row = contoso["Orchid"]
    assert (row.accountEnabled, row.cloudOnly, row.onInitialDomain) == (True, True, True)
    assert (row.globalAdministrator, row.licenses, row.blockingPolicies) == (["permanent"], [], [])
    assert row.securityKeys == ["Key in the safe, YubiKey 5 Series, attested"]
    assert (row.otherMethods, row.unexplainedSignIns) == (["password"], 0)
    assert (row.signInAlertWorks, row.signInAlertBrokenLink) == (True, None)
    assert "on-call" in (row.signInAlert or "")
    assert row.lastSuccessfulSignIn is not None
    assert row.lastPasswordChange is not None
    assert row.problems == []


def test_an_account_with_most_things_wrong(contoso: dict[str, BreakGlassAccount]) -> None:
    row = contoso["Emergency Admin (break-glass)"]
    assert (row.cloudOnly, row.onInitialDomain, row.licenses) == (False, False, ["SPE_E5"])
    assert row.blockingPolicies == ["CA003: Require phishing-resistant sign-in of administrators"]
    assert (row.securityKeys, row.otherMethods, row.unexplainedSignIns) == ([], ["password", "phone"], 1)
    assert (row.signInAlertWorks, row.signInAlertBrokenLink) == (False, "query")
    assert row.tellingWords == ["admin", "breakglass", "emergency"]
    assert row.problems == [
        "synchronised",
        "not on the initial domain",
        "name tells what it is",
        "licensed",
        "can be blocked by Conditional Access",
        "no security key",
        "not tested for half a year",
        "unexplained sign-ins",
        "no working alert on sign-ins",
    ]


def test_an_account_never_put_into_use(contoso: dict[str, BreakGlassAccount]) -> None:
    row = contoso["Juniper"]
    assert (row.globalAdministrator, row.lastSuccessfulSignIn, row.signInAlertBrokenLink) == (
        ["eligible"],
        None,
        "rule",
    )
    assert {"disabled", "not permanently Global Administrator", "never signed in"} <= set(row.problems)


def test_a_cell_that_cannot_be_filled_is_empty_and_what_is_missing_is_told() -> None:
    people = [{**user("birch"), "accountEnabled": True}]
    declared = BreakGlass(accounts=("birch@contoso.com",))
    (row,), lack = rows(tenant_of(declared, users=people, outcomes={"breakGlassMethods": refused("denied", "no")}))
    assert (row.globalAdministrator, row.blockingPolicies, row.securityKeys) == (None, None, None)
    assert (row.unexplainedSignIns, row.signInAlertWorks, row.signInAlert) == (None, None, None)
    assert row.problems == ["never signed in"]
    assert lack is not None
    missing = {lack.resource, *(other.resource for other in lack.others)}
    assert missing >= {"breakGlassMethods", "breakGlassSignIns", "diagnosticSettings", "domains", "subscribedSkus"}


NOW = "2026-07-01T12:00:00Z"


def problems(**properties: object) -> list[str]:
    """What is wrong with an account of which only these properties are known."""
    person = {**user("birch"), "accountEnabled": True, **properties}
    tenant = tenant_of(BreakGlass(accounts=("birch@contoso.com",)), users=[person], collectedAt=NOW)
    (row,), _ = rows(tenant)
    return list(row.problems)


@pytest.mark.parametrize(
    ("last", "found"),
    [
        ("2026-06-30T00:00:00Z", []),
        ("2025-12-30T12:00:00Z", []),
        ("2025-12-30T11:59:00Z", ["not tested for half a year"]),
        (None, ["never signed in"]),
    ],
)
def test_a_test_longer_than_half_a_year_ago_is_a_problem(last: str | None, found: list[str]) -> None:
    assert problems(signInActivity={"lastSuccessfulSignInDateTime": last}) == found


@pytest.mark.parametrize(
    ("names", "is_found"),
    [
        ({"displayName": "Break-Glass 1"}, True),
        ({"mailNickname": "cloud.ADMIN"}, True),
        ({"jobTitle": "e_m.e_r.gency"}, True),
        ({"userPrincipalName": "birch@contoso.com", "jobTitle": None, "mailNickname": "t.birch"}, False),
    ],
)
def test_a_name_that_tells_what_the_account_is_is_a_problem(names: dict[str, object], is_found: bool) -> None:
    found = problems(signInActivity={"lastSuccessfulSignInDateTime": NOW}, **names)
    assert found == (["name tells what it is"] if is_found else [])


def test_the_words_are_those_of_the_policy() -> None:
    project = open_project([policies_folder()], (), None)
    policy = find_policy(project, "break-glass-discreet-name")
    assert policy.params["words"].value == WORDS


def test_a_weak_password_that_is_allowed_is_a_problem() -> None:
    signed_in = {"lastSuccessfulSignInDateTime": NOW}
    policies = "DisablePasswordExpiration, DisableStrongPassword"
    assert problems(signInActivity=signed_in, passwordPolicies=policies) == ["weak password allowed"]


@pytest.mark.parametrize(
    ("times", "held"),
    [
        ({}, ["permanent"]),
        ({"startDateTime": "2026-07-02T00:00:00Z"}, []),
        ({"endDateTime": "2026-06-30T00:00:00Z"}, []),
    ],
)
def test_a_role_counts_while_it_is_held(times: dict[str, Any], held: list[str]) -> None:
    directory = {**nobody(), **no_roles(), "users": [user("birch")]}
    directory["roleAssignmentScheduleInstances"] = [scheduled("a", "birch", **times)]
    (row,), _ = rows(tenant_of(BreakGlass(accounts=("birch@contoso.com",)), **directory, collectedAt=NOW))
    assert row.globalAdministrator == held


def test_without_users_there_are_no_rows() -> None:
    found, lack = rows(tenant_of(BreakGlass(accounts=("birch@contoso.com",))))
    assert found == []
    assert lack is not None
    assert lack.resource == "users"


def test_nothing_declared_gives_no_rows() -> None:
    found, lack = rows(tenant_of(users=[user("birch")], subscribedSkus=[]))
    assert (found, lack) == ([], None)

"""Facts are built once, when first read, and say what is missing each time."""

from __future__ import annotations

import pytest

from scanner.errors import NotCollected
from scanner.model import Outcome
from scanner.tenant.groups import IdRow
from scanner.tenant.tenant import Tenant
from tests.tenant.sample import Ref, refused, tenant_of, user


def test_a_value_is_made_once() -> None:
    made: list[str] = []

    def make(tenant: Tenant) -> int:
        made.append("once")
        return len(list(tenant.rows("users", IdRow)))

    tenant = tenant_of(users=[user("a"), user("b")])
    assert [tenant.once(make), tenant.once(make), made] == [2, 2, ["once"]]


def test_what_is_missing_is_said_each_time_without_trying_again() -> None:
    tried: list[str] = []

    def make(tenant: Tenant) -> int:
        tried.append("once")
        return len(list(tenant.rows("users", IdRow)))

    tenant = tenant_of(outcomes={"users": refused("denied", "User.Read.All")})
    for _ in range(2):
        with pytest.raises(NotCollected, match=r"users: .*User\.Read\.All"):
            tenant.once(make)
    assert tried == ["once"]


def test_a_fact_that_is_not_called_reads_nothing() -> None:
    function = tenant_of().fact("user", "roles")
    with pytest.raises(NotCollected):
        function(Ref("a"))


def test_rows_are_refused_at_once_when_a_resource_is_missing() -> None:
    with pytest.raises(NotCollected):
        tenant_of().rows("users", IdRow)


def test_a_fact_of_the_tenant_takes_no_record_and_ignores_one() -> None:
    tenant = tenant_of(domains=[{"id": "contoso.com", "isInitial": True}])
    function = tenant.fact("tenant", "initialDomain")
    assert function is tenant.fact("tenant", "initialDomain")
    assert function() == function(Ref("x")) == "contoso.com"


def test_the_initial_domain_is_null_where_there_is_none() -> None:
    assert tenant_of(domains=[{"id": "contoso.com"}]).fact("tenant", "initialDomain")() is None


def test_outcomes_are_the_snapshots() -> None:
    tenant = tenant_of(users=[], outcomes={"groups": refused("failed")})
    assert [tenant.outcome(name) for name in ("users", "groups", "domains")] == [
        Outcome.COLLECTED,
        Outcome.FAILED,
        Outcome.SKIPPED,
    ]

"""The last use of service principals, and the app registrations they belong to."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scanner.tenant.applications.use import ActivityRow
from tests.tenant.sample import Json, lacking, refused, tenant_of, value

PRINCIPALS: list[Json] = [
    {"id": "sp", "appId": "AAAA"},
    {"id": "other", "appId": "bbbb"},
    {"id": "bare", "appId": None},
]
WAYS = [name for name in ActivityRow.__struct_fields__ if name not in ("id", "appId")]


def last(*activities: Json) -> datetime | None:
    """The last use of ``sp``."""
    empty: Json = dict.fromkeys(WAYS)
    rows = [{"id": f"row-{number}", **empty, **activity} for number, activity in enumerate(activities)]
    tenant = tenant_of(servicePrincipals=PRINCIPALS, servicePrincipalSignInActivities=rows)
    assert value(tenant, "servicePrincipal.lastSignIn", "bare") is None
    found: datetime | None = value(tenant, "servicePrincipal.lastSignIn", "sp")
    return found


def on(day: int) -> Json:
    return {"lastSignInDateTime": f"2026-01-{day:02}T00:00:00Z"}


@pytest.mark.parametrize("way", WAYS)
def test_each_way_of_use_counts(way: str) -> None:
    assert last({"appId": "aaaa", way: on(5)}) == datetime(2026, 1, 5, tzinfo=UTC)


def test_the_latest_use_is_told_whatever_the_order() -> None:
    first: Json = {"appId": "aaaa", "lastSignInActivity": on(3), "delegatedClientSignInActivity": on(9)}
    second: Json = {"appId": "AAAA", "lastSignInActivity": on(7)}
    assert last(first, second) == last(second, first) == datetime(2026, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "activity",
    [
        {"appId": "bbbb", "lastSignInActivity": on(3)},
        {"appId": None, "lastSignInActivity": on(3)},
        {"appId": "aaaa", "lastSignInActivity": {"lastSignInDateTime": None}},
        {"appId": "aaaa"},
    ],
)
def test_without_a_time_of_its_own_no_use_is_on_record(activity: Json) -> None:
    assert last(activity) is None


def test_without_the_report_the_last_use_is_unknown() -> None:
    tenant = tenant_of(
        servicePrincipals=PRINCIPALS,
        outcomes={"servicePrincipalSignInActivities": refused("unlicensed", "Entra ID P1")},
    )
    assert lacking(tenant, "servicePrincipal.lastSignIn", "sp") == "servicePrincipalSignInActivities"


def test_registration_and_service_principal_are_linked_by_application_id_in_any_letters() -> None:
    tenant = tenant_of(
        servicePrincipals=PRINCIPALS, applications=[{"id": "app", "appId": "aaaa"}, {"id": "draft", "appId": "cccc"}]
    )
    assert value(tenant, "servicePrincipal.applicationId", "sp") == "app"
    assert value(tenant, "servicePrincipal.applicationId", "other") is None
    assert value(tenant, "servicePrincipal.applicationId", "bare") is None
    assert value(tenant, "application.servicePrincipalId", "app") == "sp"
    assert value(tenant, "application.servicePrincipalId", "draft") is None


@pytest.mark.parametrize("absent", ["servicePrincipals", "applications"])
def test_the_link_needs_both_lists(absent: str) -> None:
    content: Json = {"servicePrincipals": PRINCIPALS, "applications": []}
    del content[absent]
    assert lacking(tenant_of(**content), "servicePrincipal.applicationId", "sp") == absent
    assert lacking(tenant_of(**content), "application.servicePrincipalId", "app") == absent

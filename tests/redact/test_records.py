"""Nothing of a tenant is left in a record of any type, and what policies judge is still there."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.cel.types import service_types
from scanner.collect.catalogue import RESOURCES
from scanner.redact.decisions import DECISIONS, Decision, Treatment
from scanner.redact.forms import Forms
from scanner.redact.known import published
from scanner.redact.pseudonyms import Pseudonyms
from scanner.redact.records import Records, decisions_of
from tests.redact.hiding import Hider

MADE = Pseudonyms(b"a key for tests of records")
RECORDS = Records(service_types(), Forms(MADE, published()))
W = MADE.word


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32))
def test_no_secret_is_left_in_a_record_of_any_type(seed: int) -> None:
    hider = Hider(seed)
    for resource in RESOURCES:
        made = RECORDS.of(resource.type)(hider.record(resource.type))
        text = msgspec.json.encode(made).decode().lower()
        left = [secret for secret in hider.hidden if secret in text]
        assert not left, (resource.name, left)
        hider.hidden.clear()


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32))
def test_no_secret_is_left_in_a_record_of_an_unknown_type(seed: int) -> None:
    hider = Hider(seed)
    made = RECORDS.of("a type of a user's own resource")(hider.record("user"))
    text = msgspec.json.encode(made).decode().lower()
    assert not [secret for secret in hider.hidden if secret in text]


@pytest.mark.parametrize(
    ("type_name", "given", "made"),
    [
        ("user", {"accountEnabled": False, "createdDateTime": "2024-03-16T06:00:00Z", "displayName": None},
         {"accountEnabled": False, "createdDateTime": "2024-03-16T06:00:00Z", "displayName": None}),
        ("user", {"userType": "Guest", "passwordPolicies": "DisablePasswordExpiration", "jobTitle": "Director"},
         {"userType": "Guest", "passwordPolicies": "DisablePasswordExpiration", "jobTitle": W("Director")}),
        ("user", {"birthday": "1980-01-01T00:00:00Z", "createdDateTime": "on Monday"},
         {"birthday": None, "createdDateTime": W("on Monday")}),
        ("user", {"assignedPlans": [{"service": "exchange", "servicePlanId": "efb87545-963c-4e0d-99df-69c6916d9eb0"}]},
         {"assignedPlans": [{"service": "exchange", "servicePlanId": "efb87545-963c-4e0d-99df-69c6916d9eb0"}]}),
        ("user", {"assignedPlans": "none"}, {"assignedPlans": W("none")}),
        ("user", {"displayName": ["Anna", 5, True]}, {"displayName": [W("Anna"), 0, True]}),
        ("user", {"customSecurityAttributes": {"Clearance": {"@odata.type": "#microsoft.graph.x", "Level": 3}}},
         {"customSecurityAttributes": {W("Clearance"): {"@odata.type": "#microsoft.graph.x", W("Level"): 0}}}),
        ("user", {"@odata.type": "#microsoft.graph.user", "nick": "A"},
         {"@odata.type": "#microsoft.graph.user", W("nick"): W("A")}),
        ("conditionalAccessPolicy", {"state": "enabledForReportingButNotEnforced", "displayName": "CA001"},
         {"state": "enabledForReportingButNotEnforced", "displayName": W("CA001")}),
        ("conditionalAccessPolicy", {"state": "aNewState"}, {"state": W("aNewState")}),
        ("conditionalAccessGuestsOrExternalUsers", {"guestOrExternalUserTypes": "internalGuest,b2bCollaborationGuest"},
         {"guestOrExternalUserTypes": "internalGuest,b2bCollaborationGuest"}),
        ("domain", {"id": "contoso.onmicrosoft.com", "authenticationType": "Managed"},
         {"id": f"{W('contoso')}.onmicrosoft.com", "authenticationType": "Managed"}),
        ("unifiedRoleManagementPolicyRule", {"id": "Expiration_Admin_Assignment", "maximumDuration": "P15D"},
         {"id": "Expiration_Admin_Assignment", "maximumDuration": "P15D"}),
        ("user", "no record", W("no record")),
    ],
)  # fmt: skip
def test_values_are_replaced_by_their_type(type_name: str, given: Any, made: Any) -> None:
    assert RECORDS.of(type_name)(given) == made


def test_a_value_has_one_pseudonym_wherever_it_stands() -> None:
    id = "5d924175-df20-5d12-8edb-f47417b84bc8"
    user: Any = RECORDS.of("user")({"id": id, "displayName": "Anna", "userPrincipalName": "anna@hr.example"})
    member: Any = RECORDS.of("groupMembers")({"id": id, "members": [{"id": id}]})
    grant: Any = RECORDS.of("appRoleAssignment")({"principalId": id, "principalDisplayName": "Anna"})
    policy: Any = RECORDS.of("conditionalAccessPolicy")({"conditions": {"users": {"excludeUsers": [id]}}})
    assert {user["id"], member["id"], member["members"][0]["id"], grant["principalId"]} == {MADE.guid(id)}
    assert policy["conditions"]["users"]["excludeUsers"] == [user["id"]]
    assert grant["principalDisplayName"] == user["displayName"] == W("Anna")
    assert user["userPrincipalName"].startswith(f"{W('anna')}@")


def test_every_row_of_the_table_is_about_a_property_that_exists() -> None:
    assert decisions_of(service_types())


@pytest.mark.parametrize("properties", ["user.nickname", "nobody.displayName", "*.nickname"])
def test_a_row_about_nothing_is_refused(properties: str) -> None:
    with pytest.raises(ValueError, match="no record type"):
        decisions_of(service_types(), [Decision(Treatment.KEEP, "", properties)])


def test_a_property_is_decided_once() -> None:
    twice = Decision(Treatment.ID, "", "user.userType")
    with pytest.raises(ValueError, match="twice"):
        decisions_of(service_types(), [*DECISIONS, twice])


def test_a_row_about_one_type_counts_before_one_about_all() -> None:
    rows = [Decision(Treatment.ID, "", "*.id"), Decision(Treatment.DOMAIN, "", "domain.id")]
    decided = decisions_of(service_types(), rows)
    assert (decided["domain.id"], decided["user.id"]) == (Treatment.DOMAIN, Treatment.ID)


def test_every_row_has_a_reason() -> None:
    assert all(row.reason.endswith(".") and len(row.reason) > 20 for row in DECISIONS)

"""Who of Active Directory is who in the tenant: each way of matching, and agreement with a naive matcher."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import NotCollected
from scanner.tenant.hybrid.immutable_id import immutable_id
from scanner.tenant.hybrid.matches import AdMatch, ad_matches
from tests.tenant.sample import Json, no_roles, scheduled, tenant_of, user

ANN, BOB = "c97a6c98-ded8-472c-bfb6-87ed37d324f5", "11111111-2222-4333-8444-555555555555"


def here(key: str, guid: str = "", **properties: object) -> Json:
    """A user of the tenant, with the immutable id of the GUID."""
    return user(key, onPremisesImmutableId=immutable_id(guid) if guid else None, **properties)


def matches(there: Sequence[Json], users: Sequence[Json], **content: Any) -> dict[str, AdMatch]:
    found = list(ad_matches(tenant_of(adUsers=there, users=users, **content)))
    assert [match.id for match in found] == sorted(match.id for match in found)
    return {match.id: match for match in found}


def told(match: AdMatch) -> tuple[str, str | None, list[str], list[str]]:
    return match.state, match.conflict, match.matchedBy, match.cloudUsers


CASES: dict[str, tuple[Json, list[Json], tuple[str, str | None, list[str], list[str]]]] = {
    "by the id": (
        {"userPrincipalName": "other@contoso.com"},
        [here("ann", ANN), here("bob", BOB)],
        ("hardMatched", None, ["immutableId"], ["ann@contoso.com"]),
    ),
    "by the source anchor": (
        {"consistencyGuid": BOB},
        [here("bob", BOB)],
        ("hardMatched", None, ["immutableId"], ["bob@contoso.com"]),
    ),
    "by the objectGUID beside a source anchor that nobody carries": (
        {"consistencyGuid": BOB},
        [here("ann", ANN)],
        ("hardMatched", None, ["immutableId"], ["ann@contoso.com"]),
    ),
    "by the name, in any letter case": (
        {"userPrincipalName": "ANN@Contoso.com"},
        [here("ann")],
        ("softMatchCandidate", None, ["userPrincipalName"], ["ann@contoso.com"]),
    ),
    "by the primary address": (
        {"proxyAddresses": ["smtp:x@contoso.com", "SMTP:a.smith@contoso.com"]},
        [here("ann", proxyAddresses=["smtp:A.Smith@contoso.com"])],
        ("softMatchCandidate", None, ["primarySmtpAddress"], ["ann@contoso.com"]),
    ),
    "by mail, the primary address where no other is": (
        {"mail": "a.smith@contoso.com"},
        [here("ann", mail="a.smith@contoso.com", proxyAddresses=["SMTP:a.smith@contoso.com"])],
        ("softMatchCandidate", None, ["primarySmtpAddress"], ["ann@contoso.com"]),
    ),
    "by another address": (
        {"mail": "x@contoso.com", "proxyAddresses": ["SMTP:x@contoso.com", "smtp:a.smith@contoso.com"]},
        [here("ann", mail="a.smith@contoso.com")],
        ("softMatchCandidate", None, ["smtpAddress"], ["ann@contoso.com"]),
    ),
    "name and address of one account": (
        {"userPrincipalName": "ann@contoso.com", "mail": "ann@contoso.com"},
        [here("ann", proxyAddresses=["SMTP:ann@contoso.com"])],
        ("softMatchCandidate", None, ["userPrincipalName", "primarySmtpAddress"], ["ann@contoso.com"]),
    ),
    "the id of another": (
        {"userPrincipalName": "bob@contoso.com"},
        [here("bob", BOB)],
        ("conflict", "otherImmutableId", ["userPrincipalName"], ["bob@contoso.com"]),
    ),
    "an id that is no GUID's": (
        {"userPrincipalName": "bob@contoso.com"},
        [user("bob", onPremisesImmutableId="employee-7")],
        ("conflict", "otherImmutableId", ["userPrincipalName"], ["bob@contoso.com"]),
    ),
    "name and address of two accounts": (
        {"userPrincipalName": "ann@contoso.com", "mail": "a.smith@contoso.com"},
        [here("ann"), here("bob", mail="a.smith@contoso.com")],
        (
            "conflict", "severalCloudUsers", ["userPrincipalName", "primarySmtpAddress"],
            ["ann@contoso.com", "bob@contoso.com"],
        ),
    ),
    "objectGUID and source anchor of two accounts": (
        {"consistencyGuid": BOB},
        [here("ann", ANN), here("bob", BOB)],
        ("conflict", "severalCloudUsers", ["immutableId"], ["bob@contoso.com", "ann@contoso.com"]),
    ),
    "by the id, and the address of another account": (
        {"mail": "a.smith@contoso.com"},
        [here("ann", ANN), here("bob", mail="a.smith@contoso.com")],
        (
            "conflict", "severalCloudUsers", ["immutableId", "primarySmtpAddress"],
            ["ann@contoso.com", "bob@contoso.com"],
        ),
    ),
    "by the id, and the name of an account with the id of another": (
        {"userPrincipalName": "Bob@contoso.com"},
        [here("ann", ANN), here("bob", BOB)],
        (
            "conflict", "severalCloudUsers", ["immutableId", "userPrincipalName"],
            ["ann@contoso.com", "bob@contoso.com"],
        ),
    ),
    "by the id, with the name and the addresses of the same account": (
        {"userPrincipalName": "ann@contoso.com", "proxyAddresses": ["SMTP:ann@contoso.com", "smtp:a@contoso.com"]},
        [here("ann", ANN, proxyAddresses=["SMTP:ann@contoso.com", "smtp:a@contoso.com"])],
        ("hardMatched", None, ["immutableId"], ["ann@contoso.com"]),
    ),
    "addresses of another kind": (
        {"proxyAddresses": ["SIP:ann@contoso.com", "x500:/o=Contoso"]},
        [here("ann", proxyAddresses=["SIP:ann@contoso.com", "x500:/o=Contoso"])],
        ("absent", None, [], []),
    ),
    "nothing in common": ({"userPrincipalName": "svc@contoso.com"}, [here("ann", BOB)], ("absent", None, [], [])),
    "nothing at all": ({}, [user("ann", userPrincipalName=None)], ("absent", None, [], [])),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_one_user_is_matched(case: str) -> None:
    there, users, expected = CASES[case]
    assert told(matches([{"id": ANN, **there}], users)[ANN]) == expected


@pytest.mark.parametrize(
    ("first", "second", "account"),
    [
        ({"userPrincipalName": "ann@contoso.com"}, {"mail": "a@contoso.com"}, here("ann", mail="a@contoso.com")),
        ({}, {"consistencyGuid": ANN}, here("ann", ANN)),
    ],
)
def test_two_users_there_for_one_account_are_both_in_conflict(first: Json, second: Json, account: Json) -> None:
    found = matches([{"id": ANN, **first}, {"id": BOB, **second}], [account])
    assert {match.conflict for match in found.values()} == {"severalOnPremisesUsers"}
    assert {match.request for match in found.values()} == {None}


def test_who_carries_the_id_keeps_the_account_and_who_has_its_name_is_in_conflict() -> None:
    there = [{"id": ANN}, {"id": BOB, "userPrincipalName": "ann@contoso.com"}]
    found = matches(there, [here("ann", ANN)])
    assert (found[ANN].state, found[BOB].conflict) == ("hardMatched", "otherImmutableId")


def test_the_request_sets_the_expected_id() -> None:
    found = matches([{"id": ANN, "userPrincipalName": "ann@contoso.com"}], [here("ann")])[ANN]
    assert found.expectedImmutableId == "mGx6ydjeLEe/toftN9Mk9Q=="
    assert found.foundImmutableId is None
    assert found.request == (
        'PATCH https://graph.microsoft.com/v1.0/users/ann {"onPremisesImmutableId": "mGx6ydjeLEe/toftN9Mk9Q=="}'
    )


@pytest.mark.parametrize(("synchronised", "settable"), [(None, True), (False, True), (True, False)])
def test_the_id_of_a_synchronised_account_cannot_be_set(synchronised: bool | None, settable: bool) -> None:
    account = here("bob", BOB, onPremisesSyncEnabled=synchronised)
    found = matches([{"id": ANN, "userPrincipalName": "bob@contoso.com"}], [account])[ANN]
    assert (found.conflict, found.foundImmutableId) == ("otherImmutableId", immutable_id(BOB))
    assert (found.request is not None) == settable


@pytest.mark.parametrize(("holder", "expected"), [("ann", True), ("bob", False)])
def test_whether_the_account_holds_a_role_is_told(holder: str, expected: bool) -> None:
    content = {**no_roles(), "groups": [], "groupMembers": [], "servicePrincipals": []}
    content["roleAssignmentScheduleInstances"] = [scheduled("1", holder)]
    found = matches([{"id": ANN, "userPrincipalName": "ann@contoso.com"}], [here("ann"), here("bob")], **content)
    assert found[ANN].holdsRole is expected


def test_roles_that_were_not_collected_are_not_known() -> None:
    assert matches([{"id": ANN, "userPrincipalName": "ann@contoso.com"}], [here("ann")])[ANN].holdsRole is None


@pytest.mark.parametrize(
    ("content", "lacking"),
    [
        ({}, "organization"),
        ({"organization": []}, "organization"),
        ({"organization": [{"id": "o", "onPremisesSyncEnabled": True}], "users": []}, "adUsers"),
        ({"adUsers": [{"id": ANN}]}, "users"),
        ({"adUsers": [{"id": "ann"}], "users": []}, "adUsers"),
        ({"adUsers": [{"id": ANN, "consistencyGuid": "ann"}], "users": []}, "adUsers"),
    ],
)
def test_what_is_missing_is_said(content: Json, lacking: str) -> None:
    with pytest.raises(NotCollected) as caught:
        list(ad_matches(tenant_of(**content)))
    assert caught.value.resource == lacking


def test_how_to_add_an_export_is_said() -> None:
    with pytest.raises(NotCollected, match="add one with `tenantlint add-ad-users SNAPSHOT FILE`") as caught:
        list(ad_matches(tenant_of(organization=[{"id": "o", "onPremisesSyncEnabled": True}])))
    assert "collect again" not in caught.value.reason


@pytest.mark.parametrize("synchronised", [False, None])
def test_a_tenant_that_is_not_synchronised_needs_no_export(synchronised: bool | None) -> None:
    assert list(ad_matches(tenant_of(organization=[{"id": "o", "onPremisesSyncEnabled": synchronised}]))) == []


# --- against a naive matcher -----------------------------------------------------------------------------------------

GUIDS = [str(UUID(int=number)) for number in range(1, 5)]
NAMES = ["a@x.com", "b@x.com", "B@X.com", "c@x.com"]
ADDRESSES = ["SMTP:a@x.com", "smtp:A@x.com", "smtp:b@x.com", "SIP:a@x.com", "smtp:", "c@x.com"]
maybe_name = st.none() | st.sampled_from(NAMES)
proxies = st.lists(st.sampled_from(ADDRESSES), max_size=3)
there_users = st.lists(
    st.fixed_dictionaries(
        {
            "userPrincipalName": maybe_name,
            "mail": maybe_name,
            "proxyAddresses": proxies,
            "consistencyGuid": st.none() | st.sampled_from(GUIDS),
        }
    ),
    max_size=4,
).map(lambda users: [{"id": GUIDS[number], **one} for number, one in enumerate(users)])
here_users = st.lists(
    st.fixed_dictionaries(
        {
            "userPrincipalName": maybe_name,
            "mail": maybe_name,
            "proxyAddresses": proxies,
            "onPremisesImmutableId": st.none() | st.sampled_from(["x", *map(immutable_id, GUIDS)]),
        }
    ),
    max_size=4,
).map(lambda users: [{"id": f"u{number}", **one} for number, one in enumerate(users)])


def smtp(one: Json) -> set[str]:
    found = {proxy[5:].lower() for proxy in one["proxyAddresses"] if proxy.lower().startswith("smtp:") and proxy[5:]}
    return found | ({one["mail"].lower()} if one["mail"] else set())


def naive(there: Sequence[Json], users: Sequence[Json]) -> dict[str, tuple[str, str | None, frozenset[str]]]:
    """Every user there compared with every account here, as the words of the design say it."""
    found: dict[str, tuple[str, str | None, frozenset[str]]] = {}
    for one in there:
        anchors = [immutable_id(guid) for guid in (one["consistencyGuid"], one["id"]) if guid]
        holders = frozenset(other["id"] for other in users if other["onPremisesImmutableId"] in anchors)
        alike = [
            other
            for other in users
            if (one["userPrincipalName"] or "-").lower() == (other["userPrincipalName"] or "+").lower()
            or smtp(one) & smtp(other)
        ]
        ids = frozenset(other["id"] for other in alike)
        if holders and len(holders | ids) > 1:
            found[one["id"]] = ("conflict", "severalCloudUsers", holders | ids)
        elif holders:
            found[one["id"]] = ("hardMatched", None, holders)
        elif len(ids) > 1:
            found[one["id"]] = ("conflict", "severalCloudUsers", ids)
        elif not ids:
            found[one["id"]] = ("absent", None, ids)
        elif alike[0]["onPremisesImmutableId"]:
            found[one["id"]] = ("conflict", "otherImmutableId", ids)
        else:
            found[one["id"]] = ("softMatchCandidate", None, ids)
    claims = Counter(ids for _, conflict, ids in found.values() if conflict is None)
    return {
        key: ("conflict", "severalOnPremisesUsers", ids) if conflict is None and ids and claims[ids] > 1 else value
        for key, value in found.items()
        for _, conflict, ids in [value]
    }


@given(there_users, here_users)
def test_it_agrees_with_a_naive_matcher(there: list[Json], users: list[Any]) -> None:
    names = {other["id"]: other["userPrincipalName"] or other["id"] for other in users}
    found = matches(there, users)
    assert {key: (match.state, match.conflict, sorted(match.cloudUsers)) for key, match in found.items()} == {
        key: (state, conflict, sorted(names[one] for one in ids))
        for key, (state, conflict, ids) in naive(there, users).items()
    }

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.collect.catalogue import BY_NAME, RESOURCES
from tests.demo.asking import HOST, batched, error_of, get, post_batch, refused, reply, serve, walk

USERS: list[dict[str, Any]] = [
    {
        "id": f"u{number}",
        "displayName": f"User {number}",
        "userPrincipalName": f"u{number}@contoso.example",
        "accountEnabled": number % 2 == 0,
        "jobTitle": None,
    }
    for number in range(7)
]
GROUPS = [{"id": "g1", "displayName": "One", "securityEnabled": True, "isArchived": None}, {"id": "g2"}]
MEMBERS = [{"id": "g1", "members": [{"@odata.type": "#microsoft.graph.user", "id": f"u{n}"} for n in range(3)]}]
POLICY = {"id": "authorizationPolicy", "allowInvitesFrom": "none"}
CLOUD_PC = [{"id": "p1", "displayName": "Staff", "assignments": [{"id": "a1"}]}]


@pytest.mark.parametrize(
    "headers", [{}, {"authorization": ""}, {"authorization": "Bearer "}, {"authorization": "Basic x"}]
)
def test_without_a_bearer_token_everything_is_refused(headers: dict[str, str]) -> None:
    answer = reply(serve({"users": USERS}), "/v1.0/users", headers=headers)
    assert (answer.status, error_of(answer)["code"]) == (401, "InvalidAuthenticationToken")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


def test_an_error_carries_what_support_asks_for() -> None:
    headers = {"authorization": "Bearer x", "client-request-id": "mine"}
    inner = error_of(reply(serve({}), "/v1.0/users", headers=headers))["innerError"]
    assert inner["client-request-id"] == "mine"
    assert inner["date"] and inner["request-id"] != "mine"


@settings(max_examples=60)
@given(st.integers(0, 40), st.integers(1, 12), st.booleans())
def test_next_links_lead_to_every_record_once_and_in_order(count: int, size: int, asked: bool) -> None:
    records = [{"id": f"{number:03}", "accountEnabled": True} for number in range(count)]
    emulator = serve({"users": records}, page_size=100 if asked else size)
    top = f"&$top={size}" if asked else ""
    assert walk(emulator, f"/v1.0/users?$select=id,accountEnabled{top}") == records
    assert len(emulator.seen) == max(1, -(-count // size))


def test_a_page_that_is_just_full_has_no_next_link() -> None:
    assert "@odata.nextLink" not in get(serve({"users": USERS}), "/v1.0/users?$top=7")


def test_a_next_link_keeps_the_query_and_names_this_server() -> None:
    link = get(serve({"users": USERS}), "/v1.0/users?$select=id&$top=2")["@odata.nextLink"]
    assert link.startswith(f"{HOST}/v1.0/users?$select=id&$top=2&$skiptoken=")


def test_selected_properties_come_with_explicit_nulls_and_without_what_the_record_lacks() -> None:
    first = get(serve({"users": USERS}), "/v1.0/users?$select=id,jobTitle,city")["value"][0]
    assert first == {"id": "u0", "jobTitle": None}


def test_without_select_a_user_has_the_documented_default_properties() -> None:
    assert "accountEnabled" not in get(serve({"users": USERS}), "/v1.0/users/u0")
    assert get(serve({"users": USERS}), "/v1.0/users/u0")["displayName"] == "User 0"
    assert "isArchived" not in get(serve({"groups": GROUPS}), "/v1.0/groups/g1")


@pytest.mark.parametrize(
    "target",
    [
        "/v1.0/users?$select=id,acountEnabled",
        "/v1.0/users?$select=isBreakGlass",
        "/v1.0/users?$select=signInActivity/lastSignInDateTime",
        "/v1.0/users?$select=@odata.type",
        "/v1.0/users?$select=odataType2",
        "/v1.0/users?$expand=manager",
        "/v1.0/groups/g1/members?$select=id,nothing",
        "/v1.0/deviceManagement/virtualEndpoint/provisioningPolicies?$expand=assignments($expand=assignedUsers)",
    ],
)
def test_a_property_that_the_type_does_not_have_is_refused(target: str) -> None:
    content = {"users": USERS, "groups": GROUPS, "groupMembers": MEMBERS, "cloudPcProvisioningPolicies": CLOUD_PC}
    assert refused(serve(content), target) == (400, "BadRequest")


def test_a_refused_property_is_named_with_its_type() -> None:
    message = error_of(reply(serve({"users": USERS}), "/v1.0/users?$select=foo"))["message"]
    assert message.endswith("Could not find a property named 'foo' on type 'microsoft.graph.user'.")


@pytest.mark.parametrize("resource", [resource for resource in RESOURCES if resource.select], ids=lambda one: one.name)
def test_whatever_the_catalogue_always_reads_can_be_selected(resource: Any) -> None:
    content = [{resource.key: "x", **({resource.fan_out.values: []} if resource.fan_out else {})}]
    emulator = serve({resource.name: content[0] if resource.singleton else content})
    selected = resource.always if resource.fan_out is None else resource.fan_out.select
    options = {"$select": ",".join(selected), "$expand": resource.expand, "$filter": resource.filter}
    query = "&".join(f"{name}={value}" for name, value in options.items() if value)
    target = f"/{resource.version}/{resource.path}?{query}".replace("{id}", "x")
    assert "@odata.context" in get(emulator, target.replace("{since}", "2026-01-31T08:00:00Z"))


@pytest.mark.parametrize("top", [0, 1000])
def test_a_page_size_beyond_the_documented_is_refused(top: int) -> None:
    answer = reply(serve({"users": USERS}), f"/v1.0/users?$top={top}")
    assert (answer.status, error_of(answer)["code"]) == (400, "Request_UnsupportedQuery")
    assert f"Invalid page size specified: '{top}'. Must be between 1 and 999" in error_of(answer)["message"]


def test_navigation_properties_come_only_when_expanded() -> None:
    emulator = serve({"cloudPcProvisioningPolicies": CLOUD_PC})
    path = f"/v1.0/{BY_NAME['cloudPcProvisioningPolicies'].path}"
    assert get(emulator, path)["value"] == [{"id": "p1", "displayName": "Staff"}]
    assert get(emulator, f"{path}?$select=id&$expand=assignments")["value"] == [
        {"id": "p1", "assignments": [{"id": "a1"}]}
    ]


def test_a_filter_leaves_out_records_and_the_count_says_how_many_are_left() -> None:
    page = get(serve({"users": USERS}), "/v1.0/users?$filter=accountEnabled eq true&$select=id&$top=3&$count=true")
    assert page["@odata.count"] == 4
    assert [record["id"] for record in page["value"]] == ["u0", "u2", "u4"]


@pytest.mark.parametrize("key", ["u3", "u3@contoso.example"])
def test_a_single_user_is_found_by_id_and_by_sign_in_name(key: str) -> None:
    assert get(serve({"users": USERS}), f"/v1.0/users/{key}?$select=id")["id"] == "u3"


@pytest.mark.parametrize("target", ["/v1.0/users/nobody", "/v1.0/groups/nothing/members"])
def test_what_does_not_exist_is_not_found(target: str) -> None:
    emulator = serve({"users": USERS, "groups": GROUPS, "groupMembers": MEMBERS})
    assert refused(emulator, target) == (404, "Request_ResourceNotFound")


def test_a_group_without_members_has_none() -> None:
    assert get(serve({"groups": GROUPS, "groupMembers": MEMBERS}), "/v1.0/groups/g2/members")["value"] == []


def test_members_carry_their_type() -> None:
    emulator = serve({"groups": GROUPS, "groupMembers": MEMBERS})
    assert walk(emulator, "/v1.0/groups/g1/members?$select=id&$top=2") == MEMBERS[0]["members"]


def test_a_singleton_is_one_object() -> None:
    answer = get(serve({"authorizationPolicy": POLICY}), "/v1.0/policies/authorizationPolicy")
    assert answer == {"@odata.context": f"{HOST}/v1.0/$metadata#policies/authorizationPolicy/$entity", **POLICY}


@pytest.mark.parametrize("target", ["/v1.0/devices", "/beta/users", "/users", "/v1.0/users/u1/manager"])
def test_a_path_outside_the_catalogue_has_no_segment(target: str) -> None:
    assert refused(serve({"users": USERS}), target) == (400, "BadRequest")


def test_only_reading_is_allowed() -> None:
    assert reply(serve({"users": USERS}), "/v1.0/users/u1", "DELETE").status == 405


def test_a_resource_without_a_file_may_not_be_read() -> None:
    assert refused(serve({}), "/v1.0/users") == (403, "Authorization_RequestDenied")
    assert refused(serve({"groups": GROUPS}), "/v1.0/groups/g1/members") == (403, "Authorization_RequestDenied")


def test_a_batch_answers_each_request_by_itself() -> None:
    emulator = serve({"groups": GROUPS, "groupMembers": MEMBERS, "users": USERS})
    answers = batched(emulator, "/groups/g1/members?$top=1", "groups/gone/members", "/users/u1")
    assert {url: answer["status"] for url, answer in answers.items()} == {
        "/groups/g1/members?$top=1": 200,
        "groups/gone/members": 404,
        "/users/u1": 200,
    }
    first = answers["/groups/g1/members?$top=1"]["body"]
    assert first["@odata.nextLink"].startswith(f"{HOST}/v1.0/groups/g1/members?")
    assert answers["groups/gone/members"]["body"]["error"]["code"] == "Request_ResourceNotFound"


def test_a_batch_answers_in_an_order_of_its_own() -> None:
    steps = [{"id": str(number), "method": "GET", "url": f"/users/u{number}"} for number in range(3)]
    answer = post_batch(serve({"users": USERS}), {"requests": steps})
    assert [response["id"] for response in json.loads(answer.body)["responses"]] == ["2", "1", "0"]


STEP = {"id": "1", "method": "GET", "url": "/users"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "BadRequest"),
        ({}, "BadRequest"),
        ([], "BadRequest"),
        ({"requests": []}, "BadRequest"),
        ({"requests": ["x"]}, "BadRequest"),
        ({"requests": [{"id": "1", "method": "GET"}]}, "BadRequest"),
        ({"requests": [STEP, {**STEP, "id": "1"}]}, "BadRequest"),
        ({"requests": [STEP, {**STEP, "id": "2", "dependsOn": ["1"]}]}, "BadRequest"),
        ({"requests": [{**STEP, "id": str(number)} for number in range(21)]}, "MaximumValueExceeded"),
    ],
)
def test_a_malformed_batch_is_refused_whole(body: object, code: str) -> None:
    answer = post_batch(serve({"users": USERS}), body)
    assert (answer.status, error_of(answer)["code"]) == (400, code)


def test_twenty_requests_fit_into_a_batch() -> None:
    steps = [{**STEP, "id": str(number)} for number in range(20)]
    answer = post_batch(serve({"users": USERS}), {"requests": steps})
    assert [response["status"] for response in json.loads(answer.body)["responses"]] == [200] * 20


def test_every_request_is_remembered_those_of_a_batch_too() -> None:
    emulator = serve({"users": USERS})
    get(emulator, "/v1.0/users?$top=2")
    batched(emulator, "/users/u1")
    assert emulator.seen == ["GET /v1.0/users?$top=2", "GET /v1.0/users/u1"]

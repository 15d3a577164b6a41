from __future__ import annotations

import json

import pytest

from scanner.collect.catalogue import BY_NAME, License
from scanner.demo import faults
from scanner.demo.faults import Fault, Faults, unlicensed_without
from scanner.errors import UsageError
from tests.demo.asking import batched, error_of, get, post_batch, refused, reply, serve, walk

CONTENT: dict[str, object] = {
    "users": [{"id": f"u{number}"} for number in range(5)],
    "groups": [{"id": "g1"}],
    "groupMembers": [{"id": "g1", "members": [{"id": "u1"}]}],
    "roleEligibilityScheduleInstances": [{"id": "e1"}],
    "userRegistrationDetails": [{"id": "u1"}],
    "conditionalAccessPolicies": [{"id": "c1"}],
    "authenticationStrengthPolicies": [{"id": "s1"}],
    "cloudPcProvisioningPolicies": [{"id": "p1"}],
    "roleDefinitions": [{"id": "r1"}],
}


def path_of(name: str) -> str:
    return f"/v1.0/{BY_NAME[name].path.replace('{id}', 'g1')}"


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("users", "Authorization_RequestDenied", "Insufficient privileges to complete the operation."),
        ("groupMembers", "Authorization_RequestDenied", "Insufficient privileges"),
        ("roleDefinitions", "Authorization_RequestDenied", "Insufficient privileges"),
        ("roleEligibilityScheduleInstances", "UnknownError", "RoleEligibilitySchedule.Read.Directory"),
        ("userRegistrationDetails", "Authentication_MSGraphPermissionMissing", "AuditLog.Read.All"),
        ("conditionalAccessPolicies", "AccessDenied", "required scopes are missing in the token"),
        ("authenticationStrengthPolicies", "accessDenied", "Request Authorization failed"),
        ("cloudPcProvisioningPolicies", "Forbidden", "CloudPC.Read.All"),
    ],
)
def test_a_missing_permission_has_the_words_of_its_service(name: str, code: str, words: str) -> None:
    answer = reply(serve(CONTENT, {name: faults.denied()}), path_of(name))
    assert (answer.status, error_of(answer)["code"]) == (403, code)
    assert words in error_of(answer)["message"]


def test_pim_hides_its_reason_in_a_text_of_json() -> None:
    answer = reply(
        serve(CONTENT, {"roleEligibilityScheduleInstances": faults.denied()}),
        path_of("roleEligibilityScheduleInstances"),
    )
    assert json.loads(error_of(answer)["message"])["errorCode"] == "PermissionScopeNotGranted"


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("roleEligibilityScheduleInstances", 400, "AadPremiumLicenseRequired"),
        ("userRegistrationDetails", 403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant"),
        ("conditionalAccessPolicies", 403, "Forbidden"),
        ("cloudPcProvisioningPolicies", 403, "Forbidden"),
    ],
)
def test_a_missing_licence_has_the_status_of_its_service(name: str, status: int, code: str) -> None:
    assert refused(serve(CONTENT, {name: faults.unlicensed()}), path_of(name)) == (status, code)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (faults.unlicensed(), "Authentication_RequestFromNonPremiumTenantOrB2CTenant"),
        (faults.denied(), "Authentication_MSGraphPermissionMissing"),
    ],
)
def test_a_property_is_refused_only_when_selected(fault: Fault, code: str) -> None:
    emulator = serve(CONTENT, {"users.signInActivity": fault})
    assert refused(emulator, "/v1.0/users?$select=id,signInActivity") == (403, code)
    assert len(get(emulator, "/v1.0/users?$select=id")["value"]) == 5


def test_throttling_ends_after_so_many_times() -> None:
    emulator = serve(CONTENT, {"users": faults.throttle(times=2, retry_after=7)})
    answers = [reply(emulator, "/v1.0/users") for _ in range(3)]
    assert [answer.status for answer in answers] == [429, 429, 200]
    assert answers[0].headers["Retry-After"] == "7"
    assert error_of(answers[0])["code"] == "TooManyRequests"


def test_throttling_can_come_without_a_time() -> None:
    assert (
        "Retry-After" not in reply(serve(CONTENT, {"users": faults.throttle(retry_after=None)}), "/v1.0/users").headers
    )


def test_a_fault_can_begin_at_a_later_page() -> None:
    emulator = serve(CONTENT, {"users": faults.status(503, after=1)})
    link = get(emulator, "/v1.0/users?$top=2")["@odata.nextLink"]
    assert reply(emulator, link).status == 503
    assert reply(emulator, link).status == 200


def test_an_expired_page_hits_no_first_page() -> None:
    emulator = serve(CONTENT, {"users": faults.page_expired()})
    link = get(emulator, "/v1.0/users?$top=2")["@odata.nextLink"]
    assert refused(emulator, link) == (400, "Directory_ExpiredPageToken")


def test_a_link_that_has_expired_stays_so_and_new_ones_are_good() -> None:
    emulator = serve(CONTENT, {"users": faults.page_expired(code="DirectoryPageTokenNotFoundException")})
    link = get(emulator, "/v1.0/users?$top=2")["@odata.nextLink"]
    assert refused(emulator, link) == (400, "DirectoryPageTokenNotFoundException")
    assert refused(emulator, link) == (400, "Directory_ExpiredPageToken")
    assert len(walk(emulator, "/v1.0/users?$top=2")) == 5


def test_links_of_others_do_not_expire_along() -> None:
    members = [{"id": "g1", "members": [{"id": f"u{number}"} for number in range(3)]}]
    emulator = serve({**CONTENT, "groupMembers": members}, {"users": faults.page_expired()})
    link = get(emulator, "/v1.0/groups/g1/members?$top=2")["@odata.nextLink"]
    assert refused(emulator, get(emulator, "/v1.0/users?$top=2")["@odata.nextLink"])[0] == 400
    assert get(emulator, link)["value"] == [{"id": "u2"}]


def test_a_looping_page_leads_to_itself() -> None:
    emulator = serve(CONTENT, {"users": faults.looping(after=1)})
    first = get(emulator, "/v1.0/users?$top=2")["@odata.nextLink"]
    second = get(emulator, first)
    assert (second["value"], second["@odata.nextLink"]) == ([{"id": "u2"}, {"id": "u3"}], first)
    assert get(emulator, first)["@odata.nextLink"] != first


@pytest.mark.parametrize(("size", "sizes"), [(4, [2, 3]), (2, [1, 2, 2]), (1, [0, 1, 1, 1, 1, 1])])
def test_a_short_page_leaves_nothing_out(size: int, sizes: list[int]) -> None:
    emulator = serve(CONTENT, {"users": faults.short()})
    link, got = f"/v1.0/users?$top={size}", []
    while link:
        page = get(emulator, link)
        got.append(page["value"])
        link = page.get("@odata.nextLink", "")
    assert [len(records) for records in got] == sizes
    assert [record["id"] for records in got for record in records] == [f"u{number}" for number in range(5)]


def test_a_page_has_no_more_records_than_the_service_gives() -> None:
    emulator = serve(CONTENT, largest_page=2)
    assert len(get(emulator, "/v1.0/users?$top=999")["value"]) == 2
    assert len(walk(emulator, "/v1.0/users?$top=999")) == 5


def test_a_missing_property_is_missing_from_that_page_alone() -> None:
    users = [{"id": f"u{number}", "displayName": "U", "userType": "Guest"} for number in range(3)]
    emulator = serve({"users": users}, {"users.userType": faults.missing(after=1)})
    assert ["userType" in record for record in walk(emulator, "/v1.0/users?$select=id,userType&$top=1")] == [
        True, False, True,
    ]  # fmt: skip
    assert get(emulator, "/v1.0/users?$select=id,displayName&$top=1")["value"] == [{"id": "u0", "displayName": "U"}]


def test_a_type_can_be_missing_from_the_objects_of_a_list() -> None:
    content = {**CONTENT, "groupMembers": [{"id": "g1", "members": [{"@odata.type": "#x", "id": "u1"}]}]}
    emulator = serve(content, {"groupMembers.@odata.type": faults.missing()})
    assert get(emulator, "/v1.0/groups/g1/members?$select=id")["value"] == [{"id": "u1"}]
    assert get(emulator, "/v1.0/groups/g1/members?$select=id")["value"] == [{"@odata.type": "#x", "id": "u1"}]


def test_a_parent_that_is_gone_is_not_found() -> None:
    emulator = serve(CONTENT, {"groupMembers": faults.gone()})
    assert refused(emulator, "/v1.0/groups/g1/members") == (404, "Request_ResourceNotFound")


def test_an_error_can_say_200() -> None:
    emulator = serve(CONTENT, {"users": faults.error_inside(), "groupMembers": faults.error_inside()})
    assert get(emulator, "/v1.0/users")["error"]["code"] == "UnknownError"
    response = batched(emulator, "/groups/g1/members")["/groups/g1/members"]
    assert (response["status"], response["body"]["error"]["code"]) == (200, "UnknownError")


def test_a_request_can_be_left_out_of_the_answer_to_a_batch() -> None:
    emulator = serve(CONTENT, {"groupMembers": faults.unanswered()})
    assert list(batched(emulator, "/groups/g1/members", "/users/u1")) == ["/users/u1"]
    assert len(batched(emulator, "/groups/g1/members", "/users/u1")) == 2


def test_an_answer_can_say_that_a_limit_is_near() -> None:
    emulator = serve(CONTENT, {"users": faults.near_limit(0.9, times=1)})
    first, second = reply(emulator, "/v1.0/users"), reply(emulator, "/v1.0/users")
    assert first.headers["x-ms-throttle-limit-percentage"] == "0.9"
    assert "x-ms-throttle-limit-percentage" not in second.headers
    assert first.body == second.body


def test_throttling_can_say_whom_it_concerns() -> None:
    answer = reply(serve(CONTENT, {"users": faults.throttle(scope=faults.APPLICATION)}), "/v1.0/users")
    assert answer.headers["x-ms-throttle-scope"].startswith("Tenant_Application/ReadWrite/")


def test_what_was_hit_is_remembered() -> None:
    injected = Faults({"*": faults.status(503), "groups": faults.denied(), "users.userType": faults.missing()})
    emulator = serve(CONTENT)
    emulator.faults = injected
    for target in ("/v1.0/users?$select=id,userType", "/v1.0/groups", "/v1.0/users?$select=id,userType"):
        reply(emulator, target)
    assert injected.hits == [
        ("users", faults.status(503)), ("groups", faults.denied()), ("users.userType", faults.missing()),
    ]  # fmt: skip


def test_an_expired_token_is_a_401() -> None:
    assert refused(serve(CONTENT, {"*": faults.token_expired()}), "/v1.0/users") == (401, "InvalidAuthenticationToken")


def test_faults_of_one_resource_follow_one_another() -> None:
    emulator = serve(CONTENT, {"users": [faults.status(500), faults.status(502, times=2)]})
    assert [reply(emulator, "/v1.0/users").status for _ in range(4)] == [500, 502, 502, 200]


def test_a_fault_of_one_resource_leaves_others_alone() -> None:
    assert get(serve(CONTENT, {"users": faults.status(500, None)}), "/v1.0/groups")["value"]


def test_a_cut_answer_is_half_of_the_json_and_a_reset_half_of_the_body() -> None:
    emulator = serve(CONTENT, {"users": [faults.truncated(), faults.reset()]})
    cut, reset, whole = (reply(emulator, "/v1.0/users") for _ in range(3))
    assert cut.delivered is None and whole.body.startswith(cut.body) and len(cut.body) < len(whole.body)
    assert reset.delivered is not None and reset.body == whole.body
    with pytest.raises(ValueError, match=r"\w"):
        json.loads(cut.body)


def test_within_a_batch_only_the_request_that_it_hits_fails() -> None:
    emulator = serve(CONTENT, {"groupMembers": faults.throttle(retry_after=3)})
    answers = batched(emulator, "/groups/g1/members", "/users/u1")
    assert answers["/groups/g1/members"]["status"] == 429
    assert answers["/groups/g1/members"]["headers"]["Retry-After"] == "3"
    assert answers["/users/u1"]["status"] == 200


@pytest.mark.parametrize(
    ("key", "fault", "status"),
    [("$batch", faults.status(504), 504), ("$batch", faults.throttle(), 429), ("*", faults.status(500), 500)],
)
def test_a_whole_batch_can_fail(key: str, fault: Fault, status: int) -> None:
    step = {"id": "1", "method": "GET", "url": "/users"}
    assert post_batch(serve(CONTENT, {key: fault}), {"requests": [step]}).status == status


@pytest.mark.parametrize("key", ["$batch", "users"])
def test_a_connection_that_breaks_takes_the_batch_along(key: str) -> None:
    step = {"id": "1", "method": "GET", "url": "/users"}
    assert post_batch(serve(CONTENT, {key: faults.reset()}), {"requests": [step]}).delivered is not None


def test_a_cut_answer_within_a_batch_arrives_as_text() -> None:
    answers = batched(serve(CONTENT, {"groupMembers": faults.truncated()}), "/groups/g1/members")
    assert isinstance(answers["/groups/g1/members"]["body"], str)


def test_a_batch_can_be_cut() -> None:
    answer = post_batch(
        serve(CONTENT, {"$batch": faults.truncated()}), {"requests": [{"id": "1", "method": "GET", "url": "/users"}]}
    )
    assert answer.status == 200 and not answer.body.endswith(b"}")


@pytest.mark.parametrize("key", ["usres", "user.displayName", "$batches"])
def test_a_fault_for_what_does_not_exist_is_an_error(key: str) -> None:
    with pytest.raises(UsageError, match="no resource"):
        Faults({key: faults.denied()})


def test_a_property_cannot_be_throttled() -> None:
    with pytest.raises(UsageError, match="denied, unlicensed or missing only"):
        Faults({"users.signInActivity": faults.throttle()})


def test_only_a_property_can_be_missing() -> None:
    with pytest.raises(UsageError, match=r"Name it: users\.displayName"):
        Faults({"users": faults.missing()})


PIM = {"roleAssignmentScheduleInstances", "roleEligibilityScheduleInstances", "roleManagementPolicyAssignments"}


@pytest.mark.parametrize(
    ("owned", "closed", "opened"),
    [
        ({License.P1, License.P2}, set(), PIM | {"users.signInActivity"}),
        ({License.P1, License.GOVERNANCE}, set(), PIM),
        ({License.P1}, PIM, {"userRegistrationDetails", "users.signInActivity"}),
        (set(), PIM | {"userRegistrationDetails", "users.signInActivity"}, {"users", "groups"}),
    ],
)
def test_editions_that_are_not_owned_close_their_apis(owned: set[License], closed: set[str], opened: set[str]) -> None:
    found = unlicensed_without(owned)
    assert closed <= found.keys()
    assert not opened & found.keys()
    assert set(found.values()) <= {faults.unlicensed()}

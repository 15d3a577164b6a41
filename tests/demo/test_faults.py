from __future__ import annotations

import json

import pytest

from scanner.collect.catalogue import BY_NAME, License
from scanner.demo import faults
from scanner.demo.faults import Fault, Faults, unlicensed_without
from scanner.errors import UsageError
from tests.demo.asking import batched, error_of, get, post_batch, refused, reply, serve

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
    with pytest.raises(UsageError, match="denied or unlicensed only"):
        Faults({"users.signInActivity": faults.throttle()})


PIM = {"roleAssignmentScheduleInstances", "roleEligibilityScheduleInstances", "roleManagementPolicyAssignments"}


@pytest.mark.parametrize(
    ("owned", "closed"),
    [
        ({License.P1, License.P2}, set()),
        ({License.P1, License.GOVERNANCE}, set()),
        ({License.P1}, PIM),
        (set(), PIM | {"userRegistrationDetails", "users.signInActivity"}),
    ],
)
def test_editions_that_are_not_owned_close_their_apis(owned: set[License], closed: set[str]) -> None:
    found = unlicensed_without(owned)
    assert set(found) == closed
    assert set(found.values()) <= {faults.unlicensed()}

"""What Graph's error bodies mean. Bodies as reported by users; sources stand beside the codes in the module."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.collect.catalogue import BY_NAME
from scanner.collect.refusal import Broken, one_line, refused
from scanner.model import Outcome

PIM_IN_MESSAGE = json.dumps(
    {
        "errorCode": "PermissionScopeNotGranted",
        "message": "Authorization failed due to missing permission scope RoleManagement.Read.Directory.",
        "instanceAnnotations": [],
    }
)
BODIES = [
    ("users", 403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.",
     Outcome.DENIED, "User.Read.All is not granted (Graph answered 403 Authorization_RequestDenied"),
    ("userRegistrationDetails", 403, "Authentication_MSGraphPermissionMissing",
     "Calling principal does not have required MSGraph permissions AuditLog.Read.All",
     Outcome.DENIED, "AuditLog.Read.All is not granted ("),
    ("userRegistrationDetails", 403, "Authentication_ApplicationHasNoDirectoryReadAccess",
     "Failed to do premium license check from ADGraph",
     Outcome.DENIED, "AuditLog.Read.All is not granted ("),
    ("conditionalAccessPolicies", 403, "AccessDenied",
     "You cannot perform the requested operation, required scopes are missing in the token.",
     Outcome.DENIED, "Policy.Read.All is not granted ("),
    ("roleManagementPolicyAssignments", 403, "UnknownError", PIM_IN_MESSAGE,
     Outcome.DENIED, "403 PermissionScopeNotGranted: Authorization failed due to missing permission scope"),
    ("domains", 401, "UnknownError", "", Outcome.DENIED, "Domain.Read.All is not granted, or a licence for this"),
    ("domains", 401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.",
     Outcome.FAILED, "the service no longer takes the token (Graph answered 401 InvalidAuthenticationToken"),
    ("cloudPcProvisioningPolicies", 403, "Forbidden", "Access is denied to the requested resource.",
     Outcome.DENIED, "CloudPC.Read.All is not granted, or a licence for this service is missing ("),
    ("userRegistrationDetails", 403, "Forbidden", "Access denied.",
     Outcome.DENIED, "AuditLog.Read.All is not granted, or the licence P1 is missing ("),
    ("roleEligibilityScheduleInstances", 400, "AadPremiumLicenseRequired",
     "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license.",
     Outcome.UNLICENSED, "the licence P2 or Governance is missing (Graph answered 400 AadPremiumLicenseRequired"),
    ("userRegistrationDetails", 403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
     "Neither tenant is B2C or tenant doesn't have premium license",
     Outcome.UNLICENSED, "the licence P1 is missing ("),
    ("users", 403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant", "",
     Outcome.UNLICENSED, "the licence P1 is missing ("),
    ("azureADPremiumLicenseInsight", 403, "missingLicense", "",
     Outcome.UNLICENSED, "the licence P1 or P2 is missing ("),
    ("conditionalAccessPolicies", 403, "AccessDenied",
     "Your tenant is not licensed for this feature. Please upgrade your subscription to access it.",
     Outcome.UNLICENSED, "a licence for this service is missing ("),
    # https://github.com/AzureAD/AzureAD-Governance-Assessment/issues/2
    ("roleAssignments", 403, "NoLicense",
     "User is not authorized to perform the operation. Reason: Tenant does not meet license requirement!",
     Outcome.UNLICENSED, "a licence for this service is missing ("),
    ("cloudPcProvisioningPolicies", 400, "BadRequest", "Request not applicable to target tenant.",
     Outcome.UNLICENSED, "a licence for this service is missing ("),
    ("users", 400, "Request_BadRequest", "Could not find a property named 'riskState'",
     Outcome.FAILED, "Graph answered 400 Request_BadRequest: Could not find a property named 'riskState'"),
    ("users", 400, "Directory_ExpiredPageToken", "The specified page token value has expired.",
     Outcome.FAILED, "Directory_ExpiredPageToken"),
    ("cloudPcProvisioningPolicies", 404, "ResourceNotFound", "Resource does not exist.",
     Outcome.FAILED, "deviceManagement/virtualEndpoint/provisioningPolicies does not exist in this tenant or cloud"),
    ("users", 501, "Request_UnsupportedQuery", "", Outcome.FAILED, "Graph answered 501 Request_UnsupportedQuery"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "status", "code", "message", "outcome", "words"), BODIES)
def test_graphs_error_becomes_outcome_and_words(
    name: str, status: int, code: str, message: str, outcome: Outcome, words: str
) -> None:
    body = json.dumps({"error": {"code": code, "message": message, "innerError": {"date": "2026"}}}).encode()
    got, reason = refused(status, body).outcome(BY_NAME[name])
    assert got is outcome
    assert words in reason


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "Graph answered 502"),
        (b"<html><body>Bad Gateway</body></html>", "Graph answered 502"),
        (b"upstream connect error", "Graph answered 502 upstream connect error"),
        (b'{"error": "a string"}', 'Graph answered 502 {"error": "a string"}'),
        (b'{"error": {"code": null, "message": null}}', "Graph answered 502"),
        (b'{"error": {"code": "X", "message": "{\\"a\\": 1}"}}', 'Graph answered 502 X: {"a": 1}'),
        (b"[" * 100_000, "Graph answered 502 " + "[" * 299 + "…"),
        (b"\xff\xfe", "Graph answered 502 \ufffd\ufffd"),
    ],
)
def test_a_body_that_is_no_graph_error_is_still_a_sentence(body: bytes, words: str) -> None:
    assert str(refused(502, body)) == words


def test_an_answer_that_cannot_be_used_is_a_failure() -> None:
    assert Broken("the answer was cut").outcome(BY_NAME["users"]) == (Outcome.FAILED, "the answer was cut")


def test_hostile_text_is_one_short_printable_line() -> None:
    hostile = "a\x1b[31mred\x1b[0m\r\nb\u202ec\u2028d\x00e\ue000f" + "g" * 1000
    line = one_line(hostile)
    assert line.startswith("a [31mred [0m b c d e fggg")
    assert len(line) == 300


@settings(max_examples=50)
@given(st.binary(max_size=200), st.integers(400, 599))
def test_no_body_makes_the_reading_of_errors_fail(body: bytes, status: int) -> None:
    words = str(refused(status, body))
    assert words.isprintable()
    assert words.startswith(f"Graph answered {status}")


@pytest.mark.parametrize(
    ("status", "code", "gone"),
    [
        (404, "Request_ResourceNotFound", True),
        (404, "ResourceNotFound", True),
        (404, "itemNotFound", True),
        (404, "UnknownError", False),
        (404, "", False),
        (400, "Request_ResourceNotFound", False),
        (410, "itemNotFound", False),
    ],
)
def test_only_an_error_that_says_so_means_that_an_object_does_not_exist(status: int, code: str, gone: bool) -> None:
    assert refused(status, json.dumps({"error": {"code": code, "message": ""}}).encode()).gone is gone


@pytest.mark.parametrize(
    ("status", "code", "message", "lost"),
    [
        (400, "Directory_ExpiredPageToken", "", True),
        (400, "DirectoryPageTokenNotFoundException", "", True),
        (400, "Request_BadRequest", "The page token is not valid.", True),
        (400, "Request_BadRequest", "The specified $skiptoken is not valid.", True),
        (410, "InvalidSkipToken", "", True),
        (401, "InvalidAuthenticationToken", "Access token has expired.", False),
        (400, "InvalidAuthenticationToken", "Access token is empty.", False),
        (400, "Request_BadRequest", "Invalid object identifier", False),
        (403, "Authorization_RequestDenied", "page token", False),
    ],
)
def test_a_lost_page_is_known_by_its_code_or_its_words(status: int, code: str, message: str, lost: bool) -> None:
    assert refused(status, json.dumps({"error": {"code": code, "message": message}}).encode()).page_lost is lost

"""The emulator's Azure Resource Manager: its paths, versions, pages and refusals."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from scanner.demo.arm import answer_azure, is_azure
from scanner.demo.bodies import Reply
from scanner.demo.contoso import azure as contoso
from scanner.demo.emulator import Emulator, Request
from scanner.demo.faults import Fault, denied
from tests.demo.asking import HOST, TOKEN, serve

Json = dict[str, Any]

RULES = f"/subscriptions/{contoso.PRODUCTION}/providers/Microsoft.Insights/scheduledQueryRules"
CONTENT = {
    "subscriptions": contoso.subscriptions(),
    "diagnosticSettings": contoso.diagnostic_settings(),
    "scheduledQueryRules": contoso.scheduled_query_rules(),
}


def ask(
    target: str,
    faults: Mapping[str, Fault | Sequence[Fault]] | None = None,
    *,
    method: str = "GET",
    headers: Mapping[str, str] = TOKEN,
) -> Reply:
    return answer_azure(serve(CONTENT, faults, page_size=1), Request(method, f"{HOST}{target}", headers))


def refused(reply: Reply) -> tuple[int, str]:
    error: Json = json.loads(reply.body)["error"]
    assert set(error) == {"code", "message"}
    return reply.status, error["code"]


def walk(emulator: Emulator, url: str) -> list[str]:
    """Names of all records behind a URL, next link by next link."""
    page = json.loads(answer_azure(emulator, Request("GET", url, TOKEN)).body)
    names = [record["name"] for record in page["value"]]
    return names + (walk(emulator, page["nextLink"]) if "nextLink" in page else [])


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/subscriptions", True),
        ("/Providers/microsoft.aadiam/diagnosticSettings", True),
        ("/v1.0/subscriptions", False),
        ("/v1.0/$batch", False),
        ("/", False),
    ],
)
def test_its_paths_are_told_from_graphs(path: str, expected: bool) -> None:
    assert is_azure(path) is expected


@pytest.mark.parametrize("change", [str, str.lower, str.upper])
def test_next_links_lead_to_all_records_of_one_subscription_in_any_case_of_letters(change: Any) -> None:
    emulator = serve(CONTENT, page_size=1)
    url = f"{HOST}{change(RULES)}?api-version=2023-12-01"
    assert walk(emulator, url) == ["Break-glass sign-in", "Emergency admin failed sign-ins"]
    assert len(emulator.seen) == 2


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (RULES, (400, "MissingApiVersionParameter")),
        (f"{RULES}?api-version=2018-04-16", (400, "InvalidApiVersionParameter")),
        ("/subscriptions/00000000?api-version=2022-12-01", (404, "NotFound")),
        (RULES.replace(contoso.PRODUCTION, "x") + "?api-version=2023-12-01", (404, "SubscriptionNotFound")),
        (f"{RULES}?api-version=2023-12-01&$skiptoken=x", (400, "InvalidSkipToken")),
        (
            RULES.replace("scheduledQueryRules", "actionGroups") + "?api-version=2023-01-01",
            (403, "AuthorizationFailed"),
        ),
    ],
)
def test_what_cannot_be_had_is_refused_in_azures_form(target: str, expected: tuple[int, str]) -> None:
    assert refused(ask(target)) == expected


def test_without_a_token_there_is_nothing() -> None:
    assert refused(ask(f"{RULES}?api-version=2023-12-01", headers={})) == (401, "AuthenticationFailed")


def test_it_cannot_be_written_to() -> None:
    assert ask(f"{RULES}?api-version=2023-12-01", method="DELETE").status == 405


def test_one_subscription_can_be_denied_and_the_others_not() -> None:
    faults = {f"scheduledQueryRules.{contoso.PRODUCTION}": denied()}
    assert refused(ask(f"{RULES}?api-version=2023-12-01", faults)) == (403, "AuthorizationFailed")
    assert ask(f"{RULES.replace(contoso.PRODUCTION, contoso.SANDBOX)}?api-version=2023-12-01", faults).status == 200


def test_who_has_no_role_sees_no_subscription_and_is_not_refused() -> None:
    reply = ask("/subscriptions?api-version=2022-12-01", {"subscriptions": denied()})
    assert (reply.status, json.loads(reply.body)) == (200, {"value": []})

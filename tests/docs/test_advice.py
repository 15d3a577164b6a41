"""Requests and commands in prose: found, whole, and no word is lost."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.docs.advice import marked, prose, requests
from scanner.docs.blocks import Code, Listing, plain

BASE = "https://graph.microsoft.com/v1.0"


def code(text: str) -> list[str]:
    return [one.text for one in marked(text) if isinstance(one, Code)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            f"Graph: DELETE {BASE}/groups/{{id}}/owners/{{id}}/$ref.",
            [f"DELETE {BASE}/groups/{{id}}/owners/{{id}}/$ref"],
        ),
        (
            f'PATCH {BASE}/users/{{id}} with {{"a": {{"b": "}}"}}}}, or POST {BASE}/users.',
            [f"PATCH {BASE}/users/{{id}}", '{"a": {"b": "}"}}', f"POST {BASE}/users"],
        ),
        (f"(POST {BASE}/sites/{{site}}/permissions), role", [f"POST {BASE}/sites/{{site}}/permissions"]),
        (f"PATCH {BASE}/groupSettings/<id>, or POST groupSettings", [f"PATCH {BASE}/groupSettings/<id>"]),
        ("then take them away: DELETE groups/<id>/owners/<id>/$ref.", ["DELETE groups/<id>/owners/<id>/$ref"]),
        (
            f"show GET {BASE}/roleAssignments?$filter=roleDefinitionId eq '62e9'.",
            [f"GET {BASE}/roleAssignments?$filter=roleDefinitionId eq '62e9'"],
        ),
        (
            'PowerShell: New-MgUser, then New-MgThing -PrincipalId <user id> -DirectoryScopeId "/".',
            ["New-MgUser", 'New-MgThing -PrincipalId <user id> -DirectoryScopeId "/"'],
        ),
        (
            "Update-MgUser -UserId <id> -PasswordProfile @{Password = $password; Force = $false}. Then add",
            ["Update-MgUser -UserId <id> -PasswordProfile @{Password = $password; Force = $false}"],
        ),
        (
            "Sign in at https://mysignins.microsoft.com/security-info > Add",
            ["https://mysignins.microsoft.com/security-info"],
        ),
        ("Entra admin center > Entra ID > GET a coffee; cloud-only, Sign-in", []),
        ('{"never": "closed"', []),
    ],
)
def test_what_is_code(text: str, found: list[str]) -> None:
    assert code(text) == found
    assert plain(marked(text)) == text


@given(st.text(alphabet=st.sampled_from('GET POST {}"\\: -MgaN/<>.,;https://with\n'), max_size=80))
def test_no_word_is_lost(text: str) -> None:
    assert plain(marked(text)) == text


def test_a_body_in_full_is_a_request_to_copy() -> None:
    text = f'Graph: PATCH {BASE}/a with {{"b": ["ü"]}}; POST {BASE}/c with {{...the same}}; DELETE {BASE}/d.'
    assert list(requests(text)) == [
        Listing(f'PATCH {BASE}/a\nContent-Type: application/json\n\n{{\n  "b": [\n    "ü"\n  ]\n}}', "http")
    ]


def test_a_body_that_is_not_json_is_no_request_to_copy() -> None:
    assert list(requests(f'PATCH {BASE}/a with {{"b": {{...the same}}}}.')) == []


def test_indented_lines_are_kept_and_others_are_paragraphs() -> None:
    blocks = prose("Run:\n  Get-MgUser -All | Where-Object AccountEnabled\n\n  # and\nThen stop.\n")
    assert [type(one).__name__ for one in blocks] == ["Paragraph", "Listing", "Paragraph"]
    assert blocks[1] == Listing("  Get-MgUser -All | Where-Object AccountEnabled\n  # and")


def test_hostile_prose_takes_no_time() -> None:
    start = time.process_time()
    for text in ('{"a":' * 20_000, "Get-Abcd -A " * 20_000, "GET https://" + "<a " * 50_000, "a-" * 100_000):
        assert plain(marked(text)) == text
    assert time.process_time() - start < 20

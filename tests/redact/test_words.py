"""Texts made of words: what tenantlint says and what languages are made of stays, what somebody named goes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.catalogue import RESOURCES
from scanner.redact.forms import Forms
from scanner.redact.known import published
from scanner.redact.pseudonyms import Pseudonyms
from scanner.redact.words import Scripts, withheld

MADE = Pseudonyms(b"a key for tests of words")
FORMS = Forms(MADE, published())
ID = "5d924175-df20-5d12-8edb-f47417b84bc8"


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("", ""),
        ("Policy.Read.All", "Policy.Read.All"),
        ("P1", "P1"),
        (
            "left out: signInActivity, which needs AuditLog.Read.All and the licence P1 (Tenant Contoso has no one)",
            "left out: signInActivity, which needs AuditLog.Read.All and the licence P1 (… has no one)",
        ),
        ("the record 5d924175-df20-5d12-8edb-f47417b84bc8 is missing", "the record … is missing"),
        ("no such user: anna.berg@contoso.com, Anna Berg", "no such …"),
        ("GET /v1.0/users?$select=displayName,id&$top=999", "GET /v1.0/users?$select=displayName,id&$top=999"),
        ("GET /v1.0/auditLogs/x?$filter=userId eq 'anna'", "GET /v1.0/auditLogs/…?$filter=userId eq '…'"),
        ("after 2,000 records, which were thrown away", "after 2,000 records, which were thrown away"),
        ("+31 612345678", "+31 …"),
    ],
)
def test_only_words_of_our_own_stay(given: str, made: str) -> None:
    assert withheld(given) == made


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("", ""),
        ("/users", "/users"),
        (f"/groups/{ID}/transitiveMembers", f"/groups/{MADE.guid(ID)}/transitiveMembers"),
        (
            "./members/microsoft.graph.user/?$count=true&$filter=(userType eq 'Guest')",
            "./members/microsoft.graph.user/?$count=true&$filter=(userType eq 'Guest')",
        ),
        (
            f'SigninLogs | where UserPrincipalName =~ "anna@hr.example" or UserId == "{ID}" | where ResultType != 0',
            f'SigninLogs | where UserPrincipalName =~ "{FORMS.text("anna@hr.example")}" or UserId == "{MADE.guid(ID)}" '
            "| where ResultType != 0",
        ),
        ('SigninLogs | where Identity == "Anna Berg"', f'SigninLogs | where Identity == "{MADE.word("Anna Berg")}"'),
        ("AnnasTable | take 5", f"{MADE.word('AnnasTable')} | take 5"),
        (
            '{"ActivityBasedTimeoutPolicy":{"Version":1,"ApplicationPolicies":[{"ApplicationId":"default",'
            '"WebSessionIdleTimeout":"01:00:00"}]}}',
            '{"ActivityBasedTimeoutPolicy":{"Version":1,"ApplicationPolicies":[{"ApplicationId":"default",'
            '"WebSessionIdleTimeout":"01:00:00"}]}}',
        ),
        ("contoso\tacme", f"{MADE.word('contoso')}\t{MADE.word('acme')}"),
    ],
)
def test_queries_and_documents_keep_their_language(given: str, made: str) -> None:
    assert Scripts(FORMS).redact(given) == made


@given(st.text(alphabet="aeiouäöü", min_size=6), st.text(alphabet=" ,:;'\"()/?=&<>\n", min_size=1, max_size=3))
def test_no_name_is_left_whatever_stands_around_it(name: str, between: str) -> None:
    assert name not in withheld(f"failed{between}{name}{between}of users")


@pytest.mark.parametrize("resource", [resource.name for resource in RESOURCES])
def test_the_reasons_that_verdicts_show_stay(resource: str) -> None:
    permission = {one.name: one.permission for one in RESOURCES}[resource]
    text = f"it needs {resource}, which is denied: {permission}"
    assert withheld(text) == text

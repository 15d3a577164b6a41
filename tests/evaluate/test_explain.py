"""What a finding says: messages with absent values, what failed inside of them, and the clauses that do not hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from scanner.evaluate.explain import as_text
from scanner.model import Evidence, Finding
from tests.evaluate.build import verdict


def finding(folder: Path, asserted: str, message: str, **content: Any) -> Finding:
    """The one finding of a policy on one user."""
    body = f"resource: users\nassert: {asserted}\nmessage: '{message}'\n"
    user = {"id": "a", "displayName": "Ann", "accountEnabled": False, **content.pop("user", {})}
    (found,) = verdict(folder, body, {"users": [user], **content}).findings
    return found


MESSAGES = [
    ("{user.city}", {}, "(none)"),
    ("{user.city}", {"city": None}, "(none)"),
    ("{user.city}", {"city": ""}, ""),
    ("{user.accountEnabled}", {}, "no"),
    ("{user.accountEnabled == false}", {}, "yes"),
    ("{user.businessPhones}", {}, "(none)"),
    ("{user.businessPhones}", {"businessPhones": ["1", "2"]}, "1, 2"),
    ("{user.createdDateTime}", {"createdDateTime": "2026-02-03T04:05:06.7Z"}, "2026-02-03 04:05 UTC"),
    ("{user.createdDateTime}", {}, "(none)"),
    ("{user.employeeOrgData.division}", {}, "(none)"),
    ("{size(user.businessPhones)} of {{all}}", {}, "0 of {all}"),
    ("{user.displayName}", {"displayName": "{user.id}"}, "{user.id}"),
    ("{[user.city, user.displayName]}", {}, "(none), Ann"),
]


@pytest.mark.parametrize(("message", "user", "expected"), MESSAGES)
def test_message(tmp_path: Path, message: str, user: dict[str, Any], expected: str) -> None:
    assert finding(tmp_path, "user.accountEnabled == true", message, user=user).message == expected


def test_a_part_of_a_message_that_fails_says_why_and_the_rest_stays(tmp_path: Path) -> None:
    message = finding(
        tmp_path, "user.accountEnabled == true", "Town {user.city.lowerAscii()} of {user.displayName}"
    ).message
    assert message.startswith("Town (")
    assert message.endswith(") of Ann")
    assert "null" in message


def test_a_part_of_a_message_that_was_not_collected_says_so(tmp_path: Path) -> None:
    denied = {"domains": {"outcome": "denied", "reason": "Domain.Read.All"}}
    found = finding(tmp_path, "user.accountEnabled == true", "{size(tenant.domains)} domains", outcomes=denied)
    assert found.message == "(domains: denied: needs the application permission Domain.Read.All) domains"


def test_a_clause_that_fails_counts_as_not_met(tmp_path: Path) -> None:
    asserted = 'user.accountEnabled == true && user.city.startsWith("U") && user.displayName == "Ann"'
    found = finding(tmp_path, asserted, "x")
    assert found.failed == ("user.accountEnabled == true", 'user.city.startsWith("U")')


def test_evidence_is_what_the_assertion_read_not_what_the_message_reads(tmp_path: Path) -> None:
    asserted = "user.accountEnabled == true && size(user.businessPhones) > 0"
    found = finding(tmp_path, asserted, "{user.displayName}")
    assert found.evidence == (Evidence("user.accountEnabled", False), Evidence("user.businessPhones", []))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "(none)"),
        (True, "yes"),
        (False, "no"),
        (0, "0"),
        (2.5, "2.5"),
        ("", ""),
        ((), "(none)"),
        (("a", "b"), "a, b"),
        ([None, True, [1, 2]], "(none), yes, 1, 2"),
        (timedelta(days=90), "90 days, 0:00:00"),
        (datetime(2026, 1, 2, 3, 4, 59, tzinfo=UTC), "2026-01-02 03:04 UTC"),
        (datetime(2026, 1, 2, 3, 4, tzinfo=timezone(timedelta(hours=2))), "2026-01-02 01:04 UTC"),
        ({"a": 1}, "{'a': 1}"),
    ],
)
def test_a_value_in_a_sentence(value: object, text: str) -> None:
    assert as_text(value) == text

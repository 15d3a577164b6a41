"""What is set as code in a remediation."""

from __future__ import annotations

import pytest

from scanner.report.html.commands import marked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Run `Start-ADSyncSyncCycle -PolicyType A` there.", "<code>Start-ADSyncSyncCycle -PolicyType A</code>"),
        ("`PATCH https://graph.microsoft.com/v1.0/me`", "<code>PATCH https://graph.microsoft.com/v1.0/me</code>"),
        ("Send GET https://graph.microsoft.com/v1.0/me.", "<code>GET https://graph.microsoft.com/v1.0/me</code>."),
        ("Run Get-MgUser first.", "<code>Get-MgUser</code>"),
        ("`<img src=x>`", "<code>&lt;img src=x&gt;</code>"),
    ],
)
def test_requests_commands_and_what_stands_in_backticks_are_code(text: str, shown: str) -> None:
    assert shown in str(marked(text))
    assert "`" not in str(marked(text))


def test_a_single_backtick_stays() -> None:
    assert str(marked("A ` stays < so.")) == "A ` stays &lt; so."

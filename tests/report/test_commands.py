"""What of a policy's prose is code: found whole, and no word is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.report.commands import pieces


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Run `Start-ADSyncSyncCycle -PolicyType Delta` there.", ["Start-ADSyncSyncCycle -PolicyType Delta"]),
        ('PATCH https://a.example/b with {"c": {"d": [1]}}.', ["PATCH https://a.example/b", '{"c": {"d": [1]}}']),
        ("a ` that is not closed", []),
        ("`a\nb`", []),
    ],
)
def test_code_is_found_whole(text: str, code: list[str]) -> None:
    assert [piece for is_code, piece in pieces(text) if is_code] == code


@given(st.text(alphabet=st.sampled_from('GET POST {}"`\\: -MgaN/<>.,;https://with\n'), max_size=80))
def test_nothing_is_left_out_but_backticks(text: str) -> None:
    assert "".join(piece for _, piece in pieces(text)).replace("`", "") == text.replace("`", "")

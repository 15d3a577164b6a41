"""The Markdown report: short enough to be posted, honest about what is left out, and text of a tenant is only text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from scanner.compare.baseline import against
from scanner.model import Severity, Status
from scanner.report.markdown import LIMIT, escape_markdown, render
from scanner.report.safe import printable
from tests.report.samples import HOSTILE_NAMES, SAMPLE, finding, hostile, policy, result, scan

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
PLAIN = {"text", "softbreak", "text_special"}


def inline(markdown: str) -> list[Token]:
    return [child for token in PARSER.parse(markdown) for child in token.children or ()]


def text_of(markdown: str) -> str:
    return "".join(child.content for child in inline(markdown))


@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
    | st.sampled_from([one for one in HOSTILE_NAMES if one])
)
def test_any_text_is_shown_as_it_is(text: str) -> None:
    escaped = escape_markdown(text)
    assert {child.type for child in inline(f"- x{escaped}")} <= PLAIN
    shown = printable(text)
    assert text_of(f"- x{escaped}").strip() == f"x{shown}".strip()


@pytest.mark.parametrize(
    "text", ["# a", "> a", "- a", "+ a", "1. a", "1) a", "===", "--- ", "* a", "```", "~~~", "| a |"]
)
def test_text_at_the_beginning_of_a_line_is_no_block(text: str) -> None:
    assert [token.type for token in PARSER.parse(escape_markdown(text))] == [
        "paragraph_open",
        "inline",
        "paragraph_close",
    ]


@pytest.mark.parametrize("text", ["@octocat", "#12", "https://evil.example", "www.evil.example", "a@evil.example"])
def test_nobody_is_called_and_no_address_becomes_a_link(text: str) -> None:
    escaped = escape_markdown(text)
    assert "\\" in escaped
    assert text_of(escaped) == text


def test_a_report_of_hostile_names_has_no_markup_but_ours() -> None:
    tokens = inline(render(hostile()))
    assert {token.type for token in tokens} <= {*PLAIN, "strong_open", "strong_close"}
    bold = [one.content for one, before in zip(tokens[1:], tokens, strict=False) if before.type == "strong_open"]
    assert set(bold) == {"Fix:"}


def test_violations_stand_first_the_worst_on_top() -> None:
    headings = [line for line in render(SAMPLE).splitlines() if line.startswith("#")]
    assert headings[1:4] == [
        "## Violations",
        "### critical: Title of block-legacy",
        "### high: Title of accounts-enabled",
    ]


def test_what_is_not_decided_or_not_read_is_told() -> None:
    report = text_of(render(SAMPLE))
    for text in (
        "Not collected: roleAssignments",
        "no such overload",
        "RoleManagement.Read.Directory",
        "No attestation",
    ):
        assert text in report


@pytest.mark.parametrize("number", [0, 1, 10, 11, 10_000])
def test_findings_beyond_ten_are_counted(number: int) -> None:
    rule = policy("one")
    report = render(scan(result(rule, Status.FAIL, findings=tuple(finding("one", place) for place in range(number)))))
    assert report.count("\n- person") == min(number, 10)
    assert (f"… and {number - 10:,} more finding" in report) == (number > 10)


def test_it_keeps_below_what_can_be_posted_and_counts_the_rest() -> None:
    long = [finding("x", number) for number in range(10)]
    results = [
        result(policy(f"p-{number:03d}", Severity.HIGH, remediation="Do it. " * 200), Status.FAIL, findings=tuple(long))
        for number in range(100)
    ]
    report = render(scan(*results))
    assert len(report) <= LIMIT
    told = report.count("\n### ")
    assert 10 < told < 100
    assert f"… {100 - told} more policies with {(100 - told) * 10} findings left out" in report


def test_a_baseline_tells_the_new_from_the_known() -> None:
    rule = policy("one")
    before = scan(result(rule, Status.FAIL, findings=(finding("one", 1),)))
    now = scan(result(rule, Status.FAIL, findings=(finding("one", 1), finding("one", 2))))
    report = render(against(now, before))
    assert "1 new, 0 fixed" in report
    assert [line.partition(":")[0][-5:] == "(new)" for line in report.splitlines() if line.startswith("- person")] == [
        False,
        True,
    ]

"""The report by controls: every policy told once, counted under each control it serves, in 80 columns."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from scanner.model import Result, Scan, Severity, Status
from scanner.report.groups import Group, groups
from scanner.report.text import render
from tests.report.samples import SAMPLE, hostile, policy, result, scan


def served(id: str, status: Status, **controls: tuple[str, ...]) -> Result:
    named = {name.replace("_", "-"): ids for name, ids in controls.items()}
    return result(policy(id, Severity.HIGH, controls=named), status)


ONE = served("mfa", Status.FAIL, zero_trust=("verify-explicitly", "ZT 21870"))
TWO = served("few-admins", Status.FAIL, zero_trust=("least-privilege", "assume-breach"), cis=("5.10.1", "5.2.1"))
FINE = served("keys", Status.PASS, zero_trust=("assume-breach",))
NONE = served("tidy", Status.UNKNOWN)
ALL = (ONE, TWO, FINE, NONE)


def test_groups_come_in_the_order_of_the_framework_with_the_rest_last() -> None:
    assert groups(ALL, "zero-trust") == [
        Group("Verify explicitly", (ONE,)),
        Group("Least privilege", (TWO,)),
        Group("Assume breach", (FINE,), ((TWO, "Least privilege"),)),
        Group("Other: for no control of zero-trust", (NONE,)),
    ]


def test_a_policy_is_told_under_the_control_that_it_names_first_and_numbers_are_numbers() -> None:
    assert [(group.title, group.told, len(group.elsewhere)) for group in groups(ALL, "cis")] == [
        ("5.2.1", (), 1),
        ("5.10.1", (TWO,), 0),
        ("Other: for no control of cis", (ONE, FINE, NONE), 0),
    ]


def test_without_a_rest_there_is_no_group_for_it() -> None:
    assert [group.title for group in groups((ONE,), "zero-trust")] == ["Verify explicitly"]


def test_every_policy_is_told_exactly_once_and_the_counts_are_of_all_that_serve() -> None:
    text = render(scan(*ALL), group_by="zero-trust", verbose=True)
    for one in ALL:
        assert text.count(f"high      {one.policy.id}\n") == 1
    assert "\n    FAIL      few-admins, told under Least privilege\n" in text
    summary = text.partition("Summary\n")[2]
    assert summary.startswith(
        "  Verify explicitly: 1 policy: 1 fail\n"
        "  Least privilege: 1 policy: 1 fail\n"
        "  Assume breach: 2 policies: 1 fail, 1 pass\n"
        "  Other: for no control of zero-trust: 1 policy: 1 unknown\n"
        "  A policy that serves several is counted under each; in all, once:\n"
        "  4 policies: 2 fail, 1 unknown, 1 pass\n"
    )


@pytest.mark.parametrize("framework", ["zero-trust", "cisa-scuba", "cis"])
@pytest.mark.parametrize("sample", [SAMPLE, hostile()], ids=["sample", "hostile"])
def test_lines_have_at_most_80_columns(framework: str, sample: Scan) -> None:
    text = render(sample, group_by=framework, verbose=True)
    assert max(map(cell_len, text.splitlines())) <= 80

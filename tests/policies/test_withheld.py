"""What is taken from a failing case never makes it pass: a resource that was not read, a property that is not told.

For the policies about roles and hybrid identity. Where Graph itself says null for "there is none", null is an answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

import pytest

from scanner.evaluate.engine import evaluate
from scanner.model import Status
from scanner.policy.needs import needs
from scanner.policy.testfile import Case, load_tests
from scanner.shipped import policies_folder
from scanner.snapshot import Snapshot
from scanner.workflow import open_project

PROJECT = open_project([policies_folder()], (), None)
FOLDERS = ("roles", "hybrid")
SUITES = [
    suite
    for suite in load_tests(PROJECT.folders, PROJECT.policies, PROJECT.vocabulary).suites
    if suite.path.parent.name in FOLDERS
]
FAILING = {suite.policy.id: [case for case in suite.cases if case.expect is Status.FAIL] for suite in SUITES}
HARMLESS = (Status.PASS, Status.NOT_APPLICABLE)

NULL_SAYS: Mapping[str, frozenset[str]] = {
    # What Active Directory has no value of, an export leaves empty.
    "adUsers": frozenset({"userPrincipalName", "mail", "proxyAddresses", "consistencyGuid"}),
    "deletedUsers": frozenset({"onPremisesImmutableId"}),
    "groups": frozenset({"onPremisesProvisioningErrors"}),
    "organization": frozenset({"onPremisesSyncEnabled"}),
    "roleAssignmentScheduleInstances": frozenset({"startDateTime", "endDateTime"}),
    # Licences are not this test's matter.
    "subscribedSkus": frozenset({"servicePlans"}),
    "users": frozenset(
        {
            "accountEnabled", "mail", "onPremisesImmutableId", "onPremisesProvisioningErrors", "onPremisesSyncEnabled",
            "proxyAddresses", "userPrincipalName",
        }
    ),
}  # fmt: skip
"""Properties by resource, of which null is one of the values that Graph gives, and says that there is none."""


def status(case: Case, content: Mapping[str, object]) -> Status:
    snapshot = Snapshot.of(content, catalogue=PROJECT.vocabulary.catalogue)
    (result,) = evaluate([case.policy], snapshot, PROJECT.vocabulary.types, case.declared, case.now).results
    return result.status


def wanted(case: Case) -> Mapping[str, frozenset[str]]:
    return needs(case.policy, PROJECT.vocabulary.catalogue)


def refusals(case: Case, outcome: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The case without one resource that its policy reads, for each of them."""
    for resource in sorted(wanted(case)):
        content = {name: value for name, value in case.snapshot.items() if name != resource}
        told = content.get("outcomes", {})
        assert isinstance(told, dict)
        yield resource, {**content, "outcomes": {**told, resource: {"outcome": outcome, "reason": "withheld"}}}


def omissions(case: Case) -> Iterator[tuple[str, dict[str, Any]]]:
    """The case with one property of all records null, for each that its policy reads and of which null says nothing."""
    for resource, properties in sorted(wanted(case).items()):
        records = case.snapshot.get(resource)
        if not isinstance(records, list):
            continue
        present = {name for record in records for name in record} & properties
        for name in sorted(present - NULL_SAYS.get(resource, frozenset()) - {"id"}):
            content: dict[str, Any] = deepcopy(dict(case.snapshot))
            for record in content[resource]:
                record[name] = None
            yield f"{resource}.{name}", content


def test_there_is_something_to_withhold() -> None:
    assert len(FAILING) > 20
    assert all(FAILING.values())


@pytest.mark.parametrize("policy", FAILING)
@pytest.mark.parametrize("outcome", ["denied", "failed", "skipped"])
def test_a_resource_that_was_not_read_does_not_let_a_failing_case_pass(policy: str, outcome: str) -> None:
    passing = [
        (case.name, resource)
        for case in FAILING[policy]
        for resource, content in refusals(case, outcome)
        if status(case, content) in HARMLESS
    ]
    assert passing == []


@pytest.mark.parametrize("policy", FAILING)
def test_a_property_that_is_not_told_does_not_let_a_failing_case_pass(policy: str) -> None:
    passing = [
        (case.name, name)
        for case in FAILING[policy]
        for name, content in omissions(case)
        if status(case, content) in HARMLESS
    ]
    assert passing == []

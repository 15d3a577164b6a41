"""Policy tests: ``<id>.test.yaml`` beside a policy holds small snapshots and the verdict each must lead to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scanner.errors import PolicyError, Problem, ProblemsError
from scanner.model import Status
from scanner.policy.decisions import attestations, break_glass, drills, setting, settings
from scanner.policy.document import Document, Steps
from scanner.policy.find import SUFFIX, TEST_SUFFIX, find
from scanner.policy.fixture import Fixtures
from scanner.policy.load import load_policies, load_policy
from scanner.policy.model import Policy
from scanner.policy.schema import check
from scanner.policy.source import read
from scanner.policy.vocabulary import Vocabulary
from scanner.policy.waivers import Attestation, Declarations
from scanner.policy.words import quoted


@dataclass(frozen=True)
class Case:
    """One snapshot and the verdict it must lead to."""

    policy: Policy
    """With the parameter values of the case."""
    name: str
    snapshot: Mapping[str, object]
    """In the single-file form."""
    declared: Declarations
    now: datetime | None
    """The time of the snapshot, in UTC, where the snapshot itself gives none."""
    expect: Status
    findings: tuple[str, ...]
    """Ids or names of the records that must be found; no other may be."""
    path: Path
    line: int


@dataclass(frozen=True)
class Suite:
    """All cases of one policy."""

    policy: Policy
    path: Path
    cases: tuple[Case, ...]


@dataclass(frozen=True)
class Suites:
    """The tests of some policies, and the policies that have none."""

    suites: tuple[Suite, ...]
    untested: tuple[Policy, ...]


def load_tests(folders: Sequence[Path], policies: Sequence[Policy], vocabulary: Vocabulary) -> Suites:
    """The tests of ``policies``. Cases run with the policies as their files have them in ``folders``, whatever a
    configuration overrides.

    Raises PolicyError with every problem of every test file, those of policies that are not among ``policies`` too.
    """
    found = find(folders)
    wanted = {policy.id for policy in policies}
    by_path = {policy.path: policy for policy in load_policies(folders, vocabulary) if policy.id in wanted}
    problems: list[Problem] = []
    suites: list[Suite] = []
    for path in found.tests:
        policy_path = path.with_name(path.name.removesuffix(TEST_SUFFIX) + SUFFIX)
        if policy_path not in found.policies:
            text = f"There is no policy {policy_path.name} beside this test."
            problems.append(Problem(path, 1, 1, text, "Name a test after its policy: <id>.test.yaml."))
        elif document := _document(path, problems):
            policy = by_path.get(policy_path)
            if policy is not None:
                cases = tuple(_Cases(document, policy, vocabulary, problems).read())
                suites.append(Suite(policy, path, cases))
    if problems:
        raise PolicyError(problems)
    tested = {suite.policy.id for suite in suites}
    return Suites(tuple(suites), tuple(policy for policy in policies if policy.id not in tested))


def _document(path: Path, problems: list[Problem]) -> Document | None:
    """A test file that has passed its schema; None, and problems, for any other."""
    try:
        document = read(path)
    except ProblemsError as error:
        problems += error.problems
        return None
    wrong = check(document, "policy-test")
    problems += wrong
    return None if wrong else document


class _Cases:
    """Reads the cases of one test file."""

    def __init__(self, document: Document, policy: Policy, vocabulary: Vocabulary, problems: list[Problem]) -> None:
        self._document = document
        self._policy = policy
        self._vocabulary = vocabulary
        self._problems = problems
        self._fixtures = Fixtures(document, vocabulary)

    def read(self) -> Iterator[Case]:
        names: dict[str, int] = {}
        for number, part in enumerate(self._document.value(("cases",))):
            steps = ("cases", number)
            line = self._document.line(steps)
            if part["name"] in names:
                text = f"The case in line {names[part['name']]} has the same name."
                self._problems.append(self._document.at((*steps, "name"), text, "Say what differs."))
            names.setdefault(part["name"], line)
            yield self._case(steps, part, line)

    def _case(self, steps: Steps, part: dict[str, Any], line: int) -> Case:
        config = part.get("config", {})
        self._problems += self._fixtures.check(steps)
        return Case(
            policy=self._tuned((*steps, "config", "params")) if "params" in config else self._policy,
            name=part["name"],
            snapshot=part["snapshot"],
            declared=self._declared((*steps, "config"), config),
            now=self._now(steps, part),
            expect=Status(part["expect"]),
            findings=tuple(part.get("findings", ())),
            path=self._document.path,
            line=line,
        )

    def _tuned(self, steps: Steps) -> Policy:
        params = setting(self._document, steps, settings(self._document, steps))
        try:
            return load_policy(self._policy, self._vocabulary, params)
        except PolicyError as error:
            self._problems += error.problems
            return self._policy

    def _declared(self, steps: Steps, config: dict[str, Any]) -> Declarations:
        given: tuple[Attestation, ...] = ()
        if "attestations" in config:
            here = (*steps, "attestations")
            given = tuple(attestations(self._document, here, self._problems))
            for number, part in enumerate(config["attestations"]):
                if part["policy"] not in (self._policy.id, *self._policy.aliases):
                    text = f"{quoted(part['policy'])} is not the policy under test."
                    problem = self._document.at((*here, number, "policy"), text, f"Write {self._policy.id}.")
                    self._problems.append(problem)
        accounts = config.get("breakGlass", {})
        here = (*steps, "breakGlass", "testWindows")
        tests = drills(self._document, here, self._problems) if "testWindows" in accounts else ()
        return Declarations(break_glass(accounts, tests), attestations=given)

    def _now(self, steps: Steps, part: dict[str, Any]) -> datetime | None:
        if "now" in part and "collectedAt" in part["snapshot"]:
            text = "The snapshot has a time of its own, collectedAt."
            self._problems.append(self._document.at_key((*steps, "now"), text, "Keep one of the two."))
        self._time((*steps, "snapshot", "collectedAt"), part["snapshot"].get("collectedAt"))
        return self._time((*steps, "now"), part.get("now"))

    def _time(self, steps: Steps, text: str | None) -> datetime | None:
        try:
            return datetime.fromisoformat(text).astimezone(UTC) if text else None
        except (ValueError, OverflowError):
            self._problems.append(self._document.at(steps, f"There is no time {text}."))
            return None

"""What the commands do, without the command line: open a project, scan, test, list, write reports."""

from __future__ import annotations

import fnmatch
import os
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from scanner.config import Config, load_config
from scanner.errors import PolicyError, Problem, UsageError
from scanner.evaluate.engine import evaluate
from scanner.model import Result, Scan, Severity, Status
from scanner.policy.cases import CaseOutcome, run_cases
from scanner.policy.load import load_policies
from scanner.policy.model import Policy
from scanner.policy.needs import Needs, combine, needs
from scanner.policy.testfile import load_tests
from scanner.policy.vocabulary import Vocabulary, vocabulary
from scanner.policy.waivers import Declarations
from scanner.policy.words import did_you_mean
from scanner.report import FORMATS
from scanner.report.write import Output, write_all
from scanner.resources import policies_folder
from scanner.snapshot import Snapshot

DECIDED = (Status.PASS, Status.NOT_APPLICABLE, Status.WAIVED)


@dataclass(frozen=True)
class Project:
    """A configuration and the policies it selects, loaded and checked."""

    config: Config
    folders: tuple[Path, ...]
    policies: tuple[Policy, ...]
    vocabulary: Vocabulary

    @property
    def declared(self) -> Declarations:
        """What verdicts take from the configuration."""
        return Declarations(self.config.break_glass, self.config.waivers, self.config.attestations)


def open_project(folders: Sequence[Path], select: Sequence[str], config: Path | None) -> Project:
    """Load configuration and policies. Raises ``ConfigError``, ``PolicyError`` and ``UsageError``.

    ``select`` holds globs over policy ids and tags; none selects all.
    """
    loaded = load_config(config)
    words = vocabulary(loaded.resources)
    where = tuple(folders) or loaded.policies or (policies_folder(),)
    policies = load_policies(where, words, loaded.overrides)
    return Project(loaded, where, _selected(policies, select), words)


def _selected(policies: Sequence[Policy], select: Sequence[str]) -> tuple[Policy, ...]:
    if not select:
        return tuple(policies)
    for pattern in select:
        if not any(_matches(policy, pattern) for policy in policies):
            raise UsageError(f"--select {pattern}: no policy has such an id or tag. `tenantlint list` shows them all.")
    return tuple(policy for policy in policies if any(_matches(policy, pattern) for pattern in select))


def _matches(policy: Policy, pattern: str) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for name in (policy.id, *policy.aliases, *policy.tags))


def needs_of(project: Project) -> Needs:
    """What is to be collected for the project's policies."""
    return combine(needs_by_policy(project).values())


def needs_by_policy(project: Project) -> Mapping[str, Needs]:
    """The same for each policy by itself."""
    return {policy.id: needs(policy, project.vocabulary.catalogue) for policy in project.policies}


def scan_snapshot(project: Project, path: Path) -> Scan:
    """Evaluate the project's policies on the snapshot at ``path``. Raises ``SnapshotError``."""
    snapshot = Snapshot.open(path, project.vocabulary.catalogue)
    return evaluate(project.policies, snapshot, project.vocabulary.types, project.declared)


def exit_code(scan: Scan, fail_on: Severity | str, *, allow_incomplete: bool) -> int:
    """0 clean, 1 violations at or above the threshold, 3 nothing failed but something there is not decided."""
    counted = [result for result in scan.results if result.policy.severity.rank <= Severity(fail_on).rank]
    if any(result.status is Status.FAIL for result in counted):
        return 1
    undecided = any(result.status not in DECIDED for result in counted)
    return 3 if undecided and not allow_incomplete else 0


def parse_formats(formats: Sequence[str]) -> tuple[Output, ...]:
    """``junit=out.xml`` and the like. Raises ``UsageError`` for an unknown format or two reports in one place."""
    outputs: list[Output] = []
    for text in formats or ("text",):
        name, named, path = text.partition("=")
        if name not in FORMATS:
            raise UsageError(f"--format {text}: no such format. Known are: {', '.join(FORMATS)}.")
        if named and not path:
            raise UsageError(f"--format {text}: no file is named. Write --format {name}=FILE, or --format {name}.")
        outputs.append(Output(name, Path(path) if path else None))
    places = {output.path and os.path.realpath(output.path) for output in outputs}
    if len(places) < len(outputs):
        raise UsageError("--format: two reports go to the same place. Give each its own file: --format junit=out.xml")
    return tuple(outputs)


def write_reports(scan: Scan, outputs: Iterable[Output], *, verbose: bool) -> None:
    """Write each report. Raises ``OutputError``, and then none is written."""
    write_all([(output, _rendered(scan, output, verbose=verbose)) for output in outputs])


def _rendered(scan: Scan, output: Output, *, verbose: bool) -> str:
    if output.format != "text":
        return FORMATS[output.format].render(scan)
    from scanner.report.text import render

    if output.path is not None or not sys.stdout.isatty():
        return render(scan, verbose=verbose)
    from rich.console import Console

    terminal = Console()  # knows NO_COLOR, TERM=dumb and the consoles of older Windows
    color = terminal.color_system is not None and not terminal.no_color and not terminal.legacy_windows
    return render(scan, width=shutil.get_terminal_size().columns, color=color, verbose=verbose)


def lint_project(project: Project) -> tuple[int, int]:
    """Check policies and their tests; gives how many of each there are. Raises ``PolicyError`` with all problems."""
    tests = load_tests(project.folders, project.policies, project.vocabulary)
    return len(project.policies), len(tests.suites)


def run_policy_tests(project: Project, *, require_tests: bool) -> tuple[CaseOutcome, ...]:
    """Run the cases of the project's policies. Raises ``PolicyError`` where a test file is wrong or, with
    ``require_tests``, where a policy has none."""
    tests = load_tests(project.folders, project.policies, project.vocabulary)
    if require_tests and tests.untested:
        raise PolicyError(
            [
                Problem(policy.path, 1, 1, f"{policy.id} has no test file.", f"Write {policy.id}.test.yaml beside it.")
                for policy in tests.untested
            ]
        )
    cases = [case for suite in tests.suites for case in suite.cases]
    return tuple(run_cases(cases, partial(_evaluate_case, project.vocabulary)))


def _evaluate_case(
    words: Vocabulary, policy: Policy, content: Mapping[str, object], declared: Declarations, now: datetime | None
) -> Result:
    snapshot = Snapshot.of(content, catalogue=words.catalogue)
    (result,) = evaluate([policy], snapshot, words.types, declared, now).results
    return result


def find_policy(project: Project, name: str) -> Policy:
    """The policy with this id or alias. Raises ``UsageError`` with the nearest right id."""
    for policy in project.policies:
        if name in (policy.id, *policy.aliases):
            return policy
    hint = did_you_mean(name, (policy.id for policy in project.policies))
    raise UsageError(f"There is no policy {name}. {hint or '`tenantlint list` shows them all.'}")

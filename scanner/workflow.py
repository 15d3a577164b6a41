"""What the commands do, without the command line: open a project, scan, test, list, write reports."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from scanner.compare.read import is_report, read_scan
from scanner.config import Config, load_config
from scanner.errors import ConfigError, PolicyError, Problem, UsageError
from scanner.evaluate.engine import evaluate
from scanner.export.command import Wanted, run_export
from scanner.model import Note, NoteKind, Result, Scan, Severity, Status
from scanner.policy.cases import CaseOutcome, run_cases
from scanner.policy.find import shipped_ids
from scanner.policy.load import load_policies
from scanner.policy.model import Policy
from scanner.policy.needs import Needs, combine, needs
from scanner.policy.selection import Decision, decide, without_match
from scanner.policy.selectors import BadSelector, Selector, parse
from scanner.policy.testfile import load_tests
from scanner.policy.vocabulary import Vocabulary, vocabulary
from scanner.policy.waivers import Declarations
from scanner.policy.words import did_you_mean
from scanner.report import FORMATS
from scanner.report.words import counted
from scanner.report.write import Output, write_all
from scanner.resources import policies_folder
from scanner.snapshot import Snapshot

if TYPE_CHECKING:
    from scanner.lint.command import Linted

DECIDED = (Status.PASS, Status.NOT_APPLICABLE, Status.WAIVED)
BAD_WAIVERS = (NoteKind.WAIVER_MISTAKEN, NoteKind.WAIVER_EXPIRED, NoteKind.WAIVER_UNUSED)
_FEW = 3
"""Policies of which a message tells why they are not selected."""


@dataclass(frozen=True)
class Project:
    """A configuration and the policies it selects, loaded and checked."""

    config: Config
    folders: tuple[Path, ...]
    decisions: tuple[Decision, ...]
    """For every policy of the folders: whether it is selected, and by what."""
    vocabulary: Vocabulary
    picked: tuple[Selector, ...] = ()
    """Of the selected policies, only those that one of these matches; none picks all."""
    ignored: int = 0
    """How many waivers were taken away, for verdicts as they are without them."""

    @property
    def policies(self) -> tuple[Policy, ...]:
        """The policies to work with."""
        return tuple(one.policy for one in self.asked if one.selected)

    @property
    def asked(self) -> tuple[Decision, ...]:
        """The decisions on what the command line asks for, selected or not."""
        return tuple(
            one for one in self.decisions if not self.picked or any(each.matches(one.policy) for each in self.picked)
        )

    @property
    def loaded(self) -> tuple[Policy, ...]:
        """All policies of the folders."""
        return tuple(one.policy for one in self.decisions)

    def without_waivers(self) -> Project:
        """The same, but nothing is waived, and the results say so."""
        return replace(self, config=replace(self.config, waivers=()), ignored=len(self.config.waivers))

    @property
    def declared(self) -> Declarations:
        """What verdicts take from the configuration."""
        config = self.config
        evaluated = {policy.id for policy in self.policies}
        others = (policy for policy in self.loaded if policy.id not in evaluated)
        elsewhere = shipped_ids() | {name for policy in others for name in (policy.id, *policy.aliases)}
        return Declarations(config.break_glass, config.waivers, config.attestations, elsewhere)


def open_project(
    folders: Sequence[Path], select: Sequence[str], config: Path | None, profile: str | None = None
) -> Project:
    """Load configuration and policies, and select at least one.

    ``select`` holds selectors that narrow what the configuration selects; none leaves it. ``profile`` counts instead of
    the configuration's. Raises ``ConfigError``, ``PolicyError`` and ``UsageError``.
    """
    project = open_decided(folders, select, config, profile)
    for each in project.picked:
        matched = [one for one in project.decisions if each.matches(one.policy)]
        if not any(one.selected for one in matched):
            reasons = "; ".join(f"{one.policy.id} is {one.reason}" for one in matched[:_FEW])
            raise UsageError(f"--select {each.text}: {reasons}. `tenantlint list --why` tells it of each.")
    if not project.policies:
        raise UsageError("No policy is selected. `tenantlint list --why` tells why.")
    return project


def open_decided(
    folders: Sequence[Path], select: Sequence[str], config: Path | None, profile: str | None = None
) -> Project:
    """The same, but nothing need be selected."""
    loaded = load_config(config, profile=profile)
    words = vocabulary(loaded.resources)
    where = tuple(folders) or loaded.policies or (policies_folder(),)
    policies = load_policies(where, words, loaded.overrides)
    # What a file selects is about its own folders, not about others that the command line names.
    problems = () if folders else tuple(without_match(policies, loaded.layers))
    if problems:
        raise ConfigError(problems)
    return Project(loaded, where, decide(policies, loaded.layers), words, _picked(policies, select))


def _picked(policies: Sequence[Policy], select: Sequence[str]) -> tuple[Selector, ...]:
    """The selectors of the command line, each of which matches a policy."""
    try:
        picked = tuple(parse(text) for text in select)
    except BadSelector as error:
        raise UsageError(f"--select: {error}") from error
    for each in picked:
        if not any(each.matches(policy) for policy in policies):
            hint = each.nearest(policies) or "`tenantlint list` shows all policies."
            raise UsageError(f"--select {each.text}: no policy is matched. {hint}")
    return picked


def needs_of(project: Project) -> Needs:
    """What is to be collected for the project's policies."""
    return combine(needs_by_policy(project).values())


def needs_by_policy(project: Project) -> Mapping[str, Needs]:
    """The same for each policy by itself."""
    return {policy.id: needs(policy, project.vocabulary.catalogue) for policy in project.policies}


def scan_snapshot(project: Project, path: Path) -> Scan:
    """Evaluate the project's policies on the snapshot at ``path``. Raises ``SnapshotError``.

    Notes tell how many policies the configuration does not select (whoever reads the report could take them for met),
    and that waivers were ignored.
    """
    snapshot = Snapshot.open(path, project.vocabulary.catalogue)
    scan = evaluate(project.policies, snapshot, project.vocabulary.types, project.declared)
    return msgspec.structs.replace(scan, notes=(*scan.notes, *_notes(project)))


def _notes(project: Project) -> Iterator[Note]:
    left_out = sum(not decision.selected for decision in project.decisions)
    if left_out:
        by = " over ".join(str(layer) for layer in reversed(project.config.layers))
        text = f"{left_out} of {len(project.decisions)} policies are not selected by {by}: see `tenantlint list --why`."
        yield Note(text)
    if project.ignored:
        text = f"{counted(project.ignored, 'waiver')} of the configuration did not count: --ignore-waivers was given."
        yield Note(text, NoteKind.WAIVERS_IGNORED)


def scan_of(project: Project, path: Path) -> Scan:
    """The scan at ``path``: a JSON report as it was written, or the scan of a snapshot.

    Raises ``UsageError`` and ``SnapshotError``.
    """
    return read_scan(path) if is_report(path) else scan_snapshot(project, path)


def export_snapshot(wanted: Wanted, path: Path, config: Path | None) -> bool:
    """Write an export of the snapshot at ``path``; gives whether it is complete. Raises ``ConfigError``,
    ``SnapshotError`` and ``OutputError``."""
    loaded = load_config(config)
    snapshot = Snapshot.open(path, vocabulary(loaded.resources).catalogue)
    return run_export(wanted, snapshot, loaded.break_glass)


def explain_verdict(project: Project, path: Path, name: str, record: str, width: int) -> str:
    """Why the policy of this name, or the finding of this id, has its verdict on the snapshot at ``path``.

    Raises ``UsageError`` where there is no such policy, finding or record, and ``SnapshotError``.
    """
    from scanner.explain.explanation import Evaluated, explain, find_finding
    from scanner.explain.text import render

    given = Evaluated(Snapshot.open(path, project.vocabulary.catalogue), project.vocabulary.types, project.declared)
    if re.fullmatch("[0-9a-f]{16}", name) and not record:
        found = find_finding(project.policies, given, name)
        if found is None:
            raise UsageError(f"The snapshot has no finding {name} with these policies and this configuration.")
        policy, record = found
    else:
        policy = find_policy(project, name)
    return render(explain(policy, given, record), width)


def exit_code(scan: Scan, fail_on: Severity | str, *, allow_incomplete: bool, strict_waivers: bool = False) -> int:
    """0 clean, 1 violations at or above the threshold, 3 nothing failed but something there is not decided.

    What was so in the baseline does not count. With ``strict_waivers`` a waiver that is expired, unused or mistaken is
    a violation, whatever its policy's severity.
    """
    if strict_waivers and any(note.kind in BAD_WAIVERS for note in scan.notes):
        return 1
    threshold = Severity(fail_on).rank
    judged = [one for one in scan.results if one.policy.severity.rank <= threshold and not one.known]
    if any(result.status is Status.FAIL for result in judged):
        return 1
    undecided = any(result.status not in DECIDED for result in judged)
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


def write_reports(
    scan: Scan,
    outputs: Iterable[Output],
    *,
    verbose: bool,
    group_by: str = "",
    more: Sequence[tuple[Output, bytes]] = (),
) -> None:
    """Write each report, those for people by the controls of the framework ``group_by``, and ``more`` files with them.
    Raises ``OutputError``, and then none is written."""
    made = [(output, _rendered(scan, output, verbose=verbose, group_by=group_by)) for output in outputs]
    write_all([*made, *more])


def _rendered(scan: Scan, output: Output, *, verbose: bool, group_by: str) -> str:
    if output.format != "text":
        return FORMATS[output.format].render(scan)
    from scanner.report.text import render

    if output.path is not None or not sys.stdout.isatty():
        return render(scan, verbose=verbose, group_by=group_by)
    from rich.console import Console

    terminal = Console()  # knows NO_COLOR, TERM=dumb and the consoles of older Windows
    color = terminal.color_system is not None and not terminal.no_color and not terminal.legacy_windows
    width = shutil.get_terminal_size().columns
    return render(scan, width=width, color=color, verbose=verbose, group_by=group_by)


def lint_project(project: Project) -> Linted:
    """Check policies and their tests. Raises ``PolicyError`` with all problems."""
    from scanner.lint.command import run_lint

    return run_lint(project.folders, project.loaded, project.vocabulary)


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
    """The policy with this id or alias, selected or not. Raises ``UsageError`` with the nearest right id."""
    for policy in project.loaded:
        if name in (policy.id, *policy.aliases):
            return policy
    hint = did_you_mean(name, (policy.id for policy in project.loaded))
    raise UsageError(f"There is no policy {name}. {hint or '`tenantlint list` shows them all.'}")

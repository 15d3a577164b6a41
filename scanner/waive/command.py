"""What ``tenantlint waive`` does: a finding of a report becomes an entry in the file of waivers."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scanner.author.editor import COPIES, header, provide_schemas, schemas_around
from scanner.config import Config
from scanner.errors import ConfigError, OutputError, Problem, ProblemsError, UsageError
from scanner.evaluate.judge import EVERYTHING
from scanner.model import Finding, Result, Scan
from scanner.policy.decisions import LONGEST, waivers
from scanner.policy.document import Document
from scanner.policy.model import Policy
from scanner.policy.schema import check
from scanner.policy.source import parse, read
from scanner.policy.waivers import Waiver
from scanner.report.safe import printable
from scanner.report.words import label
from scanner.report.write import Output, write_all
from scanner.waive.edit import Entry, added, changed, created

KIND = "waivers"
"""Name of the schema, and of the key in the file."""


@dataclass(frozen=True)
class Acceptance:
    """What a person says who accepts a finding."""

    until: date
    reason: str
    approver: str = ""
    ticket: str = ""
    long_lived: bool = False
    """It may end more than a year from now."""


@dataclass(frozen=True)
class Target:
    """Where it is written."""

    file: Path | None = None
    """Default: the file of the configuration."""
    replace: bool = False
    """Change an entry that is there."""


@dataclass(frozen=True)
class _Given:
    """A file of waivers as it is: its text and its entries; ``document`` is None where there is no file."""

    path: Path
    mark: bytes
    """The byte order mark, where it begins with one."""
    document: Document | None
    entries: tuple[Waiver, ...]


@dataclass(frozen=True)
class Case:
    """The finding that is accepted."""

    result: Result
    finding: Finding
    names: frozenset[str]
    """Id and former ids of its policy."""

    def is_of(self, waiver: Waiver) -> bool:
        """Whether the waiver is for this finding."""
        return waiver.policy in self.names and waiver.record == self.finding.record.id


def find(scan: Scan, policies: Iterable[Policy], wanted: str) -> Case:
    """The finding with this id, as reports print it. Raises UsageError where the scan has none."""
    for result in scan.results:
        for finding in result.findings:
            if finding.id == wanted.strip().lower():
                former = (name for one in policies if one.id == result.policy.id for name in one.aliases)
                return Case(result, finding, frozenset((result.policy.id, *former)))
    raise UsageError(
        f"There is no finding {printable(wanted)} with these policies and this configuration. "
        "Reports print the ids: 16 digits and letters behind each finding."
    )


def run_waive(case: Case, config: Config, given: Acceptance, target: Target, today: date) -> str:
    """Write the waiver; gives the sentence that says so. Raises ``UsageError`` for what cannot be accepted,
    ``ConfigError`` where the file is wrong, and ``OutputError``; and then the file is as it was."""
    _refuse_date(given, today)
    path = target.file or config.waivers_file
    file = _open(path, today)
    number = next((number for number, one in enumerate(file.entries) if case.is_of(one)), None)
    if not target.replace:
        others = (one for one in config.waivers if not _is_same(one.path, path))
        _refuse_double(case, (*file.entries, *others), today)
    if not given.reason.strip():
        raise UsageError("Why is it accepted? Say so with --reason.")
    if not given.approver and number is None:
        raise UsageError("Who accepts it? Name them with --approver.")
    text = _text(file, number, _entry(case, given, file.entries[number] if number is not None else None))
    _check(file, text, number, case, today)
    write_all([(Output("yaml", path), file.mark + text.encode())])
    done = "was changed" if number is not None else "was added"
    who = label(case.finding.record)
    return f"{path}: the waiver of {case.result.policy.id} for {who} {done}. It counts until {given.until}."


def is_read(path: Path, config: Config) -> bool:
    """Whether the configuration reads waivers from ``path``."""
    return any(_is_same(path, one) for one in (config.waivers_file, *config.files))


def approver_needed(case: Case, config: Config, given: Acceptance, target: Target) -> bool:
    """Whether a person at a terminal is to be asked who accepts it: nobody has said so, nor does the entry."""
    path = target.file or config.waivers_file
    return not given.approver and not any(case.is_of(one) and _is_same(one.path, path) for one in config.waivers)


def _refuse_date(given: Acceptance, today: date) -> None:
    if given.until < today:
        raise UsageError(f"--until {given.until}: this day is over. Choose a later one.")
    if given.until - today > LONGEST and not given.long_lived:
        raise UsageError(
            f"--until {given.until}: this is more than {LONGEST.days} days from now. Choose an earlier day, or say "
            "that it is meant with --long-lived."
        )


def _refuse_double(case: Case, entries: Sequence[Waiver], today: date) -> None:
    for one in entries:
        if case.is_of(one):
            state = "is waived" if one.expires >= today else "was waived"
            raise UsageError(
                f"{one.path}:{one.line}: {label(case.finding.record)} {state} there until {one.expires}, approved by "
                f"{printable(one.approver)}. --replace writes over it."
            )


def _open(path: Path, today: date) -> _Given:
    if not path.exists():
        return _Given(path, b"", None, ())
    document = read(path)
    mark = b"\xef\xbb\xbf" if path.read_bytes().startswith(b"\xef\xbb\xbf") else b""
    return _Given(path, mark, document, _entries(document, today))


def _entries(document: Document, today: date) -> tuple[Waiver, ...]:
    """The waivers of a file. Raises ConfigError with all that is wrong with it."""
    problems: list[Problem] = check(document, KIND)
    entries = () if problems else tuple(waivers(document, (KIND,), problems, today))
    if problems:
        raise ConfigError(problems)
    return entries


def _entry(case: Case, given: Acceptance, old: Waiver | None) -> Entry:
    """What is written: of an entry that is there, only what differs."""
    record = case.finding.record
    entry: dict[str, str | bool] = {} if old else {"policy": case.result.policy.id, "record": record.id}
    if record.id != EVERYTHING and record.name.strip() and record.name != record.id:
        entry["name"] = " ".join(record.name.split())
    entry["reason"] = given.reason.strip()
    if given.approver:
        entry["approver"] = given.approver
    entry["expires"] = given.until.isoformat()
    if given.long_lived or (old and old.long_lived):
        entry["longLived"] = given.long_lived
    if given.ticket:
        entry["ticket"] = given.ticket
    return entry


def _text(file: _Given, number: int | None, entry: Entry) -> str:
    if file.document is None:
        return created(entry, _head(file.path))
    return added(file.document.text, entry) if number is None else changed(file.document, number, entry)


def _head(path: Path) -> str:
    """The first line of a new file, which leads an editor to its schema. Raises ``OutputError``."""
    folder = path.parent
    if not folder.is_dir():
        raise OutputError(f"{path}: the folder {folder} does not exist. Create it or choose another place.")
    provide_schemas(folder)
    return header(schemas_around(folder) or folder / COPIES, folder, KIND)


def _check(file: _Given, text: str, number: int | None, case: Case, today: date) -> None:
    """Read the new text as a scan would, and compare: what is not about this finding must be as it was.

    Raises UsageError where it is not, or a given text does not fit; that file needs a person.
    """
    try:
        after = _entries(parse(file.path, text), today)
    except ProblemsError as error:
        raise UsageError(f"The waiver cannot be written: {error.problems[0].text} {error.problems[0].hint}") from error
    place = len(file.entries) if number is None else number
    others = [*file.entries[:place], *file.entries[place + 1 :]]
    if [_plain(one) for one in (*after[:place], *after[place + 1 :])] != [_plain(one) for one in others]:
        raise UsageError(f"{file.path}: no waiver can be put into it as it is written. Add it by hand.")
    if not case.is_of(after[place]):
        raise UsageError(f"{file.path}: the waiver would not be for this finding. Add it by hand.")


def _plain(waiver: Waiver) -> Waiver:
    """Without its place, which may change."""
    return dataclasses.replace(waiver, line=1)


def _is_same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()

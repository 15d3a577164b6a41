"""Text for people: violations worst first, then what is not decided, what could not be read, and a summary last.

The summary stands last because that is what is still on the screen when a long report has gone by.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

from scanner.model import Result, Scan, Severity, Status
from scanner.report.groups import Group, groups
from scanner.report.safe import NAME, cut, printable
from scanner.report.words import (
    MESSAGE,
    NOT_DECIDED,
    SECTIONS,
    Line,
    Role,
    by_severity,
    counted,
    details,
    missing,
    ordered,
    remedy,
    status_name,
    tally,
    tenant,
    totals,
    violations,
)

if TYPE_CHECKING:
    from rich.text import Text

SHOWN = 10
"""Records of one policy that are told unless everything is asked for."""
HANG = 2
"""Columns by which the rest of a wrapped line stands further in."""
SHORTEST = 40
"""Columns. Narrower terminals get lines of this length."""

_ADDRESS = re.compile(r"(?<!\S)\S{0,20}https://\S{1,280}(?!\S)")
"""With what stands around it, as a parenthesis. What is longer is cut like any text."""

_STATUS_STYLE = {
    Status.FAIL: "bold red",
    Status.ERROR: "bold magenta",
    Status.UNKNOWN: "bold yellow",
    Status.MANUAL: "bold cyan",
    Status.WAIVED: "blue",
    Status.PASS: "green",
    Status.NOT_APPLICABLE: "dim",
}
_SEVERITY_STYLE = {Severity.CRITICAL: "bold red", Severity.HIGH: "red", Severity.MEDIUM: "yellow"}
_ROLE_STYLE = {Role.RECORD: "bold", Role.LACK: "yellow", Role.WAIVED: "blue", Role.HINT: "cyan", Role.PLACE: "dim"}
_MORE_SECTIONS = (
    ("Passed", (Status.PASS,)),
    ("Not applicable", (Status.NOT_APPLICABLE,)),
)
Sections: TypeAlias = Sequence[tuple[str, tuple[Status, ...]]]
"""Headings, and the statuses that stand below each."""


def render(scan: Scan, *, width: int = 80, color: bool = False, verbose: bool = False, group_by: str = "") -> str:
    """The report in lines of at most ``width`` columns, ``color`` with ANSI codes of our own, ``verbose`` with every
    record and with what passed, ``group_by`` a framework by its controls. Text of the tenant never brings a control
    character of its own."""
    scan = ordered(scan)
    page = _Page(max(width, SHORTEST), color)
    _header(page, scan)
    sections = (*SECTIONS, *_MORE_SECTIONS) if verbose else SECTIONS
    limit = None if verbose else SHOWN
    made = groups(scan.results, group_by) if group_by else []
    for group in made:
        _group(page, group, sections, limit)
    for heading, statuses in () if group_by else sections:
        results = by_severity(tuple(result for result in scan.results if result.status in statuses))
        if results:
            page.heading(heading)
        for result in results:
            _result(page, result, limit)
    _not_read(page, scan)
    _summary(page, scan, made, shortened=not verbose and any(map(_is_long, scan.results)))
    return page.text()


def _group(page: _Page, group: Group, sections: Sections, limit: int | None) -> None:
    """The policies of one control: those told here, worst first, then those that are told elsewhere."""
    page.heading(printable(group.title))
    page.line(2, (tally(group.results), ""))
    for _, statuses in sections:
        for result in by_severity(tuple(one for one in group.told if one.status in statuses)):
            _result(page, result, limit)
    shown = {status for _, statuses in sections for status in statuses}
    others = [(result, title) for result, title in group.elsewhere if result.status in shown]
    if others:
        page.blank()
        page.line(2, ("Serve it as well:", ""))
    for result, title in others:
        status = status_name(result.status).upper()
        page.line(
            4,
            (f"{status:<8}", _STATUS_STYLE[result.status]),
            (f"  {printable(result.policy.id)}, told under {printable(title)}", ""),
        )


class _Page:
    """Lines of text, wrapped to a width and styled."""

    def __init__(self, width: int, color: bool) -> None:
        from rich.console import Console

        self._stream = io.StringIO()
        self._width = width
        self._color = color
        self._console = Console(
            file=self._stream,
            width=width,
            force_terminal=color,
            color_system="standard" if color else None,
            legacy_windows=False,
            _environ={},  # NO_COLOR, COLUMNS and the like are the command line's business
        )

    def line(self, depth: int, *parts: tuple[str, str]) -> None:
        """One paragraph: texts with their styles, ``depth`` columns in, and two more where it goes on."""
        from rich.text import Text

        paragraph = Text.assemble(*parts)
        if not paragraph.plain.strip():
            return
        hang = depth
        for line in self._lines(paragraph, self._width - depth):
            line.rstrip()
            margin = min(hang, max(self._width - line.cell_len, 0)) if _is_address(line.plain) else hang
            self._put(" " * margin, line)
            hang = depth + HANG

    def _lines(self, paragraph: Text, room: int) -> Iterator[Text]:
        """A paragraph in lines. An address too long for one has its own, whole, so that it can be copied."""
        from rich.cells import cell_len

        if paragraph.cell_len <= room:
            yield paragraph
            return
        long = [found for found in _ADDRESS.finditer(paragraph.plain) if cell_len(found[0]) > room - HANG]
        for piece in paragraph.divide(place for found in long for place in found.span()):
            if piece.plain.strip():
                yield from [piece] if _is_address(piece.plain) else self._wrapped(piece, room - HANG)

    def _wrapped(self, piece: Text, room: int) -> Iterable[Text]:
        start = len(piece.plain) - len(piece.plain.lstrip())
        return piece[start:].wrap(self._console, room, overflow="fold")

    def _put(self, margin: str, line: Text) -> None:
        if self._color:
            self._stream.write(margin)
            self._console.print(line, soft_wrap=True, highlight=False)
        else:
            self._stream.write(f"{margin}{line.plain}\n")

    def heading(self, text: str) -> None:
        """The title of a section, with an empty line before it."""
        self.blank()
        self.line(0, (text, "bold underline"))

    def blank(self) -> None:
        self._stream.write("\n")

    def text(self) -> str:
        return self._stream.getvalue()


def _is_address(text: str) -> bool:
    return _ADDRESS.fullmatch(text) is not None


def _header(page: _Page, scan: Scan) -> None:
    taken = f"snapshot of {scan.collected_at}" if scan.collected_at else "snapshot without a time"
    parts = (f"tenantlint {scan.tool_version}".strip(), tenant(scan), taken)
    page.line(0, (" · ".join(cut(printable(part), NAME) for part in parts if part), "bold"))


def _result(page: _Page, result: Result, limit: int | None) -> None:
    policy = result.policy
    status = status_name(result.status).upper()
    page.blank()
    page.line(
        0,
        (f"{status:<8}", _STATUS_STYLE[result.status]),
        (f"  {policy.severity:<8}  ", _SEVERITY_STYLE.get(policy.severity, "")),
        (printable(policy.id), "bold"),
    )
    page.line(2, (printable(policy.title), ""))
    page.line(2, (cut(printable(result.summary), MESSAGE), ""))
    lines: list[Line] = [*details(result, limit)]
    if result.status not in (Status.PASS, Status.NOT_APPLICABLE):
        lines += remedy(result)
    for line in lines:
        page.line(2 + line.depth, (line.text, _ROLE_STYLE.get(line.role, "")))


def _not_read(page: _Page, scan: Scan) -> None:
    if scan.incomplete:
        page.heading(f"Could not be read: {counted(len(scan.incomplete), 'resource')}")
        for lack in scan.incomplete:
            page.line(2, (missing(lack), "yellow"))
    if scan.notes:
        page.heading("Notes")
        for note in scan.notes:
            page.line(2, (f"- {cut(printable(note.text), MESSAGE)}", ""))


def _summary(page: _Page, scan: Scan, made: Sequence[Group], shortened: bool) -> None:
    page.heading("Summary")
    for group in made:
        page.line(2, (f"{printable(group.title)}: {tally(group.results)}", ""))
    if any(group.elsewhere for group in made):
        page.line(2, ("A policy that serves several is counted under each; in all, once:", "dim"))
    page.line(2, (totals(scan), ""))
    undecided = sum(result.status in NOT_DECIDED for result in scan.results)
    failed = violations(scan)
    if failed:
        page.line(2, (f"Violations: {failed}", "bold red"))
    if undecided:
        page.line(2, (f"Not decided: {counted(undecided, 'policy')}. This is not a clean result.", "bold yellow"))
    if scan.incomplete:
        page.line(2, (f"Could not be read: {counted(len(scan.incomplete), 'resource')}, listed above.", "bold yellow"))
    if scan.results and not failed and not undecided:
        page.line(2, ("No violations.", "bold green"))
    if shortened:
        page.line(2, ("Shortened; --verbose lists every record.", "dim"))


def _is_long(result: Result) -> bool:
    return max(len(result.findings), len(result.unjudged)) > SHOWN

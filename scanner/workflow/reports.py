"""Reports as they are asked for, ``--format NAME=FILE``, and written."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from scanner.errors import UsageError
from scanner.model import Scan
from scanner.report import FORMATS
from scanner.report.summary import render as summary
from scanner.report.write import Output, write_all


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
    on_terminal = output.path is None and sys.stdout.isatty()
    if output.format == "summary" and on_terminal:
        return summary(scan, shutil.get_terminal_size().columns)
    if output.format != "text":
        return FORMATS[output.format].render(scan)
    from scanner.report.text import render

    if not on_terminal:
        return render(scan, verbose=verbose, group_by=group_by)
    from rich.console import Console

    terminal = Console()  # knows NO_COLOR, TERM=dumb and the consoles of older Windows
    color = terminal.color_system is not None and not terminal.no_color and not terminal.legacy_windows
    width = shutil.get_terminal_size().columns
    return render(scan, width=width, color=color, verbose=verbose, group_by=group_by)

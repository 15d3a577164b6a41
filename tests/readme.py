"""What in the README is made from the code, its tables and its walk-through: ``python -m tests.readme`` writes it."""

from __future__ import annotations

import contextlib
import re
import shlex
import tempfile
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path

import msgspec
from click.testing import CliRunner

from scanner.cli import main
from scanner.demo.run import collect_demo, open_demo
from scanner.export import EXPORTS
from scanner.policy.vocabulary import vocabulary
from scanner.report import FORMATS
from scanner.tenant.facts import DERIVED

FILE = Path(__file__).parents[1] / "README.md"

Rows = list[list[str]]


def permissions() -> Rows:
    """Least Graph permissions of all shipped policies, with what each is for."""
    graph, _, _azure = CliRunner().invoke(main, ["permissions"]).stdout.partition("\n\n")
    return [[f"`{name}`", reasons] for name, reasons in (line.split(maxsplit=1) for line in graph.splitlines())]


def formats() -> Rows:
    """Reports."""
    return [[f"`{name}`", form.description] for name, form in FORMATS.items()]


def exports() -> Rows:
    """Inventories."""
    return [[f"`{name}`", export.description] for name, export in EXPORTS.items()]


def facts() -> Rows:
    """Facts by what they belong to; the columns of derived resources by these."""
    types = vocabulary().types
    named = {name: sorted(one.name for one in kind.properties.values() if one.fact) for name, kind in types.items()}
    columns = {one.name: [field.name for field in msgspec.structs.fields(one.row)] for one in DERIVED}
    plain = {name: names for name, names in named.items() if names and not types[name].fact}
    return [
        [f"`{name}`", ", ".join(f"`{one}`" for one in names)]
        for name, names in [*sorted(plain.items()), *columns.items()]
    ]


TABLES: Mapping[str, Callable[[], Rows]] = {
    "permission": permissions,
    "format": formats,
    "export": exports,
    "of": facts,
}
"""By the heading of the first column."""


def rows(text: str, heading: str) -> Rows:
    """The rows of the table in ``text`` whose first column has this heading."""
    return [line.strip("| ").split(" | ") for line in _table(heading).findall(text)[0][1].splitlines()]


def _table(heading: str) -> re.Pattern[str]:
    return re.compile(rf"(^\| {heading} \|.*\n\|[-|]+\n)((?:\|.*\n)+)", re.MULTILINE)


def written(text: str) -> str:
    """``text`` with all tables as they are to be."""
    for heading, make in TABLES.items():
        head, _ = _table(heading).findall(text)[0]
        body = "".join(f"| {' | '.join(row)} |\n" for row in make())
        text = _table(heading).sub((head + body).replace("\\", r"\\"), text)
    return text


WALK = "## An auditor's day"
"""The section whose commands are run one after the other."""
UNTIL = "2026-12-31"
"""The end of the waiver in it: any day in the next year, which is taken for this one when the commands are run."""


def walk(text: str) -> list[str]:
    """The console blocks of the walk-through."""
    section = text[text.index(f"{WALK}\n") :].partition("\n## ")[0]
    return re.findall(r"```console\n(.*?)```", section, re.DOTALL)


def commands(block: str) -> list[str]:
    """What is typed in a console block."""
    return [line.removeprefix("$ ") for line in block.splitlines() if line.startswith("$ ")]


def walked(blocks: Iterable[str]) -> list[str]:
    """The blocks as a terminal of 80 columns shows them, run in the working folder, where ``snap`` is."""
    day = (date.today() + timedelta(days=30)).isoformat()
    shown = []
    for block in blocks:
        told = [f"$ {command}\n{_output(command.replace(UNTIL, day))}" for command in commands(block)]
        shown.append("".join(told).replace(day, UNTIL))
    return shown


def _output(command: str) -> str:
    return CliRunner().invoke(main, shlex.split(command)[1:], env={"COLUMNS": "80"}).output


def snapshot(folder: Path) -> None:
    """Puts the demo tenant's snapshot into ``folder``, as ``snap``."""
    collect_demo(open_demo(), folder / "snap")


SHOWN = "privileged-users-cloud-only"
"""The policy at the top, whose part of the sample report is shown."""


def excerpt(text: str) -> str:
    """``text`` with that part as the sample report has it."""
    report = (FILE.parent / "reports" / "report.txt").read_text(encoding="utf-8")
    (part,) = (one for one in report.split("\n\n") if one.partition("\n")[0].endswith(f"  {SHOWN}"))
    return re.sub(
        r"(scan demo/snapshot\n\.\.\.\n).*?(?=\n\.\.\.\n)", lambda found: found[1] + part, text, flags=re.DOTALL
    )


def _write() -> None:
    """Writes the excerpt, tables and walk-through."""
    text = written(excerpt(FILE.read_text(encoding="utf-8")))
    blocks = walk(text)
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        snapshot(Path(folder))
        for before, after in zip(blocks, walked(blocks), strict=True):
            text = text.replace(before, after)
    FILE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    _write()

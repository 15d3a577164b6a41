"""``README.md`` of this folder: how to run the benchmarks, and what each printed when it last ran with ``--write``.

No figure in it is typed by hand: a benchmark puts its own table between two marks, under the machine it ran on.
"""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

README = Path(__file__).with_name("README.md")


def show(section: str, packages: Iterable[str], table: Iterable[str], *, write: bool) -> None:
    """Prints the machine and a table, line by line as it comes; with ``write`` both go into ``README.md`` too."""
    described = machine(packages)
    print(described)
    lines = []
    for line in table:
        print(line, flush=True)
        lines.append(line)
    if write:
        put(section, described, "\n".join(lines))


def machine(packages: Iterable[str]) -> str:
    """Where a benchmark runs: processor, memory, system, Python, the packages that matter, and what else is running."""
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in packages)
    hardware = f"{_processor()}, {os.cpu_count()} cores, {_gigabytes()} GB of memory"
    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    # Other work takes turns with what is measured.
    return f"{hardware}; {system}, {versions}; {os.getloadavg()[0]:.1f} other processes running when it began."


def put(section: str, described: str, table: str) -> None:
    """Puts what a benchmark printed into its section."""
    text = README.read_text(encoding="utf-8")
    begin, end = f"<!-- {section}: written by the benchmark -->", f"<!-- end of {section} -->"
    content = f"{begin}\n{described}\n\n```\n{table.rstrip()}\n```\n{end}"
    made, count = re.subn(re.escape(begin) + ".*?" + re.escape(end), lambda _: content, text, flags=re.DOTALL)
    if count != 1:
        raise ValueError(f"{README.name} has no section {section}")
    README.write_text(made, encoding="utf-8")


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        found = re.search(r"^model name\s*:\s*(.+)$", cpuinfo.read_text(encoding="utf-8"), re.MULTILINE)
        if found:
            return found[1].strip()
    return platform.processor() or platform.machine()


def _gigabytes() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)

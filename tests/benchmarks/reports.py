"""Every report of 10,000 findings, time and size: ``python -m tests.benchmarks.reports [FINDINGS] [--write]``.

Half of the findings are of one policy, the rest of a hundred others, each with evidence as long as real ones have, and
some with hostile names. Beside them stands ``msgspec.json.encode`` of the same scan: the least that writing it takes.
The page is opened in Chromium too, where that is installed: until it is laid out, and until a search is shown.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from scanner.evaluate.judge import finding_id
from scanner.model import Evidence, Finding, PolicyInfo, Record, Result, Scan, Severity, Status
from scanner.report import FORMATS
from tests.benchmarks import page
from tests.report.samples import HOSTILE_NAMES

NAMES = [name[:256] for name in HOSTILE_NAMES if "\ud800" not in name]
"""Without lone surrogates, which the rival cannot write."""
OTHERS = 100
"""Policies beside the one that has half of the findings."""


def sample(number: int) -> Scan:
    """A scan with so many findings."""
    big = number // 2
    each = (number - big) // OTHERS
    results = [_result("policy-with-many", big, Severity.HIGH)]
    results += [_result(f"policy-{place:03d}", each, list(Severity)[place % 5]) for place in range(OTHERS)]
    return Scan("00000000-0000-4000-8000-000000000001", "Contoso", "2026-11-01T06:00:00Z", "0.1.0", tuple(results))


def _result(id: str, number: int, severity: Severity) -> Result:
    policy = PolicyInfo(
        id=id,
        title="No application has been granted a permission far beyond what most need",
        severity=severity,
        description="One application that holds one of them and leaks its secret is a breach of all. " * 4,
        remediation="Entra admin center > Entra ID > Enterprise apps > the application > Permissions: revoke it. " * 4,
        references=("https://learn.microsoft.com/graph/permissions-reference",),
        controls={"zero-trust": ("least-privilege",), "scuba": ("MS.AAD.5.1v1",)},
        tags=("applications",),
        path=f"policies/applications/{id}.yaml",
        line=40,
        source="servicePrincipal.grantedPermissions.all(one, !(one.value in params.permissions))",
    )
    findings = tuple(_finding(id, place) for place in range(number))
    return Result(
        policy, Status.FAIL, f"{number} of {number} records break the rule.", "servicePrincipals", number, findings
    )


def _finding(policy: str, place: int) -> Finding:
    name = NAMES[place // 50 % len(NAMES)] if place % 50 == 0 else f"Contoso application {place}"
    granted = [{"value": "Mail.ReadWrite", "type": "application", "resourceName": "Microsoft Graph"}] * 3
    return Finding(
        id=finding_id(policy, "servicePrincipals", str(place)),
        record=Record("servicePrincipals", f"{place:08d}-0000-4000-8000-000000000000", name),
        message=f"{name} has been granted Mail.ReadWrite (application), Directory.ReadWrite.All (application)",
        evidence=(
            Evidence("servicePrincipal.grantedPermissions", granted),
            Evidence("servicePrincipal.isMicrosoft", False),
        ),
        failed=("servicePrincipal.grantedPermissions.all(one, !(one.value in params.permissions))",),
    )


def measure(name: str, number: int) -> dict[str, Any]:
    """Seconds and characters of one format, and the memory of a process that does nothing else."""
    scan = sample(number)
    render = FORMATS[name].render if name in FORMATS else lambda one: msgspec.json.encode(one).decode(errors="replace")
    render(sample(100))  # imports are not counted
    start = time.perf_counter()
    text = render(scan)
    seconds = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "size": len(text.encode()), "memory": memory}


def browser(number: int) -> Iterator[str]:
    """What a reader waits for."""
    executable = shutil.which("chromium")
    if executable is None:
        yield "  Chromium is not installed: the page was not opened."
        return
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "report.html"
        file.write_text(FORMATS["html"].render(sample(number)), encoding="utf-8")
        window = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"]).new_page()
        start = time.perf_counter()
        window.goto(file.as_uri())
        window.evaluate("document.body.offsetHeight")
        yield f"  opened in Chromium {time.perf_counter() - start:>18.2f} s"
        search = """(text) => { const from = performance.now(); const field = document.getElementById("search");
            field.value = text; field.dispatchEvent(new Event("input", { bubbles: true })); document.body.offsetHeight;
            return performance.now() - from; }"""
        yield f"  first search {window.evaluate(search, 'application 77') / 1000:>25.2f} s"
        yield f"  next search {window.evaluate(search, 'application 777') / 1000:>26.2f} s"


def table(number: int) -> Iterator[str]:
    yield f"{number:,} findings of {OTHERS + 1} policies"
    yield f"{'':<18}{'seconds':>9}{'MB':>8}{'MB at peak':>12}"
    for name in ("msgspec", *FORMATS):
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.reports", "--one", name, str(number)],
            capture_output=True,
            text=True,
            check=True,
        )
        one = json.loads(done.stdout)
        yield f"  {name:<16}{one['seconds']:>9.2f}{one['size'] / 2**20:>8.1f}{one['memory']:>12.0f}"
    yield from browser(number)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("findings", type=int, nargs="?", default=10_000)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--write", action="store_true", help="put the table into README.md of this folder")
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measure(given.one, given.findings)))
    else:
        page.show("reports", ("msgspec", "jinja2", "rich"), table(given.findings), write=given.write)


if __name__ == "__main__":
    main()

"""Every machine format says the same as the scan when it is read back, whatever names the tenant has."""

from __future__ import annotations

import re

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model import Evidence, Finding, Record, Scan, Status, Unjudged, Waived
from scanner.report import FORMATS
from scanner.report.github import render as to_github
from scanner.report.markdown import render as to_markdown
from tests.markdown import does_nothing
from tests.report.reading import READERS, Page, expected
from tests.report.samples import HOSTILE_NAMES, SAMPLE, hostile, policy, result, scan

MACHINE = pytest.mark.parametrize("name", READERS)
ANY = st.sampled_from(HOSTILE_NAMES) | st.text(st.characters(codec=None), max_size=30)
STATUSES = st.sampled_from(Status)


@st.composite
def findings(draw: st.DrawFn) -> tuple[Finding, ...]:
    """Some, each with a record of its own."""
    made = []
    for number, id in enumerate(draw(st.lists(ANY, max_size=3, unique=True))):
        name, text = draw(ANY), draw(ANY)
        waived = Waived(name or "r", text or "a", "2026-06-30", name) if draw(st.booleans()) else None
        evidence = (Evidence(f"user.{number}", draw(ANY)), Evidence("list", [text, -1, 1.5, None, {name: [text]}]))
        made.append(Finding(f"f{number}", Record("users", f"{number}{id}", name), text, evidence, (name,), waived))
    return tuple(made)


@st.composite
def scans(draw: st.DrawFn) -> Scan:
    """A scan in which every text of a tenant is any text."""
    results = []
    for number, status in enumerate(draw(st.lists(STATUSES, min_size=1, max_size=4))):
        found = draw(findings()) if status in (Status.FAIL, Status.WAIVED) else ()
        if all(one.waived for one in found) and status is Status.FAIL:
            found = tuple(msgspec.structs.replace(one, waived=None) for one in found)
        if status is Status.WAIVED:
            accepted = Waived("r", "a", "2026-06-30", "")
            found = tuple(msgspec.structs.replace(one, waived=one.waived or accepted) for one in found)
        text = draw(ANY)
        reasons = {Status.FAIL: Status.ERROR, Status.ERROR: Status.ERROR, Status.UNKNOWN: Status.UNKNOWN}
        reason = reasons.get(status) if draw(st.booleans()) else None
        unjudged = (Unjudged(Record("users", text, text), reason, text, text),) if reason else ()
        results.append(result(policy(f"p-{number}"), status, summary=text, findings=found, unjudged=unjudged))
    return scan(*results, tenant_name=draw(ANY))


@MACHINE
@pytest.mark.parametrize("sample", [SAMPLE, hostile(), scan()], ids=["sample", "hostile", "empty"])
def test_a_report_says_the_same_when_it_is_read_back(name: str, sample: Scan) -> None:
    assert READERS[name](FORMATS[name].render(sample)) == expected(name, sample)


@MACHINE
@settings(max_examples=60)
@given(sample=scans())
def test_no_text_of_a_tenant_changes_what_is_read_back(name: str, sample: Scan) -> None:
    assert READERS[name](FORMATS[name].render(sample)) == expected(name, sample)


def test_every_machine_format_is_read_back() -> None:
    assert set(FORMATS) - set(READERS) == {"text", "markdown", "github", "summary"}


@settings(max_examples=60)
@given(sample=scans())
def test_no_text_of_a_tenant_becomes_markup_of_the_page(sample: Scan) -> None:
    page = Page()
    page.feed(FORMATS["html"].render(sample))
    assert [tag for tag, _ in page.tags].count("script") == 1
    for tag, attributes in page.tags:
        assert tag not in ("iframe", "img", "object", "embed", "link", "base")
        assert not [name for name in attributes if name.startswith("on") or name in ("style", "src", "srcdoc")]
        assert (attributes.get("href") or "#").startswith(("#", "https://learn.microsoft.com/"))


@settings(max_examples=60)
@given(sample=scans())
def test_no_text_of_a_tenant_does_anything_in_markdown(sample: Scan) -> None:
    does_nothing(to_markdown(sample))


@settings(max_examples=60)
@given(sample=scans())
def test_no_text_of_a_tenant_becomes_a_command_of_a_runner(sample: Scan) -> None:
    command = re.compile(r"::(error|warning|notice) (?:file=[^:,]*,line=\d+,)?title=[^:,]*::.*")
    assert all(command.fullmatch(line) for line in to_github(sample).splitlines())

"""All there is to say of one policy, as blocks: the page that Markdown and the terminal both show."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from scanner.collect.azure_roles import azure_roles
from scanner.collect.catalogue import Resource
from scanner.collect.plan import permissions
from scanner.docs.advice import prose, requests
from scanner.docs.blocks import Block, Code, Link, Page, Paragraph, Section, Table, Words
from scanner.docs.rule import checked
from scanner.docs.tailor import tailoring
from scanner.errors import ProblemsError
from scanner.frameworks import FRAMEWORKS
from scanner.model import Status
from scanner.policy.document import Document
from scanner.policy.find import SUFFIX, TEST_SUFFIX
from scanner.policy.model import Attested, Policy
from scanner.policy.needs import Needs, needs
from scanner.policy.pages import shown
from scanner.policy.recommendations import FRAMEWORK, RECOMMENDATIONS
from scanner.policy.schema import check
from scanner.policy.source import read
from scanner.report.words import status_name


def content(policy: Policy, catalogue: Mapping[str, Resource], place: Path | None = None) -> Page:
    """The page of ``policy``. ``place`` is the folder that the page is written to: files are linked from there."""
    document = read(policy.path)
    sections = (
        Section("Why", prose(policy.description)),
        Section(
            "What is stated" if isinstance(policy.body, Attested) else "What is checked",
            tuple(_rule(policy, document, catalogue)),
        ),
        Section("Parameters", tuple(_params(policy))),
        Section("What to do", (*prose(policy.remediation), *requests(policy.remediation))),
        Section("What it reads", tuple(_reading(needs(policy, catalogue), catalogue))),
        Section("Controls", tuple(_controls(policy))),
        Section("Test cases", tuple(_cases(policy, place))),
        Section("Tailor it", tuple(tailoring(policy, document))),
        Section("References", tuple(Paragraph((Link(one, one),)) for one in policy.references)),
    )
    title = " ".join(policy.title.split())
    return Page(title, _about(policy, place), tuple(one for one in sections if one.blocks))


def _about(policy: Policy, place: Path | None) -> Table:
    rows: list[tuple[Words, ...]] = [(("id",), (Code(policy.id),)), (("severity",), (policy.severity.value,))]
    if policy.licenses:
        rows.append((("licence",), (" or ".join(policy.licenses),)))
    if policy.tags:
        rows.append((("tags",), (", ".join(policy.tags),)))
    if policy.aliases:
        rows.append((("also called",), (", ".join(policy.aliases),)))
    rows.append((("file",), (_file(policy.path, place),)))
    return Table(tuple(rows))


def _file(path: Path, place: Path | None) -> Link | Code:
    if place is None:
        return Code(path.as_posix())
    try:
        return Link(path.name, Path(os.path.relpath(path, place)).as_posix())
    except ValueError:  # on Windows, where the page is on another drive
        return Code(path.name)


def _rule(policy: Policy, document: Document, catalogue: Mapping[str, Resource]) -> Iterator[Block]:
    body = policy.body
    if isinstance(body, Attested):
        yield from prose(body.statement)
        yield Paragraph((f"No API shows it: somebody states it. A statement holds for {body.valid_for.days} days.",))
        return
    yield from checked(body, document, catalogue)


def _params(policy: Policy) -> Iterator[Block]:
    if policy.params:
        rows = [
            ((Code(one.name),), (one.type,), (Code(shown(one.value)),), (" ".join(one.description.split()),))
            for one in policy.params.values()
        ]
        yield Table(tuple(rows), ("parameter", "type", "value", "what it is"))


def _controls(policy: Policy) -> Iterator[Block]:
    if policy.controls:
        rows = [
            ((FRAMEWORKS.get(framework, framework),), (_control(framework, each),))
            for framework, ids in policy.controls.items()
            for each in ids
        ]
        yield Table(tuple(rows), ("framework", "control"))


def _control(framework: str, control: str) -> str:
    if framework == FRAMEWORK and control in RECOMMENDATIONS:
        whole, dot, _ = control.partition(".")
        part_of = f" ({whole}: {RECOMMENDATIONS[whole].title})" if dot else ""
        return f"{control}: {RECOMMENDATIONS[control].title}{part_of}"
    if framework == "zero-trust" and "-" in control:
        return control.replace("-", " ").capitalize()
    return control


def _reading(reading: Needs, catalogue: Mapping[str, Resource]) -> Iterator[Block]:
    if not reading:
        return
    rows = [
        (
            (_documented(catalogue[name]),),
            _source(catalogue[name]),
            (", ".join(sorted(names)) or "(how many there are)",),
        )
        for name, names in reading.items()
    ]
    yield Table(tuple(rows), ("resource", "from", "properties"))
    least = permissions(reading, catalogue)
    if least:
        kinds = [((Code(one.name),), (", ".join(one.reasons),)) for one in least]
        yield Table(tuple(kinds), ("least permission of Microsoft Graph", "to read"))
    roles = azure_roles(reading, catalogue)
    if roles:
        scopes = [((one.role,), (one.scope,), (", ".join(name for _, name in one.actions),)) for one in roles]
        yield Table(tuple(scopes), ("role in Azure", "on", "to read"))


def _documented(resource: Resource) -> Link | Code:
    """The resource's name; a configuration can give any text for the address of its page."""
    address = resource.documentation
    return Link(resource.name, address) if address.startswith("https://") else Code(resource.name)


def _source(resource: Resource) -> Words:
    if resource.imported:
        return ("a file that is added to the snapshot",)
    if resource.azure is not None:
        return ("Azure Resource Manager, ", Code(f"GET /{resource.path}"))
    return ("Microsoft Graph, ", Code(f"GET /{resource.version}/{resource.path}"))


def _cases(policy: Policy, place: Path | None) -> Iterator[Block]:
    path = policy.path.with_name(policy.path.name.removesuffix(SUFFIX) + TEST_SUFFIX)
    if not path.is_file():
        yield Paragraph(("There are none. ", Code("tenantlint test"), " would run those in ", _file(path, place), "."))
        return
    try:
        document = read(path)
        broken = bool(check(document, "policy-test"))
    except ProblemsError:
        broken = True
    if broken:
        yield Paragraph(("They are not in order; ", Code("tenantlint lint"), " tells why: ", _file(path, place), "."))
        return
    rows = [
        ((status_name(Status(case["expect"])),), (" ".join(case["name"].split()),))
        for case in document.value(("cases",))
    ]
    yield Table(tuple(rows), ("verdict", "case"))
    yield Paragraph(("In full: ", _file(path, place), "."))

"""How one policy is tailored or its findings are accepted: parts of files that can be copied."""

from __future__ import annotations

import json
from collections.abc import Iterator

from scanner.docs.blocks import Block, Code, Listing, Paragraph
from scanner.model import Severity
from scanner.policy.document import Document
from scanner.policy.model import Attested, Between, Policy
from scanner.policy.pages import shown


def tailoring(policy: Policy, document: Document) -> Iterator[Block]:
    """The keys of ``tenantlint.yaml`` that change the policy, and what accepts a finding or attests the statement."""
    yield Paragraph(("In ", Code("tenantlint.yaml"), ", all of it optional:"))
    yield Listing("\n".join(_configuration(policy, document)), "yaml")
    if isinstance(policy.body, Attested):
        yield Paragraph(("Stated in ", Code("attestations.yaml"), ":"))
        yield Listing(_ATTESTATION.format(id=policy.id), "yaml")
    else:
        yield Paragraph(
            (
                "A finding that is accepted, in ",
                Code("waivers.yaml"),
                "; ",
                Code("tenantlint waive"),
                " writes it:",
            )
        )
        yield Listing(_WAIVER.format(id=policy.id), "yaml")


_ATTESTATION = """\
attestations:
  - policy: {id}
    person: <who states it>
    date: <day of the statement, as 2026-06-30>"""
_WAIVER = """\
waivers:
  - policy: {id}
    record: <id of the record, as the finding shows it>
    reason: <why it is accepted>
    approver: <who accepted it>
    expires: <last day, as 2026-12-31>"""


def _configuration(policy: Policy, document: Document) -> Iterator[str]:
    if policy.params:
        yield from ("params:", f"  {policy.id}:")
        for param in policy.params.values():
            yield f"    {param.name}: {written(param.type, param.value)}"
    if not isinstance(policy.body, Attested) and isinstance(policy.body.require, Between):
        bounds = {name: number for name, number in document.value(("require",)).items() if isinstance(number, int)}
        if bounds:
            numbers = ", ".join(f"{name}: {number}" for name, number in bounds.items())
            yield from ("require:", f"  {policy.id}: {{{numbers}}}")
    other = Severity.MEDIUM if policy.severity is not Severity.MEDIUM else Severity.HIGH
    yield from ("severities:", f"  {policy.id}: {other.value}")
    yield f"ignore: [{policy.id}]"


def written(kind: str, value: object) -> str:
    """The value of a parameter of type ``kind`` as a configuration has it."""
    return shown(value) if kind == "duration" else json.dumps(value, ensure_ascii=False)

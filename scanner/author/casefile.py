"""The test file of a new policy: the examples that were found, and the verdict where nothing was collected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from scanner.author.search import Content, Example, Examples, find_examples, verdict
from scanner.author.yamltext import block, flow
from scanner.collect.catalogue import Resource
from scanner.model import Status
from scanner.policy.model import Policy, Rule
from scanner.policy.needs import needs
from scanner.policy.vocabulary import Vocabulary


@dataclass(frozen=True)
class Cases:
    """The cases of a policy, by name."""

    examples: Mapping[str, Example]
    passing: bool
    """Whether a snapshot that passes was found."""
    failing: bool


def make_cases(policy: Policy, words: Vocabulary) -> Cases:
    """Cases for a policy that is decided by a rule, each with the verdict that it came to."""
    found = find_examples(policy, words)
    cases = dict(_named(found))
    unknown = _not_collected(policy, words)
    if unknown is not None:
        name = "it was not collected" if unknown.status is Status.UNKNOWN else "nothing was collected"
        cases[name] = unknown
    return Cases(cases, found.passing is not None, found.failing is not None)


def _named(found: Examples) -> Iterator[tuple[str, Example]]:
    pairs = (("the rule is met", found.passing), ("the rule is broken", found.failing), ("not concerned", found.aside))
    for name, example in pairs:
        if example is not None:
            yield name, example


def _not_collected(policy: Policy, words: Vocabulary) -> Example | None:
    """The verdict where what the policy is about could not be read."""
    assert isinstance(policy.body, Rule)
    catalogue = words.catalogue
    about = [policy.body.resource] if policy.body.resource in catalogue else list(needs(policy, catalogue))
    outcomes = {name: _denied(catalogue[name]) for name in about}
    found = verdict(policy, words, {"outcomes": outcomes} if outcomes else {})
    return replace(found, findings=()) if found and found.status is not Status.FAIL else found


def _denied(resource: Resource) -> Content:
    reason = resource.permission or resource.imported or "not read"
    return {"outcome": "denied", "reason": reason}


def cases_text(cases: Cases, header: str) -> str:
    """The test file; ``header`` is its first line."""
    lines = [header.rstrip("\n"), "cases:"]
    for name, example in cases.examples.items():
        lines.append(f"  - name: {flow(name)}")
        if example.accounts:
            lines.append(f"    config: {flow({'breakGlass': {'accounts': list(example.accounts)}})}")
        lines += _snapshot(example.snapshot)
        lines.append(f"    expect: {example.status}")
        if example.findings:
            lines.append(f"    findings: {flow(list(example.findings))}")
    lines += [f"# {one}" for one in missing(cases)]
    return "\n".join(lines) + "\n"


def _snapshot(content: Content) -> Iterator[str]:
    if not content:
        yield "    snapshot: {}"
        return
    yield "    snapshot:"
    yield from block(content, 6)


def missing(cases: Cases) -> tuple[str, ...]:
    """What the author has to add, in sentences."""
    lacking = [word for word, there in (("passes", cases.passing), ("fails", cases.failing)) if not there]
    if not lacking:
        return ()
    which = " and one that ".join(lacking)
    return (
        f"No example that {which} was found: what the rule reads is",
        "made from several records. Add a case with these records, as the tests of the",
        "shipped policies do.",
    )

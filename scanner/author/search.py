"""Finds examples for a policy: a snapshot that passes and one that fails, by trying small records on it.

Nothing is guessed: every example has been evaluated as a scan would, and is kept with the verdict it came to. Records
of the policy's own resource are tried many at a time; settings of the tenant, of which a snapshot has one each, one
after the other.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from scanner.author.candidates import NOW, TIME, Json, combinations, records
from scanner.author.shapes import Shape, read_shapes
from scanner.author.surroundings import NAME, SOMEBODY, USUAL, Surroundings, surroundings
from scanner.cel.types import TENANT
from scanner.collect.catalogue import Resource
from scanner.errors import SnapshotError
from scanner.evaluate.engine import evaluate
from scanner.model import Result, Status
from scanner.policy.model import Between, Every, Never, Policy, Rule
from scanner.policy.needs import direct_needs, needs, reads
from scanner.policy.vocabulary import Vocabulary
from scanner.policy.waivers import Declarations
from scanner.snapshot import Snapshot
from scanner.tenant.base import Graph
from scanner.tenant.break_glass.declared import BreakGlass
from scanner.tenant.facts import FACTS_BY_NAME

MOST_RECORDS = 8_000
"""Records of the policy's resource that are tried together."""
MOST_SETTINGS = 300
"""Combinations of settings of the tenant that are tried."""
MOST_TRIED = 20_000
"""Records tried in all."""
MOST_EVALUATED = 300
"""Snapshots that are evaluated, with one record or with many."""
_FEWEST = 60
"""Records tried in each setting, however many settings there are."""
_LINKED = 50
"""Forms of a record of another resource that belongs to the record."""
_KEPT = 100
"""Records of one verdict among which a pair is chosen."""
_COPIES = 25
"""Records in one example, where a number of them is asked for."""
_BREAK_GLASS = frozenset({"isBreakGlass", "breakGlassDeclared", "breakGlassMistakes", "breakGlassCandidates"})
Content = Mapping[str, object]
"""A snapshot in single-file form."""


@dataclass(frozen=True)
class Example:
    """A snapshot, what was declared with it, and the verdict that the policy came to."""

    snapshot: Content
    status: Status
    findings: tuple[str, ...] = ()
    """Ids of the records found."""
    accounts: tuple[str, ...] = ()
    """Declared break-glass accounts."""


@dataclass(frozen=True)
class Examples:
    """What was found, None where nothing was."""

    passing: Example | None
    failing: Example | None
    aside: Example | None
    """One that the policy is not about, where it has a ``where``."""


@dataclass(frozen=True)
class _Setting:
    """What stands around the records: other resources, and whether the records are declared as break-glass accounts."""

    content: Content
    around: Surroundings
    declared: bool


def find_examples(policy: Policy, words: Vocabulary) -> Examples:
    """Examples for a policy that is decided by a rule."""
    rule = policy.body
    return _Search(policy, rule, words).run() if isinstance(rule, Rule) else Examples(None, None, None)


def verdict(policy: Policy, words: Vocabulary, snapshot: Content, accounts: Sequence[str] = ()) -> Example | None:
    """What a policy comes to on a snapshot; None where that is no snapshot."""
    result = _evaluate([policy], words, snapshot, accounts)
    if result is None:
        return None
    return Example(snapshot, result[0].status, tuple(one.record.id for one in result[0].findings), tuple(accounts))


def _evaluate(
    policies: Sequence[Policy], words: Vocabulary, snapshot: Content, accounts: Sequence[str]
) -> tuple[Result, ...] | None:
    declared = Declarations(BreakGlass(accounts=tuple(accounts)))
    try:
        return evaluate(policies, Snapshot.of(snapshot, catalogue=words.catalogue), words.types, declared, NOW).results
    except SnapshotError:
        return None


class _Search:
    def __init__(self, policy: Policy, rule: Rule, words: Vocabulary) -> None:
        self._policy = policy
        self._rule = rule
        self._words = words
        subject = words.subjects[rule.resource]
        self._resource = words.catalogue.get(rule.resource)
        self._listed = self._resource is not None and not self._resource.singleton
        self._key = self._resource.key if self._resource else "id"
        params = {name: param.value for name, param in policy.params.items()}
        checked = [one for one in (rule.where, rule.assertion) if one]
        self._reading = read_shapes(checked, subject.variable, subject.type, words.types, params)
        self._linked = dict(_links(self._reading.record))
        self._settings = tuple(self._all_settings())
        self._left = MOST_EVALUATED

    def run(self) -> Examples:
        """Tries settings until examples of both verdicts have been found, or enough has been tried."""
        found: dict[Status, Example] = {}
        share = max(_FEWEST, min(MOST_RECORDS, MOST_TRIED // max(len(self._settings), 1)))
        tried = self._candidates(share) if self._listed else []
        for number, setting in enumerate(self._settings):
            for example in self._in(setting, tried):
                found.setdefault(example.status, example)
            enough = (number + 1) * len(tried) >= MOST_TRIED or self._left <= 0
            if enough or {Status.PASS, Status.FAIL} <= found.keys():
                break
        aside = found.get(Status.NOT_APPLICABLE) if self._rule.where else None
        return Examples(found.get(Status.PASS), found.get(Status.FAIL), aside)

    def _all_settings(self) -> Iterator[_Setting]:
        """Contents of all resources but the policy's own, the simplest first."""
        catalogue = self._words.catalogue
        shapes = {
            name: slot.shape for name, slot in self._reading.tenant.slots.items() if name in catalogue and slot.shape
        }
        if self._resource is not None and self._resource.singleton:
            shapes[self._resource.name] = self._reading.record
        own = {*shapes, *(resource for resource, _ in self._linked.values()), self._rule.resource}
        needed = sorted(needs(self._policy, catalogue).keys() - own)
        usual = USUAL if self._listed else {**USUAL, **SOMEBODY}
        base = {name: usual.get(name, {"id": name} if catalogue[name].singleton else []) for name in needed}
        columns = [list(self._contents(catalogue[name], shape)) for name, shape in shapes.items()]
        declared = (False, True) if {name for _, name in reads([self._policy])} & _BREAK_GLASS else (False,)
        for row in combinations(columns, MOST_SETTINGS):
            for around, one in itertools.product(surroundings(needed), declared):
                yield _Setting({**base, **dict(zip(shapes, row, strict=True))}, around, one)

    def _contents(self, resource: Resource, shape: Shape) -> Iterator[object]:
        """What a small resource may hold."""
        if not resource.singleton:
            yield []
        for record in records(shape, self._reading.constants, MOST_SETTINGS):
            whole = {resource.key: resource.name if resource.singleton else NAME, **record}
            yield whole if resource.singleton else [whole]

    def _candidates(self, limit: int) -> list[Json]:
        """Records of the policy's resource, those of other resources that belong to them under the fact's name."""
        made = records(self._reading.record, self._reading.constants, limit)
        for name, (_, shape) in self._linked.items():
            forms = records(shape, self._reading.constants, _LINKED)
            made = [{**outer, name: one} for outer in made for one in forms][:limit]
        return made

    def _in(self, setting: _Setting, tried: Sequence[Json]) -> Iterator[Example]:
        """Examples of every verdict that can be had in one setting."""
        if not self._listed:
            yield from self._example(setting, [])
            return
        if any(self._key in one for one in tried):  # told apart by what the rule reads: they cannot be numbered
            share = max(1, MOST_EVALUATED // len(self._settings))
            for one in [one for one in tried if one.get(self._key)][:share]:
                yield from self._example(setting, [one])
            return
        meeting, breaking, aside = self._sorted(setting, tried)
        good, bad = closest(meeting, breaking)
        _, beside = closest(good, aside)
        for several in (good[:1], bad[:1], *self._counted(good[:1]), beside[:1], []):
            yield from self._example(setting, several)

    def _counted(self, good: list[Json]) -> Iterator[list[Json]]:
        """As many records that meet the rule as a requirement in numbers asks for, and one more than it allows."""
        require = self._rule.require
        if isinstance(require, Between) and good:
            for count in (require.minimum, (require.maximum or 0) + 1):
                yield good * min(count, _COPIES)

    def _sorted(self, setting: _Setting, batch: Sequence[Json]) -> tuple[list[Json], list[Json], list[Json]]:
        """Those of a batch that meet the rule, those that break it, and those that it is not about."""
        self._left -= 1
        snapshot, accounts = self._snapshot(setting, batch)
        both = [
            replace(self._policy, id=name, body=replace(self._rule, require=require, message=()))
            for name, require in (("broken", Every()), ("met", Never()))
        ]
        results = _evaluate(both, self._words, snapshot, accounts)
        if results is None:
            return [], [], []
        breaking, meeting = ({one.record.id for one in result.findings} for result in results)
        unjudged = {one.record.id for one in results[0].unjudged}
        everything = {_numbered(number): record for number, record in enumerate(batch)}
        beside = set() if results[0].missing else everything.keys() - meeting - breaking - unjudged
        met, broken, aside = ([everything[id] for id in everything if id in ids] for ids in (meeting, breaking, beside))
        return met, broken, aside

    def _example(self, setting: _Setting, several: Sequence[Json]) -> Iterator[Example]:
        """The verdict on some records, if it is one to show."""
        self._left -= 1
        snapshot, accounts = self._snapshot(setting, several)
        example = verdict(self._policy, self._words, snapshot, accounts)
        if example is not None:
            yield example

    def _snapshot(self, setting: _Setting, several: Sequence[Json]) -> tuple[Json, tuple[str, ...]]:
        """A snapshot with these records, and the break-glass accounts declared in it."""
        content: Json = {"collectedAt": TIME, **setting.content}
        ids: list[str] = []
        if self._rule.resource == TENANT:
            content[TENANT] = {"id": NAME, "displayName": "Example"}
        if self._listed:
            linked: dict[str, list[Json]] = {resource: [] for resource, _ in self._linked.values()}
            rows: list[Json] = []
            for number, record in enumerate(several):
                id = record.get(self._key, _numbered(number))
                ids.append(id)
                own = {name: value for name, value in record.items() if name not in self._linked}
                rows.append({self._key: id, **self._named(own), **own})
                for name, (resource, _) in self._linked.items():
                    linked[resource].append({"id": id, **record[name]})
            content |= {**linked, self._rule.resource: rows}
        content |= setting.around(ids or [NAME])
        return content, tuple(ids or [NAME]) if setting.declared else ()

    def _named(self, record: Json) -> Json:
        """What the message shows of a record and the rule does not read."""
        types, resource = self._words.types[self._reading.record.type].properties, self._rule.resource
        names = direct_needs(self._policy, self._words.catalogue).get(resource, frozenset())
        shown = [types[name] for name in sorted(names) if types[name].type == "string" and not types[name].many]
        keys = [one.key or one.name for one in shown]
        return {key: "Example" for key in keys if key != self._key and key not in record}


def _links(shape: Shape) -> Iterator[tuple[str, tuple[str, Shape]]]:
    """Facts that are a record of another resource with the same id: fact → resource and what is read of it."""
    for name, slot in shape.slots.items():
        fact = FACTS_BY_NAME.get((shape.type, name))
        if fact and slot.shape and isinstance(fact.returns, Graph) and not fact.returns.many:
            yield name, (fact.returns.resource, slot.shape)


def _numbered(number: int) -> str:
    return f"{NAME}-{number + 1}" if number else NAME


def closest(some: Sequence[Json], others: Sequence[Json]) -> tuple[list[Json], list[Json]]:
    """Both, shortened, and with the two that differ least first: a reader sees what decides."""
    pairs = itertools.product(some[:_KEPT], others[:_KEPT])
    pair = min(pairs, key=lambda two: (_different(*two), _empty(two[0]) + _empty(two[1])), default=None)
    if pair is None:
        return list(some[:1]), list(others[:1])
    return [pair[0]], [pair[1]]


def _different(one: Json, other: Json) -> int:
    return sum(one.get(name) != other.get(name) for name in one.keys() | other.keys())


def _empty(record: Json) -> int:
    return sum(value is None or value == "" or value == [] for value in record.values())

"""Bars: how the policies of an area, and the controls of a framework, stand."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scanner.frameworks import FRAMEWORKS
from scanner.model import Result, Severity, Status
from scanner.report.safe import printable

MET, UNDECIDED = "met", "undecided"
_ORDER = (*(severity.value for severity in Severity), UNDECIDED, MET)


@dataclass(frozen=True)
class Segment:
    """A part of a bar: what it stands for, and where it lies, in per cent."""

    kind: str
    number: int
    start: float
    width: float


@dataclass(frozen=True)
class Bar:
    """One area or one framework."""

    key: str
    name: str
    segments: Sequence[Segment]
    text: str
    """The same in words, for who does not see it."""


def areas(results: Sequence[Result]) -> list[Bar]:
    """How many policies of each area fail, by severity, are not decided, and hold."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for result in results:
        if result.status is not Status.NOT_APPLICABLE:
            found[area(result)][_kind(result)] += 1
    return [_bar(name, name, numbers, "fail") for name, numbers in sorted(found.items())]


def frameworks(results: Sequence[Result]) -> list[Bar]:
    """How many controls of each framework are not met, by the worst policy that fails, are not decided, and are met."""
    worst: dict[str, dict[str, int]] = defaultdict(dict)
    for result in results:
        if result.status is Status.NOT_APPLICABLE:
            continue
        rank = _ORDER.index(_kind(result))
        for framework, ids in result.policy.controls.items():
            known = worst[framework]
            known.update({one: min(rank, known.get(one, rank)) for one in ids})
    names = [*(name for name in FRAMEWORKS if name in worst), *sorted(worst.keys() - FRAMEWORKS.keys())]
    return [
        _bar(printable(name), FRAMEWORKS.get(name, printable(name)), _tally(worst[name].values()), "not met")
        for name in names
    ]


def _tally(ranks: Iterable[int]) -> Counter[str]:
    return Counter(_ORDER[rank] for rank in ranks)


def area(result: Result) -> str:
    """The folder that the policy stands in."""
    parts = result.policy.path.replace("\\", "/").split("/")
    return printable(parts[-2]) if len(parts) > 1 else "other"


def _kind(result: Result) -> str:
    if result.status is Status.FAIL:
        return result.policy.severity.value
    return MET if result.status in (Status.PASS, Status.WAIVED) else UNDECIDED


def _bar(key: str, name: str, numbers: Counter[str], broken: str) -> Bar:
    total = numbers.total()
    segments: list[Segment] = []
    start = 0.0
    for kind in _ORDER:
        if numbers[kind]:
            width = 100 * numbers[kind] / total
            segments.append(Segment(kind, numbers[kind], round(start, 3), round(width, 3)))
            start += width
    failing = total - numbers[MET] - numbers[UNDECIDED]
    text = f"{failing} of {total} {broken}"
    if numbers[UNDECIDED]:
        text += f", {numbers[UNDECIDED]} not decided"
    return Bar(key, name, segments, text)

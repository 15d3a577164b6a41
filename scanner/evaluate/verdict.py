"""From what was counted to one status: the table of verdicts in the README, as code.

A certain violation is ``fail`` even where other records could not be judged. Otherwise ``error`` counts over
``unknown``, and ``unknown`` over the rest. Nothing that could not be read is ever ``pass``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from scanner.model import Finding, Missing, NearMiss, Status, Unjudged
from scanner.policy.model import Between, Every, Never, Requirement, Some


@dataclass
class Tally:
    """What one pass over the records of a policy's resource has found."""

    considered: int = 0
    """Records that ``where`` selected, judged or not."""
    met: int = 0
    """Records for which the assertion is true."""
    findings: list[Finding] = field(default_factory=list)
    """The records that count against the policy, should it fail."""
    unjudged: list[Unjudged] = field(default_factory=list)
    nearest: NearMiss | None = None
    open_ended: bool = False
    """There may be more records than could be read."""
    lacking: dict[str, str] = field(default_factory=dict)
    """Resources that records could not be judged without, with the reason."""


@dataclass(frozen=True)
class Verdict:
    """A status and the sentence that says why."""

    status: Status
    summary: str


def decide(requirement: Requirement, tally: Tally, missing: Sequence[Missing]) -> Verdict:
    """The verdict on one policy whose licence is there and whose resource was read."""
    violation = _violation(requirement, tally)
    if violation:
        return Verdict(Status.FAIL, violation + _unjudged_too(tally))
    verdict = undecided(tally, missing)
    if verdict is not None:
        return verdict
    if tally.considered == 0 and not _asks_for_records(requirement):
        return Verdict(Status.NOT_APPLICABLE, "No record is concerned.")
    return Verdict(Status.PASS, _satisfied(requirement, tally))


def undecided(tally: Tally, missing: Sequence[Missing]) -> Verdict | None:
    """The verdict on what could not be judged or read; None where everything was."""
    errors = [one for one in tally.unjudged if one.status is Status.ERROR]
    if errors:
        return Verdict(Status.ERROR, _first_of(errors))
    if missing:
        return Verdict(Status.UNKNOWN, "Not collected: " + "; ".join(describe(one) for one in missing) + ".")
    if tally.unjudged:
        return Verdict(Status.UNKNOWN, _first_of(tally.unjudged))
    return None


def describe(missing: Missing) -> str:
    """One missing thing in words: ``users (denied: needs User.Read.All)``."""
    return f"{missing.resource} ({missing.reason})"


def _violation(requirement: Requirement, tally: Tally) -> str:
    """Why the requirement certainly does not hold, whatever the unjudged records are; empty if it may hold."""
    possible = math.inf if tally.open_ended else tally.met + len(tally.unjudged)
    count = f"{tally.considered} {_plural(tally.considered)}"
    match requirement:
        case Every() if tally.findings:
            return f"{len(tally.findings)} of {count} {_breaks(tally)} the rule."
        case Never() if tally.findings:
            return f"{len(tally.findings)} of {count} must not be there."
        case Some() if possible == 0:
            return f"None of {count} meets the rule; at least one must."
        case Between(minimum=minimum) if possible < minimum:
            return f"{tally.met} of {count} meet the rule; at least {minimum} must."
        case Between(maximum=int(maximum)) if tally.met > maximum:
            return f"{tally.met} of {count} meet the rule; at most {maximum} may."
    return ""


def _asks_for_records(requirement: Requirement) -> bool:
    return isinstance(requirement, Some) or (isinstance(requirement, Between) and requirement.minimum > 0)


def _first_of(unjudged: Sequence[Unjudged]) -> str:
    first = unjudged[0]
    count = f"{len(unjudged)} {_plural(len(unjudged))} could not be judged"
    return f"{count}; the first is {first.record.name}: {first.reason}"


def _unjudged_too(tally: Tally) -> str:
    count = len(tally.unjudged)
    return f" {count} more {_plural(count)} could not be judged." if count else ""


def _satisfied(requirement: Requirement, tally: Tally) -> str:
    match requirement:
        case Every():
            which = "the" if tally.considered == 1 else "all"
            return f"Holds for {which} {tally.considered} {_plural(tally.considered)} concerned."
        case Never():
            return f"None of {tally.considered} {_plural(tally.considered)} concerned has it."
    return f"{tally.met} of {tally.considered} {_plural(tally.considered)} meet the rule."


def _plural(count: int) -> str:
    return "record" if count == 1 else "records"


def _breaks(tally: Tally) -> str:
    return "breaks" if len(tally.findings) == 1 else "break"

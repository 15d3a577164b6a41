"""A new policy as options and as answers give it, and the outcome of its cases."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from click.testing import CliRunner, Result

from scanner.author.command import Given
from scanner.cli import main
from scanner.model import Status
from scanner.policy.vocabulary import vocabulary
from scanner.workflow import open_project, run_policy_tests

WORDS = vocabulary()
GIVEN = Given(
    title="Guests have an end date",
    severity="low",
    resource="users",
    assertion="user.employeeLeaveDateTime != null",
    where='user.userType == "Guest"',
    description="Accounts of people who left are a way in.",
    remediation="Set an end date, or delete the guest.",
    references=("https://learn.microsoft.com/entra/",),
)
ID = "guests-have-an-end-date"


def options(one: Given) -> list[str]:
    named = {"assertion": "assert", "references": "reference"}
    values = {name: getattr(one, name) for name in one.__dataclass_fields__}
    found = []
    for name, value in values.items():
        for text in value if isinstance(value, tuple) else [value] if value else []:
            found += [f"--{named.get(name, name)}", text]
    return found


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def statuses(folder: Path) -> dict[str, Status]:
    """The cases of all policies of a folder, which all must pass, by name."""
    outcomes = run_policy_tests(open_project([folder], (), None), require_tests=True)
    assert [one.difference for one in outcomes if not one.passed] == []
    return {one.case.name: one.case.expect for one in outcomes}


class Scripted:
    """A person whose answers are known beforehand."""

    def __init__(self, answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.heard: list[str] = []

    def say(self, text: str) -> None:
        self.heard.append(text)

    def ask(self, question: str, default: str = "") -> str:
        self.heard.append(question)
        return self.answers.pop(0) or default

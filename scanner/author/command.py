"""``tenantlint new``: from answers to a policy and its test, which pass ``lint`` and ``test`` as they are written."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from scanner.author.answers import Answers, as_option
from scanner.author.casefile import Cases, cases_text, make_cases, missing
from scanner.author.draft import Draft, policy_text, proposed_id, proposed_message
from scanner.author.editor import COPIES, header, provide_schemas, schemas_around
from scanner.author.wizard import Dialogue, Wizard
from scanner.errors import OutputError, UsageError
from scanner.policy.find import SUFFIX, TEST_SUFFIX
from scanner.policy.load import load_policies
from scanner.policy.testfile import load_tests
from scanner.policy.vocabulary import Vocabulary
from scanner.policy.words import listed
from scanner.report.words import counted

REQUIRED = ("title", "severity", "resource", "assert", "description", "remediation")
"""What nobody can think of for the author."""


@dataclass(frozen=True)
class Given:
    """What the command line says; empty for what it does not."""

    title: str = ""
    id: str = ""
    severity: str = ""
    resource: str = ""
    where: str = ""
    assertion: str = ""
    require: str = ""
    description: str = ""
    remediation: str = ""
    message: str = ""
    references: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """Where the files go."""

    folder: Path
    force: bool = False

    def policy(self, id: str) -> Path:
        return self.folder / f"{id}{SUFFIX}"

    def test(self, id: str) -> Path:
        return self.folder / f"{id}{TEST_SUFFIX}"

    def taken(self, id: str) -> Path | None:
        """A file that would be overwritten and may not be."""
        paths = (self.policy(id), self.test(id))
        return next((path for path in paths if not self.force and os.path.lexists(path)), None)


def run_new(place: Place, given: Given, words: Vocabulary, dialogue: Dialogue | None, width: int | None = None) -> str:
    """Writes both files; gives what to tell the author.

    Without a ``dialogue`` everything that is ``REQUIRED`` must be given. Raises ``UsageError`` and ``OutputError``.
    """
    answers = Answers(words)
    _check(given, answers)
    _refuse_taken(place, given.id.strip())
    lacking = [name for name, value in _required(given).items() if not value]
    if lacking and dialogue is None:
        options = listed((f"--{name}" for name in lacking), "and")
        raise UsageError(f"There is no terminal to ask at: give {options}.")
    if lacking and dialogue is not None:
        given = _asked(given, Wizard(dialogue, words, width), place)
    draft = _draft(given, answers)
    _refuse_taken(place, draft.id)
    return _write(draft, place, words)


def _refuse_taken(place: Place, id: str) -> None:
    if path := place.taken(id):
        raise UsageError(f"{path} is there already. Choose another --id, or overwrite it with --force.")


def _required(given: Given) -> Mapping[str, str]:
    return {name: getattr(given, "assertion" if name == "assert" else name) for name in REQUIRED}


def _check(given: Given, answers: Answers) -> None:
    """What was given is right by itself, before anything is asked."""
    checks: dict[str, Callable[[str], object]] = {
        "title": lambda text: answers.text("title", text),
        "id": answers.id,
        "severity": answers.severity,
        "resource": answers.resource,
        "require": answers.require,
        "description": lambda text: answers.text("description", text),
        "remediation": lambda text: answers.text("remediation", text),
    }
    for name, check in checks.items():
        if text := getattr(given, name):
            as_option(name, check, text)
    for address in given.references:
        as_option("reference", answers.reference, address)
    if given.resource:
        subject = answers.words.subjects[answers.resource(given.resource)]
        for name, text in (("where", given.where), ("assert", given.assertion)):
            if text:
                as_option(name, lambda one: answers.condition(one, subject), text)
        if given.message:
            as_option("message", lambda one: answers.message(one, subject), given.message)
    elif given.where or given.assertion or given.message:
        raise UsageError("Expressions are about a resource: name it with --resource.")


def _asked(given: Given, wizard: Wizard, place: Place) -> Given:
    """With the answers to everything that was not given."""
    title = given.title or wizard.title()
    id = given.id or wizard.id(title, lambda text: _free_id(text, place, Answers(wizard.words)))
    severity = given.severity or wizard.severity()
    resource = given.resource or wizard.resource()
    subject = wizard.words.subjects[Answers(wizard.words).resource(resource)]
    asks_rule = not given.assertion
    where = given.where or (wizard.where(subject) if asks_rule else "")
    assertion = given.assertion or wizard.assertion(subject)
    return replace(
        given,
        title=title,
        id=id,
        severity=severity,
        resource=resource,
        where=where,
        assertion=assertion,
        require=given.require or (wizard.require(subject) if asks_rule else ""),
        description=given.description or wizard.text("description"),
        remediation=given.remediation or wizard.text("remediation"),
        references=given.references or wizard.references(),
    )


def _free_id(text: str, place: Place, answers: Answers) -> str:
    found = answers.id(text)
    if path := place.taken(found):
        raise UsageError(f"{path} is there already. Choose another name.")
    return found


def _draft(given: Given, answers: Answers) -> Draft:
    subject = answers.words.subjects[answers.resource(given.resource)]
    title = answers.text("title", given.title)
    id = given.id or proposed_id(title)
    if not given.id:
        as_option("id", answers.id, id)
    assertion = answers.condition(given.assertion, subject)
    return Draft(
        id=id.strip(),
        title=title,
        severity=answers.severity(given.severity),
        resource=subject.resource,
        assertion=_one_line(assertion.source),
        description=given.description.strip(),
        remediation=given.remediation.strip(),
        where=_one_line(given.where),
        require=answers.require(given.require) if given.require else "all",
        message=given.message.strip() or proposed_message(title, subject, answers.words.types, assertion),
        references=tuple(dict.fromkeys(address.strip() for address in given.references)),
    )


def _one_line(source: str) -> str:
    """An expression as it is folded in a file: without line ends, unless it may have comments or texts over lines."""
    plain = "//" not in source and '"""' not in source and "'''" not in source
    return " ".join(line.strip() for line in re.split(r"[\r\n]+", source.strip())) if plain else source.strip()


def _write(draft: Draft, place: Place, words: Vocabulary) -> str:
    """Both files, once they have proved to be right in a folder of their own."""
    schemas = schemas_around(place.folder) or place.folder.resolve() / COPIES
    with tempfile.TemporaryDirectory() as name:
        trial = Place(Path(name))
        text = policy_text(draft, header(schemas, place.folder, "policy"))
        _put(trial.policy(draft.id), text)
        policies = load_policies([trial.folder], words)
        cases = make_cases(policies[0], words)
        test = cases_text(cases, header(schemas, place.folder, "policy-test"))
        _put(trial.test(draft.id), test)
        load_tests([trial.folder], policies, words)
    try:
        place.folder.mkdir(parents=True, exist_ok=True)
        provide_schemas(place.folder)
        _put(place.policy(draft.id), text)
        _put(place.test(draft.id), test)
    except OSError as error:
        raise OutputError(f"{place.folder} cannot be written: {error.strerror}. Name another folder.") from error
    return "\n".join(_told(draft, place, cases))


def _put(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _told(draft: Draft, place: Place, cases: Cases) -> list[str]:
    folder = f'"{place.folder}"' if " " in str(place.folder) else str(place.folder)
    lines = [f"{place.policy(draft.id)}: the policy", f"{place.test(draft.id)}: {counted(len(cases.examples), 'case')}"]
    lines += missing(cases)
    lines += [
        "",
        "Next:",
        *(f"  tenantlint {name} --policies {folder}" for name in ("lint", "test", "scan SNAPSHOT")),
    ]
    return lines

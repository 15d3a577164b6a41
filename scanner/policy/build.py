"""From one policy file to a ``Policy``: what the schema cannot say is checked here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from scanner.cel.types import TENANT
from scanner.collect.catalogue import License
from scanner.errors import Problem
from scanner.model import Severity
from scanner.policy.document import Document, Steps
from scanner.policy.expressions import Expressions
from scanner.policy.find import SUFFIX
from scanner.policy.model import Attested, Param, Policy, Rule
from scanner.policy.overrides import Change
from scanner.policy.params import CEL_TYPES, UNKNOWN, param_value
from scanner.policy.require import PARAM, Requiring
from scanner.policy.tailoring import Tailoring
from scanner.policy.vocabulary import Subject, Vocabulary
from scanner.policy.words import did_you_mean, listed, quoted


def build(document: Document, vocabulary: Vocabulary, tailoring: Tailoring, problems: list[Problem]) -> Policy | None:
    """The policy in a file; None where something is wrong with it, here or before (``problems``)."""
    builder = _Builder(document, vocabulary, tailoring, problems)
    policy = builder.build()
    return None if problems else policy


class _Builder:
    """Everything is checked even where something else is wrong; what has the wrong type is left to the schema."""

    def __init__(
        self, document: Document, vocabulary: Vocabulary, tailoring: Tailoring, problems: list[Problem]
    ) -> None:
        self._document = document
        self._data: dict[str, Any] = document.value(())
        self._vocabulary = vocabulary
        self._tailoring = tailoring
        self._problems = problems
        self._types: dict[str, str] = {}
        """Type of every parameter that is declared."""

    def build(self) -> Policy | None:
        self._check_id()
        params = self._params()
        body = self._attested() if "attestation" in self._data else self._rule(params)
        return None if body is None or self._problems else self._policy(body, params)

    def _policy(self, body: Rule | Attested, params: Mapping[str, Param]) -> Policy:
        data, severity = self._data, self._tailoring.severity
        return Policy(
            id=data["id"],
            title=" ".join(data["title"].split()),
            severity=severity.value if severity else Severity(data["severity"]),
            description=data["description"].strip(),
            remediation=data["remediation"].strip(),
            body=body,
            path=self._document.path,
            references=tuple(data.get("references", ())),
            controls={name: tuple(ids) for name, ids in data.get("controls", {}).items()},
            tags=tuple(data.get("tags", ())),
            licenses=_licenses(data.get("license", ())),
            params=params,
            aliases=(*data.get("aliases", ()), *self._tailoring.aliases),
            changes=tuple(self._changes(params)),
            line=self._document.line(("attestation" if isinstance(body, Attested) else "assert",)),
        )

    def _changes(self, params: Mapping[str, Param]) -> Iterator[Change]:
        """What the tailoring makes different from the file; what says the same again is no change."""
        if (severity := self._tailoring.severity) and severity.value != self._data["severity"]:
            yield Change("severity", severity.value, Severity(self._data["severity"]), severity.at)
        for name, setting in self._tailoring.params.items():
            was = param_value(params[name].type, self._data["params"][name]["default"])
            if params[name].value != was:
                yield Change(f"params.{name}", params[name].value, was, setting.at)
        for key, bound in self._tailoring.require.items():
            was_bound = self._data["require"].get(key)
            if bound.value != was_bound:
                yield Change(f"require.{key}", bound.value, was_bound, bound.at)

    def _note(self, steps: Steps, text: str, hint: str = "") -> None:
        self._problems.append(self._document.at(steps, text, hint))

    def _check_id(self) -> None:
        name = self._document.path.name.removesuffix(SUFFIX)
        found = self._data.get("id")
        if isinstance(found, str) and found != name:
            text = f"The id is {quoted(found)} but the file is named {quoted(name)}."
            self._note(("id",), text, "Rename one of the two.")

    def _params(self) -> dict[str, Param]:
        parts = _mapping(self._data.get("params"))
        for name, setting in self._tailoring.params.items():
            if name not in parts:
                hint = did_you_mean(name, parts)
                self._problems.append(setting.key.problem(f"The policy has no parameter {quoted(name)}.", hint))
        found = ((name, self._param(name, _mapping(part))) for name, part in parts.items())
        return {name: param for name, param in found if param}

    def _param(self, name: str, part: dict[str, Any]) -> Param | None:
        declared = part.get("type")
        kind = declared if isinstance(declared, str) and declared in CEL_TYPES else UNKNOWN
        self._types[name] = kind
        if kind == UNKNOWN or "default" not in part:
            return None
        try:
            value = param_value(kind, part["default"])
        except ValueError as error:
            self._note(("params", name, "default"), f"The default of a parameter of type {kind} must be {error}.")
            return None
        if setting := self._tailoring.params.get(name):
            try:
                value = param_value(kind, setting.value)
            except ValueError as error:
                self._problems.append(setting.at.problem(f"The parameter {quoted(name)} must be {error}."))
        return Param(name, kind, value, str(part.get("description")).strip())

    def _attested(self) -> Attested | None:
        for bound in self._tailoring.require.values():
            self._problems.append(
                bound.key.problem("The policy is decided by a statement, not by a number of records.")
            )
        if self._problems:
            return None
        self._check_unused(set())
        part = self._data["attestation"]
        return Attested(part["statement"].strip(), timedelta(days=part["validDays"]))

    def _rule(self, params: Mapping[str, Param]) -> Rule | None:
        requiring = Requiring(self._document, self._types, params, self._tailoring, self._problems)
        require = requiring.read(self._data.get("require", "all"))
        subject = self._subject()
        if subject is None:
            return None
        expressions = Expressions(self._document, self._vocabulary.checker, self._variables(subject))
        where, assertion = expressions.condition("where"), expressions.condition("assert")
        message = expressions.message()
        self._problems += expressions.problems
        if require is not None and not expressions.problems:
            self._check_unused(requiring.used | expressions.used)
        if assertion is None or require is None:
            return None
        return Rule(subject.resource, require, assertion, where, message)

    def _variables(self, subject: Subject) -> dict[str, str]:
        return {
            "now": "timestamp",
            TENANT: TENANT,
            subject.variable: subject.type,
            **{PARAM + name: CEL_TYPES[kind] for name, kind in self._types.items()},
        }

    def _subject(self) -> Subject | None:
        name = self._data.get("resource")
        if not isinstance(name, str):
            return None
        subjects = self._vocabulary.subjects
        if name not in subjects:
            hint = did_you_mean(name, subjects) or f"Known: {listed(map(quoted, sorted(subjects)), 'and')}."
            self._note(("resource",), f"Unknown resource {quoted(name)}.", hint)
        return subjects.get(name)

    def _check_unused(self, used: set[str]) -> None:
        for name in self._types:
            if PARAM + name not in used:
                text = f"The parameter {quoted(name)} is never used."
                problem = self._document.at_key(("params", name), text, f"Read it as {PARAM}{name}, or remove it.")
                self._problems.append(problem)


def _licenses(found: str | Sequence[str]) -> tuple[License, ...]:
    """One edition or several, any of which will do."""
    return tuple(License(name) for name in ([found] if isinstance(found, str) else found))


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}

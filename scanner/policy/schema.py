"""Files against their JSON Schemas, with every error as a plain sentence at its line and column.

``patternErrorMessage`` and ``errorMessage`` in a schema are the sentences for a text that does not match and for a
value of another type or a key that has no place; the JSON and YAML language servers of editors show them too
(https://github.com/microsoft/vscode-json-languageservice, ``src/jsonSchema.ts``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from scanner.errors import Problem
from scanner.policy.document import Document, Steps
from scanner.policy.source import MAX_PROBLEMS
from scanner.policy.words import did_you_mean, listed, nearest, quoted
from scanner.shipped import schema

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

_KINDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping of keys",
}
_MOST_UNKNOWN_KEYS = 20
SHARED = ("tenantlint", "attestations")
"""Schemas that others refer to."""


def check(document: Document, name: str) -> list[Problem]:
    """All that is wrong with a file by the schema ``name`` (``policy``, ``waivers``)."""
    errors = _validator(name)(document.data)
    violations = [_violation(error) for error in islice(errors, MAX_PROBLEMS)]
    problems = list(dict.fromkeys(_Sentences(document, _meant(violations)).all(violations)))
    if next(errors, None):
        problems.append(document.at((), "More problems follow; they are not listed."))
    return problems


@dataclass(frozen=True)
class _Violation:
    """One keyword of a schema that a value does not satisfy."""

    steps: Steps
    keyword: str
    limit: Any
    """The keyword's value in the schema."""
    value: Any
    schema: Mapping[str, Any]
    """The object of the schema that the keyword stands in."""
    of_key: bool
    """Whether ``value`` is a key of the mapping at ``steps``."""
    branch: object
    """Within ``anyOf``: which alternative; None elsewhere."""
    at_root: bool
    """Within ``anyOf``: whether it is the whole value that does not fit."""
    parts: tuple[_Violation, ...]


def _violation(error: ValidationError) -> _Violation:
    where: Any = error.schema
    return _Violation(
        steps=tuple(error.absolute_path),
        keyword=str(error.validator),
        limit=error.validator_value,
        value=error.instance,
        schema=where,
        of_key="propertyNames" in error.relative_schema_path,
        branch=error.relative_schema_path[0] if error.parent else None,
        at_root=not error.relative_path,
        parts=tuple(_violation(part) for part in error.context or ()),
    )


@cache
def _validator(name: str) -> Callable[[Any], Iterator[ValidationError]]:
    # jsonschema takes 50 ms to load, which commands that read no file should not pay.
    from jsonschema import Draft202012Validator, validators
    from jsonschema.exceptions import ValidationError
    from referencing import Registry, Resource

    def pattern(_: object, expected: str, instance: object, __: object) -> Iterator[ValidationError]:
        # In ECMA 262, which JSON Schema refers to, `$` is the end of the text; in Python also before a last newline.
        if isinstance(instance, str) and not re.search(re.sub(r"\$$", r"\\Z", expected), instance):
            yield ValidationError("")

    def unique_items(_: object, expected: bool, instance: object, __: object) -> Iterator[ValidationError]:
        # The library compares every item with every other where they cannot be sorted.
        if expected and isinstance(instance, list) and len({repr(item) for item in instance}) < len(instance):
            yield ValidationError("")

    def is_integer(_: object, instance: object) -> bool:
        return isinstance(instance, int) and not isinstance(instance, bool)

    types = Draft202012Validator.TYPE_CHECKER.redefine("integer", is_integer)
    extend: Any = validators.extend
    strict = extend(Draft202012Validator, {"pattern": pattern, "uniqueItems": unique_items}, type_checker=types)
    shared: Iterator[tuple[str, Resource[Any]]] = (
        (f"{name}.schema.json", Resource.from_contents(schema(name))) for name in SHARED
    )
    registry: Registry[Any] = Registry().with_resources(shared)
    validate: Callable[[Any], Iterator[ValidationError]] = strict(schema(name), registry=registry).iter_errors
    return validate


def _meant(violations: Iterable[_Violation]) -> set[tuple[Steps, str]]:
    """Missing keys that an unknown key beside them was probably meant to be: one mistake, not two."""
    return {
        (violation.steps, nearest(key, violation.schema["properties"]))
        for violation in violations
        if violation.keyword == "additionalProperties"
        for key in _unknown(violation)
    }


def _unknown(violation: _Violation) -> list[str]:
    known = violation.schema["properties"]
    return [key for key in violation.value if key not in known][:_MOST_UNKNOWN_KEYS]


class _Sentences:
    """The violations of one document as problems."""

    def __init__(self, document: Document, meant: set[tuple[Steps, str]]) -> None:
        self._document = document
        self._meant = meant
        self._special = {
            "additionalProperties": self._unknown_keys,
            "required": self._missing_keys,
            "not": self._out_of_place,
            "anyOf": self._any_of,
            "enum": self._enum,
        }

    def all(self, violations: Iterable[_Violation]) -> Iterator[Problem]:
        for violation in violations:
            steps = violation.steps
            if violation.of_key:
                key = (*steps, violation.value)
                yield self._document.at_key(key, f"{_name(key)} is not a good name.", _advice(violation))
            elif violation.keyword in self._special:
                yield from self._special[violation.keyword](steps, violation)
            else:
                text, hint = _plain(violation)
                yield self._document.at(steps, f"{_name(steps)} {text}.", hint)

    def _out_of_place(self, steps: Steps, violation: _Violation) -> Iterator[Problem]:
        yield self._document.at_key(steps, f"{_name(steps)} has no place here.", violation.schema["errorMessage"])

    def _unknown_keys(self, steps: Steps, violation: _Violation) -> Iterator[Problem]:
        for key in _unknown(violation):
            hint = did_you_mean(key, violation.schema["properties"])
            yield self._document.at_key((*steps, key), f"Unknown key {quoted(key)}.", hint)

    def _missing_keys(self, steps: Steps, violation: _Violation) -> Iterator[Problem]:
        for key in violation.limit:
            if key not in violation.value and (steps, key) not in self._meant:
                yield self._document.at_key(steps, f"{_name(steps)} lacks the key {quoted(key)}.")

    def _enum(self, steps: Steps, violation: _Violation) -> Iterator[Problem]:
        names, value = violation.limit, violation.value
        near = nearest(value, names) if isinstance(value, str) else ""
        hint = f"Did you mean {quoted(near)}?" if near else _null_hint(value)
        yield self._document.at(steps, f"{_name(steps)} must be {listed(names)}, not {_shown(value)}.", hint)

    def _any_of(self, steps: Steps, violation: _Violation) -> Iterator[Problem]:
        """What is wrong by the alternative that the value was probably meant for: the one of its type."""
        branches: dict[object, list[_Violation]] = {}
        for part in violation.parts:
            branches.setdefault(part.branch, []).append(part)
        for parts in branches.values():
            if not any(part.keyword == "type" and part.at_root for part in parts):
                yield from self.all(parts)
                return
        kinds = listed(_KINDS[branch["type"]] for branch in violation.limit)
        yield self._document.at(steps, f"{_name(steps)} must be {kinds}, not {_shown(violation.value)}.")


def _plain(violation: _Violation) -> tuple[str, str]:
    """What is wrong with one value, and a hint."""
    limit, value = violation.limit, violation.value
    match violation.keyword:
        case "type":
            kinds = listed(_KINDS[kind] for kind in ([limit] if isinstance(limit, str) else limit))
            hint = violation.schema.get("errorMessage") or _type_hint(limit, value)
            return f"must be {kinds}, not {_shown(value)}", hint
        case "pattern":
            return f"cannot be {quoted(value)}", _advice(violation)
        case "maxLength":
            return f"has {len(value)} characters; {limit} are allowed", ""
        case "minimum":
            return f"must be {limit} or more, not {value}", ""
        case "maximum":
            return f"must be {limit} or less, not {value}", ""
        case "uniqueItems":
            return "names something twice", "Keep one of the two."
        case _:
            return "is empty", "Fill it, or remove the key."


def _advice(violation: _Violation) -> str:
    return str(violation.schema["patternErrorMessage"])


def _null_hint(value: object) -> str:
    return "Write a value behind the colon, or remove the key." if value is None else ""


def _type_hint(kinds: str | list[str], value: object) -> str:
    if value is None:
        return "Indent its keys below it, or remove the key." if kinds == "object" else _null_hint(value)
    if kinds == "array" and isinstance(value, str):
        return "Put it in brackets."
    return "Put it in quotes." if kinds == "string" and not isinstance(value, dict | list) else ""


def _shown(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case dict():
            return "a mapping of keys"
        case list():
            return "a list"
        case _:
            return quoted(value)


def _name(steps: Steps) -> str:
    """``'controls.scuba[0]'``, or "The file"."""
    name = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return quoted(name[1:]) if name else "The file"

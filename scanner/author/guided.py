"""Conditions by choice: a property, an operator that fits its type and a value become an expression.

    Condition("accountEnabled", "is", ("true",))           user.accountEnabled == true
    Condition("createdDateTime", "is older than", ("90",))  user.createdDateTime != null && … < now - duration("2160h")

What is absent is never an error in these: an operator that cannot do without a value asks for one to be there first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from scanner.cel.types import Property
from scanner.policy.words import one_of


class Takes(Enum):
    """What an operator is given besides the property."""

    NOTHING = "nothing"
    ONE = "one value"
    SEVERAL = "values, with commas between them"
    DAYS = "a number of days"
    COUNT = "a number"
    CONDITION = "a condition on each"


@dataclass(frozen=True)
class Operator:
    """One thing that can be asked of a property."""

    name: str
    takes: Takes
    make: Callable[[str, str], str]
    """From the property and the value, both as CEL, to a condition."""
    needs_value: bool = False
    """It is an error where the property is absent, which is ruled out first."""


@dataclass(frozen=True)
class Condition:
    """A choice: a property by its path below the record, an operator's name and what the operator is given."""

    path: str
    operator: str
    values: tuple[str, ...] = ()
    inner: Condition | None = None
    """For lists of records: the condition on each."""


class BadValue(ValueError):
    """A value that the property cannot have; the text says what it must be."""


_PRESENT = (
    Operator("is set", Takes.NOTHING, lambda path, _: f"{path} != null"),
    Operator("is not set", Takes.NOTHING, lambda path, _: f"{path} == null"),
)
_CHOICE = (
    Operator("is", Takes.ONE, lambda path, value: f"{path} == {value}"),
    Operator("is not", Takes.ONE, lambda path, value: f"{path} != {value}"),
    Operator("is one of", Takes.SEVERAL, lambda path, value: f"{path} in {value}"),
    Operator("is none of", Takes.SEVERAL, lambda path, value: f"!({path} in {value})"),
)
_SEARCH = (
    Operator("starts with", Takes.ONE, lambda path, value: f"{path}.startsWith({value})", True),
    Operator("ends with", Takes.ONE, lambda path, value: f"{path}.endsWith({value})", True),
    Operator("contains", Takes.ONE, lambda path, value: f"{path}.contains({value})", True),
    Operator("is empty", Takes.NOTHING, lambda path, _: f'{path} == null || {path} == ""'),
    Operator("is not empty", Takes.NOTHING, lambda path, _: f'{path} != ""', True),
)
_ORDER = (
    Operator("is at least", Takes.ONE, lambda path, value: f"{path} >= {value}", True),
    Operator("is at most", Takes.ONE, lambda path, value: f"{path} <= {value}", True),
)
_TIME = (
    Operator("is older than", Takes.DAYS, lambda path, value: f"{path} < now - {value}", True),
    Operator("is within the last", Takes.DAYS, lambda path, value: f"{path} >= now - {value}", True),
    Operator("is within the next", Takes.DAYS, lambda path, value: f"{path} <= now + {value}", True),
    Operator("has passed", Takes.NOTHING, lambda path, _: f"{path} <= now", True),
    Operator("lies ahead", Takes.NOTHING, lambda path, _: f"{path} > now", True),
)
_LIST = (
    Operator("is empty", Takes.NOTHING, lambda path, _: f"size({path}) == 0"),
    Operator("is not empty", Takes.NOTHING, lambda path, _: f"size({path}) > 0"),
    Operator("has at least", Takes.COUNT, lambda path, value: f"size({path}) >= {value}"),
    Operator("has at most", Takes.COUNT, lambda path, value: f"size({path}) <= {value}"),
)
_TEXTS = (
    Operator("contains", Takes.ONE, lambda path, value: f"{value} in {path}"),
    Operator("does not contain", Takes.ONE, lambda path, value: f"!({value} in {path})"),
    Operator("has one of", Takes.SEVERAL, lambda path, value: f"{path}.exists(one, one in {value})"),
    Operator("has only", Takes.SEVERAL, lambda path, value: f"{path}.all(one, one in {value})"),
)
_RECORDS = (
    Operator("for every one", Takes.CONDITION, lambda path, value: f"{path}.all(one, {value})"),
    Operator("for at least one", Takes.CONDITION, lambda path, value: f"{path}.exists(one, {value})"),
    Operator("for none", Takes.CONDITION, lambda path, value: f"!{path}.exists(one, {value})"),
)
_OF_TYPE: Mapping[str, tuple[Operator, ...]] = {
    "boolean": _CHOICE[:2],
    "string": (*_CHOICE, *_SEARCH),
    "integer": (*_CHOICE[:2], *_ORDER),
    "number": _ORDER,
    "duration": _ORDER,
    "timestamp": _TIME,
}
ITEM = "one"
"""Name of one item of a list in the expressions made here."""

_DURATION = re.compile(r"(\d{1,6}) ?(d|h|m|s|days?|hours?|minutes?|seconds?)")
_SECONDS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
_MOST_DAYS = 36500


def operators(prop: Property) -> tuple[Operator, ...]:
    """What can be asked of a property; nothing for one whose parts have to be named, or whose type is not fixed."""
    if prop.many:
        return (*(_RECORDS if prop.is_record else _TEXTS if prop.type == "string" else ()), *_LIST)
    if prop.is_record:
        return _PRESENT
    if prop.type == "string" and prop.values:
        return (*_CHOICE, *_PRESENT)
    found = _OF_TYPE.get(prop.type, ())
    return (*found, *_PRESENT) if found or prop.type == "bytes" else ()


def clause(owner: str, condition: Condition, prop: Property, inner: str = "") -> str:
    """The condition as an expression about ``owner``, a variable. Raises BadValue.

    ``inner`` is the condition on each item, as an expression about ``ITEM``.
    """
    operator = next(one for one in operators(prop) if one.name == condition.operator)
    path = f"{owner}.{condition.path}"
    made = operator.make(path, _value(operator.takes, condition.values, prop, inner))
    return f"{path} != null && {made}" if operator.needs_value else made


def _value(takes: Takes, values: tuple[str, ...], prop: Property, inner: str) -> str:
    match takes:
        case Takes.NOTHING:
            return ""
        case Takes.CONDITION:
            return inner
        case Takes.DAYS:
            return f'duration("{_whole(values[0], _MOST_DAYS) * 24}h")'
        case Takes.COUNT:
            return str(_whole(values[0], 2**31))
        case Takes.SEVERAL:
            return f"[{', '.join(_literal(one, prop) for one in values)}]"
        case Takes.ONE:
            return _literal(values[0], prop)


def _whole(text: str, most: int) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text.strip()) or int(text) > most:
        raise BadValue(f"Write a whole number, {most:,} at most.")
    return int(text)


def _literal(text: str, prop: Property) -> str:
    """A value as CEL, of the property's type."""
    match prop.type:
        case "boolean":
            return _truth(text)
        case "integer":
            return _integer(text)
        case "number":
            return _number(text)
        case "duration":
            return _duration(text)
    if prop.values and text not in prop.values:
        raise BadValue(one_of(text, prop.values))
    return json.dumps(text, ensure_ascii=False)


def _truth(text: str) -> str:
    found = {"true": "true", "yes": "true", "y": "true", "false": "false", "no": "false", "n": "false"}
    if text.strip().lower() not in found:
        raise BadValue("Write true or false.")
    return found[text.strip().lower()]


def _integer(text: str) -> str:
    if not re.fullmatch(r"-?[0-9]{1,18}", text.strip()):
        raise BadValue("Write a whole number.")
    return str(int(text))


def _number(text: str) -> str:
    if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", text.strip()):
        raise BadValue("Write a number, such as 0.5.")
    return repr(float(text))


def _duration(text: str) -> str:
    found = _DURATION.fullmatch(text.strip())
    if not found:
        raise BadValue("Write a length of time, such as 30d, 8h or 15m.")
    return f'duration("{int(found[1]) * _SECONDS[found[2][0]]}s")'

"""Values of parameters: what a policy's default and a configuration's override may be."""

from __future__ import annotations

import re
from datetime import timedelta

from scanner.policy.model import ParamValue

_DURATION = re.compile(r"(?:([0-9]{1,6})d)?(?:([0-9]{1,6})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,6})s)?")

UNKNOWN = "any"
"""Stands for the type of a parameter whose declaration is wrong, so that its uses are not called wrong too."""

CEL_TYPES = {
    "boolean": "boolean",
    "integer": "integer",
    "number": "number",
    "string": "string",
    "strings": "list<string>",
    "duration": "duration",
    UNKNOWN: "any",
}
"""For every type of parameter, the type of ``params.<name>`` in expressions."""


def param_value(kind: str, value: object) -> ParamValue:
    """``value``, as YAML gave it, as a parameter of type ``kind``. Raises ValueError that says what it must be."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    match kind, value:
        case "boolean", bool():
            return value
        case "integer", int() if is_number:
            return value
        case "number", int() | float() if is_number:
            return float(value)
        case "string", str():
            return value
        case "strings", list() if all(isinstance(item, str) for item in value):
            return tuple(value)
        case "duration", str() if value and (found := _DURATION.fullmatch(value)):
            days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
            return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    raise ValueError(_MUST_BE[kind])


def duration_text(value: timedelta) -> str:
    """A duration as files have it: ``90d``, ``1d12h30m``."""
    minutes, seconds = divmod(value.days * 86_400 + value.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = {"d": days, "h": hours, "m": minutes, "s": seconds}
    return "".join(f"{number}{unit}" for unit, number in parts.items() if number) or "0s"


_MUST_BE = {
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "string": "text",
    "strings": "a list of texts",
    "duration": "a duration such as 90d, 12h or 1d12h30m",
}

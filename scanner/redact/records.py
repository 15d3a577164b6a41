"""Redacts records by their type: for every record type of the catalogue a function from a value to the value to share.

The functions are made once, so that a record costs a look-up per value. A value that has not the form of its type is
redacted as if nothing were known of it: texts by their form, numbers to 0, keys that are no property's to words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from scanner.cel.types import GraphType, Property
from scanner.redact.decisions import DECISIONS, Decision, Treatment
from scanner.redact.forms import Forms
from scanner.redact.pseudonyms import GUID
from scanner.redact.rules import Rules
from scanner.redact.words import Scripts

Redact = Callable[[object], object]

_CACHED = 2**12
"""Values a treatment remembers; memory stays bounded."""
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?", re.ASCII)
_DURATION = re.compile(r"-?P(\d+[YMWD])*(T(\d+(\.\d+)?[HMS])+)?", re.ASCII)
_ANNOTATION = re.compile(r"@(odata|microsoft\.graph)(\.[A-Za-z]+)+")
_KIND = re.compile(r"#microsoft\.graph(\.[A-Za-z0-9]+)+", re.ASCII)


def decisions_of(types: Mapping[str, GraphType], table: Iterable[Decision] = DECISIONS) -> dict[str, Treatment]:
    """``type.property`` → treatment. A row that names the type counts before one for all types.

    Raises ``ValueError`` for a row that names a property no type has, or one that another row of its kind names.
    """
    named: dict[str, Treatment] = {}
    for decision in table:
        for name in decision.properties.split():
            if name in named:
                raise ValueError(f"{name} is decided twice")
            named[name] = decision.treatment
    made: dict[str, Treatment] = {}
    used: set[str] = set()
    for kind, one in types.items():
        for prop in one.properties:
            for name in (f"{kind}.{prop.name}", f"*.{prop.name}"):
                if name in named:
                    used.add(name)
                    made.setdefault(f"{kind}.{prop.name}", named[name])
    if unused := sorted(named.keys() - used):
        raise ValueError(f"no record type has {unused[0]}")
    return made


class Records:
    """Redacts records of the types of a catalogue."""

    def __init__(self, types: Mapping[str, GraphType], forms: Forms) -> None:
        self._types = types
        self._forms = forms
        self._decided = decisions_of(types)
        self._made: dict[str, Redact] = {}
        self._keys = frozenset(prop.key or prop.name for one in types.values() for prop in one.properties)
        self._named = {
            (kind.lower(), prop.name.lower()): (kind, prop) for kind, one in types.items() for prop in one.properties
        }
        rules = Rules(forms.pseudonyms.word, self._compared, {name.lower() for name in self._keys.union(types)})
        self._treatments: Mapping[Treatment, Redact] = {
            Treatment.KIND: self._text(_Shaped(_KIND, forms.text)),
            Treatment.KEEP: self._text(forms.fixed),
            Treatment.MICROSOFT_ID: self._text(self._microsoft_id),
            Treatment.ID: self._text(forms.identifier),
            Treatment.IMMUTABLE_ID: self._text(forms.immutable_id),
            Treatment.DOMAIN: self._text(forms.domain),
            Treatment.NETWORK: self._text(forms.network),
            Treatment.RULE: self._text(rules.redact),
            Treatment.SCRIPT: self._text(Scripts(forms).redact),
            Treatment.COMPOSED: self._text(forms.composed),
            Treatment.GRANT_POLICY: self._text(forms.grant_policy),
            Treatment.SCOPES: self._text(forms.scopes),
            Treatment.WITHHOLD: lambda value: None,
        }

    def of(self, type_name: str) -> Redact:
        """The function for records of a type; for a name that is no type, one that knows nothing."""
        if type_name not in self._types:
            return self.unknown
        if type_name not in self._made:
            # Types hold each other: the name has to be there before its properties are looked at.
            self._made[type_name] = lambda value: self._made[type_name](value)
            self._made[type_name] = self._record(type_name)
        return self._made[type_name]

    def unknown(self, value: object) -> object:
        """A value of which nothing is known but that it is JSON."""
        match value:
            case str():
                return self._forms.text(value)
            case bool() | None:
                return value
            case dict():
                return {self._key(key): self._annotated(key, item) for key, item in value.items()}
            case list():
                return [self.unknown(item) for item in value]
            case _:
                return 0

    def _record(self, type_name: str) -> Redact:
        properties = {
            prop.key or prop.name: self._property(type_name, prop) for prop in self._types[type_name].properties
        }
        unknown, annotated, key_of = self.unknown, self._annotated, self._key

        def redact(value: object) -> object:
            if type(value) is not dict:
                return unknown(value)
            made = {}
            for key, item in value.items():
                known = properties.get(key)
                if known is None:
                    made[key_of(key)] = annotated(key, item)
                else:
                    made[key] = None if item is None else known(item)
            return made

        return redact

    def _property(self, type_name: str, prop: Property) -> Redact:
        one = self._single(type_name, prop)
        if not prop.many:
            return one
        unknown = self.unknown
        return lambda value: [one(item) for item in value] if isinstance(value, list) else unknown(value)

    def _single(self, type_name: str, prop: Property) -> Redact:
        treatment = self._decided.get(f"{type_name}.{prop.name}")
        if treatment is not None:
            return self._treatments[treatment]
        if prop.is_record:
            return self.of(prop.type)
        if prop.values:
            return self._text(_Listed(prop.values, self._forms.text))
        by_type: Mapping[str, Redact] = {
            "boolean": self.unknown,
            "integer": self._number,
            "number": self._number,
            "timestamp": self._text(_Shaped(_TIMESTAMP, self._forms.text)),
            "duration": self._text(_Shaped(_DURATION, self._forms.text)),
        }
        return by_type.get(prop.type, self.unknown)

    def _number(self, value: object) -> object:
        return value if isinstance(value, int | float) else self.unknown(value)

    def _text(self, redact: Callable[[str], str]) -> Redact:
        """``redact`` for texts; what is none is of another form than its type."""
        # A user has forty service plans, and all users have the same.
        unknown, cached = self.unknown, lru_cache(maxsize=_CACHED)(redact)
        return lambda value: cached(value) if isinstance(value, str) else unknown(value)

    def _annotated(self, key: str, value: object) -> object:
        """The value under a key that the record's type does not have."""
        return self._treatments[Treatment.KIND](value) if key == "@odata.type" else self.unknown(value)

    def _microsoft_id(self, value: str) -> str:
        return value if GUID.fullmatch(value) else self._forms.text(value)

    def _compared(self, owner: str, name: str, value: str) -> str:
        """A value that a rule compares with a property: ``user.department``, ``assignedPlan.servicePlanId``."""
        found = self._named.get((owner.rpartition(".")[2].lower(), name.lower()))
        made = self._forms.text(value) if found is None else self._single(*found)(value)
        return made if isinstance(made, str) else ""

    def _key(self, key: str) -> str:
        """A key of a value of unknown form: properties and annotations stay, names that somebody chose do not."""
        name, at, annotation = key.partition("@")
        if at and _ANNOTATION.fullmatch(at + annotation) and (not name or name in self._keys):
            return key
        return key if key in self._keys else self._forms.text(key)


@dataclass(frozen=True)
class _Listed:
    """Keeps the values of an enumeration, several of them with commas between, in any case."""

    values: tuple[str, ...]
    otherwise: Callable[[str], str]

    def __call__(self, value: str) -> str:
        known = {one.lower() for one in self.values}
        listed = all(part.strip().lower() in known for part in value.split(","))
        return value if listed else self.otherwise(value)


@dataclass(frozen=True)
class _Shaped:
    """Keeps texts of one shape."""

    shape: re.Pattern[str]
    otherwise: Callable[[str], str]

    def __call__(self, value: str) -> str:
        return value if self.shape.fullmatch(value) else self.otherwise(value)

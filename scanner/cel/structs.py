"""Records as the evaluator holds them: one msgspec Struct a record type, with just the properties that are read.

Decoding a snapshot line straight into such a struct skips every other property without making Python objects of it.
Attributes are named like properties (a Python keyword gets an underscore behind) and are None where Graph sent null
or nothing.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from types import GenericAlias
from typing import Annotated, Any, ForwardRef, TypeAlias

import msgspec

from scanner.cel.types import Property, RecordType, Types
from scanner.errors import SnapshotError

IDENTITY = "id"
NAMING = ("displayName", "userPrincipalName")
"""Properties by which a person knows a record."""

_TYPE_OF: Mapping[str, Any] = {
    "string": str,
    "boolean": bool,
    "integer": Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)],
    "number": float,
    "timestamp": Annotated[datetime, msgspec.Meta(tz=True)],
    "duration": timedelta,
    "bytes": bytes,
    "any": Any,
}

_NOTHING: frozenset[str] = frozenset()
_TIMESTAMP = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)(\.\d{1,6})?\d*(?:Z|([+-]\d\d:\d\d)))?")

Decode: TypeAlias = Callable[[bytes], tuple[Any, frozenset[str]]]
"""From the JSON of one record to the record, and the names of the properties whose value does not fit their type.

Such a property is None in the record: whoever reads it must take it for an error. A date without a time is midnight
UTC (Edm.Date); digits beyond microseconds are dropped or rounded. Raises ``SnapshotError`` for what is no JSON object.
"""


def attribute(name: str) -> str:
    """The attribute that holds a property."""
    return f"{name}_" if keyword.iskeyword(name) else name


class Structs:
    """Struct classes and decoders for what a set of expressions reads.

    ``reads`` are (record type, property) pairs as ``Checked.reads`` has them; facts among them are left out, for they
    are not in a snapshot. Every struct has ``id`` where its type has; those of the types in ``named`` also have the
    properties that name a record to a person.
    """

    def __init__(self, types: Types, reads: Iterable[tuple[str, str]], named: Iterable[str] = ()) -> None:
        self._types = types
        self._wanted: dict[str, set[str]] = {}
        for type_name, name in reads:
            self._wanted.setdefault(type_name, set()).add(name)
        for type_name in named:
            self._wanted.setdefault(type_name, set()).update(NAMING)
        self._structs: dict[str, type[msgspec.Struct]] = {}
        self._decoders: dict[str, Decode] = {}
        self._unfinished: dict[str, list[type[msgspec.Struct]]] = {}

    def properties(self, type_name: str) -> tuple[Property, ...]:
        """The properties that the struct of a record type holds, by name."""
        wanted = self._wanted.get(type_name, set()) | {IDENTITY}
        declared = self._types[type_name].properties
        return tuple(declared[name] for name in sorted(wanted & set(declared)) if not declared[name].fact)

    def struct(self, type_name: str) -> type[msgspec.Struct]:
        """The struct class of a record type: keyword arguments only, each None unless given."""
        if type_name not in self._structs:
            self._structs[type_name] = self._define(self._types[type_name])
        return self._structs[type_name]

    def decoder(self, type_name: str) -> Decode:
        """What decodes the JSON of one record of a type."""
        if type_name not in self._decoders:
            properties = self.properties(type_name)
            annotations = {prop.name: self._annotation(prop) for prop in properties}
            self._decoders[type_name] = _Decoder(self.struct(type_name), properties, annotations, self).decode
        return self._decoders[type_name]

    def _define(self, record_type: RecordType) -> type[msgspec.Struct]:
        self._unfinished[record_type.name] = []
        properties = self.properties(record_type.name)
        fields = [(attribute(prop.name), self._annotation(prop), None) for prop in properties]
        keys = {attribute(prop.name): prop.key or prop.name for prop in properties}
        struct = msgspec.defstruct(record_type.name, fields, kw_only=True, gc=False, rename=keys, module=__name__)
        for prop in properties:
            if prop.type in self._unfinished:
                self._unfinished[prop.type].append(struct)
        for recursive in self._unfinished.pop(record_type.name):
            setattr(recursive, _alias(record_type.name), struct)  # msgspec looks forward references up in the class
        return struct

    def _annotation(self, prop: Property) -> Any:
        one = self._record(prop.type) if prop.is_record else _TYPE_OF[prop.type]
        return (GenericAlias(list, one) if prop.many else one) | None

    def _record(self, type_name: str) -> Any:
        if type_name in self._unfinished:
            return ForwardRef(_alias(type_name))
        return self.struct(type_name)

    def tidied(self, value: Any, prop: Property) -> Any:
        """``value`` with the timestamps that msgspec refuses written as it accepts them."""
        if prop.many:
            return [self._tidied(item, prop) for item in value] if isinstance(value, list) else value
        return self._tidied(value, prop)

    def _tidied(self, value: Any, prop: Property) -> Any:
        if prop.type == "timestamp" and isinstance(value, str):
            return _moment(value)
        if prop.is_record and isinstance(value, dict):
            by_key = {inner.key or inner.name: inner for inner in self.properties(prop.type)}
            return {key: self.tidied(item, by_key[key]) for key, item in value.items() if key in by_key}
        return value


class _Decoder:
    """Decodes the JSON of one record, keeping what fits where something does not."""

    def __init__(
        self,
        struct: type[msgspec.Struct],
        properties: tuple[Property, ...],
        annotations: Mapping[str, Any],
        structs: Structs,
    ) -> None:
        self._struct = struct
        self._decode = msgspec.json.Decoder(struct).decode
        self._properties = properties
        self._annotations = annotations
        self._structs = structs

    def decode(self, line: bytes) -> tuple[Any, frozenset[str]]:
        """See ``Decode``."""
        try:
            return self._decode(line), _NOTHING
        except msgspec.ValidationError:
            return self._piece_by_piece(line)
        except msgspec.DecodeError as error:
            raise self._broken(error) from None

    def _piece_by_piece(self, line: bytes) -> tuple[Any, frozenset[str]]:
        try:
            content = msgspec.json.decode(line, type=dict[str, msgspec.Raw])
        except msgspec.DecodeError as error:
            raise self._broken(error) from None
        values: dict[str, Any] = {}
        bad: set[str] = set()
        for prop in self._properties:
            raw = content.get(prop.key or prop.name)
            if raw is None:
                continue
            try:
                value = self._structs.tidied(msgspec.json.decode(raw), prop)
                fitting = msgspec.json.decode(msgspec.json.encode(value), type=self._annotations[prop.name])
            except msgspec.DecodeError:
                bad.add(prop.name)
            else:
                values[attribute(prop.name)] = fitting
        return self._struct(**values), frozenset(bad)

    def _broken(self, error: msgspec.DecodeError) -> SnapshotError:
        return SnapshotError(
            f"A {self._struct.__name__} record is not a JSON object: {error}. Collect the tenant again."
        )


def _alias(type_name: str) -> str:
    return f"_record_{type_name}"


def _moment(text: str) -> str:
    """A date as midnight UTC, and no more digits than microseconds have: Graph sends seven, also 23:59:59.9999999."""
    found = _TIMESTAMP.fullmatch(text)
    if not found:
        return text
    date, time, fraction, offset = found.groups(default="")
    return f"{date}T{time or '00:00:00'}{fraction}{offset or 'Z'}"

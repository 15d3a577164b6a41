"""What the columns of an export are called and mean, by the fields of its rows."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from msgspec import inspect

from scanner.export.base import Export


@dataclass(frozen=True)
class Column:
    """One column."""

    name: str
    """As the heading and JSON have it, camelCase."""
    description: str


def columns(export: Export) -> tuple[Column, ...]:
    """The columns, in order."""
    info = inspect.type_info(export.row)
    if not isinstance(info, inspect.StructType):
        raise ValueError(f"{export.name}: {export.row} is not a msgspec Struct")
    return tuple(Column(field.encode_name, _description(field.type)) for field in info.fields)


def attributes(export: Export) -> tuple[str, ...]:
    """The names under which Python knows the columns, in order."""
    return tuple(field.name for field in msgspec.structs.fields(export.row))


def _description(info: inspect.Type) -> str:
    if isinstance(info, inspect.Metadata):
        return str((info.extra_json_schema or {}).get("description", ""))
    return ""

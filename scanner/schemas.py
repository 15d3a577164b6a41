"""JSON Schemas of our own formats, made from the structs that read and write them, descriptions included."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FOLDER = Path(__file__).parents[1] / "schemas"
"""Where published schemas are in a checkout."""

Schema = dict[str, Any]


def definitions(types: Iterable[type[msgspec.Struct]]) -> dict[str, Schema]:
    """``$defs`` of the structs and of all they are made of. Text under a field becomes its description."""
    types = tuple(types)
    _, components = msgspec.json.schema_components(types, schema_hook=_anything, ref_template="#/$defs/{name}")
    for struct in _structs(types):
        properties = components[struct.__name__].get("properties", {})
        for field in msgspec.structs.fields(struct):
            text = _field_texts(struct).get(field.name)
            if text:
                properties[field.encode_name]["description"] = text
    for component in components.values():
        if "description" in component:
            component["description"] = _one_line(component["description"])
    return dict(sorted(components.items()))


def text(schema: Schema) -> str:
    """The schema as it stands in its file."""
    return msgspec.json.format(msgspec.json.encode(schema), indent=2).decode() + "\n"


def _structs(types: Iterable[Any]) -> list[type[msgspec.Struct]]:
    """The structs among ``types`` and in their fields, each once."""
    found: list[type[msgspec.Struct]] = []
    waiting = list(types)
    while waiting:
        kind = waiting.pop()
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            if kind not in found:
                found.append(kind)
                waiting += [field.type for field in msgspec.structs.fields(kind)]
        else:
            waiting += getattr(kind, "__args__", ())
    return found


def _field_texts(struct: type[msgspec.Struct]) -> dict[str, str]:
    """The strings that stand under fields in the source of a struct and of its bases."""
    texts: dict[str, str] = {}
    for base in reversed(struct.__mro__):
        if base is msgspec.Struct or not issubclass(base, msgspec.Struct):
            continue
        [node] = ast.parse(textwrap.dedent(inspect.getsource(base))).body
        assert isinstance(node, ast.ClassDef)
        for statement, after in zip(node.body, node.body[1:], strict=False):
            match statement, after:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(words))):
                    texts[name] = _one_line(words)
    return texts


def _anything(kind: type) -> Schema:
    """The schema of a field of type ``object``: any JSON."""
    if kind is object:
        return {"type": ["string", "boolean", "number", "null", "array", "object"]}
    raise NotImplementedError(kind)


def _one_line(words: str) -> str:
    return " ".join(words.replace("``", "`").split())

"""JSON Schemas of our own formats, made from the structs that read and write them, descriptions included."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterable, Mapping
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


def of_document(title: str, document: type[msgspec.Struct], sample: str) -> Schema:
    """The schema of a whole file that ``document`` is, with the examples of ``sample``, such a file."""
    defs = definitions((document,))
    whole = defs.pop(document.__name__)
    required = ["version", *whole["required"]]
    schema = {"$schema": DIALECT, **whole, "title": title, "required": required, "$defs": defs}
    illustrate(schema, msgspec.json.decode(sample))
    return schema


def illustrate(schema: Schema, sample: object) -> None:
    """Gives every key that has no examples the first value that ``sample``, a document of the schema, has for it."""
    _illustrate(schema, sample, schema.get("$defs", {}))


def _illustrate(part: Schema, value: object, defs: Mapping[str, Schema]) -> None:
    if "$ref" in part:
        _illustrate(defs[part["$ref"].rpartition("/")[2]], value, defs)
    for branch in (*part.get("anyOf", ()), *part.get("oneOf", ())):
        _illustrate(branch, value, defs)
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in part.get("properties", {}):
                described = part["properties"][key]
                if not _says_nothing(inner):
                    described.setdefault("examples", [inner])
                _illustrate(described, inner, defs)
            elif isinstance(part.get("additionalProperties"), dict):
                _illustrate(part["additionalProperties"], inner, defs)
    elif isinstance(value, list) and isinstance(part.get("items"), dict):
        for inner in value:
            _illustrate(part["items"], inner, defs)


def _says_nothing(value: object) -> bool:
    return value is None or value in ("", [], {})


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

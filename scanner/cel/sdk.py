"""Reads the model sources of msgraph-sdk as text: classes, their properties, enumerations and subtypes.

They are parsed with ``ast``, never imported: 3,500 modules take minutes to import and would add nothing.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import util
from pathlib import Path

PACKAGE = "msgraph-sdk"

_QUERY_NOTES = re.compile(
    r" *((Supports|Requires) \$|Returned (by default|only) ?|Read-only|Nullable|Not nullable)[^.]*(\.|$)"
)
"""Sentences of descriptions about requests, of no use to who reads a snapshot."""


@dataclass(frozen=True)
class Field:
    """One line of ``get_field_deserializers``."""

    key: str
    getter: str
    item: str
    """Class of the value or element; empty for most scalars."""
    many: bool
    """By the attribute's annotation: the getter of a flag enumeration is the same as that of a list."""
    description: str


@dataclass(frozen=True)
class Model:
    """One model class: an enumeration has ``values``, any other ``fields``."""

    name: str
    graph_name: str
    base: Path | None
    subtypes: tuple[Path, ...]
    fields: tuple[Field, ...]
    imports: Mapping[str, Path]
    values: tuple[str, ...]


def models_folder() -> Path:
    """Where msgraph-sdk keeps its model sources. Raises ``ModuleNotFoundError`` without the collect extra."""
    found = util.find_spec("msgraph")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError(f"{PACKAGE} is not installed; install tenantlint[collect]")
    return Path(found.submodule_search_locations[0], "generated", "models")


@cache
def read_model(path: Path) -> Model:
    """The model class in the source file ``path``."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    if len(classes) != 1:
        raise ValueError(f"{path}: expected one class, found {len(classes)}")
    found = classes[0]
    imports = {found.name: path, **dict(_imports(tree, path))}
    bases = [imports[base.id] for base in found.bases if isinstance(base, ast.Name) and base.id in imports]
    subtypes = {imports[name] for name in _returned(found)} - {path}
    return Model(
        name=found.name,
        graph_name=_graph_name(found),
        base=bases[0] if bases else None,
        subtypes=tuple(sorted(subtypes)),
        fields=tuple(_fields(found, text.splitlines())),
        imports=imports,
        values=tuple(_values(found)),
    )


def _imports(tree: ast.Module, path: Path) -> Iterator[tuple[str, Path]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level and node.module:
            folder = path.parents[node.level - 1]
            for alias in node.names:
                yield alias.name, folder.joinpath(*node.module.split(".")).with_suffix(".py")


def _graph_name(found: ast.ClassDef) -> str:
    """``#microsoft.graph.x`` where the class says so, otherwise the class name with a small first letter."""
    declared = dict(_annotated(found)).get("odata_type")
    if declared and isinstance(declared.value, ast.Constant) and isinstance(declared.value.value, str):
        return declared.value.value.rpartition(".")[2]
    return found.name[0].lower() + found.name[1:]


def _method(found: ast.ClassDef, name: str) -> ast.FunctionDef | None:
    return next((node for node in found.body if isinstance(node, ast.FunctionDef) and node.name == name), None)


def _returned(found: ast.ClassDef) -> Iterator[str]:
    """The classes that ``create_from_discriminator_value`` makes: all subtypes, at every depth."""
    method = _method(found, "create_from_discriminator_value")
    for node in ast.walk(method) if method else ():
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name):
            yield node.value.func.id


def _values(found: ast.ClassDef) -> Iterator[str]:
    """The values of an enumeration; the sources write each with a comma behind, as a tuple."""
    for node in found.body:
        if isinstance(node, ast.Assign):
            value = node.value.elts[0] if isinstance(node.value, ast.Tuple) else node.value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield value.value


def _fields(found: ast.ClassDef, lines: Sequence[str]) -> Iterator[Field]:
    method = _method(found, "get_field_deserializers")
    attributes = dict(_annotated(found))
    for node in ast.walk(method) if method else ():
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                name, attribute, getter, item = _deserializer(found.name, key, value)
                declared = attributes[attribute]
                many = "[list[" in ast.unparse(declared.annotation)
                yield Field(name, getter, item, many, _description(lines[declared.lineno - 2]))


def _deserializer(model: str, key: ast.expr | None, value: ast.expr) -> tuple[str, str, str, str]:
    """Key, attribute, getter and class of ``"key": lambda n : setattr(self, "attribute", n.getter(Item))``."""
    match key, value:
        case ast.Constant(value=str(name)), ast.Lambda(
            body=ast.Call(
                args=[
                    _,
                    ast.Constant(value=str(to)),
                    ast.Call(func=ast.Attribute(attr=getter), args=([] | [ast.Name()]) as item),
                ]
            )
        ):
            return name, to, getter, "".join(one.id for one in item if isinstance(one, ast.Name))
    raise ValueError(f"{model}: line {value.lineno} reads a property in a form that is not known")


def _annotated(found: ast.ClassDef) -> Iterator[tuple[str, ast.AnnAssign]]:
    for node in found.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id, node


def _description(above: str) -> str:
    """The comment in the line above an attribute, unless it says no more than the name does."""
    comment = above.strip().removeprefix("# ")
    if comment == above.strip() or re.fullmatch(r"The \w+ property", comment):
        return ""
    return _QUERY_NOTES.sub("", comment).strip()

"""The language's own conformance cases: each passes, or is listed with a reason in ``conformance_exceptions.yaml``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from scanner.cel.compile import Bindings
from scanner.cel.tree import decode
from scanner.cel.values import Type, Uint, Value, to_key
from tests.cel.records import environment
from tests.cel.ways import Failed, Variables, evaluate_tree, same

_FILE = Path(__file__).parents[2] / "../shared/data/cel-conformance/cases.json"
_CASES = json.loads(_FILE.read_text(encoding="utf-8")) if _FILE.exists() else []

_EXCEPTIONS = frozenset(
    name
    for group in yaml.safe_load(Path(__file__).with_name("conformance_exceptions.yaml").read_text(encoding="utf-8"))
    for name in group["cases"]
)

_PRIMITIVES = {"INT64": "int", "UINT64": "uint"}


def _name(case: Mapping[str, Any]) -> str:
    return f"{case['file']}/{case['section']}/{case['test']}"


def _value(tagged: Mapping[str, Any]) -> Value:
    """A value as the cases have it: ``{"int64": 1}``."""
    ((tag, value),) = tagged.items()
    match tag:
        case "uint64":
            return Uint(value)
        case "double":
            return float(value)
        case "bytes":
            return bytes.fromhex(value)
        case "list":
            return [_value(item) for item in value]
        case "map":
            return {to_key(_value(key)): _value(item) for key, item in value}
        case "type":
            return Type(value)
        case _:
            return value


def _signature(type_: Mapping[str, Any]) -> str:
    """A type as the cases have it (``{"primitive": "INT64"}``), as the runtime takes it."""
    ((tag, value),) = type_.items()
    match tag:
        case "primitive":
            return str(_PRIMITIVES.get(value, value.lower()))
        case "map_type":
            return f"map<{_signature(value['key_type'])}, {_signature(value['value_type'])}>"
        case "list_type":
            return f"list<{_signature(value['elem_type'])}>"
        case "null":
            return "null_type"
        case _:
            return "dyn"


def _variables(case: Mapping[str, Any]) -> Variables:
    declared = dict.fromkeys(case["bindings"], "dyn")
    declared |= {item["name"]: _signature(item["ident"]["type"]) for item in case["type_env"] if "ident" in item}
    return tuple(declared.items())


def _passes(case: Mapping[str, Any]) -> bool:
    variables = _variables(case)
    try:
        expression = environment(variables).compile(case["expr"], disable_check=case["disable_check"])
    except RuntimeError:
        return False
    names = tuple(case["bindings"])
    values = tuple(map(_value, case["bindings"].values()))
    outcome = evaluate_tree(decode(expression.serialize()), case["expr"], values, names, Bindings())
    if isinstance(outcome, Failed):
        return "error" in case
    return "error" not in case and same(outcome, _value(case["value"]))


@pytest.mark.skipif(not _CASES, reason="the conformance cases are not here")
@pytest.mark.parametrize("case", _CASES, ids=_name)
def test_conformance_case_passes_unless_it_is_listed(case: Mapping[str, Any]) -> None:
    assert _passes(case) is (_name(case) not in _EXCEPTIONS)


@pytest.mark.skipif(not _CASES, reason="the conformance cases are not here")
def test_every_listed_case_exists() -> None:
    assert {_name(case) for case in _CASES} >= _EXCEPTIONS

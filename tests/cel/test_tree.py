"""Tests of ``scanner.cel.tree`` and ``scanner.cel.wire``, on what the runtime hands over."""

from __future__ import annotations

import pytest
from google.protobuf import any_pb2

from scanner.cel import wire
from scanner.cel.tree import (
    DYN,
    Call,
    Comprehension,
    Const,
    Ident,
    ListExpr,
    MapEntry,
    MapExpr,
    MessageExpr,
    Node,
    Reference,
    Select,
    TypeRef,
    children,
    decode,
)
from scanner.cel.values import Uint
from scanner.errors import CelError
from tests.cel.records import environment, tree_of

_VARIABLES = (
    ("user", "graph.user"),
    ("d", "dyn"),
    ("params.maximum", "int"),
    ("m", "map<string, int>"),
    ("when", "timestamp"),
)


def _root(source: str) -> Node:
    return tree_of(source, _VARIABLES).root


@pytest.mark.parametrize(
    ("source", "value"),
    [
        *(
            ("null", None),
            ("true", True),
            ("false", False),
            ("0", 0),
            ("-5", -5),
            ("1.5", 1.5),
            ("'é'", "é"),
            ("b'a'", b"a"),
        ),
        ("7u", Uint(7)),
    ],
)
def test_literals_keep_value_and_type(source: str, value: object) -> None:
    root = _root(source)
    assert isinstance(root, Const)
    assert root.value == value
    assert type(root.value) is type(value)


def test_nodes_have_the_shape_of_the_source() -> None:
    assert _root("d") == Ident(1, "d")
    assert _root("user.displayName") == Select(2, Ident(1, "user"), "displayName")
    assert _root("has(user.displayName)") == Select(4, Ident(2, "user"), "displayName", test_only=True)
    assert _root("size(d)") == Call(1, "size", None, (Ident(2, "d"),))
    assert _root("'a'.contains('b')") == Call(2, "contains", Const(1, "a"), (Const(3, "b"),))
    assert _root("[1, ?d.?a]") == ListExpr(
        1, (Const(2, 1), Call(4, "_?._", None, (Ident(3, "d"), Const(5, "a")))), frozenset({1})
    )
    assert _root("{'a': 1}") == MapExpr(1, (MapEntry(2, Const(3, "a"), Const(4, 1)),))
    assert _root("graph.user{}") == MessageExpr(1, "graph.user")


def test_a_macro_is_a_fold_over_its_range() -> None:
    root = _root("[1].exists(x, x > 0)")
    assert isinstance(root, Comprehension)
    assert (root.iter_var, root.accu_var, root.iter_range) == ("x", "@result", ListExpr(1, (Const(2, 1),)))
    assert len(children(root)) == 5


def test_a_declared_name_with_dots_is_one_identifier() -> None:
    assert _root("params.maximum") == Ident(2, "params.maximum")


def test_a_leading_dot_is_kept_where_a_macro_has_a_variable_of_that_name() -> None:
    tree = tree_of("[1].exists(d, .d == d)", _VARIABLES)
    names = {node.name for node in tree.walk() if isinstance(node, Ident)}
    assert {".d", "d"} <= names


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("1", "int"),
        ("1u", "uint"),
        ("1.5", "double"),
        ("b''", "bytes"),
        ("null", "null"),
        ("d", "dyn"),
        ("when", "timestamp"),
        ("when - when", "duration"),
        ("user", "graph.user"),
        ("user.displayName", "wrapper(string)"),
        ("user.accountEnabled", "wrapper(bool)"),
        ("user.mails", "list(string)"),
        ("user.roles", "list(graph.role)"),
        ("m", "map(string, int)"),
        ("user.?manager", "optional(graph.user)"),
        ("type(1)", "type(int)"),
        ("user.extra", "dyn"),
    ],
)
def test_types_of_nodes(source: str, text: str) -> None:
    tree = tree_of(source, _VARIABLES)
    assert str(tree.type_of(tree.root)) == text


def test_types_know_what_they_are_made_of() -> None:
    tree = tree_of("user.roles", _VARIABLES)
    assert tree.type_of(tree.root) == TypeRef("list", (TypeRef("message", message="graph.role"),))
    assert str(TypeRef("param", message="T")) == "T"


def test_references_name_the_overload_that_was_chosen() -> None:
    tree = tree_of("size(user.mails) > 1", _VARIABLES)
    assert tree.references[tree.root.id] == Reference("_>_", ("greater_int64",))


def test_positions_count_code_points() -> None:
    tree = tree_of("'🐱' == 'a'", _VARIABLES)
    assert tree.positions[tree.root.id] == 4


def test_walk_gives_parents_before_children_and_all_nodes() -> None:
    tree = tree_of("{'a': [1, d.b]}.a == user.mails", _VARIABLES)
    kinds = [type(node).__name__ for node in tree.walk()]
    assert kinds == ["Call", "Select", "MapExpr", "Const", "ListExpr", "Const", "Select", "Ident", "Select", "Ident"]


def test_an_unchecked_expression_has_no_types() -> None:
    tree = decode(environment(()).compile("x + 1", disable_check=True).serialize())
    assert tree.types == {}
    assert tree.references == {}
    assert tree.type_of(tree.root) == DYN


def _nested(depth: int) -> bytes:
    """``!!!…x`` as the runtime would serialise it, deeper than its parser goes."""
    expr = {"id": 1, "ident": {"name": "x"}}
    for id in range(2, depth + 2):
        expr = {"id": id, "call": {"function": "!_", "args": [expr]}}
    message = wire.MESSAGES["cel.expr.ParsedExpr"](expr=expr)
    return any_pb2.Any(
        type_url="type.googleapis.com/cel.expr.ParsedExpr", value=message.SerializeToString()
    ).SerializeToString()


def test_an_expression_nested_deeper_than_protobuf_reads_is_refused() -> None:
    assert decode(_nested(40)).root.id == 41
    with pytest.raises(CelError, match="nested too deeply"):
        decode(_nested(60))


def test_a_macro_with_two_variables_is_refused() -> None:
    constant = {"id": 2, "const": {"bool": True}}
    fold = {"iter_var": "i", "iter_var2": "v", "iter_range": {"id": 3, "list": {}}, "accu_init": constant}
    message = wire.MESSAGES["cel.expr.ParsedExpr"](expr={"id": 1, "comprehension": fold})
    serialized = any_pb2.Any(type_url="x/cel.expr.ParsedExpr", value=message.SerializeToString()).SerializeToString()
    with pytest.raises(CelError, match="two variables `i` and `v`"):
        decode(serialized)

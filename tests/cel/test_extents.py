"""Tests of ``scanner.cel.extents``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import assume, given, settings

from scanner.cel.extents import Extents
from scanner.cel.macros import Bind, Mapped, Quantifier, macro_of
from scanner.cel.tree import Call, Comprehension, Const, Ident, Node, Tree, children, decode
from tests.cel.expressions import expressions
from tests.cel.records import RECORD, environment, tree_of

_VARIABLES = (("x", "int"), ("d", "dyn"), ("params.maximum", "int"), ("b", "bool"))


def _texts(source: str) -> list[str]:
    """The different texts of a tree's nodes, parents first."""
    tree = tree_of(source, _VARIABLES)
    extents = Extents(tree, source)
    return list(dict.fromkeys(extents.text(node) for node in tree.walk()))


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("( x + (1) )*2", ["( x + (1) )*2", "x + (1)", "x", "1", "2"]),
        ("-x + -1", ["-x + -1", "-x", "x", "-1"]),
        ("-(x + 1) * 2", ["-(x + 1) * 2", "-(x + 1)", "x + 1", "x", "1", "2"]),
        ("!((x==1) && (b))", ["!((x==1) && (b))", "(x==1) && (b)", "x==1", "x", "1", "b"]),
        ("(b) ? (x) : ((2))", ["(b) ? (x) : ((2))", "b", "x", "2"]),
        ("d.a.b", ["d.a.b", "d.a", "d"]),
        ("(d.a).`c-d`[0]", ["(d.a).`c-d`[0]", "(d.a).`c-d`", "d.a", "d", "0"]),
        ("d.?a[?x]", ["d.?a[?x]", "d.?a", "d", "x"]),
        ("has(d.a.b)", ["has(d.a.b)", "d.a", "d"]),
        (
            "x in [1, 2] && x in ([3])",
            ["x in [1, 2] && x in ([3])", "x in [1, 2]", "x", "[1, 2]", "1", "2", "x in ([3])", "[3]", "3"],
        ),
        ("params . maximum > x", ["params . maximum > x", "params . maximum", "x"]),
        ("'🐱' + '(' == \")\"", ["'🐱' + '(' == \")\"", "'🐱' + '('", "'🐱'", "'('", '")"']),
        ("{'a': x}.a", ["{'a': x}.a", "{'a': x}", "'a'", "x"]),
        ("strings.quote('a').size()", ["strings.quote('a').size()", "strings.quote('a')", "'a'"]),
        ("[x].map(i, i > 1, i + 1)", ["[x].map(i, i > 1, i + 1)", "[x]", "x", "i > 1", "i", "1", "i + 1"]),
        (
            "optional.of(x).optMap(v, v + 1)",
            ["optional.of(x).optMap(v, v + 1)", "optional.of(x)", "x", "v", "v + 1", "1"],
        ),
        ("[.x]", ["[.x]", "x"]),
        (".params.maximum > x", [".params.maximum > x", ".params.maximum", "x"]),
        ("x > 1 // ( comment\n  && b", ["x > 1 // ( comment\n  && b", "x > 1", "x", "1", "b"]),
        ("b && b && (b && b) && b", ["b && b && (b && b) && b", "b && b", "b", "(b && b) && b"]),
    ],
)
def test_text_of_every_node(source: str, texts: list[str]) -> None:
    assert _texts(source) == texts


def test_a_node_without_a_place_has_the_text_of_the_whole() -> None:
    tree = tree_of("x + 1", _VARIABLES)
    assert Extents(Tree(tree.root), "x + 1").text(tree.root) == "x + 1"


def _shape(node: Node) -> object:
    """``node`` without its ids."""
    match node:
        case Const(value=value):
            return value
        case Ident(name=name):
            return (name,)
        case _:
            name = node.function if isinstance(node, Call) else getattr(node, "field", "")
            return (type(node).__name__, name, *map(_shape, children(node)))


def _parts(node: Node) -> Iterator[Node]:
    """The nodes that a person wrote: not what macros expand to, and not the property behind ``.?``."""
    yield node
    if isinstance(node, Comprehension):
        match macro_of(node):
            case (
                Quantifier(range=range_, predicate=body)
                | Mapped(range=range_, value=body)
                | Bind(value=range_, result=body)
            ):
                yield from (*_parts(range_), *_parts(body))
    else:
        below = children(node)
        for inner in below[:1] if isinstance(node, Call) and node.function == "_?._" else below:
            yield from _parts(inner)


def _parsed(source: str) -> Tree:
    return decode(environment(RECORD).compile(source, disable_check=True).serialize())


@given(expressions("bool", 3))
@settings(max_examples=50, deadline=None)
def test_the_text_of_a_node_parses_to_that_node(source: str) -> None:
    assume("Map(" not in source)  # optMap and optFlatMap expand to several nodes with the same text
    tree = _parsed(source)
    extents = Extents(tree, source)
    for node in _parts(tree.root):
        assert _shape(_parsed(extents.text(node)).root) == _shape(node)

"""Tests of ``scanner.cel.macros``."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanner.cel.extents import Extents
from scanner.cel.macros import Bind, Mapped, Quantifier, free_names, macro_of
from scanner.cel.tree import Comprehension, Const
from scanner.errors import CelError
from tests.cel.records import tree_of

_VARIABLES = (("l", "list<int>"), ("y", "int"), ("x", "int"))


@pytest.mark.parametrize("name", ["all", "exists", "exists_one"])
def test_a_quantifier_is_told_by_its_shape(name: str) -> None:
    source = f"l.{name}(x, x > y && x > 1)"
    tree = tree_of(source, _VARIABLES)
    assert isinstance(tree.root, Comprehension)
    macro = macro_of(tree.root)
    assert isinstance(macro, Quantifier)
    extents = Extents(tree, source)
    assert (macro.name, macro.variable) == (name, "x")
    assert (extents.text(macro.range), extents.text(macro.predicate)) == ("l", "x > y && x > 1")


@pytest.mark.parametrize(
    ("source", "condition", "value"),
    [
        ("l.map(x, x + 1)", None, "x + 1"),
        ("l.map(x, x > 1, x + y)", "x > 1", "x + y"),
        ("l.filter(x, x > 1)", "x > 1", "x"),
    ],
)
def test_map_and_filter_are_told_by_their_shape(source: str, condition: str | None, value: str) -> None:
    tree = tree_of(source, _VARIABLES)
    assert isinstance(tree.root, Comprehension)
    macro = macro_of(tree.root)
    assert isinstance(macro, Mapped)
    extents = Extents(tree, source)
    assert (macro.condition and extents.text(macro.condition)) == condition
    assert extents.text(macro.value) == value


def test_bind_is_told_by_its_shape_even_over_an_empty_list() -> None:
    tree = tree_of("cel.bind(z, y, z)", _VARIABLES)
    assert isinstance(tree.root, Comprehension)
    assert isinstance(macro_of(tree.root), Bind)
    empty = tree_of("[].map(x, x)", _VARIABLES)
    assert isinstance(empty.root, Comprehension)
    assert isinstance(macro_of(empty.root), Mapped)


def test_a_fold_of_another_shape_is_refused() -> None:
    tree = tree_of("l.all(x, x > 1)", _VARIABLES)
    assert isinstance(tree.root, Comprehension)
    with pytest.raises(CelError, match="not known"):
        macro_of(replace(tree.root, accu_init=Const(99, "text")))


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("l.all(x, x > y)", {"l", "y"}),
        ("l.map(x, x > y, x)", {"l", "y"}),
        ("l.all(x, x > 1) && x > 1", {"l", "x"}),
        ("[x].all(x, x > 1)", {"x"}),
        ("[1].all(x, x > .x)", {".x"}),
        ("cel.bind(z, y, z + x)", {"y", "x"}),
        ("[1].exists(a, [a].exists(b, a == b))", set()),
        ("{'a': y}.a == 1 ? [x] : []", {"x", "y"}),
    ],
)
def test_free_names_are_those_that_no_macro_inside_declares(source: str, names: set[str]) -> None:
    assert free_names(tree_of(source, _VARIABLES).root) == names

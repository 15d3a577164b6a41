"""Tests of ``scanner.cel.writer``."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from scanner.cel.writer import Writer
from scanner.errors import CelError


def test_lines_stand_below_their_block() -> None:
    out = Writer()
    out.line("a = 1")
    with out.block("if a:"), out.block("if b:"):
        out.line("c = 2")
    out.line("d = 3")
    assert out.lines == ["a = 1", "if a:", "  if b:", "    c = 2", "d = 3"]


def test_lines_put_apart_can_be_inserted_under_another_block() -> None:
    out = Writer()
    with out.block("if a:"):
        with out.apart() as lines, out.block("for x in y:"):
            out.line("z = x")
        with out.block("if b:"):
            out.insert(lines)
    assert out.lines == ["if a:", "  if b:", "    for x in y:", "      z = x"]


def test_a_loop_within_a_loop_takes_its_length_from_the_budget() -> None:
    out = Writer()
    with out.loop("x", "xs", "n1"):
        assert not out.counts
        with out.loop("y", "x.ys", "n2"):
            out.line("pass")
    assert out.counts
    assert out.lines == [
        "for x in xs:",
        "  n2 = x.ys",
        "  budget -= len(n2)",
        "  if budget < 0: fail()",
        "  for y in n2:",
        "    pass",
    ]


def test_loops_nested_too_deeply_are_refused() -> None:
    out = Writer()
    with ExitStack() as stack:
        for level in range(15):
            stack.enter_context(out.loop(f"x{level}", "xs", f"n{level}"))
        with pytest.raises(CelError, match="more than 15 deep"):
            stack.enter_context(out.loop("x", "xs", "n"))

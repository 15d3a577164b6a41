"""Tests of ``scanner.cel.fast`` and ``scanner.cel.inline``: the generated code is plain, and never hides an error."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from scanner.cel.compile import FAILURES
from scanner.cel.fast import fast_source
from scanner.cel.functions import FUNCTIONS
from scanner.cel.functions.dispatch import Overloaded
from scanner.cel.inline import DIRECT, INLINE
from scanner.cel.scope import Bindings, Scope
from scanner.cel.values import Uint, Value
from tests.cel.records import Role, User, tree_of
from tests.cel.ways import fast_way

_SAMPLES: dict[str, list[Value]] = {
    "bool": [True, False],
    "int": [0, 1, -1],
    "uint": [Uint(0), Uint(1)],
    "double": [0.0, 1.5],
    "string": ["", "ab"],
    "bytes": [b"", b"a"],
    "list": [[], ["a"]],
    "map": [{}, {"a": 1}],
    "timestamp": [datetime(2026, 1, 1, tzinfo=UTC)],
    "duration": [timedelta(), timedelta(hours=1)],
}


def _with_null(kinds: tuple[str, ...]) -> list[tuple[Value, ...]]:
    """Arguments of these types, at least one of them null."""
    return [values for values in product(*([None, *_SAMPLES[kind]] for kind in kinds)) if None in values]


@pytest.mark.parametrize("name", sorted(DIRECT))
def test_a_function_that_is_called_directly_fails_for_null(name: str) -> None:
    function = FUNCTIONS[name]
    assert isinstance(function, Overloaded)
    for kinds, overload in function.overloads.items():
        for values in _with_null(kinds):
            with pytest.raises(FAILURES):
                overload(*values)


@pytest.mark.parametrize(("name", "kinds"), INLINE)
def test_a_piece_of_python_that_is_written_in_line_fails_for_null(name: str, kinds: tuple[str, ...]) -> None:
    code = compile(INLINE[name, kinds].format("a", "b"), "<test>", "eval")
    for values in _with_null(kinds):
        with pytest.raises(FAILURES):
            eval(code, {"a": values[0], "b": values[-1]})


def _body(source: str, **bindings: Any) -> str:
    """The statements that are generated for ``source``, of the variable ``user``."""
    scope = Scope(tree_of(source), Bindings(**bindings), {"user": "u"}, {})
    lines = fast_source(scope, scope.tree.root, lambda node: ()).splitlines()
    return "\n".join(line.removeprefix("        ") for line in lines[2:-3])


@pytest.mark.parametrize(
    ("source", "body"),
    [
        ("user.displayName == 'x'", "return (u.displayName == 'x')"),
        ("user.displayName != null", "return (u.displayName is not None)"),
        ("user.displayName.endsWith('x')", "return u.displayName.endswith('x')"),
        ("user.displayName.contains('x')", "return ('x' in u.displayName)"),
        ("user.createdDateTime > user.lastSeen", "return (u.createdDateTime > u.lastSeen)"),
        ("user.displayName + '!'", "return (u.displayName + '!')"),
        ("user.class", "return u.class_"),
        ("size(user.mails) == 2", "return (len((u.mails or [])) == 2)"),
        ("'a' in user.mails", "return ('a' in (u.mails or []))"),
        ("user.manager.displayName", "return (None if (t1 := u.manager) is None else t1.displayName)"),
        ("!user.isAdmin", "return (not ((t1 := u.isAdmin) is True or t1 is not False and fail()))"),
        ("user.logins == 1 && user.score == 1.0", "return ((u.logins == 1) and (u.score == 1.0))"),
        ("user.logins == 1 ? 'a' : 'b'", "return ('a' if (u.logins == 1) else 'b')"),
        ("user.mails[0]", "return (u.mails or [])[0]"),
    ],
)
def test_generated_code_is_what_one_would_write(source: str, body: str) -> None:
    assert _body(source) == body


def test_a_macro_becomes_a_loop_that_ends_early() -> None:
    assert _body("user.roles.exists(r, r.name == 'x')") == (
        "b1 = False\nfor v2 in (u.roles or []):\n  if (v2.name == 'x'):\n    b1 = True\n    break\nreturn b1"
    )


def test_a_loop_runs_only_if_what_stands_before_it_did_not_decide() -> None:
    body = _body("user.logins == 1 && user.roles.all(r, r.level > 1)")
    assert body.splitlines()[:2] == ["b4 = (u.logins == 1)", "if b4:"]
    body = _body("user.logins == 1 ? user.roles.all(r, r.level > 1) : true")
    assert body.splitlines()[0] == "if (u.logins == 1):"


def test_a_list_of_literals_becomes_a_set() -> None:
    scope = Scope(tree_of("user.displayName in ['a', 'b']"), Bindings(), {"user": "u"}, {})
    source = fast_source(scope, scope.tree.root, lambda node: ())
    assert "(u.displayName in k1)" in source
    assert scope.namespace["k1"] == frozenset({"a", "b"})


@pytest.mark.parametrize(
    "source",
    [
        *("user.displayName + 'x'", "user.displayName < 'x'", "user.logins < 1", "user.logins + 1", "-user.logins"),
        *("user.accountEnabled && true", "true && user.accountEnabled", "user.accountEnabled || false"),
        *("!user.accountEnabled", "user.accountEnabled ? 1 : 2", "user.roles.exists(r, r.isPrivileged)"),
        *("user.roles.all(r, r.isPrivileged)", "user.roles.filter(r, r.isPrivileged)", "[user.displayName].join()"),
        *("user.roles.exists_one(r, r.isPrivileged)", "user.createdDateTime > timestamp(0)", "int(user.score)"),
        *("user.createdDateTime + duration('1h')", "user.createdDateTime.getHours()", "user.displayName.matches('a')"),
        *("'a'.matches(user.displayName)", "user.displayName.startsWith('a')", "'a'.startsWith(user.displayName)"),
        *("'a'.contains(user.displayName)", "user.displayName.size()", "user.roles[2]", "{'a': 1}[user.displayName]"),
        *("user.displayName in {'a': 1}", "user.extra.a", "user.extra + 1", "'a'.lastIndexOf('a', user.logins)"),
        *("user.displayName.substring(0, user.logins)", "'a,b'.split(',', user.logins)", "string(user.logins)"),
        *("bool(user.displayName)", "timestamp(user.displayName)", "duration(user.displayName)", "user.extra && true"),
        *("user.extra ? 1 : 2", "user.?displayName.value()", "strings.quote(user.displayName)"),
    ],
)
def test_null_where_a_value_is_needed_is_left_to_the_exact_way(source: str) -> None:
    with pytest.raises(FAILURES):
        fast_way(tree_of(source), ("user",), Bindings())(User(roles=[Role(name="a")]))

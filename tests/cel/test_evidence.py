"""Tests of ``scanner.cel.evidence``."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from scanner.cel.compile import Bindings
from scanner.cel.evidence import compile_evidence
from scanner.cel.trace import evidence
from scanner.cel.values import Value
from scanner.errors import NotCollected
from tests.cel.records import Address, Region, Role, User, tree_of

_USER = User(
    displayName="Anna",
    accountEnabled=True,
    createdDateTime=datetime(2026, 10, 1, tzinfo=UTC),
    address=Address(city="Bonn", region=Region(code="EU")),
    mails=["a", "b"],
    counts=[0] * 53,
    roles=[Role(name="Reader", level=1, scope=Region(code="x")), Role(name="Admin", level=9, isPrivileged=True)],
    reports=[User(displayName="Ben", roles=[Role(name="Guest", level=0)])],
)


def _read(source: str, record: Value = _USER, **bindings: Any) -> dict[str, object]:
    """Path → value, after a check that it can be written as JSON."""
    checked = SimpleNamespace(tree=tree_of(source), source=source)
    found = {item.path: item.value for item in evidence(checked, Bindings("user", **bindings), record)}
    assert json.loads(json.dumps(found)) == found
    return found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        (
            "user.displayName.startsWith('A') && user.accountEnabled",
            {"user.displayName": "Anna", "user.accountEnabled": True},
        ),
        ("user.address.region.code == 'x'", {"user.address.region.code": "EU"}),
        ("user.address . city == 'x' || has( user.address.city )", {"user.address.city": "Bonn"}),
        ("has(user.address) && user.address.city == 'x'", {"user.address.city": "Bonn"}),
        ("user.createdDateTime > timestamp(0)", {"user.createdDateTime": "2026-10-01T00:00:00Z"}),
        ("user.manager.displayName == null", {"user.manager.displayName": None}),
        ("has(user.photo)", {"user.photo": None}),
        ("user.?address.?city.orValue('') == 'x'", {"user.address.city": "Bonn"}),
        ("user.mails.exists(m, m == 'x')", {"user.mails": ["a", "b"]}),
        ("size(user.counts) == 1", {"user.counts": [*[0] * 50, "… 3 more"]}),
        ("user.roles.exists(r, r.name == 'x')", {"user.roles": [{"name": "Reader"}, {"name": "Admin"}]}),
        (
            "user.roles.all(r, r.isPrivileged && r.scope.code == 'x')",
            {"user.roles": [{"isPrivileged": None, "scope": {"code": "x"}}, {"isPrivileged": True, "scope": None}]},
        ),
        (
            "user.roles.filter(r, r.level > 1).map(x, x.name) == []",
            {"user.roles": [{"level": 1, "name": "Reader"}, {"level": 9, "name": "Admin"}]},
        ),
        (
            "user.roles.map(r, r.scope).exists(s, s.code == 'x')",
            {"user.roles": [{"scope": {"code": "x"}}, {"scope": None}]},
        ),
        (
            "user.reports.exists(u, u.roles.exists(r, r.name == 'x'))",
            {"user.reports": [{"displayName": "Ben", "roles": [{"name": "Guest"}]}]},
        ),
        ("user.roles[0].name == 'x'", {"user.roles": [{"name": "Reader"}, {"name": "Admin"}]}),
        ("user.?address.optMap(a, a.city).orValue('') == 'x'", {"user.address": {"city": "Bonn"}}),
        ("cel.bind(a, user.address, a.city == 'x')", {"user.address": {"city": "Bonn"}}),
        ("[1, 2].exists(x, x == 1)", {}),
        ("user == user.manager || type(1) == int", {"user.manager": None}),
        ("[user].exists(u, u.displayName == 'x')", {}),
    ],
)
def test_evidence_is_the_longest_chains_that_are_read(source: str, found: dict[str, object]) -> None:
    assert _read(source) == found


def test_constants_are_evidence_too() -> None:
    found = _read("user.displayName.endsWith('@' + domain)", constants={"domain": "contoso.com"})
    assert found == {"user.displayName": "Anna", "domain": "contoso.com"}


def test_a_macro_variable_is_not_taken_for_a_constant_of_the_same_name() -> None:
    assert _read("user.mails.exists(domain, domain == 'x')", constants={"domain": "c"}) == {"user.mails": ["a", "b"]}
    assert _read("user.mails.exists(domain, .domain == 'x')", constants={"domain": "c"}) == {
        "user.mails": ["a", "b"],
        "domain": "c",
    }


def _lost(record: Value) -> Value:
    raise NotCollected("roles", "RoleManagement.Read.Directory is missing")


def test_a_value_that_cannot_be_had_is_shown_with_the_reason() -> None:
    reason = {"error": "roles: RoleManagement.Read.Directory is missing"}
    assert _read("user.isAdmin", facts={("user", "isAdmin"): _lost}) == {"user.isAdmin": reason}
    assert _read("user.reports.exists(u, u.isAdmin)", facts={("user", "isAdmin"): _lost}) == {
        "user.reports": [{"displayName": "Ben", "isAdmin": reason}]
    }
    assert _read("user.extra.a.b == 1", User(extra={"a": 1})) == {
        "user.extra.a.b": {"error": "`user.extra.a.b`: a list, a map or a record is needed, not int."}
    }


def test_facts_of_elements_are_evidence() -> None:
    facts = {("role", "isPrivileged"): lambda role: role.level > 5}
    assert _read("user.roles.exists(r, r.isPrivileged)", facts=facts) == {
        "user.roles": [{"isPrivileged": False}, {"isPrivileged": True}]
    }


def test_evidence_is_compiled_once_for_many_records() -> None:
    source = "user.displayName == 'x'"
    collect = compile_evidence(SimpleNamespace(tree=tree_of(source), source=source), Bindings("user"))
    assert [collect(User(displayName=name))[0].value for name in ("a", "b")] == ["a", "b"]

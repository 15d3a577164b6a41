"""Tests of ``scanner.cel.compile``, ``scope``, ``exact`` and ``run``: what expressions give, and how they fail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from scanner.cel.compile import Bindings, compile_node, compile_program
from scanner.cel.functions.limits import MAX_LIST
from scanner.cel.tree import decode
from scanner.cel.values import Value
from scanner.errors import CelError, NotCollected
from tests.cel.records import RECORD, Address, Region, Role, User, environment, run, tree_of
from tests.cel.ways import Failed, evaluate

_NOW = datetime(2026, 11, 1, tzinfo=UTC)
_LOST = Failed("users: User.Read.All is missing")


def _not_collected(record: Value) -> Value:
    raise NotCollected("users", "User.Read.All is missing")


def _program(source: str, **bindings: Any) -> Callable[[Value], Value]:
    checked = SimpleNamespace(tree=tree_of(source), source=source)
    return compile_program(checked, Bindings("user", **bindings))


# -- absent data -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("user.displayName == null", True),
        ("user.displayName != null", False),
        ("user.displayName == 'a'", False),
        ("user.displayName == user.userPrincipalName", True),
        ("user.accountEnabled == true", False),
        ("user.createdDateTime == null", True),
        ("user.createdDateTime != timestamp(0)", True),
        ("user.grace == null", True),
        ("user.displayName in ['a']", False),
        ("'a' in user.mails", False),
        ("user.mails", []),
        ("user.mails == []", True),
        ("user.mails.all(m, m == 'a')", True),
        ("user.roles.exists(r, r.isPrivileged)", False),
        ("size(user.roles)", 0),
        ("user.manager == null", True),
        ("user.manager.manager.address == null", True),
        ("user.manager.displayName == null", True),
        ("user.manager.address.region.code == 'x'", False),
        ("user.manager.mails", []),
        ("user.manager.address.lines.exists(l, l == 'x')", False),
        ("has(user.displayName)", False),
        ("has(user.manager)", False),
        ("has(user.manager.address.city)", False),
        ("has(user.mails)", False),
        ("has(user.manager.mails)", False),
        ("user.?displayName.orValue('none')", "none"),
        ("user.?manager.?displayName.hasValue()", False),
        ("user.?mails.hasValue()", False),
        ("user.?manager.address.hasValue()", False),
        ("has(user.?manager.displayName)", False),
        ("user.extra == null", True),
    ],
)
def test_absent_data_reads_as_null_or_empty(source: str, value: Value) -> None:
    assert evaluate(source, User()) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("user.manager.address.region.code", "EU"),
        ("has(user.manager.address.region.code)", True),
        ("has(user.mails)", True),
        ("user.?manager.?address.?region.?code.value()", "EU"),
        ("user.?manager.address.region.code.value()", "EU"),
        ("has(user.?manager.address)", True),
        ("user.?mails.value()", ["a"]),
        ("user.?manager.mails.hasValue()", False),
        ("user.manager != null", True),
        ("user.class", "first"),
        ("user.reports.map(r, r.displayName)", ["b", None]),
        ("user.extra.a[0]", 1),
        ("user.extra.?b.hasValue()", False),
        ("type(user.extra) == map", True),
        ("user.logins == 3 && 3u == dyn(user.logins)", True),
        ("cel.bind(m, user.manager, m.address.region.code + m.address.region.code)", "EUEU"),
        ("user.?manager.optMap(m, m.address.region.code).value()", "EU"),
        ("now", _NOW),
    ],
)
def test_data_that_is_there(source: str, value: Value) -> None:
    user = User(
        manager=User(address=Address(region=Region(code="EU"))),
        mails=["a"],
        class_="first",
        reports=[User(displayName="b"), User()],
        extra={"a": [1]},
        logins=3,
    )
    assert evaluate(source, user, constants={"now": _NOW}) == value


def test_a_null_among_records_of_a_list_reads_as_an_empty_record() -> None:
    assert evaluate("user.roles.map(r, r.name)", User(roles=[None, Role(name="a")])) == [None, "a"]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("user.displayName < 'a'", "`user.displayName` is null, where `<` needs a value."),
        ("'a' < user.manager.displayName", "`user.manager.displayName` is null, where `<` needs a value."),
        ("user.displayName.startsWith('a')", "`user.displayName` is null, where `startsWith` needs a value."),
        ("'a'.startsWith(user.displayName)", "`user.displayName` is null, where `startsWith` needs a value."),
        ("user.createdDateTime > timestamp(0)", "`user.createdDateTime` is null, where `>` needs a value."),
        ("user.logins + 1", "`user.logins` is null, where `+` needs a value."),
        ("-user.logins", "`user.logins` is null, where `-` needs a value."),
        ("user.accountEnabled && true", "`user.accountEnabled` is null, where true or false is needed."),
        ("true && user.accountEnabled", "`user.accountEnabled` is null, where true or false is needed."),
        ("user.accountEnabled || false", "`user.accountEnabled` is null, where true or false is needed."),
        ("!user.accountEnabled", "`user.accountEnabled` is null, where true or false is needed."),
        ("user.accountEnabled ? 1 : 2", "`user.accountEnabled` is null, where true or false is needed."),
        ("[1].exists(x, user.isAdmin)", "`user.isAdmin` is null, where true or false is needed."),
        ("user.extra.a", "`user.extra` is null, where a list, a map or a record is needed."),
        ("user.extra.all(x, true)", "`user.extra` is null, where a list, a map or a record is needed."),
    ],
)
def test_null_where_a_value_is_needed_is_an_error_that_names_the_path(source: str, text: str) -> None:
    assert evaluate(source, User()) == Failed(f"{text} Test it with `!= null` first.")


def test_a_condition_that_is_no_boolean_is_an_error_that_names_its_type() -> None:
    assert evaluate("user.extra && true", User(extra="yes")) == Failed(
        "`user.extra` is of type string, where true or false is needed."
    )


# -- errors as values --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("1 / user.logins == 1 || true", True),
        ("1 / user.logins == 1 && false", False),
        ("true || 1 / user.logins == 1", True),
        ("user.accountEnabled && false", False),
        ("user.accountEnabled || true", True),
        ("(1 / user.logins == 1 || user.accountEnabled) || true", True),
        ("user.counts.exists(c, 4 / c == 2)", True),
        ("user.counts.all(c, 4 / c == 2)", False),
        ("user.counts.map(c, c + 1)", [1, 2, 3]),
        ("false ? 1 / user.logins : 7", 7),
        ("cel.bind(x, 1 / user.logins, true || x == 1)", True),
        ("optional.of(1).orValue(1 / user.logins)", 1),
        ("optional.of(1).or(optional.of(1 / user.logins)).value()", 1),
    ],
)
def test_an_error_does_not_count_where_something_else_decides(source: str, value: Value) -> None:
    assert evaluate(source, User(logins=0, counts=[0, 1, 2])) == value


@pytest.mark.parametrize(
    "source",
    [
        *("1 / user.logins == 1 || false", "1 / user.logins == 1 && true", "user.counts.exists(c, 4 / c == 3)"),
        *(
            "user.counts.all(c, 4 / c > 1)",
            "user.counts.exists_one(c, 4 / c == 2)",
            "user.counts.filter(c, 4 / c == 2)",
        ),
        *("user.counts.map(c, 4 / c)", "cel.bind(x, 1 / user.logins, x + x)", "!(1 / user.logins == 1)"),
        *(
            "1 / user.logins == 1 ? 1 : 2",
            "[1 / user.logins]",
            "{'a': 1 / user.logins}",
            "size([1 / user.logins]) == 1",
        ),
    ],
)
def test_an_error_that_nothing_decides_is_the_result(source: str) -> None:
    outcome = evaluate(source, User(logins=0, counts=[0, 1, 2]))
    assert isinstance(outcome, Failed)
    assert "division by zero" in outcome.text


def test_the_first_of_several_errors_is_told() -> None:
    assert evaluate("1 % user.logins == 1 && 1 / user.logins == 1", User(logins=0)) == Failed(
        "`1 % user.logins`: modulus by zero."
    )


# -- facts -------------------------------------------------------------------------------------------------------------


def test_a_fact_is_called_with_the_record() -> None:
    facts = {("user", "isAdmin"): lambda user: user.id == "1", ("role", "name"): lambda role: f"role {role.level}"}
    user = User(id="1", roles=[Role(level=7)])
    assert evaluate("user.isAdmin && user.roles[0].name == 'role 7'", user, facts=facts) is True
    assert evaluate("user.manager.isAdmin == null", User(), facts=facts) is True


def test_a_list_that_a_fact_gives_may_be_a_tuple() -> None:
    facts = {("user", "roles"): lambda user: (Role(name="a"),), ("user", "mails"): lambda user: ()}
    assert evaluate("user.roles.exists(r, r.name == 'a') && user.mails == []", User(), facts=facts) is True
    assert evaluate("[has(user.roles), has(user.mails)]", User(), facts=facts) == [True, False]


@pytest.mark.parametrize(
    ("source", "outcome"),
    [
        ("user.isAdmin", _LOST),
        ("user.isAdmin && true", _LOST),
        ("user.isAdmin && user.logins == 1", False),
        ("user.isAdmin || user.logins == 0", True),
        ("user.mails.exists(m, m == 'a' || user.isAdmin)", True),
        ("has(user.isAdmin)", _LOST),
        ("user.?isAdmin.orValue(true)", _LOST),
        ("!user.isAdmin", _LOST),
        ("1 / user.logins == 1 && user.isAdmin", Failed("`1 / user.logins`: division by zero.")),
    ],
)
def test_what_was_not_collected_is_an_error_value_of_its_own(source: str, outcome: Value) -> None:
    facts = {("user", "isAdmin"): _not_collected}
    assert evaluate(source, User(logins=0, mails=["b", "a"]), facts=facts) == outcome


def test_what_was_not_collected_is_told_by_its_own_exception() -> None:
    with pytest.raises(NotCollected):
        run("user.isAdmin", User(), facts={("user", "isAdmin"): _not_collected})


def test_a_fact_that_fails_otherwise_is_an_error_of_the_expression() -> None:
    def broken(user: Value) -> Value:
        return user.nonsense

    with pytest.raises(CelError, match="failed with AttributeError"):
        run("user.isAdmin", User(), facts={("user", "isAdmin"): broken})


def test_a_fact_that_gives_no_value_of_cel_is_an_error_of_the_expression() -> None:
    with pytest.raises(CelError, match="an object of type set is no value of CEL"):
        run("user.isAdmin && true", User(), facts={("user", "isAdmin"): lambda user: {1}})


# -- constants ---------------------------------------------------------------------------------------------------------


def test_what_is_the_same_for_all_records_is_worked_out_once() -> None:
    calls: list[Value] = []

    def initial(tenant: Value) -> str:
        calls.append(tenant)
        return "contoso.com"

    tenant = User(id="tenant")
    program = compile_node(
        tree_of("user.displayName == tenant.displayName", (("user", "graph.user"), ("tenant", "graph.user"))),
        "user.displayName == tenant.displayName",
        Bindings(constants={"tenant": tenant}, facts={("user", "displayName"): initial}),
        ("user",),
    )
    assert calls == [tenant]
    assert program(User()) is True
    assert [call for call in calls if call is tenant] == [tenant]


def test_a_constant_that_fails_fails_with_each_record_where_it_matters() -> None:
    program = _program("user.logins == 1 || domain.matches('(')", constants={"domain": "x"})
    assert program(User(logins=1)) is True
    with pytest.raises(CelError, match="no regular expression"):
        program(User(logins=2))


def test_a_macro_variable_hides_a_constant_of_the_same_name() -> None:
    source = "user.mails.exists(domain, domain == 'a') && [domain, 'x'].all(domain, domain != 'a')"
    assert evaluate(source, User(mails=["a"]), constants={"domain": "c"}) is True
    assert evaluate("['b'].exists(domain, .domain == 'c')", User(), constants={"domain": "c"}) is True


def test_a_parameter_that_is_a_tuple_is_a_list() -> None:
    variables = (("user", "graph.user"), ("params.names", "list<string>"))
    source = "user.displayName in params.names && params.names == ['a', 'b']"
    assert evaluate(source, User(displayName="a"), variables=variables, constants={"params.names": ("a", "b")}) is True


def test_a_variable_without_a_value_is_an_error() -> None:
    assert evaluate("domain == 'a'", User()) == Failed("There is no variable `domain`.")
    assert evaluate("domain == 'a' || user.logins == 1", User(logins=1)) is True


# -- limits ------------------------------------------------------------------------------------------------------------


def test_macros_inside_macros_may_go_round_a_million_times() -> None:
    source = "user.counts.all(a, user.counts.all(b, a >= 0))"
    assert run(source, User(counts=[0] * 1000)) is True
    with pytest.raises(CelError, match="go round more than 1,000,000 times"):
        run(source, User(counts=[0] * 1001))


def test_only_the_rounds_that_were_gone_count() -> None:
    assert evaluate("user.counts.all(a, user.counts.exists(b, b == a))", User(counts=[0] * 2000)) is True


def test_a_list_of_unknown_type_may_not_be_too_long() -> None:
    assert isinstance(evaluate("user.extra.all(x, true)", User(extra=[0] * (MAX_LIST + 1))), Failed)


# -- what no expression can do, and whole programs ---------------------------------------------------------------------


def test_an_expression_cannot_make_a_record() -> None:
    with pytest.raises(CelError, match=r"cannot make a graph\.user"):
        run("graph.user{displayName: 'x'}.displayName == user.displayName", User())


def test_a_function_that_does_not_exist_is_an_error() -> None:
    source = "nonsense(1) == 2 || user.logins == 1"
    tree = decode(environment(RECORD).compile(source, disable_check=True).serialize())
    program = compile_node(tree, source, Bindings(), ("user",))
    assert program(User(logins=1)) is True
    with pytest.raises(CelError, match="There is no function `nonsense`"):
        program(User(logins=2))


def test_a_program_without_a_record_variable_does_not_look_at_its_argument() -> None:
    checked = SimpleNamespace(tree=tree_of("domain.endsWith('.com')"), source="domain.endsWith('.com')")
    assert compile_program(checked, Bindings(constants={"domain": "contoso.com"}))(None) is True


def test_a_program_gives_the_same_for_the_same_record_after_a_failure() -> None:
    program = _program("1 / user.logins == 1")
    for _ in range(2):
        with pytest.raises(CelError):
            program(User(logins=0))
        assert program(User(logins=1)) is True


def test_an_error_is_raised_without_what_went_before() -> None:
    with pytest.raises(CelError) as caught:
        _program("user.displayName.startsWith('a')")(User())
    assert caught.value.__suppress_context__


def test_a_part_is_compiled_for_variables_of_macros_around_it() -> None:
    source = "user.roles.exists(r, r.level > user.logins)"
    tree = tree_of(source)
    part = next(node for node in tree.walk() if tree.positions[node.id] == source.index(">"))
    assert compile_node(tree, source, Bindings(), ("user", "r"), part)(User(logins=1), Role(level=2)) is True

from __future__ import annotations

import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.cel.check import MAX_LENGTH, Checker, CheckFailed, Expect
from tests.cel.checking import CHECKER, TYPES, VARIABLES, check, problems, told


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("true", "boolean"),
        ("user.accountEnabled", "boolean"),
        ("user.isBreakGlass", "boolean"),
        ("user.displayName", "string"),
        ("size(user.roles)", "integer"),
        ("1u", "integer"),
        ("1.5", "number"),
        ("b'a'", "bytes"),
        ("user.createdDateTime", "timestamp"),
        ("now - user.createdDateTime", "duration"),
        ("user.proxyAddresses", "list<string>"),
        ("user.roles", "list<holding>"),
        ("tenant.domains[0]", "domain"),
        ("{'a': 1}", "map<string, integer>"),
        ("user.?displayName", "optional<string>"),
        ("optional.of(user)", "optional<user>"),
        ("user.customSecurityAttributes", "any"),
        ("params.words", "list<string>"),
        ("params.maximum", "integer"),
        ("null", "null"),
    ],
)
def test_results_are_told_in_the_words_of_record_types(source: str, result: str) -> None:
    assert check(source).result == result


@pytest.mark.parametrize(
    ("source", "reads"),
    [
        ("true", set()),
        ("user.displayName", {("user", "displayName")}),
        ("has(user.displayName)", {("user", "displayName")}),
        ("user.?passwordProfile.?forceChangePasswordNextSignIn.orValue(false)",
         {("user", "passwordProfile"), ("passwordProfile", "forceChangePasswordNextSignIn")}),
        ("user.?passwordProfile.forceChangePasswordNextSignIn.orValue(false)",
         {("user", "passwordProfile"), ("passwordProfile", "forceChangePasswordNextSignIn")}),
        ("user.assignedLicenses[?0].?skuId.hasValue()", {("user", "assignedLicenses"), ("assignedLicense", "skuId")}),
        ("user.roles.exists(r, r.roleName == 'x')", {("user", "roles"), ("holding", "roleName")}),
        ("user.roles.filter(r, r.id != '').map(r, r.roleName)",
         {("user", "roles"), ("holding", "id"), ("holding", "roleName")}),
        ("tenant.domains.all(d, tenant.subscribedSkus.exists(s, s.skuId == d.id))",
         {("tenant", "domains"), ("tenant", "subscribedSkus"), ("subscribedSku", "skuId"), ("domain", "id")}),
        ("policy.conditions.users.includeUsers == ['All']",
         {("conditionalAccessPolicy", "conditions"), ("conditionalAccessConditionSet", "users"),
          ("conditionalAccessUsers", "includeUsers")}),
        ("user.registration.isMfaCapable",
         {("user", "registration"), ("userRegistrationDetails", "isMfaCapable")}),
        ("user.customSecurityAttributes.team.name == 'x'", {("user", "customSecurityAttributes")}),
        ("(true ? user : user).mail == 'x'", {("user", "mail")}),
        ("[user][0].mail == 'x'", {("user", "mail")}),
        ("{'a': user}['a'].mail == 'x'", {("user", "mail")}),
        ("{'a': 1}.a == 1", set()),
    ],
)  # fmt: skip
def test_reads_are_every_property_of_a_record(source: str, reads: set[tuple[str, str]]) -> None:
    assert check(source).reads == reads


@pytest.mark.parametrize(
    ("source", "variables"),
    [
        ("true", set()),
        ("size(params.words) <= params.maximum", {"params.words", "params.maximum"}),
        ("user.mail == tenant.initialDomain && now == now", {"user", "tenant", "now"}),
        ("[1].exists(user, user == 1)", set()),
        ("[user.mail].exists(user, user == 'x')", {"user"}),
        ("[1].exists(tenant, [tenant].exists(now, now == 1)) && user.isBreakGlass", {"user"}),
        ("[1].map(user, user)[0] == 1 && .user.isBreakGlass", {"user"}),
    ],
)
def test_variables_are_those_used_and_not_hidden_by_a_macro(source: str, variables: set[str]) -> None:
    assert check(source).variables == variables


def test_clauses_are_the_parts_with_their_own_source_reads_and_positions() -> None:
    whole = check("user.accountEnabled\n  && (user.mail == 'a' && // why\n size(params.words) > 1)")
    enabled, mail, words = whole.clauses
    assert [clause.source for clause in whole.clauses] == [
        "user.accountEnabled",
        "user.mail == 'a'",
        "size(params.words) > 1",
    ]
    assert enabled.reads == {("user", "accountEnabled")}
    assert mail.reads == {("user", "mail")}
    assert words.reads == frozenset()
    assert enabled.variables == {"user"}
    assert words.variables == {"params.words"}
    assert whole.reads == enabled.reads | mail.reads
    for clause in whole.clauses:
        alone = check(clause.source)
        assert clause.result == alone.result == "boolean"
        positions = sorted(clause.tree.positions[node.id] for node in clause.tree.walk())
        assert positions == sorted(alone.tree.positions[node.id] for node in alone.tree.walk())


def test_an_expression_with_one_part_is_its_own_clause() -> None:
    checked = check("user.accountEnabled || user.isBreakGlass")
    assert checked.clauses == (checked,)
    assert checked.parts == ()


def test_checked_expressions_can_be_sent_to_another_process() -> None:
    checked = check("user.accountEnabled && user.roles.exists(r, r.roleName == 'x')")
    assert pickle.loads(pickle.dumps(checked)) == checked


@pytest.mark.parametrize("source", ["user.accountEnabled", "user.isBreakGlass", "1 < 2", "!has(user.mail)"])
def test_a_condition_is_boolean_also_where_the_property_may_be_null(source: str) -> None:
    assert check(source, Expect.BOOLEAN).result == "boolean"


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("user.displayName", "string"),
        ("size(user.roles)", "integer"),
        ("user.customSecurityAttributes", "any"),
        ("user", "user"),
        ("user.?accountEnabled", "optional<boolean>"),
        ("null", "null"),
    ],
)
def test_a_condition_of_another_type_is_refused(source: str, result: str) -> None:
    (problem,) = problems(source, Expect.BOOLEAN)
    assert problem.text == f"A condition must be yes or no, but this is `{result}`."
    assert (problem.line, problem.column) == (1, 1)


@pytest.mark.parametrize("source", ["user.mail", "user.proxyAddresses", "now", "user.customSecurityAttributes.a", "1"])
def test_messages_show_scalars_and_lists_of_them(source: str) -> None:
    assert problems(source, Expect.SHOWN) == ()


@pytest.mark.parametrize("source", ["user", "user.roles", "{'a': 1}", "type(1)", "user.?mail", "[['a']]"])
def test_messages_do_not_show_records_and_maps(source: str) -> None:
    assert [problem.text for problem in problems(source, Expect.SHOWN)] == [
        f"A message cannot show `{check(source).result}`."
    ]


def test_all_problems_are_told_in_the_order_of_the_source() -> None:
    assert told("usr.mail == 'x' && user.foo\n && user.displayname == 'y' && lower(user.mail) == 1") == [
        "1:1: There is no `usr` here. Did you mean `user`?",
        "1:25: `user` has no property `foo`.",
        "2:10: `user` has no property `displayname`. Did you mean `displayName`?",
        "2:32: There is no function `lower`. Write `text.lowerAscii()`.",
    ]


def test_the_error_reads_as_a_list() -> None:
    with pytest.raises(CheckFailed, match=r"1:1: There is no `usr` here.*\n1:13: There is no `polcy`"):
        check("usr.mail == polcy.id")


@settings(max_examples=60, deadline=None)
@given(
    before=st.lists(st.sampled_from(["'é'", "'😀'", "'a'", "'\\n'"]), max_size=4),
    spaces=st.lists(st.sampled_from([" ", "\n", "\t", "\r\n", " // 😀\n"]), max_size=4),
)
def test_problems_stand_at_the_right_code_point(before: list[str], spaces: list[str]) -> None:
    start = "".join(f"{text} == 'x' ||" for text in before) + "".join(spaces) + " user."
    line, column = start.count("\n") + 1, len(start) - start.rfind("\n")
    (problem,) = problems(f"{start}acountEnabled || false")
    assert (problem.line, problem.column) == (line, column)


def test_long_expressions_are_refused_before_they_are_parsed() -> None:
    longest = "true".ljust(MAX_LENGTH)
    assert check(longest).result == "boolean"
    assert told(longest + " ") == [
        "1:1: The expression has 8,001 characters; 8,000 are the most. Split it into several policies."
    ]


NESTED = "[1].exists(x, " * 28 + "true" + ")" * 28


@pytest.mark.parametrize(
    "source", ["(" * 300 + "1" + ")" * 300, "1" + " + 1" * 300, "-" * 3 + "(" * 900, "''" + ".trim()" * 150, NESTED]
)
def test_deep_expressions_are_refused(source: str) -> None:
    (problem,) = problems(source)
    assert problem.text.startswith("The expression is nested too deeply.")


def test_half_characters_are_refused() -> None:
    assert told("user.mail == '\ud800'") == ["1:15: Half a character stands here. Delete it."]


def test_macros_that_grow_beyond_bounds_are_refused() -> None:
    assert told("optional.of(1)" + ".optMap(x, x)" * 20 + ".hasValue()") == [
        "1:1: The expression is too large with its macros. Split it into several policies."
    ]


def test_many_conditions_in_a_row_are_not_deep() -> None:
    assert len(check(" && ".join(["user.accountEnabled"] * 200)).clauses) == 200


def test_checkers_do_not_share_variables() -> None:
    other = Checker(TYPES)
    other.check("group.mail == ''", {"group": "group"})
    with pytest.raises(CheckFailed, match="There is no `group` here"):
        CHECKER.check("group.mail == ''", VARIABLES)


def test_a_variable_needs_a_type_that_exists() -> None:
    with pytest.raises(ValueError, match="no type usr"):
        CHECKER.check("true", {"user": "usr"})


VALID = [
    "user.accountEnabled && user.roles.exists(r, r.roleName == 'Global Administrator' || r.id in params.words)",
    "now - user.createdDateTime > duration('720h') ? size(user.proxyAddresses) > 1 : !has(user.mail)",
    "policy.state == 'enabled' && 'mfa' in policy.grantControls.builtInControls // why",
    "user.userPrincipalName.endsWith('@' + tenant.initialDomain) && tenant.domains[0].?id.orValue('') != null",
    "[1, 2].map(x, x > 1, {'a': x}).all(m, m['a'] <= params.maximum)",
]
PIECES = [
    "",
    " ",
    "=",
    "(",
    ")",
    "]",
    "'",
    '"',
    "&",
    "and",
    ".",
    "x",
    "user",
    "3",
    "-",
    "?",
    ",",
    "null",
    "[",
    "é",
    "😀",
    "\\",
]


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(VALID), st.data())
def test_a_spoilt_expression_is_told_in_words_at_a_place_inside_it(source: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(source)))
    end = data.draw(st.integers(start, min(start + 6, len(source))))
    spoilt = source[:start] + data.draw(st.sampled_from(PIECES)) + source[end:]
    try:
        check(spoilt)
    except CheckFailed as failed:
        assert failed.problems
        for problem in failed.problems:
            assert problem.line == 1
            assert 1 <= problem.column <= len(spoilt) + 1
            assert not any(jargon in str(problem) for jargon in ("overload", "<input>", "wrapper(", "Syntax error"))

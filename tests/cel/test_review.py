from __future__ import annotations

import pytest

from tests.cel.checking import told

NAME = "Name the property that is meant."
STATES = "Its values: enabled, disabled, enabledForReportingButNotEnforced."
APPS = "Its values: all, browser, mobileAppsAndDesktopClients, exchangeActiveSync, easSupported, other."


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("policy.state == 'Enabled'",
         f'1:17: "Enabled" is not a value of `policy.state`. Did you mean "enabled"? {STATES}'),
        ("'enabeld' != policy.state",
         f'1:1: "enabeld" is not a value of `policy.state`. Did you mean "enabled"? {STATES}'),
        ("policy.state == ''", f'1:17: "" is not a value of `policy.state`. {STATES}'),
        ("policy.state in ['enabled', 'x']", f'1:29: "x" is not a value of `policy.state`. {STATES}'),
        ("'brwser' in policy.conditions.clientAppTypes",
         f'1:1: "brwser" is not a value of `policy.conditions.clientAppTypes`. Did you mean "browser"? {APPS}'),
        ("policy.conditions.clientAppTypes == ['x']",
         f'1:38: "x" is not a value of `policy.conditions.clientAppTypes`. {APPS}'),
        ("policy.conditions.clientAppTypes.exists(c, c == 'x')",
         f'1:49: "x" is not a value of `policy.conditions.clientAppTypes`. {APPS}'),
        ("policy.conditions.clientAppTypes.all(c, c in ['x'])",
         f'1:47: "x" is not a value of `policy.conditions.clientAppTypes`. {APPS}'),
        ("policy.conditions.clientAppTypes[0] == 'x'",
         f'1:40: "x" is not a value of `policy.conditions.clientAppTypes`. {APPS}'),
        ("tenant.conditionalAccessPolicies.exists(p, p.state == 'x')",
         f'1:55: "x" is not a value of `p.state`. {STATES}'),
        ("policy.?state.value() == 'x'", f'1:26: "x" is not a value of `policy.state`. {STATES}'),
        ("tenant.conditionalAccessPolicies[0].state == 'x'", f'1:46: "x" is not a value of `….state`. {STATES}'),
        ("policy.conditions.authenticationFlows.transferMethods == 'deviceCodeFlow,x'",
         '1:58: "deviceCodeFlow,x" is not a value of `policy.conditions.authenticationFlows.transferMethods`. '
         'Did you mean "deviceCodeFlow"? Its values: none, deviceCodeFlow, authenticationTransfer.'),
    ],
)  # fmt: skip
def test_a_literal_that_an_enumeration_does_not_have_is_refused(source: str, problem: str) -> None:
    assert told(source) == [problem]


@pytest.mark.parametrize(
    "source",
    [
        "policy.state == 'enabled' && policy.state != null",
        "policy.conditions.clientAppTypes == []",
        "policy.conditions.authenticationFlows.transferMethods == 'deviceCodeFlow,authenticationTransfer'",
        "policy.conditions.users.excludeGuestsOrExternalUsers.guestOrExternalUserTypes == 'internalGuest,none'",
        "policy.conditions.insiderRiskLevels == 'minor,moderate'",
        "policy.grantControls.authenticationStrength.allowedCombinations.all(c, c in ['fido2', 'password,sms'])",
        "policy.state.startsWith('e') && policy.state.lowerAscii() == 'x'",
        "user.userType == 'anything'",
        "policy.?state == optional.of('enabled') && policy.?state.orValue('') != ''",
        "policy.conditions.clientAppTypes.exists(c, ['x'].exists(c, c == 'y'))",
        "policy.conditions.clientAppTypes.exists(c, c == 'unknownFutureValue')",
    ],
)
def test_values_and_combinations_of_them_are_accepted(source: str) -> None:
    assert told(source) == []


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("policy.conditions == policy.conditions",
         "1:19: Whole records cannot be compared. Compare a property, such as `id`."),
        ("user.roles != user.roles",
         "1:12: Lists of records cannot be compared. Write `size(list) == 0` for an empty one."),
        ("user in [user]", "1:6: `in` cannot take a whole record. " + NAME),
        ("dyn(user).foo == 1", "1:4: `dyn` cannot take a whole record. " + NAME),
        ("type(user) == int", "1:5: `type` cannot take a whole record. " + NAME),
        ("'%s'.format([user]) == ''", "1:12: `format` cannot take a whole record. " + NAME),
        ("[user, 1][0] == 1", "1:1: Records and other values cannot be mixed. " + NAME),
        ("{'a': user, 'b': 1}['a'] == 1", "1:1: Records and other values cannot be mixed. " + NAME),
        ("(true ? dyn(1) : user) == 1", "1:7: Records and other values cannot be mixed. " + NAME),
        ("user.roles + [dyn(1)] == []", "1:12: Records and other values cannot be mixed. " + NAME),
        ("graph.user{mail: 'a'}.mail == 'a'", "1:1: A policy cannot make records. Compare the properties one by one."),
    ],
)  # fmt: skip
def test_records_as_a_whole_are_refused(source: str, problem: str) -> None:
    assert told(source) == [problem]


@pytest.mark.parametrize(
    "source",
    [
        "user == null",
        "null != policy.grantControls",
        "size(user.roles) == 0 && user.roles.size() == 0",
        "(user.roles + user.roles).exists(r, r.roleName == 'x')",
        "(true ? user : user).mail == 'a'",
        "optional.of(user).hasValue() && optional.of(user).value().mail == ''",
        "optional.of(user).or(optional.none()).orValue(user).mail == ''",
        "user.roles.filter(r, r.roleName == 'x')[0].id == ''",
        "user.roles.map(r, [r])[0][0].id == ''",
        "user.roles[?0].roleName.orValue('') == ''",
        "user.roles.first().value().id == user.roles.last().value().id",
    ],
)
def test_records_may_be_handed_on(source: str) -> None:
    assert told(source) == []


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("now > timestamp('2026-01-31')", '1:17: "2026-01-31" is not a moment. Write "2026-01-31T00:00:00Z".'),
        ("now > timestamp('2026-02-30T00:00:00Z')", '1:17: "2026-02-30T00:00:00Z" is not a moment. Write '
         '"2026-01-31T00:00:00Z".'),
        ("duration('30d') > duration('1h')", '1:10: "30d" is not a duration. Write "720h" for 30 days; units are h, m '
         "and s."),
        ("duration('P30D') > duration('1h')", '1:10: "P30D" is not a duration. Write "720h" for 30 days; units are h, '
         "m and s."),
        ("user.mail.matches('[')", "1:19: This is not a regular expression that can be used. RE2 says: missing ]: [."),
        ("matches(user.mail, '(?=a)')", "1:20: This is not a regular expression that can be used. RE2 says: invalid "
         "perl operator: (?=."),
    ],
)  # fmt: skip
def test_literals_that_would_fail_on_every_record_are_refused(source: str, problem: str) -> None:
    assert told(source) == [problem]


@pytest.mark.parametrize(
    "source",
    [
        "now > timestamp('2026-01-31T10:00:00.1234567+02:00')",
        "now > timestamp(user.mail) && now > timestamp(1700000000)",
        "duration('1h30m') > duration('-1.5s') && duration('0') < duration('1ms2us3ns')",
        "user.mail.matches('^a+$') && user.mail.matches(user.displayName)",
    ],
)
def test_literals_that_work_are_accepted(source: str) -> None:
    assert told(source) == []


def test_problems_inside_macros_and_lists_are_found_too() -> None:
    assert len(told("[policy.state == 'a', {'k': policy.state == 'b'}['k']].exists(x, x && policy.state == 'c')")) == 3

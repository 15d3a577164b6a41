"""What is wrong with rules beyond their grammar, and where."""

from __future__ import annotations

import pytest

from scanner.tenant.dynamic_rule.check import check
from scanner.tenant.dynamic_rule.parser import parse
from scanner.tenant.dynamic_rule.syntax import RuleError


@pytest.mark.parametrize(
    ("rule", "position", "words"),
    [
        ('user.departmnt -eq "x"', 0, "not a property that rules can read; did you mean user.department?"),
        ('user.city -eq "x" and user.deviceModel -eq "x"', 22, "user.deviceModel is not a property"),
        ('device.city -eq "x"', 0, "device.city is not a property"),
        ('department -eq "x"', 0, "expected a property such as user.department, found department"),
        ('_ -eq "x"', 0, "expected a property such as user.department, found _"),
        ('group.objectId -eq "x"', 0, "expected a property"),
        ("user.city.name -eq 1", 0, "user.city.name is not a property"),
        ('user.extension_1_x -eq "x"', 0, "is not a property"),
        ('user.extensionAttribute16 -eq "x"', 0, "is not a property"),
        ('user.city -eq "x" and device.deviceModel -eq "x"', 22, "this one has user before device.deviceModel"),
        ('user.city -ge "x"', 0, "-ge does not go with user.city"),
        ('user.accountEnabled -contains "t"', 0, "-contains does not go with user.accountEnabled: it is true or false"),
        ('user.accountEnabled -eq "yes"', 0, "cannot have the value it is compared with: it is true or false"),
        ("user.accountEnabled -eq 1", 0, "it is true or false"),
        ('user.employeeHireDate -startsWith "2025"', 0, "-startsWith does not go with"),
        ('user.employeeHireDate -eq "soon"', 0, "it is a date, such as 2025-01-31"),
        ("user.employeeHireDate -ge 2025-02-30", 0, "it is a date"),
        ("user.employeeHireDate -ge null", 0, "null is compared with -eq and -ne, not with -ge"),
        ("user.city -contains null", 0, "null is compared with -eq and -ne"),
        ("user.city -eq system.now", 0, "cannot have the value"),
        ('user.assignedPlans -contains "x"', 0, "user.assignedPlans is a collection; ask for its items with -any"),
        ("user.memberOf -eq null", 0, "is a collection"),
        ('user.city -any (_ -eq "x")', 0, "user.city has one value"),
        ('user.assignedPlans -any (assignedPlan.plan -eq "x")', 25, "it has servicePlanId, capabilityStatus, service"),
        ('user.assignedPlans -any (_ -eq "x")', 25, "_ is nothing that an item of assignedPlans has"),
        ('user.assignedPlans -any (group.objectId -eq "x")', 25, "nothing that an item of assignedPlans has"),
        ('user.otherMails -any (mail -eq "x")', 22, "expected _ for an item of otherMails, found mail"),
        ('user.otherMails -any (user.otherMails -any (_ -eq "x"))', 22, "cannot stand within each other"),
        ('user.otherMails -any (_ -eq "x" and user.town -eq "y")', 36, "user.town is not a property"),
        ('user.assignedPlans -any (assignedPlan.service -ge "x")', 25, "-ge does not go with assignedPlan.service"),
        ('user.memberOf -all (group.objectId -in ["x"])', 0, "takes no form but -any (group.objectId -in"),
        ('user.memberOf -any (group.objectId -notIn ["x"])', 0, "takes no form but"),
        ('user.memberOf -any (group.displayName -in ["x"])', 20, "it has objectId"),
        ('user.memberOf -any (group.objectId -in ["x"]) and user.city -eq "y"', 0, "cannot stand in a rule with other"),
        ('not (user.memberOf -any (group.objectId -in ["x"]))', 5, "cannot stand in a rule with other"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(rule: str, position: int, words: str) -> None:
    tree = parse(rule)
    with pytest.raises(RuleError) as caught:
        check(tree)
    assert (caught.value.position, words in caught.value.text) == (position, True), caught.value


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        ('USER.DEPARTMENT -EQ "x"', "user"),
        ('Device.deviceModel -eq "x"', "device"),
        ("user.employeeId -eq 123", "user"),
        ("user.extensionAttribute3 -eq true", "user"),
        ('user.accountEnabled -eq "True"', "user"),
        ("user.accountEnabled -in [true, null]", "user"),
        ('user.otherMails -any (_ -eq "x" and user.city -eq "y")', "user"),
        ('user.assignedPlans -any (_.ServicePlanId -eq "x")', "user"),
        ('Direct Reports for "x"', "user"),
        ("((user.memberOf -any (group.objectId -eq 'x')))", "user"),
    ],
)
def test_what_is_right_says_whether_it_selects_users_or_devices(rule: str, kind: str) -> None:
    assert check(parse(rule)) == kind

"""Rules: the values go, the rule stays, and selects the same records."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.cel.types import service_types
from scanner.redact.forms import Forms
from scanner.redact.known import published
from scanner.redact.pseudonyms import Pseudonyms
from scanner.redact.records import Records
from scanner.tenant.dynamic_rule.rule import read_rule

MADE = Pseudonyms(b"a key for tests of rules")
FORMS = Forms(MADE, published())
GROUP = Records(service_types(), FORMS).of("group")
W = MADE.word

PLAN = "41781fb2-bc02-4b7c-bd55-b576c07bb09d"
ID = "5d924175-df20-5d12-8edb-f47417b84bc8"


def redacted(rule: str) -> str:
    made = GROUP({"membershipRule": rule})
    assert isinstance(made, dict)
    text = made["membershipRule"]
    assert isinstance(text, str)
    return text


@pytest.mark.parametrize(
    ("rule", "made"),
    [
        ('(user.department -eq "Sales")', f'(user.department -eq "{W("Sales")}")'),
        ('user.department -in ["IT", "HR"]', f'user.department -in ["{W("IT")}", "{W("HR")}"]'),
        ("user.city -eq 'Delft'", f"user.city -eq '{W('Delft')}'"),
        ('user.city -eq `"Delft`"', f'user.city -eq `"{W(chr(34) + "Delft" + chr(34))}`"'),
        ('user.userType -eq "Member"', 'user.userType -eq "Member"'),
        ("user.accountEnabled -eq true and user.mail -ne null", "user.accountEnabled -eq true and user.mail -ne null"),
        ('user.mail -eq "anna@hr.example"', f'user.mail -eq "{FORMS.text("anna@hr.example")}"'),
        (f'user.assignedPlans -any (assignedPlan.servicePlanId -eq "{PLAN}" -and assignedPlan.capabilityStatus -eq '
         '"Enabled")',
         f'user.assignedPlans -any (assignedPlan.servicePlanId -eq "{PLAN}" -and assignedPlan.capabilityStatus -eq '
         '"Enabled")'),
        (f"user.memberof -any (group.objectId -in ['{ID}'])",
         f"user.memberof -any (group.objectId -in ['{MADE.guid(ID)}'])"),
        ('user.proxyAddresses -any (_ -contains "hr")', f'user.proxyAddresses -any (_ -contains "{W("hr")}")'),
        (f'Direct Reports for "{ID}"', f'Direct Reports for "{MADE.guid(ID)}"'),
        ('user.extension_0efaf7a3_badge -eq "gold"', f'user.{W("extension_0efaf7a3_badge")} -eq "{W("gold")}"'),
        ('user.extension_5d924175df205d128edbf47417b84bc8_badge -eq "gold"',
         f'user.extension_{MADE.guid(ID).replace("-", "")}_{W("badge")} -eq "{W("gold")}"'),
        ('user.accountEnabled -eq "True"', 'user.accountEnabled -eq "True"'),
        ('user.employeeHireDate -ge system.now -minus p30d', 'user.employeeHireDate -ge system.now -minus p30d'),
        ("user.employeeId -eq 31612345678", f"user.employeeId -eq {W('31612345678')}"),
        ("user.city -annaberg 3", f"user.city -{W('annaberg')} 3"),
        ('device.deviceOwnership -eq "Company"', f'device.deviceOwnership -eq "{W("Company")}"'),
        ("Anna's own group", W("Anna's own group")),
    ],
)  # fmt: skip
def test_values_go_and_the_rule_stays(rule: str, made: str) -> None:
    assert redacted(rule) == made


@given(st.text(max_size=40))
def test_a_text_that_is_no_rule_is_none_afterwards(text: str) -> None:
    assert (read_rule(text).error is None) == (read_rule(redacted(text)).error is None)


@given(st.from_regex(r"[a-z]{6,20}", fullmatch=True), st.sampled_from(["department", "mail", "city", "nowhere"]))
def test_no_value_is_left(value: str, name: str) -> None:
    listed = f'user.{name}-in["{value}","x@{value}.example"]'
    assert value not in redacted(f'(user.{name} -startsWith "{value}") -or ({listed}) -or {value} -eq {value}')

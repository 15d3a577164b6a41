"""The ten rules of ``policies/`` once more: by hand in Python, and in Google's CEL runtime."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from cel_expr_python import cel
from cel_expr_python.ext import ext_optional, ext_strings
from google.protobuf import (
    descriptor_pool,
    duration_pb2,
    json_format,
    message_factory,
    struct_pb2,
    timestamp_pb2,
    wrappers_pb2,
)

from scanner.cel.runtime import describe
from scanner.cel.types import Types
from scanner.policy.model import Policy, Rule
from tests.benchmarks.users import COLLECTED_AT


class Plan(msgspec.Struct, gc=False):
    capabilityStatus: str | None = None
    service: str | None = None


class SignIns(msgspec.Struct, gc=False):
    lastSuccessfulSignInDateTime: datetime | None = None


class License(msgspec.Struct, gc=False):
    skuId: str | None = None


class User(msgspec.Struct, gc=False):
    """What the ten rules read of a user."""

    id: str
    userPrincipalName: str
    createdDateTime: datetime
    employeeId: str
    userType: str | None = None
    accountEnabled: bool | None = None
    department: str | None = None
    usageLocation: str | None = None
    onPremisesSyncEnabled: bool | None = None
    onPremisesImmutableId: str | None = None
    assignedLicenses: list[License] = []
    assignedPlans: list[Plan] = []
    proxyAddresses: list[str] = []
    signInActivity: SignIns | None = None


EMPLOYEE = re.compile("^E[0-9]{6}$")
TYPES = frozenset({"Member", "Guest"})
RECENT = COLLECTED_AT - timedelta(hours=2160)


def has_usage_location(user: User) -> bool:
    return user.usageLocation is not None


def type_is_known(user: User) -> bool:
    return user.userType in TYPES


def name_in_verified_domain(user: User) -> bool:
    return user.userPrincipalName.endswith(("@contoso.example", "@contoso.onmicrosoft.com"))


def member_has_licence(user: User) -> bool:
    return not (user.userType == "Member" and user.accountEnabled) or len(user.assignedLicenses) > 0


def plan_is_enabled(user: User) -> bool:
    return any(plan.service == "exchange" and plan.capabilityStatus == "Enabled" for plan in user.assignedPlans)


def has_primary_address(user: User) -> bool:
    return user.userType != "Member" or any(address.startswith("SMTP:") for address in user.proxyAddresses)


def signed_in_recently(user: User) -> bool:
    if not user.accountEnabled:
        return True
    seen = user.signInActivity.lastSuccessfulSignInDateTime if user.signInActivity else None
    return seen is not None and seen > RECENT


def created_in_the_past(user: User) -> bool:
    return user.createdDateTime < COLLECTED_AT


def employee_id_has_form(user: User) -> bool:
    return EMPLOYEE.search(user.employeeId) is not None


def is_cloud_only(user: User) -> bool:
    return user.department != "IT" or (user.onPremisesSyncEnabled is not True and user.onPremisesImmutableId is None)


BY_HAND: dict[str, Callable[[User], bool]] = {
    "user-has-usage-location": has_usage_location,
    "user-type-is-known": type_is_known,
    "user-name-in-verified-domain": name_in_verified_domain,
    "member-has-licence": member_has_licence,
    "user-plan-is-enabled": plan_is_enabled,
    "user-has-primary-address": has_primary_address,
    "user-signed-in-recently": signed_in_recently,
    "user-created-in-the-past": created_in_the_past,
    "user-employee-id-has-form": employee_id_has_form,
    "user-is-cloud-only": is_cloud_only,
}


def by_hand(users: Sequence[User]) -> dict[str, list[str]]:
    """Ids of the users that break each rule."""
    return {name: [user.id for user in users if not rule(user)] for name, rule in BY_HAND.items()}


class Google:
    """The rules in Google's runtime, over protobuf messages."""

    def __init__(self, types: Types, policies: Iterable[Policy]) -> None:
        pool = descriptor_pool.DescriptorPool()
        for module in (wrappers_pb2, timestamp_pb2, duration_pb2, struct_pb2):
            pool.AddSerializedFile(module.DESCRIPTOR.serialized_pb)
        pool.Add(describe(types))
        self._message = message_factory.GetMessageClass(pool.FindMessageTypeByName("graph.user"))
        self._env = cel.NewEnv(
            pool,
            variables={"user": cel.Type("graph.user"), "now": cel.Type.TIMESTAMP},
            extensions=[ext_strings.ExtStrings(), ext_optional.ExtOptional()],
        )
        self._rules = {policy.id: self._compiled(policy) for policy in policies}

    def _compiled(self, policy: Policy) -> Any:
        rule = policy.body
        assert isinstance(rule, Rule)
        where = f"!({rule.where.source}) || " if rule.where else ""
        return self._env.compile(f"{where}({rule.assertion.source})")

    def message(self, line: bytes) -> Any:
        """A user as the runtime takes it."""
        return json_format.Parse(line, self._message(), ignore_unknown_fields=True)

    def run(self, messages: Iterable[Any]) -> dict[str, list[str]]:
        """Ids of the users that break each rule."""
        found: dict[str, list[str]] = {name: [] for name in self._rules}
        rules = list(self._rules.items())
        for message in messages:
            data = {"user": message, "now": COLLECTED_AT}
            for name, rule in rules:
                if not rule.eval(data=data).value():
                    found[name].append(message.id.value)
        return found

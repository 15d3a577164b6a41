"""``windows-365``: the groups that give Cloud PCs, each with the plans its rule names and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Annotated, TypeVar

import msgspec
from msgspec import Meta

from scanner.errors import NotCollected
from scanner.export.base import Export
from scanner.tenant.base import Reading, Row
from scanner.tenant.dynamic_rule.members import RuleMembers
from scanner.tenant.dynamic_rule.rule import MembershipRule, RulePlan
from scanner.tenant.groups import MEMBERS_READS, groups
from scanner.tenant.licenses import SKU_READS, is_cloud_pc, owned_plans, plan_names
from scanner.tenant.windows365.groups import GRANTS_READS, Provisioned, licensed, provisioned

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant

T = TypeVar("T")


class GroupRow(Row):
    """A group as the export needs it."""

    displayName: str | None = None
    groupTypes: list[str] | None = None
    membershipRule: str | None = None
    membershipRuleProcessingState: str | None = None


class CloudPcGroup(msgspec.Struct, frozen=True, kw_only=True):
    """A group that gives Cloud PCs, and one plan that it names."""

    group: Annotated[str, Meta(description="displayName of the group, or its id.")]
    groupId: Annotated[str, Meta(description="Id of the group.")]
    provisioningPolicies: Annotated[
        list[str] | None, Meta(description="Names of the provisioning policies assigned to it; null: not collected.")
    ]
    givesLicense: Annotated[
        bool | None, Meta(description="It passes on a licence with a Cloud PC plan; null: not collected.")
    ]
    membership: Annotated[str, Meta(description="dynamic: by a rule; assigned: chosen by hand.")]
    processingState: Annotated[str | None, Meta(description="On or Paused; null for a group without a rule.")]
    planId: Annotated[
        str | None, Meta(description="A service plan that the rule selects users by, or the assignment fixes, if any.")
    ]
    planName: Annotated[str | None, Meta(description="Microsoft's name of it, if the tenant has or had it.")]
    isOwned: Annotated[bool | None, Meta(description="It is a Cloud PC plan that the tenant owns; null: not known.")]
    requiresEnabled: Annotated[
        bool | None, Meta(description="The rule asks for an enabled plan; null where no rule names it.")
    ]
    members: Annotated[
        int | None,
        Meta(description="Number of users in it; null: not collected, as of groups that only pass on a licence."),
    ]
    selected: Annotated[int | None, Meta(description="Number of users whom the rule selects; null: not known.")]
    missing: Annotated[int | None, Meta(description="Number of those selected who are no members; null: not known.")]
    surplus: Annotated[int | None, Meta(description="Number of members who are not selected; null: not known.")]
    problem: Annotated[str | None, Meta(description="What is wrong, in words; null when nothing is.")]
    membershipRule: Annotated[str | None, Meta(description="The rule as it is written.")]


@dataclass(frozen=True)
class _Group:
    """What is known of one group; None for what the snapshot does not tell."""

    row: GroupRow
    rule: MembershipRule | None
    way: Provisioned | None
    givesLicense: bool | None
    compared: RuleMembers | None
    untold: str
    """Why the members could not be compared."""

    @property
    def plans(self) -> list[RulePlan | None]:
        """Those of the rule and those that assignments fix; None alone where there is none."""
        shared = [RulePlan(plan, False) for plan in (self.way.shared if self.way else [])]
        return [*(self.rule.plans if self.rule else []), *shared] or [None]


@dataclass
class _Inventory:
    """The tenant, and what was asked of it that the snapshot does not have."""

    tenant: Tenant
    lacks: list[NotCollected] = field(default_factory=list)

    def known(self, ask: Callable[[], T]) -> T | None:
        """The answer, or None and one more thing that is missing."""
        try:
            return ask()
        except NotCollected as lack:
            self.lacks.append(lack)
            return None

    def rows(self) -> Iterator[CloudPcGroup]:
        """The groups in order of ids, each with its plans; raises what is missing at the end."""
        gives = self.tenant.fact("group", "grantsCloudPc")
        for row in self.tenant.rows("groups", GroupRow):
            if self.known(partial(gives, row)):
                group = self._group(row)
                yield from (self._row(group, plan) for plan in group.plans)
        if self.lacks:
            first, *others = {str(lack): lack for lack in self.lacks}.values()
            raise NotCollected(first.resource, first.reason, others)

    def _group(self, row: GroupRow) -> _Group:
        ways = self.known(partial(self.tenant.once, provisioned))
        licences = self.known(partial(self.tenant.once, licensed))
        way = None if ways is None else ways.get(row.id.lower(), Provisioned([], []))
        compared: RuleMembers | None = None
        untold = ""
        try:
            compared = self.tenant.fact("group", "ruleMembers")(row)
        except NotCollected as lack:
            untold = lack.reason
            if way is None or way.policies:  # of other groups nobody reads the members
                self.lacks.append(lack)
        return _Group(
            row=row,
            rule=self.known(partial(self.tenant.fact("group", "rule"), row)),
            way=way,
            givesLicense=None if licences is None else row.id.lower() in licences,
            compared=compared,
            untold=untold,
        )

    def _row(self, group: _Group, plan: RulePlan | None) -> CloudPcGroup:
        row, compared = group.row, group.compared
        by_rule = plan if plan and group.rule and plan in group.rule.plans else None
        owned = self._is_owned(plan)
        problems = [*_of_membership(group), *_of_plan(plan, by_rule, owned), *_of_members(group)]
        return CloudPcGroup(
            group=row.displayName or row.id,
            groupId=row.id,
            provisioningPolicies=group.way.policies if group.way else None,
            givesLicense=group.givesLicense,
            membership="dynamic" if _is_dynamic(row) else "assigned",
            processingState=row.membershipRuleProcessingState,
            planId=plan.servicePlanId if plan else None,
            planName=self._name(plan),
            isOwned=owned,
            requiresEnabled=by_rule.requiresEnabled if by_rule else None,
            members=compared.members if compared else _members(self.tenant, row.id),
            selected=compared.selected if compared else None,
            missing=compared.missing if compared else None,
            surplus=compared.surplus if compared else None,
            problem="; ".join(problems) or None,
            membershipRule=row.membershipRule,
        )

    def _is_owned(self, plan: RulePlan | None) -> bool | None:
        owned = self.known(partial(self.tenant.once, owned_plans))
        return None if plan is None or owned is None else is_cloud_pc(owned.get(plan.servicePlanId))

    def _name(self, plan: RulePlan | None) -> str | None:
        names = self.known(partial(self.tenant.once, plan_names))
        return names.get(plan.servicePlanId) if plan and names else None


def _members(tenant: Tenant, group: str) -> int | None:
    """How many users are in the group, members of members too; None if that is not known."""
    closure = tenant.once(groups).closure(group)
    return None if closure.missing else len(closure.users)


def _is_dynamic(row: GroupRow) -> bool:
    return "DynamicMembership" in (row.groupTypes or [])


def _of_membership(group: _Group) -> Iterator[str]:
    """What is wrong with how members come in. Who shares licences needs no plan of their own."""
    rule = group.rule
    if not _is_dynamic(group.row):
        yield "members are chosen by hand"
        return
    if group.row.membershipRuleProcessingState != "On":
        yield f"processing is {group.row.membershipRuleProcessingState or 'off'}"
    if rule is None or rule.error is not None:
        yield f"the rule is wrong in {rule.error}" if rule else "there is no rule"
    elif rule.unsatisfiable:
        yield "a condition asks one plan for what no plan can be"
    elif not (group.way and group.way.shared):
        if not rule.plans:
            yield "the rule selects by no plan"
        elif rule.selectsOthers:
            yield "the rule selects users without a plan too"


def _of_plan(plan: RulePlan | None, by_rule: RulePlan | None, owned: bool | None) -> Iterator[str]:
    if plan and owned is False:
        yield "the plan is no Cloud PC plan of this tenant"
    if by_rule and not by_rule.requiresEnabled:
        yield "the rule does not ask for Enabled"


def _of_members(group: _Group) -> Iterator[str]:
    if group.compared and group.compared.missing:
        yield f"{group.compared.missing} missing"
    if group.compared and group.compared.surplus:
        yield f"{group.compared.surplus} too many"
    if group.untold:
        yield f"members cannot be compared: {group.untold}"


def _rows(tenant: Tenant) -> Iterator[msgspec.Struct]:
    yield from _Inventory(tenant).rows()


WINDOWS_365 = Export(
    name="windows-365",
    description="Groups that give Cloud PCs, by a provisioning policy or a licence: the plans their rules name, whom "
    "the rules select against who is a member, and what is wrong. One row for each group and plan.",
    row=CloudPcGroup,
    rows=_rows,
    reads=(Reading("groups", GroupRow), *GRANTS_READS, *SKU_READS, *MEMBERS_READS),
    uses=("group.grantsCloudPc", "group.rule", "group.ruleMembers"),
)

"""The part of the catalogue that Azure Resource Manager has: what tells that somebody is warned of a sign-in.

Names, paths and api-versions are those of Microsoft's specification (https://github.com/Azure/azure-rest-api-specs),
each in a stable version. Reading takes no licence; it takes an Azure role. Of the built-in roles Reader allows
the least: Monitoring Reader and Log Analytics Reader also search the logs themselves.
https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
"""

from __future__ import annotations

from scanner.collect.resource import Azure, Resource

SUBSCRIPTIONS = "subscriptions"

_API = "https://learn.microsoft.com/rest/api/"
_NAMED = ("id", "name")
_OPTIONAL = frozenset({"etag", "identity", "kind", "location", "systemData", "tags"})
"""Resource Manager leaves these out of a record that has none."""

_EVERY_SUBSCRIPTION = "every subscription (or a management group above them)"


def _per_subscription(withheld: frozenset[str] = frozenset()) -> Azure:
    return Azure("Reader", _EVERY_SUBSCRIPTION, each=SUBSCRIPTIONS, withheld=withheld)


AZURE: tuple[Resource, ...] = (
    Resource(
        name=SUBSCRIPTIONS,
        singular="subscription",
        type="azureSubscription",
        path="subscriptions",
        version="2022-12-01",
        permission="Microsoft.Resources/subscriptions/read",
        documentation=_API + "resources/subscriptions/list",
        select=False,
        always=("id", "subscriptionId", "displayName", "state"),
        omitted_when_null=frozenset({"managedByTenants", "tags"}),
        azure=Azure("Reader", _EVERY_SUBSCRIPTION),
    ),
    Resource(
        name="diagnosticSettings",
        singular="diagnosticSetting",
        type="azureDiagnosticSettingsResource",
        path="providers/microsoft.aadiam/diagnosticSettings",
        version="2017-04-01",
        permission="microsoft.aadiam/diagnosticSettings/read",
        # The page of the API is gone; its specification is in azure-rest-api-specs, Microsoft.Aadiam/stable/2017-04-01.
        documentation="https://learn.microsoft.com/azure/role-based-access-control/permissions/identity",
        select=False,
        always=_NAMED,
        omitted_when_null=_OPTIONAL,
        # Settings of the whole directory stand above all subscriptions, where only this scope reaches:
        # https://github.com/Azure/azure-rest-api-specs/issues/11085
        azure=Azure("Reader", "/providers/Microsoft.aadiam"),
    ),
    Resource(
        name="scheduledQueryRules",
        singular="scheduledQueryRule",
        type="azureScheduledQueryRuleResource",
        path="subscriptions/{subscriptionId}/providers/Microsoft.Insights/scheduledQueryRules",
        version="2023-12-01",
        permission="Microsoft.Insights/scheduledQueryRules/read",
        documentation=_API + "monitor/scheduled-query-rules/list-by-subscription",
        select=False,
        always=_NAMED,
        omitted_when_null=_OPTIONAL,
        azure=_per_subscription(),
    ),
    Resource(
        name="actionGroups",
        singular="actionGroup",
        type="azureActionGroupResource",
        path="subscriptions/{subscriptionId}/providers/Microsoft.Insights/actionGroups",
        version="2023-01-01",
        permission="Microsoft.Insights/actionGroups/read",
        documentation=_API + "monitor/action-groups/list-by-subscription-id",
        select=False,
        always=_NAMED,
        omitted_when_null=_OPTIONAL,
        # A webhook's address holds its key, a logic app's its signature, a function's its code.
        azure=_per_subscription(withheld=frozenset({"serviceUri", "callbackUrl", "httpTriggerUrl"})),
    ),
    Resource(
        name="workspaces",
        singular="workspace",
        type="azureWorkspace",
        path="subscriptions/{subscriptionId}/providers/Microsoft.OperationalInsights/workspaces",
        version="2023-09-01",
        permission="Microsoft.OperationalInsights/workspaces/read",
        documentation=_API + "loganalytics/workspaces/list",
        select=False,
        always=_NAMED,
        omitted_when_null=_OPTIONAL,
        azure=_per_subscription(),
    ),
)

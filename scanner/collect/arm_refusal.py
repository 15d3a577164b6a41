"""What a refused request to Azure Resource Manager means, and the failures of many subscriptions in one sentence.

Codes: https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from scanner.collect.refusal import Refused, Unread, one_line
from scanner.collect.resource import Resource
from scanner.model import Outcome

NAMED = 10
"""Subscriptions that one sentence names; of further ones it tells the number."""

_UNKNOWN_API = frozenset(
    {"InvalidApiVersionParameter", "InvalidResourceNamespace", "InvalidResourceType", "NoRegisteredProviderFound"}
)


def unregistered(error: Refused) -> bool:
    """Whether the subscription does not use the service at all, and so has nothing of it: a service with resources in
    a subscription cannot be unregistered there.
    https://learn.microsoft.com/azure/azure-resource-manager/management/resource-providers-and-types"""
    return error.code == "MissingSubscriptionRegistration"


@dataclass
class Failures:
    """Lists of one resource that could not be read, by what is to be done about them."""

    resource: Resource
    _of: dict[tuple[Outcome, str], _Alike] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self._of)

    def add(self, subscription: str, error: Unread) -> None:
        """``subscription`` is its name and id, empty where the list is of none."""
        outcome, remedy = self._judged(error)
        self._of.setdefault((outcome, remedy), _Alike(str(error))).names.append(one_line(subscription))

    def outcome(self, asked: int) -> tuple[Outcome, str]:
        """``denied`` where roles are all that is missing, else ``failed``; and everything that went wrong."""
        outcomes = {outcome for outcome, _ in self._of}
        worst = Outcome.DENIED if outcomes == {Outcome.DENIED} else Outcome.FAILED
        return worst, "; ".join(self._sentences(asked))

    def nothing_seen(self) -> tuple[Outcome, str]:
        """The outcome when the identity sees no subscription, and whether there is one is not known."""
        return Outcome.DENIED, f"no subscription is visible: {self._role}"

    def _sentences(self, asked: int) -> Iterator[str]:
        for (_, remedy), alike in self._of.items():
            of = f"{len(alike.names)} of {asked} subscriptions could not be read, {alike.named}: " if asked else ""
            yield f"{of}{remedy} ({alike.cause})" if remedy else f"{of}{alike.cause}"

    def _judged(self, error: Unread) -> tuple[Outcome, str]:
        """The outcome, and what to do; nothing where the error itself says all there is to say."""
        if not isinstance(error, Refused):
            return Outcome.FAILED, ""
        if error.status == 403:
            return Outcome.DENIED, f"{self.resource.permission} is not allowed; {self._role}"
        if error.status == 401:
            return Outcome.FAILED, "the service does not take the token"
        if error.code == "SubscriptionNotFound":
            return Outcome.FAILED, "it was listed and then not found; collect again"
        if error.code in _UNKNOWN_API:
            version = self.resource.version
            return Outcome.FAILED, f"this cloud does not have {self.resource.path} in version {version}"
        return Outcome.FAILED, ""

    @property
    def _role(self) -> str:
        azure = self.resource.azure
        return f"assign the role {azure.role} on {azure.scope}" if azure is not None else ""


@dataclass
class _Alike:
    """Lists that failed for the same reason."""

    cause: str
    """Of the first one, in the service's words."""
    names: list[str] = field(default_factory=list)

    @property
    def named(self) -> str:
        more = len(self.names) - NAMED
        return ", ".join(self.names[:NAMED]) + (f" and {more} more" if more > 0 else "")

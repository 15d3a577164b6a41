"""When service principals were last used, and which app registration each belongs to.

The report of sign-in activity has the last use of every application that has one, as a client or as an API that others
used, by itself or on behalf of a user. An application that is not in it has no use on record: the pages on the report
name no limit of time. Sources:
https://learn.microsoft.com/graph/api/resources/serviceprincipalsigninactivity
https://learn.microsoft.com/entra/identity/monitoring-health/concept-usage-insights-report
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from scanner.tenant.applications.credentials import Time
from scanner.tenant.base import Reading, Row

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant


class SignIn(msgspec.Struct, gc=False):
    """The last use in one way."""

    lastSignInDateTime: Time | None = None


class ActivityRow(Row):
    """The last uses of one application."""

    appId: str | None = None
    lastSignInActivity: SignIn | None = None
    applicationAuthenticationClientSignInActivity: SignIn | None = None
    applicationAuthenticationResourceSignInActivity: SignIn | None = None
    delegatedClientSignInActivity: SignIn | None = None
    delegatedResourceSignInActivity: SignIn | None = None

    def times(self) -> Iterator[datetime]:
        """Of every use on record."""
        for use in (
            self.lastSignInActivity,
            self.applicationAuthenticationClientSignInActivity,
            self.applicationAuthenticationResourceSignInActivity,
            self.delegatedClientSignInActivity,
            self.delegatedResourceSignInActivity,
        ):
            if use is not None and use.lastSignInDateTime is not None:
                yield use.lastSignInDateTime


class AppIdRow(Row):
    """A service principal or an app registration with the id that the two share."""

    appId: str | None = None


_PRINCIPALS = Reading("servicePrincipals", AppIdRow)
_APPLICATIONS = Reading("applications", AppIdRow)
USE_READS = (Reading("servicePrincipalSignInActivities", ActivityRow), _PRINCIPALS)
LINK_READS = (_PRINCIPALS, _APPLICATIONS)


def last_sign_in(tenant: Tenant) -> Callable[[str], datetime | None]:
    """``servicePrincipal.lastSignIn``."""
    latest: dict[str, datetime] = {}
    for row in tenant.rows("servicePrincipalSignInActivities", ActivityRow):
        for time in row.times() if row.appId else ():
            key = (row.appId or "").lower()
            latest[key] = max(time, latest.get(key, time))
    used = {
        row.id: latest[row.appId.lower()]
        for row in tenant.rows(_PRINCIPALS.resource, AppIdRow)
        if row.appId and row.appId.lower() in latest
    }
    return used.get


def registration_of(tenant: Tenant) -> Callable[[str], str | None]:
    """``servicePrincipal.applicationId``."""
    return _linked(tenant.rows(_PRINCIPALS.resource, AppIdRow), tenant.rows(_APPLICATIONS.resource, AppIdRow))


def principal_of(tenant: Tenant) -> Callable[[str], str | None]:
    """``application.servicePrincipalId``."""
    return _linked(tenant.rows(_APPLICATIONS.resource, AppIdRow), tenant.rows(_PRINCIPALS.resource, AppIdRow))


def _linked(ones: Iterable[AppIdRow], others: Iterable[AppIdRow]) -> Callable[[str], str | None]:
    """From the id of one to the id of the other that has the same appId."""
    by_app_id = {row.appId.lower(): row.id for row in others if row.appId}
    links = {row.id: by_app_id[row.appId.lower()] for row in ones if row.appId and row.appId.lower() in by_app_id}
    return links.get

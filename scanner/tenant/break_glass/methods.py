"""Sign-in methods that a break-glass account has registered, asked of the account itself.

The registration report of all users leaves disabled accounts out and lags behind; this is what is registered now:
https://learn.microsoft.com/graph/api/authentication-list-methods
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from scanner.errors import NotCollected
from scanner.tenant.base import Reading, Row

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant

_PREFIX, _SUFFIX = "#microsoft.graph.", "AuthenticationMethod"
SECURITY_KEY = "fido2"


class Method(msgspec.Struct, gc=False):
    """One registered method."""

    type: str | None = msgspec.field(name="@odata.type", default=None)
    displayName: str | None = None
    model: str | None = None
    attestationLevel: str | None = None
    createdDateTime: datetime | None = None


class MethodsRow(Row):
    """The methods of the user whose id the row has."""

    methods: list[Method] | None = None


METHOD_READS = (Reading("breakGlassMethods", MethodsRow),)


class RegisteredMethod(msgspec.Struct, frozen=True):
    """One method that the account can sign in with."""

    kind: Annotated[
        str,
        Meta(description="fido2, password, phone, microsoftAuthenticator, softwareOath and so on, by Graph's type."),
    ]
    name: Annotated[str | None, Meta(description="The name that was given to it; null for kinds without one.")]
    model: Annotated[str | None, Meta(description="The model of a security key; null for other kinds.")]
    isAttested: Annotated[
        bool, Meta(description="A security key that proved to be of its model when it was registered; else false.")
    ]
    createdDateTime: Annotated[datetime | None, Meta(description="When it was registered; null where it is not told.")]


def registered_methods(tenant: Tenant) -> Callable[[str], list[RegisteredMethod]]:
    """``user.registeredMethods``; none for who is no break-glass account."""
    is_break_glass = tenant.fact("user", "isBreakGlass")

    def fact(user: str) -> list[RegisteredMethod]:
        if not is_break_glass(Row(user)):
            return []
        methods = tenant.once(_methods).get(user)
        if methods is None:
            raise NotCollected("breakGlassMethods", f"the methods of {user} were not collected")
        return [_registered(one) for one in methods]

    return fact


def _registered(method: Method) -> RegisteredMethod:
    is_attested = method.attestationLevel == "attested"
    return RegisteredMethod(_kind(method.type), method.displayName, method.model, is_attested, method.createdDateTime)


def _methods(tenant: Tenant) -> dict[str, list[Method]]:
    return {row.id: row.methods for row in tenant.rows("breakGlassMethods", MethodsRow) if row.methods is not None}


def _kind(type_name: str | None) -> str:
    """``#microsoft.graph.fido2AuthenticationMethod`` → ``fido2``."""
    return (type_name or "unknown").removeprefix(_PREFIX).removesuffix(_SUFFIX)

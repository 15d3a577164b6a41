"""The export ``break-glass``: one row for each declared account, with what the ten recommendations look at.

A cell that could not be filled is empty, and what is missing is told after the last row. The passwords of these
accounts and their drills are attested by people; no column has them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta

from scanner.errors import NotCollected
from scanner.export.asking import Facts, time_of
from scanner.export.base import Export
from scanner.tenant.base import Reading, Row
from scanner.tenant.break_glass.methods import SECURITY_KEY, RegisteredMethod
from scanner.tenant.break_glass.sign_ins import RecordedSignIn
from scanner.tenant.licenses import SkuRow
from scanner.tenant.monitoring.chain import described, sign_in_chains
from scanner.tenant.roles.privileged import GLOBAL_ADMINISTRATOR

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant


class License(msgspec.Struct, gc=False):
    """A product assigned to a user, directly or through a group."""

    skuId: str | None = None


class Activity(msgspec.Struct, gc=False):
    """When a user last signed in."""

    lastSuccessfulSignInDateTime: datetime | None = None


class NameRow(Row):
    """A user as the row is headed."""

    userPrincipalName: str | None = None
    displayName: str | None = None
    mailNickname: str | None = None
    jobTitle: str | None = None
    accountEnabled: bool | None = None
    onPremisesSyncEnabled: bool | None = None
    assignedLicenses: list[License] | None = None
    passwordPolicies: str | None = None
    lastPasswordChangeDateTime: datetime | None = None


class ActivityRow(Row):
    """When a user last signed in; it takes a licence to read."""

    signInActivity: Activity | None = None


class SkuNameRow(SkuRow):
    """A product with its name."""

    skuPartNumber: str | None = None


class BreakGlassAccount(msgspec.Struct, frozen=True, kw_only=True):
    """One declared break-glass account."""

    id: Annotated[str, Meta(description="Id of the user.")]
    userPrincipalName: Annotated[str | None, Meta(description="What it signs in with.")]
    displayName: Annotated[str | None, Meta(description="Its name.")]
    accountEnabled: Annotated[bool | None, Meta(description="It is enabled.")]
    cloudOnly: Annotated[bool, Meta(description="It is not synchronised from on-premises.")]
    tellingWords: Annotated[
        list[str], Meta(description="Words in its names that tell what it is: admin, breakglass, emergency.")
    ]
    onInitialDomain: Annotated[
        bool | None, Meta(description="Its user principal name is on the tenant's initial .onmicrosoft.com domain.")
    ]
    globalAdministrator: Annotated[
        list[str] | None,
        Meta(description="How it holds Global Administrator over the tenant: permanent, timeBound, eligible."),
    ]
    licenses: Annotated[list[str], Meta(description="Products assigned to it, directly or through a group.")]
    blockingPolicies: Annotated[
        list[str] | None, Meta(description="Enabled Conditional Access policies that can refuse its sign-in.")
    ]
    passwordPolicies: Annotated[str | None, Meta(description="DisablePasswordExpiration, DisableStrongPassword.")]
    lastPasswordChange: Annotated[datetime | None, Meta(description="When its password was last changed.")]
    securityKeys: Annotated[
        list[str] | None, Meta(description="FIDO2 keys and passkeys: name, model, and whether attested.")
    ]
    otherMethods: Annotated[list[str] | None, Meta(description="Kinds of other methods that it has registered.")]
    lastSuccessfulSignIn: Annotated[
        datetime | None, Meta(description="When it last signed in; empty for never since December 2023.")
    ]
    unexplainedSignIns: Annotated[
        int | None, Meta(description="Sign-ins and attempts in the log outside declared tests.")
    ]
    signInAlertWorks: Annotated[
        bool | None,
        Meta(description="Somebody is told within minutes when it signs in; empty where it cannot be told."),
    ]
    signInAlertBrokenLink: Annotated[str | None, Meta(description="The first link of the chain that is broken.")]
    signInAlert: Annotated[str | None, Meta(description="Who is told, or what is broken or in doubt, in sentences.")]
    problems: Annotated[list[str], Meta(description="What does not meet the recommendations, in short.")]


WORDS = ("admin", "breakglass", "emergency")
"""Words that give an account away, as the policy break-glass-discreet-name has them."""

HALF_A_YEAR = timedelta(days=183)

_PUNCTUATION = str.maketrans("", "", ".-_ ")


@dataclass(frozen=True)
class _Shared:
    """What is read once for all rows."""

    now: datetime
    signed_in: dict[str, datetime | None] | None
    """By user id; None if not collected."""
    products: dict[str, str]
    """Names of products by skuId in lower case."""


def break_glass_accounts(tenant: Tenant) -> Iterator[BreakGlassAccount]:
    """The declared accounts that exist, by user principal name."""
    facts = Facts(tenant)
    is_break_glass = tenant.fact("user", "isBreakGlass")
    users = [row for row in tenant.rows("users", NameRow) if is_break_glass(row)]
    signed_in = facts.read(lambda: _signed_in(tenant, {row.id for row in users}))
    shared = _Shared(time_of(tenant), signed_in, facts.read(lambda: _products(tenant)) or {})
    for user in sorted(users, key=lambda row: ((row.userPrincipalName or "").lower(), row.id)):
        yield _row(facts, user, shared)
    facts.close()


def _signed_in(tenant: Tenant, wanted: set[str]) -> dict[str, datetime | None]:
    rows = [row for row in tenant.rows("users", ActivityRow) if row.id in wanted]
    return {row.id: row.signInActivity.lastSuccessfulSignInDateTime if row.signInActivity else None for row in rows}


def _products(tenant: Tenant) -> dict[str, str]:
    rows = tenant.rows("subscribedSkus", SkuNameRow)
    return {row.skuId.lower(): row.skuPartNumber or row.skuId for row in rows if row.skuId}


def _row(facts: Facts, user: NameRow, shared: _Shared) -> BreakGlassAccount:
    sku_ids = [license.skuId or "" for license in user.assignedLicenses or ()]
    cells: dict[str, Any] = {
        "cloudOnly": user.onPremisesSyncEnabled is not True,
        "tellingWords": _telling_words(user),
        "onInitialDomain": _on_initial_domain(facts, user),
        "globalAdministrator": _administrator(facts, user, shared.now),
        "licenses": sorted(shared.products.get(key.lower(), key) for key in sku_ids),
        "blockingPolicies": _names(facts.ask("user.refusingPolicies", user.id)),
        "lastSuccessfulSignIn": (shared.signed_in or {}).get(user.id),
        **_methods(facts.ask("user.registeredMethods", user.id)),
        **_sign_ins(facts.ask("user.recordedSignIns", user.id)),
        **_alert(facts, user.id),
    }
    return BreakGlassAccount(
        id=user.id,
        userPrincipalName=user.userPrincipalName,
        displayName=user.displayName,
        accountEnabled=user.accountEnabled,
        passwordPolicies=user.passwordPolicies,
        lastPasswordChange=user.lastPasswordChangeDateTime,
        problems=list(_problems(user, cells, shared)),
        **cells,
    )


def _on_initial_domain(facts: Facts, user: NameRow) -> bool | None:
    domain = facts.ask("tenant.initialDomain", user.id)
    if domain is None or user.userPrincipalName is None:
        return None
    name = user.userPrincipalName.lower()
    return name.endswith(f"@{domain.lower()}") and "#ext#" not in name


def _telling_words(user: NameRow) -> list[str]:
    """The words in its names, whatever their letter case and punctuation."""
    texts = ((user.userPrincipalName or "").split("@")[0], user.displayName, user.mailNickname, user.jobTitle)
    plain = [(text or "").lower().translate(_PUNCTUATION) for text in texts]
    return [word for word in WORDS if any(word in text for text in plain)]


def _administrator(facts: Facts, user: NameRow, now: datetime) -> list[str] | None:
    roles = facts.ask("user.roles", user.id)
    if roles is None:
        return None
    held = {
        role.assignment
        for role in roles
        if role.roleTemplateId == GLOBAL_ADMINISTRATOR
        and role.directoryScopeId == "/"
        and (role.startDateTime is None or role.startDateTime <= now)
        and (role.endDateTime is None or role.endDateTime > now)
    }
    return sorted(held)


def _names(policies: Sequence[Any] | None) -> list[str] | None:
    return None if policies is None else [policy.displayName or policy.id for policy in policies]


def _methods(methods: Sequence[RegisteredMethod] | None) -> dict[str, Any]:
    if methods is None:
        return {"securityKeys": None, "otherMethods": None}
    return {
        "securityKeys": [_key(one) for one in methods if one.kind == SECURITY_KEY],
        "otherMethods": sorted({one.kind for one in methods if one.kind != SECURITY_KEY}),
    }


def _key(method: RegisteredMethod) -> str:
    parts = (method.name, method.model, "attested" if method.isAttested else "not attested")
    return ", ".join(part for part in parts if part)


def _sign_ins(sign_ins: Sequence[RecordedSignIn] | None) -> dict[str, Any]:
    return {"unexplainedSignIns": None if sign_ins is None else sum(one.testReason is None for one in sign_ins)}


def _alert(facts: Facts, user: str) -> dict[str, Any]:
    """The alert, with what is in doubt about it told in words."""
    try:
        chain = facts.tenant.once(sign_in_chains)(user)
        alert = described(chain, facts.tenant) if chain else None
    except NotCollected as lack:
        facts.lack(lack)
        return {"signInAlertWorks": None, "signInAlertBrokenLink": None, "signInAlert": None}
    if chain is None or alert is None:
        raise LookupError(f"{user} is a break-glass account")
    is_doubtful = bool(chain.problems) and not chain.is_broken
    if is_doubtful:
        facts.lack(NotCollected(chain.problems[0].doubt, chain.problems[0].text))
    return {
        "signInAlertWorks": None if is_doubtful else alert.works,
        "signInAlertBrokenLink": None if is_doubtful else alert.brokenLink,
        "signInAlert": alert.text,
    }


def _problems(user: NameRow, cells: dict[str, Any], shared: _Shared) -> Iterator[str]:
    """What is certainly not as recommended. What is not known is no problem here."""
    held, last = cells["globalAdministrator"], cells["lastSuccessfulSignIn"]
    found = (
        (user.accountEnabled is not True, "disabled"),
        (not cells["cloudOnly"], "synchronised"),
        (cells["onInitialDomain"] is False, "not on the initial domain"),
        (held is not None and "permanent" not in held, "not permanently Global Administrator"),
        (bool(cells["tellingWords"]), "name tells what it is"),
        (bool(cells["licenses"]), "licensed"),
        (bool(cells["blockingPolicies"]), "can be blocked by Conditional Access"),
        ("disablestrongpassword" in (user.passwordPolicies or "").lower(), "weak password allowed"),
        (cells["securityKeys"] == [], "no security key"),
        (shared.signed_in is not None and last is None, "never signed in"),
        (last is not None and shared.now - last > HALF_A_YEAR, "not tested for half a year"),
        (bool(cells["unexplainedSignIns"]), "unexplained sign-ins"),
        (cells["signInAlertWorks"] is False, "no working alert on sign-ins"),
    )
    yield from (text for is_problem, text in found if is_problem)


BREAK_GLASS = Export(
    name="break-glass",
    description="The declared break-glass accounts, with what the recommendations on them look at.",
    row=BreakGlassAccount,
    rows=break_glass_accounts,
    reads=(Reading("users", NameRow), Reading("users", ActivityRow), Reading("subscribedSkus", SkuNameRow)),
    uses=(
        "user.isBreakGlass",
        "user.roles",
        "user.refusingPolicies",
        "user.registeredMethods",
        "user.recordedSignIns",
        "user.signInAlert",
        "tenant.initialDomain",
    ),
    if_empty="Break-glass accounts are declared, never guessed: breakGlass in tenantlint.yaml.",
)

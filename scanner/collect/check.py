"""What ``tenantlint collect --check`` does: compare a token's permissions with those needed, before anything is read.

An access token is meant for Microsoft Graph alone, and its form may change
(https://learn.microsoft.com/entra/identity-platform/access-tokens): where it cannot be understood, nothing is claimed
about it. Directory roles that an application holds are not considered; nor are Azure roles, which no token names.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from scanner.collect.auth import Credential
from scanner.collect.catalogue import BY_NAME, COVERED_BY
from scanner.collect.clouds import Cloud, scope
from scanner.collect.plan import Needs, make_plan, merged, permissions, required
from scanner.collect.refusal import one_line
from scanner.collect.resource import Resource


@dataclass(frozen=True)
class Claims:
    """What a token says of whoever signed in."""

    tenant: str
    application: str
    user: str
    """Sign-in name; empty where an application signed in as itself."""
    permissions: frozenset[str]
    """Application permissions, or for a user those that the application has on the user's behalf."""


@dataclass(frozen=True)
class Missing:
    """A permission that the token does not have."""

    permission: str
    reads: tuple[str, ...]
    """Resources (``users``) and properties (``users.signInActivity``) that cannot be read without it."""
    policies: tuple[str, ...]
    """Ids of the policies that cannot be decided without it."""


@dataclass(frozen=True)
class Check:
    """What a token has, beside what is needed."""

    cloud: Cloud
    claims: Claims | None
    """None where the token cannot be understood."""
    needed: tuple[str, ...]
    """The least permissions for everything."""
    missing: tuple[Missing, ...]
    writing: tuple[str, ...]
    """Permissions that the token has although nothing is ever written."""
    roles: tuple[str, ...]
    """Azure roles that are needed, in words."""
    policies: int
    """How many were asked for."""

    @property
    def exit_code(self) -> int:
        """0 where nothing is missing, 3 where something is or where it cannot be told."""
        return 3 if self.missing or self.claims is None else 0


class _Payload(msgspec.Struct):
    """Claims of Microsoft's access tokens: https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference"""

    tid: str
    roles: list[str] = []
    scp: str = ""
    appid: str = ""
    azp: str = ""
    upn: str = ""
    preferred_username: str = ""
    unique_name: str = ""


def read_claims(token: str) -> Claims | None:
    """The claims of an access token; None for one that is no JSON Web Token of Microsoft Entra ID in clear."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        text = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        claims = msgspec.json.decode(text, type=_Payload)
    except (binascii.Error, msgspec.DecodeError, ValueError):
        return None
    user = (claims.upn or claims.preferred_username or claims.unique_name or "a user") if claims.scp else ""
    return Claims(
        tenant=one_line(claims.tid),
        application=one_line(claims.appid or claims.azp),
        user=one_line(user),
        permissions=frozenset(claims.scp.split()) | frozenset(claims.roles),
    )


def run_check(
    source: Credential, cloud: Cloud, policies: Mapping[str, Needs], catalogue: Mapping[str, Resource] = BY_NAME
) -> Check:
    """Sign in and compare. ``policies`` are ids with what each needs of ``catalogue``. Raises ``SignInError``."""

    async def sign_in() -> str:
        async with source:
            return (await source.get_token(scope(cloud.graph), enable_cae=True)).token

    return compare(read_claims(asyncio.run(sign_in())), cloud, policies, catalogue)


def compare(
    claims: Claims | None, cloud: Cloud, policies: Mapping[str, Needs], catalogue: Mapping[str, Resource] = BY_NAME
) -> Check:
    """``claims`` beside what ``policies`` need."""
    everything = _together(policies.values())
    has = claims.permissions if claims is not None else frozenset()
    return Check(
        cloud=cloud,
        claims=claims,
        needed=tuple(permission.name for permission in permissions(everything, catalogue)),
        missing=_missing(has, policies, catalogue) if claims is not None else (),
        writing=tuple(sorted(name for name in has if "ReadWrite" in name)),
        roles=_azure_roles(everything, catalogue),
        policies=len(policies),
    )


def granted(permission: str, has: frozenset[str]) -> bool:
    """Whether ``has`` includes a permission, one that covers it, or the same one for reading and writing."""
    same = {permission, permission.replace(".Read.", ".ReadWrite.")}
    return bool(same & has) or any(granted(cover, has) for cover in COVERED_BY.get(permission, ()))


def _together(many: Iterable[Needs]) -> Needs:
    found: dict[str, set[str]] = {}
    for needs in many:
        for name, properties in needs.items():
            found.setdefault(name, set()).update(properties)
    return found


def _missing(
    has: frozenset[str], policies: Mapping[str, Needs], catalogue: Mapping[str, Resource]
) -> tuple[Missing, ...]:
    reads: dict[str, set[str]] = {}
    ids: dict[str, set[str]] = {}
    for policy, needs in policies.items():
        for permission, names in required(needs, catalogue).items():
            if not granted(permission, has):
                reads.setdefault(permission, set()).update(names)
                ids.setdefault(permission, set()).add(policy)
    merged_ids = merged(ids)
    return tuple(
        Missing(name, tuple(sorted(names)), tuple(sorted(merged_ids[name])))
        for name, names in sorted(merged(reads).items())
    )


def _azure_roles(needs: Needs, catalogue: Mapping[str, Resource]) -> tuple[str, ...]:
    roles: dict[str, set[str]] = {}
    for item in make_plan(needs, catalogue).items:
        azure = item.resource.azure
        if azure is not None:
            roles.setdefault(f"{azure.role} at {azure.scope}", set()).add(item.resource.name)
    return tuple(f"{role}, for {', '.join(sorted(names))}" for role, names in sorted(roles.items()))


def render(check: Check) -> str:
    """The comparison for a person to read."""
    lines = [*_who(check), *_what(check)]
    if check.roles:
        lines += ["", "Azure roles do not stand in a token. Needed are:", *(f"  {role}" for role in check.roles)]
    if check.writing:
        lines += ["", f"More than is needed, nothing is ever written: {', '.join(check.writing)}."]
    return "\n".join([*lines, "", "Nothing was read from the tenant."])


def _who(check: Check) -> list[str]:
    claims = check.claims
    if claims is None:
        return ["Signed in."]
    if not claims.user:
        return [f"Signed in to tenant {claims.tenant} as application {claims.application}."]
    return [
        f"Signed in to tenant {claims.tenant} as {claims.user} through application {claims.application}.",
        "What a user can read also depends on the user's own roles, of which Global Reader reads most.",
    ]


def _what(check: Check) -> list[str]:
    if check.claims is None:
        return [
            "Its token, which is meant for Microsoft Graph alone, has a form that is not understood here: whether "
            "a permission is missing cannot be told. Needed are:",
            *(f"  {name}" for name in check.needed),
        ]
    if not check.missing:
        return [f"All {len(check.needed)} permissions that are needed are granted."]
    lines = [f"Missing permissions: {len(check.missing)} of {len(check.needed)} that are needed."]
    for missing in check.missing:
        policies = "all policies" if len(missing.policies) == check.policies else ", ".join(missing.policies)
        lines += ["", f"  {missing.permission}", f"    reads   {', '.join(missing.reads)}", f"    for     {policies}"]
    where = f" in {check.cloud.portal}" if check.cloud.portal else ""
    kind = "delegated" if check.claims.user else "application"
    return [
        *lines,
        "",
        f"Add them as {kind} permissions of Microsoft Graph to the application{where}, under API permissions, and have "
        "an administrator consent.",
    ]

"""A policy and a policy test in order, to be broken by tests, and folders to put them in."""

from __future__ import annotations

from pathlib import Path

from scanner.errors import PolicyError, Problem
from scanner.policy.load import load_policies
from scanner.policy.model import Policy
from scanner.policy.overrides import Overrides
from scanner.policy.vocabulary import vocabulary

NAME = "admins-few"

POLICY = """\
# yaml-language-server: $schema=../../schemas/policy.schema.json
id: admins-few
title: Few accounts are enabled in a department
severity: high
description: >
  Every account is a way in.
remediation: >
  Disable the accounts that nobody uses.
references: [https://learn.microsoft.com/entra/fundamentals]
controls: {scuba: [MS.AAD.1.1v1], zero-trust: [least-privilege]}
tags: [accounts]
aliases: [administrators-few]
license: P1
params:
  maximum: {type: integer, default: 4, description: Most accounts.}
  departments:
    type: strings
    default: [IT, Security]
    description: Departments that count.
  age: {type: duration, default: 90d, description: Age from which they count.}
resource: users
where: user.accountEnabled && user.department in params.departments
require: {min: 1, max: params.maximum}
assert: >-
  user.createdDateTime < now - params.age &&
  user.userPrincipalName.endsWith("@" + tenant.initialDomain)
message: "{user.displayName} is one of {size(params.departments)} in braces: {{}}"
"""

ATTESTED = """\
id: keys-in-a-safe
title: Keys are kept in a safe
severity: low
description: Somebody could take them.
remediation: Buy a safe.
attestation:
  statement: >
    All keys are in the safe.
  validDays: 183
"""

TEST = """\
cases:
  - name: one account
    snapshot:
      users:
        - {id: "1", userPrincipalName: a@contoso.com, accountEnabled: true, assignedPlans: [{service: x}]}
      organization: [{id: t, verifiedDomains: [{name: contoso.com, isInitial: true}]}]
    config:
      breakGlass: {accounts: ["1"]}
      params: {maximum: 2}
    now: "2026-06-30T12:00:00+02:00"
    expect: pass
  - name: too many
    snapshot: {users: []}
    expect: fail
    findings: ["1", bg@contoso.com]
  - name: not collected
    snapshot:
      collectedAt: "2026-06-30T12:00:00Z"
      outcomes: {users: {outcome: denied, reason: User.Read.All}}
    expect: unknown
"""


def put(folder: Path, name: str, text: str) -> Path:
    """A file in ``folder``, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


def load(folder: Path, overrides: Overrides | None = None) -> tuple[Policy, ...]:
    """The policies in ``folder``."""
    return load_policies([folder], vocabulary(), [overrides] if overrides else [])


def problems(folder: Path, overrides: Overrides | None = None) -> tuple[Problem, ...]:
    """What is wrong with the policies in ``folder``; nothing where all is well."""
    try:
        load(folder, overrides)
    except PolicyError as error:
        return error.problems
    return ()

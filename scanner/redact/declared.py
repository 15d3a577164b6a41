"""What a configuration says of a tenant, under the pseudonyms of its snapshot: with it a scan comes out as before.

Policies and their parameters stay as they are, but for ids and addresses within them; what names people, records and
decisions is replaced. Folders of policies are left out: they lead somewhere else on another machine.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import yaml

from scanner.config import Config
from scanner.policy.overrides import Setting, Settings
from scanner.policy.waivers import Attestation, Declarations, Waiver
from scanner.redact.forms import Forms
from scanner.tenant.break_glass.declared import BreakGlass


def redacted(declared: Declarations, forms: Forms) -> Declarations:
    """``declared`` with pseudonyms."""
    return replace(
        declared,
        break_glass=BreakGlass(
            accounts=tuple(map(forms.text, declared.break_glass.accounts)),
            groups=tuple(map(forms.text, declared.break_glass.groups)),
            protection_policies=tuple(map(forms.text, declared.break_glass.protection_policies)),
        ),
        waivers=tuple(_waiver(waiver, forms) for waiver in declared.waivers),
        attestations=tuple(_attestation(attestation, forms) for attestation in declared.attestations),
    )


def _waiver(waiver: Waiver, forms: Forms) -> Waiver:
    return replace(
        waiver,
        record=forms.identifier(waiver.record),
        reason=forms.text(waiver.reason),
        approver=forms.text(waiver.approver),
        ticket=forms.text(waiver.ticket),
    )


def _attestation(attestation: Attestation, forms: Forms) -> Attestation:
    return replace(
        attestation,
        person=forms.text(attestation.person),
        statement=forms.text(attestation.statement),
        reference=forms.text(attestation.reference),
    )


def as_yaml(config: Config, forms: Forms) -> str:
    """``config`` with pseudonyms, as a configuration file."""
    declared = redacted(Declarations(config.break_glass, config.waivers, config.attestations), forms)
    content = {
        "breakGlass": _filled(
            accounts=list(declared.break_glass.accounts),
            groups=list(declared.break_glass.groups),
            protectionPolicies=list(declared.break_glass.protection_policies),
        ),
        "failOn": str(config.fail_on),
        "params": {policy: _params(one, forms) for policy, one in config.overrides.params.items()},
        "severities": {policy: str(one.value) for policy, one in config.overrides.severities.items()},
        "waivers": [_filled(**_fields(waiver)) for waiver in declared.waivers],
        "attestations": [_filled(**_fields(attestation)) for attestation in declared.attestations],
    }
    text: str = yaml.safe_dump(_filled(**content), sort_keys=False, allow_unicode=True, width=120)
    return text


def _params(setting: Setting[Settings], forms: Forms) -> dict[str, object]:
    return {name: _param(one.value, forms) for name, one in setting.value.items()}


def _param(value: object, forms: Forms) -> object:
    if isinstance(value, list | tuple):
        return [_param(item, forms) for item in value]
    return forms.fixed(value) if isinstance(value, str) else value


def _fields(one: Waiver | Attestation) -> dict[str, Any]:
    """The keys of a configuration file."""
    if isinstance(one, Waiver):
        expires = one.expires.isoformat()
        return {
            "policy": one.policy, "record": one.record, "reason": one.reason, "approver": one.approver,
            "expires": expires, "ticket": one.ticket,
        }  # fmt: skip
    return {
        "policy": one.policy, "person": one.person, "date": one.date.isoformat(), "statement": one.statement,
        "reference": one.reference,
    }  # fmt: skip


def _filled(**fields: Any) -> dict[str, Any]:
    """Without what is empty."""
    return {name: value for name, value in fields.items() if value}

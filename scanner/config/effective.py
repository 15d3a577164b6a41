"""A configuration as one layer: what its layers say together, so that it evaluates the same without their folders.

Folders of policies are left out: they lead somewhere else on another machine. What a profile and the files it extends
say is there, and the policies that are selected stand by their ids. Waivers and attestations have files of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from scanner.config.load import Config
from scanner.policy.profile import Layer
from scanner.policy.waivers import Attestation, Waiver
from scanner.tenant.break_glass.declared import BreakGlass, Drill

Content = dict[str, Any]
"""A configuration file as data."""


def effective(config: Config, selected: Sequence[str], ids: Mapping[str, str] | None = None) -> Content:
    """``config`` as data, without what is empty and without waivers and attestations.

    ``selected``: ids of policies; empty for all. ``ids``: the id of a policy by each of its former ones, so that what
    two layers say of one policy under two names becomes one.
    """
    return filled(
        breakGlass=_break_glass(config.break_glass),
        failOn=str(config.fail_on),
        select=list(selected),
        **_overrides(config.layers, ids or {}),
        resources=[dict(one.written) for one in config.resources],
    )


def waivers(config: Config) -> Content:
    """The waivers of all layers, as a file of waivers."""
    return {"waivers": [_waiver(one) for one in config.waivers]}


def attestations(config: Config) -> Content:
    """The attestations of all layers, as a file of attestations."""
    return {"attestations": [_attestation(one) for one in config.attestations]}


def as_yaml(content: Content) -> str:
    """``content`` as a configuration file."""
    text: str = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120)
    return text


def filled(**fields: Any) -> Content:
    """Without what is empty."""
    return {name: value for name, value in fields.items() if value}


def _break_glass(declared: BreakGlass) -> Content:
    return filled(
        accounts=list(declared.accounts),
        groups=list(declared.groups),
        protectionPolicies=list(declared.protection_policies),
        testWindows=[_drill(one) for one in declared.test_windows],
    )


def _drill(drill: Drill) -> Content:
    times = (one.isoformat().replace("+00:00", "Z") for one in (drill.begin, drill.end))
    return {**dict(zip(("from", "to"), times, strict=True)), "reason": drill.reason}


def _overrides(layers: Sequence[Layer], ids: Mapping[str, str]) -> Content:
    """What all layers together change: parameters, severities, numbers required."""
    params: dict[str, Content] = {}
    require: dict[str, Content] = {}
    severities: dict[str, str] = {}
    for layer in layers:
        for found, more in ((params, layer.overrides.params), (require, layer.overrides.require)):
            for policy, values in more.items():
                of_policy = found.setdefault(ids.get(policy, policy), {})
                of_policy.update({name: one.value for name, one in values.value.items()})
        severities |= {ids.get(policy, policy): str(one.value) for policy, one in layer.overrides.severities.items()}
    return {"params": params, "severities": severities, "require": require}


def _waiver(waiver: Waiver) -> Content:
    return filled(
        policy=waiver.policy,
        record=waiver.record,
        name=waiver.name,
        reason=waiver.reason,
        approver=waiver.approver,
        expires=waiver.expires.isoformat(),
        longLived=waiver.long_lived,
        ticket=waiver.ticket,
    )


def _attestation(attestation: Attestation) -> Content:
    return filled(
        policy=attestation.policy,
        person=attestation.person,
        date=attestation.date.isoformat(),
        validDays=attestation.valid_days,
        statement=attestation.statement,
        reference=attestation.reference,
    )

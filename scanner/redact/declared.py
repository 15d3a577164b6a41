"""What a configuration says of a tenant, under the pseudonyms of its snapshot: with it a scan comes out as before.

Policies and their parameters stay as they are, but for ids and addresses within them; what names people, records and
decisions is replaced. Folders of policies are left out: they lead somewhere else on another machine. Profiles and the
files it extends become one file, which names the shipped policies that they select.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from scanner.config import Config, effective
from scanner.policy.load import load_policies
from scanner.policy.selection import decide
from scanner.policy.vocabulary import vocabulary
from scanner.policy.waivers import Attestation, Declarations, Waiver
from scanner.redact.forms import Forms
from scanner.shipped import policies_folder
from scanner.tenant.break_glass.declared import BreakGlass


def redacted(declared: Declarations, forms: Forms) -> Declarations:
    """``declared`` with pseudonyms."""
    return replace(
        declared,
        break_glass=BreakGlass(
            accounts=tuple(map(forms.text, declared.break_glass.accounts)),
            groups=tuple(map(forms.text, declared.break_glass.groups)),
            protection_policies=tuple(map(forms.text, declared.break_glass.protection_policies)),
            test_windows=tuple(
                replace(one, reason=forms.text(one.reason)) for one in declared.break_glass.test_windows
            ),
        ),
        waivers=tuple(_waiver(waiver, forms) for waiver in declared.waivers),
        attestations=tuple(_attestation(attestation, forms) for attestation in declared.attestations),
    )


def _waiver(waiver: Waiver, forms: Forms) -> Waiver:
    return replace(
        waiver,
        record=forms.identifier(waiver.record),
        name=forms.text(waiver.name),
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


def written(config: Config, forms: Forms, target: Path) -> list[tuple[Path, str]]:
    """``config`` with pseudonyms as a configuration file at ``target``, with its waivers and attestations beside it."""
    declared = redacted(Declarations(config.break_glass, config.waivers, config.attestations), forms)
    changed = replace(
        config,
        break_glass=declared.break_glass,
        waivers=declared.waivers,
        attestations=declared.attestations,
        resources=(),  # shipped policies do not read them
    )
    content = effective.effective(changed, _selected(config))
    if "params" in content:
        content["params"] = {policy: _params(values, forms) for policy, values in content["params"].items()}
    beside = {"waivers": effective.waivers(changed), "attestations": effective.attestations(changed)}
    # Named, even where there are none: a file of another configuration may stand there under the usual name.
    places = {kind: target.with_name(f"{target.stem}.{kind}.yaml") for kind in beside}
    content |= {kind: path.name for kind, path in places.items()}
    files = [(target, content), *((places[kind], part) for kind, part in beside.items())]
    return [(path, effective.as_yaml(part)) for path, part in files]


def _selected(config: Config) -> list[str]:
    """Ids of the shipped policies that are selected; none where the configuration selects nothing."""
    if all(layer.select is None and not layer.ignore for layer in config.layers):
        return []
    policies = load_policies([policies_folder()], vocabulary())
    return [one.policy.id for one in decide(policies, config.layers) if one.selected]


def _params(values: Mapping[str, object], forms: Forms) -> dict[str, object]:
    return {name: param(value, forms) for name, value in values.items()}


def param(value: object, forms: Forms) -> object:
    """The value of a parameter: words and numbers stay, ids, addresses and domains of the tenant go."""
    if isinstance(value, list | tuple):
        return type(value)(param(item, forms) for item in value)
    if not isinstance(value, str):
        return value
    return forms.text(value) if forms.is_own_domain(value) else forms.fixed(value)

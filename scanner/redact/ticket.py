"""What ``--redact`` does with the results of a scan, under the key in the environment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from scanner.errors import SnapshotError
from scanner.evaluate.engine import evaluate, info
from scanner.model import Scan
from scanner.policy.load import load_policies
from scanner.policy.model import Param, ParamValue, Policy
from scanner.policy.vocabulary import Vocabulary, vocabulary
from scanner.policy.waivers import Declarations
from scanner.redact.declared import param, redacted
from scanner.redact.forms import Forms
from scanner.redact.known import published
from scanner.redact.pseudonyms import Pseudonyms
from scanner.redact.report import redact_scan
from scanner.redact.snapshot import forms_for, redact
from scanner.shipped import policies_folder
from scanner.snapshot import Snapshot


@dataclass(frozen=True)
class Source:
    """What a scan was made of."""

    snapshot: Snapshot
    policies: Sequence[Policy]
    vocabulary: Vocabulary
    declared: Declarations


def for_ticket(scan: Scan, pseudonyms: Pseudonyms, source: Source | None) -> Scan:
    """``scan`` without any text of the tenant. Without its ``source``, as for one that was read from a report, what its
    findings say is withheld."""
    shipped = tuple(info(policy) for policy in load_policies([policies_folder()], vocabulary()))
    if source is None:
        return redact_scan(scan, Forms(pseudonyms, published()), None, shipped)
    forms = forms_for(source.snapshot, pseudonyms)
    return redact_scan(scan, forms, _again(source, forms), shipped)


def _again(source: Source, forms: Forms) -> Scan | None:
    """The scan of the snapshot with pseudonyms; None where it cannot be redacted: the texts are withheld then."""
    policies = [_with_pseudonyms(policy, forms) for policy in source.policies]
    with TemporaryDirectory() as folder:
        target = Path(folder) / "snapshot"
        try:
            redact(source.snapshot, target, forms, catalogue=source.vocabulary.catalogue)
        except SnapshotError:
            return None
        snapshot = Snapshot.open(target, source.vocabulary.catalogue)
        return evaluate(policies, snapshot, source.vocabulary.types, redacted(source.declared, forms))


def _with_pseudonyms(policy: Policy, forms: Forms) -> Policy:
    """The policy with parameters that mean in the redacted snapshot what they mean in the real one."""
    return replace(policy, params={name: _param(one, forms) for name, one in policy.params.items()})


def _param(one: Param, forms: Forms) -> Param:
    value: ParamValue = one.value
    match value:
        case str():
            value = str(param(value, forms))
        case tuple():
            value = tuple(str(param(item, forms)) for item in value)
    return replace(one, value=value)

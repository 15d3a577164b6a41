"""Policies and snapshots for the tests of the engine, through the real loader and the real snapshot reader."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from scanner.evaluate.engine import evaluate
from scanner.model import Result, Scan
from scanner.policy.load import load_policies
from scanner.policy.model import Policy
from scanner.policy.vocabulary import vocabulary
from scanner.policy.waivers import Declarations
from scanner.snapshot import Snapshot

HEAD = """\
id: {id}
title: A rule under test
severity: {severity}
description: What the test is about.
remediation: Nothing; it is a test.
references: [https://learn.microsoft.com/entra/]
"""


def policies(folder: Path, **bodies: str) -> tuple[Policy, ...]:
    """Policies by id (``_`` for ``-``), each from the lines that follow the metadata."""
    for name, body in bodies.items():
        identifier = name.replace("_", "-")
        text = HEAD.format(id=identifier, severity="high") + body
        (folder / f"{identifier}.yaml").write_text(text, encoding="utf-8")
    return load_policies([folder], vocabulary())


def scan(folder: Path, content: Mapping[str, object], declared: Declarations | None = None, **bodies: str) -> Scan:
    """The scan of a snapshot in single-file form."""
    content = {"collectedAt": "2026-11-01T06:00:00Z", **content}
    return evaluate(policies(folder, **bodies), Snapshot.of(content), vocabulary().types, declared or Declarations())


def verdict(folder: Path, body: str, content: Mapping[str, object], declared: Declarations | None = None) -> Result:
    """The result of one policy."""
    (result,) = scan(folder, content, declared, rule_under_test=body).results
    return result

"""What an evidence pack holds, and the list of it that makes it checkable."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

import msgspec

FORMAT = 1
INDEX = "bundle.json"
RESULTS = "results.json"
PAGE = "report.html"
MANIFEST = "snapshot.json"
BASELINE = "baseline.json"
POLICIES = "policies/"
CONFIGURATION = "configuration/"
LAYERS = "layers/"
ELSEWHERE = "elsewhere.json"
README = "README.txt"

WORDS = """\
Evidence pack of tenantlint: a check of a Microsoft Entra tenant against policies.

report.html     the results for people; open it in a browser, it needs nothing else
results.json    the same for programs, with every finding and its evidence
snapshot.json   what was read of the tenant: when, by whom, with which requests, and the hash of every file
policies/       the policies as they were evaluated
configuration/  what was declared, all layers in one: parameters, waivers, attestations, break-glass accounts
layers/         the files that this was written in
elsewhere.json  names of other policies, which the files above may mention
baseline.json   the earlier results that these were compared with, if any
bundle.json     the hash of every file here

To check that nothing was changed:            tenantlint verify THIS_FILE
To check that the results are the right ones: tenantlint verify THIS_FILE --snapshot SNAPSHOT

The pack is not signed: somebody who can replace it can make another one. `tenantlint report` and `tenantlint verify`
print its SHA-256; keep that where others cannot change it, such as in a ticket, and compare.
"""


class PackedFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of the pack."""

    name: str
    size: int
    """Bytes."""
    sha256: str


class Index(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``bundle.json``."""

    format: int
    tool_version: str
    tenant_id: str
    collected_at: str
    files: tuple[PackedFile, ...]


def listed(files: Mapping[str, bytes]) -> tuple[PackedFile, ...]:
    """The files by name."""
    return tuple(PackedFile(name, len(content), sha256(content).hexdigest()) for name, content in sorted(files.items()))

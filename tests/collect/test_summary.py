from __future__ import annotations

import msgspec

from scanner.collect.summary import summary
from scanner.model import Outcome
from scanner.snapshot import Entry, Manifest

MANIFEST = Manifest(
    tenant_id="t",
    tenant_name="Contoso\x1b[2J\u202e",
    collected_at="2026-03-01T08:00:00Z",
    tool_version="1",
    cloud="global",
    resources={
        "organization": Entry(Outcome.COLLECTED, records=1, sent=1, units=1, seconds=0.04),
        "users": Entry(Outcome.COLLECTED, records=20_412, sent=21, units=21, seconds=61.26),
        "roleAssignments": Entry(Outcome.COLLECTED, records=31, sent=1, seconds=0.3),
        "domains": Entry(Outcome.DENIED, "Domain.Read.All is not granted", sent=1, units=1, seconds=0.02),
    },
)


def test_the_costliest_resource_stands_first_and_the_sums_last() -> None:
    assert summary(MANIFEST, 62.4) == (
        "resource            records  requests   units  seconds\n"
        "users                20,412        21      21     61.3\n"
        "roleAssignments          31         1       -      0.3\n"
        "organization              1         1       1      0.0\n"
        "domains              denied         1       1      0.0\n"
        "\n"
        "Contoso [2J: 20,444 records of 4 resources with 24 requests, 23 resource units, in 62 s\n"
        "not collected: domains (denied)"
    )


def test_one_is_not_many_and_a_continued_collection_says_so() -> None:
    alone = msgspec.structs.replace(
        MANIFEST,
        tenant_name="",
        resources={"organization": MANIFEST.resources["organization"]},
        resumed=("2026-03-01T09:00:00Z",),
    )
    assert summary(alone, 1.0).splitlines()[3:] == [
        "t: 1 record of 1 resource with 1 request, 1 resource unit, in 1 s",
        "begun 2026-03-01T08:00:00Z and continued, the figures are of all parts that were of use",
    ]

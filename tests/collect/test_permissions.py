"""``tenantlint permissions`` for the shipped policies, against what the catalogue says of each resource."""

from __future__ import annotations

from collections.abc import Mapping

from click.testing import CliRunner

from scanner.cli import main
from scanner.collect.catalogue import BY_NAME, COVERED_BY, GRAPH
from scanner.shipped import policies_folder


def printed() -> Mapping[str, frozenset[str]]:
    """Permission → what is read with it, as the command says; Azure's roles stand below."""
    result = CliRunner().invoke(main, ["permissions", "--policies", str(policies_folder())])
    assert result.exit_code == 0, result.output
    graph = result.stdout.partition("\nAzure role")[0]
    return {line.split()[0]: frozenset(line.partition(" ")[2].strip().split(", ")) for line in graph.splitlines()}


PRINTED = printed()


def asked(reason: str) -> str:
    """The permission that the catalogue gives for a resource, or for a property of one."""
    name, _, of_property = reason.partition(".")
    resource = BY_NAME[name]
    return (resource.permission_for or {})[of_property] if of_property else resource.permission


def test_every_resource_stands_beside_its_permission_or_one_that_covers_it() -> None:
    for permission, reasons in PRINTED.items():
        for reason in reasons:
            assert permission in {asked(reason), *COVERED_BY.get(asked(reason), ())}, reason


def test_no_permission_is_printed_that_no_resource_asks_for() -> None:
    for permission, reasons in PRINTED.items():
        assert permission in {asked(reason) for reason in reasons}


def test_no_permission_is_superfluous_and_none_writes() -> None:
    for permission in PRINTED:
        assert not COVERED_BY.get(permission, frozenset()) & PRINTED.keys()
        assert "Write" not in permission


def test_parents_of_what_is_read_are_read_as_well() -> None:
    read = {reason.partition(".")[0] for reasons in PRINTED.values() for reason in reasons}
    assert {resource.parents for resource in GRAPH if resource.name in read and resource.parents} <= read


def test_what_no_shipped_policy_needs_is_not_asked_for() -> None:
    read = {reason.partition(".")[0] for reasons in PRINTED.values() for reason in reasons}
    assert "organization" in read
    assert read < {resource.name for resource in GRAPH}

"""Facts as exports ask for them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scanner.errors import NotCollected
from scanner.export.asking import Facts, time_of
from tests.tenant.sample import refused, tenant_of, user


def test_what_is_known_is_given_and_nothing_is_lacking() -> None:
    facts = Facts(tenant_of(users=[user("ann")]))
    assert facts.ask("tenant.breakGlassDeclared") is False
    assert facts.ask("user.isBreakGlass", "ann") is False
    assert facts.read(lambda: 5) == 5
    facts.close()


def test_what_is_lacking_is_told_at_the_end_each_resource_once() -> None:
    facts = Facts(tenant_of(users=[], outcomes={"domains": refused("denied", "no")}))
    assert (facts.ask("tenant.initialDomain"), facts.ask("tenant.initialDomain")) == (None, None)
    facts.lack(NotCollected("groups", "a reason", [NotCollected("groupMembers", "another")]))
    with pytest.raises(NotCollected) as raised:
        facts.close()
    assert raised.value.resource == "domains"
    assert [other.resource for other in raised.value.others] == ["groups"]


def test_other_reasons_of_the_first_lack_are_kept() -> None:
    facts = Facts(tenant_of())
    facts.lack(NotCollected("groups", "a reason", [NotCollected("groupMembers", "another")]))
    with pytest.raises(NotCollected) as raised:
        facts.close()
    assert [other.resource for other in raised.value.others] == ["groupMembers"]


def test_the_time_is_that_of_the_snapshot() -> None:
    assert time_of(tenant_of(collectedAt="2026-07-01T12:00:00Z")) == datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert time_of(tenant_of()).tzinfo is UTC

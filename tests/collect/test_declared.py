"""Whom a fan-out asks about that is for declared break-glass accounts only."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.collect.catalogue import BY_NAME
from scanner.collect.declared import DeclaredAccounts
from scanner.collect.refusal import Broken
from scanner.collect.resource import FanOut
from scanner.collect.run import Options
from scanner.model import Outcome
from scanner.snapshot import Entry
from tests.collect.fake import Script, batch, page
from tests.collect.test_run import DENIED, entries, records

USERS = [{"id": f"u{number}", "userPrincipalName": f"User{number}@contoso.com"} for number in range(6)]


def fan_out() -> FanOut:
    found = BY_NAME["breakGlassMethods"].fan_out
    assert found is not None
    return found


def lines(records: Iterable[Any]) -> list[bytes]:
    return [json.dumps(record).encode() for record in records]


def group(key: str, name: str | None = None) -> dict[str, Any]:
    return {"id": key, "displayName": name or key}


def members(key: str, *ids: str) -> dict[str, Any]:
    kinds = {"u": "user", "g": "group", "s": "servicePrincipal"}
    return {"id": key, "members": [{"@odata.type": f"#microsoft.graph.{kinds[one[0]]}", "id": one} for one in ids]}


def asked(
    accounts: tuple[str, ...] = (), groups: tuple[str, ...] = (), *, have: Iterable[Any] = (), hold: Iterable[Any] = ()
) -> tuple[str, ...]:
    found = DeclaredAccounts(fan_out(), accounts, groups)
    for source, seen in (("users", USERS), ("groups", have), ("groupMembers", hold)):
        if source in found.sources:
            found.see(source, lines(seen))
    return found.ids()


@pytest.mark.parametrize("name", ["u2", "U2", "User2@contoso.com", "USER2@CONTOSO.COM"])
def test_an_account_is_known_by_id_and_by_name_in_any_letter_case(name: str) -> None:
    assert asked((name,)) == ("u2",)


def test_a_name_that_nobody_has_asks_for_nobody() -> None:
    assert asked(("User2",)) == ()


@pytest.mark.parametrize("name", ["g1", "Break Glass", "break glass"])
def test_users_in_a_declared_group_are_meant_and_so_are_those_in_groups_within_it(name: str) -> None:
    have = [group("g1", "Break glass"), group("g2"), group("g3")]
    hold = [members("g2", "u3", "g1", "s1"), members("g1", "u1", "g2"), members("g3", "u4")]
    assert asked(groups=(name,), have=have, hold=hold) == ("u1", "u3")


def test_a_name_that_two_groups_have_declares_nobody() -> None:
    have = [group("g1", "Twins"), group("g2", "twins")]
    assert asked(groups=("Twins",), have=have, hold=[members("g1", "u1"), members("g2", "u2")]) == ()


def test_only_what_is_declared_is_watched() -> None:
    watched = [DeclaredAccounts(fan_out(), accounts, groups) for accounts in ((), ("u1",)) for groups in ((), ("g",))]
    assert [set(one.sources) for one in watched] == [
        set(),
        {"groups", "groupMembers"},
        {"users"},
        {"users", "groups", "groupMembers"},
    ]


def test_properties_that_lead_to_accounts_are_named() -> None:
    found = DeclaredAccounts(fan_out(), ("u1",), ("g",))
    read = {name: set(found.reads(name)) for name in ("users", "groups", "groupMembers", "domains")}
    led = {
        "users": {"userPrincipalName"},
        "groups": {"displayName"},
        "groupMembers": {"members"},
        "domains": set[str](),
    }
    assert read == led
    assert not DeclaredAccounts(fan_out(), (), ("g",)).reads("users")


@pytest.mark.parametrize(
    ("source", "record"),
    [("users", {"userPrincipalName": "x"}), ("groups", {"id": 1}), ("groupMembers", {"id": "g", "members": {}})],
)
def test_a_record_of_another_form_is_no_silence(source: str, record: Any) -> None:
    with pytest.raises(Broken, match="another form"):
        DeclaredAccounts(fan_out(), ("u1",), ("g",)).see(source, lines([record]))


@settings(max_examples=100)
@given(
    st.dictionaries(st.sampled_from("abcdef"), st.sets(st.sampled_from(["u1", "u2", "u3", *"abcdef"]))),
    st.sets(st.sampled_from("abcdef")),
)
def test_nested_groups_are_followed_to_the_end(tree: dict[str, set[str]], declared: set[str]) -> None:
    """Against reaching every user step by step."""
    reached, before = set(declared), set[str]()
    while reached != before:
        before = set(reached)
        reached |= {inner for key in before for inner in tree.get(key, ())}
    hold = [
        members(f"g{key}", *(one if one.startswith("u") else f"g{one}" for one in sorted(inner)))
        for key, inner in tree.items()
    ]
    have = [group(f"g{key}") for key in "abcdef"]
    found = asked(groups=tuple(f"g{key}" for key in declared), have=have, hold=hold)
    assert set(found) == {one for one in reached if one.startswith("u")}


# --- in a collection -------------------------------------------------------------------------------------------------

NEEDS = {"breakGlassMethods": ["methods"], "breakGlassSignIns": ["signIns"]}
OF_USERS: dict[str, Script] = {"/v1.0/users": page(*({"displayName": "U", **user} for user in USERS))}


class Answers:
    """A service that has one object in every list, and remembers what it was asked."""

    def __init__(self) -> None:
        self.urls: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        return batch(request, self._one)

    def _one(self, url: str) -> tuple[int, Any]:
        self.urls.append(url)
        found = {"id": "u4", "@odata.type": "#microsoft.graph.user"} if "/members" in url else {"id": "x"}
        return 200, {"value": [found]}


def collected(scripts: dict[str, Script], folder: Path, options: Options) -> tuple[dict[str, Entry], Answers]:
    answers = Answers()
    return entries({**scripts, "/v1.0/$batch": answers}, NEEDS, folder, options), answers


def test_nobody_is_asked_about_without_a_declaration(tmp_path: Path) -> None:
    found, answers = collected(OF_USERS, tmp_path / "snap", Options())
    assert {(found[name].outcome, found[name].requests) for name in NEEDS} == {(Outcome.SKIPPED, ())}
    assert "declares no break-glass account" in found["breakGlassMethods"].reason
    assert not answers.urls


def test_only_declared_accounts_are_asked_about(tmp_path: Path) -> None:
    scripts = {**OF_USERS, "/v1.0/groups": page(group("g1", "Break glass"))}
    options = Options(accounts=("USER2@contoso.com",), groups=("Break glass",))
    found, answers = collected(scripts, tmp_path / "snap", options)
    assert {found[name].outcome for name in NEEDS} == {Outcome.COLLECTED}
    for name, values in (("breakGlassMethods", "methods"), ("breakGlassSignIns", "signIns")):
        assert records(tmp_path / "snap", name) == [{"id": key, values: [{"id": "x"}]} for key in ("u2", "u4")]
    lists = {f"/users/{key}/authentication/methods" for key in ("u2", "u4")}
    assert {url for url in answers.urls if "/methods" in url} == lists


def test_sign_ins_are_those_of_the_days_before_the_collection(tmp_path: Path) -> None:
    _, answers = collected(OF_USERS, tmp_path / "snap", Options(accounts=("u1",)))
    (url,) = {url for url in answers.urls if "signIns" in url}
    assert "$filter=userId%20eq%20'u1'%20and%20createdDateTime%20ge%202026-01-30T08:00:00Z" in url


@pytest.mark.parametrize("denied", ["users", "groups"])
def test_what_would_tell_the_accounts_is_not_guessed(denied: str, tmp_path: Path) -> None:
    scripts = {**OF_USERS, "/v1.0/groups": page(group("g1")), f"/v1.0/{denied}": DENIED}
    found, _ = collected(scripts, tmp_path / "snap", Options(accounts=("u1",), groups=("g1",)))
    for name in NEEDS:
        assert found[name].outcome is Outcome.DENIED
        assert found[name].reason.startswith("it needs ")


def test_groups_do_not_matter_where_none_is_declared(tmp_path: Path) -> None:
    found, _ = collected({**OF_USERS, "/v1.0/groups": DENIED}, tmp_path / "snap", Options(accounts=("u1",)))
    assert found["breakGlassMethods"].outcome is Outcome.COLLECTED

"""Pseudonyms: repeatable under a key, one for each input, of the form their reader expects, and not to be undone."""

from __future__ import annotations

import ipaddress
import re
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.errors import UsageError
from scanner.redact.pseudonyms import GUID, Pseudonyms, pseudonyms

ONE = Pseudonyms(b"one key of a tenant")
OTHER = Pseudonyms(b"the key of another")

texts = st.text(min_size=1, max_size=30)
guids = st.uuids().map(str)


@given(st.lists(texts, unique_by=str.lower, min_size=2))
def test_different_words_have_different_pseudonyms(words: list[str]) -> None:
    assert len({ONE.word(word) for word in words}) == len(words)


@given(st.lists(guids, unique=True, min_size=2))
def test_different_ids_have_different_pseudonyms(ids: list[str]) -> None:
    assert len({ONE.guid(id) for id in ids}) == len(ids)


@given(texts)
def test_a_key_decides(text: str) -> None:
    assert ONE.word(text) == Pseudonyms(b"one key of a tenant").word(text)
    assert ONE.word(text) != OTHER.word(text)


@pytest.mark.parametrize("key", [b"", b"k", b"k" * 63, b"k" * 64, b"k" * 65, b"k" * 1000])
def test_keys_of_any_length_count_whole(key: bytes) -> None:
    assert Pseudonyms(key).word("Anna") != Pseudonyms(key + b"k").word("Anna")


@given(texts)
def test_words_hold_no_word(text: str) -> None:
    assert re.fullmatch("[bcdfghjkmnpqrstv]{16}", ONE.word(text).lower())


def test_no_text_stays_no_text() -> None:
    assert ONE.word("") == ""


@given(st.text(alphabet="abcdefgh -", min_size=1, max_size=12), st.text(alphabet="ABCDEFGH -", min_size=1, max_size=12))
def test_texts_are_equal_without_regard_to_case_exactly_as_before(one: str, other: str) -> None:
    for left, right in ((one, other), (one, one.upper()), (one.title(), one.upper())):
        made = ONE.word(left), ONE.word(right)
        assert (made[0] == made[1]) == (left == right)
        assert (made[0].lower() == made[1].lower()) == (left.lower() == right.lower())


@given(st.uuids())
def test_ids_are_guids_that_no_tenant_gives(id: uuid.UUID) -> None:
    made = ONE.guid(str(id))
    assert GUID.fullmatch(made)
    assert (uuid.UUID(made).version, uuid.UUID(made).variant) == (8, uuid.RFC_4122)
    assert ONE.guid(str(id).upper()).lower() == made


@given(st.ip_addresses(v=4), st.integers(9, 32))
def test_ipv4_ranges_keep_their_size_and_become_nobodys(address: ipaddress.IPv4Address, prefix: int) -> None:
    made = ipaddress.ip_network(ONE.network(f"{address}/{prefix}") or "")
    assert made.prefixlen == prefix
    assert int(made.network_address) >> 28 == 0xF


@given(st.ip_addresses(v=6), st.integers(9, 128))
def test_ipv6_ranges_keep_their_size_and_become_local(address: ipaddress.IPv6Address, prefix: int) -> None:
    made = ipaddress.ip_network(ONE.network(f"{address}/{prefix}") or "")
    assert made.prefixlen == prefix
    assert int(made.network_address) >> 120 == 0xFD


@pytest.mark.parametrize("text", ["0.0.0.0/0", "10.0.0.0/8", "::/0", "2000::/3"])
def test_ranges_as_large_as_a_continent_stay(text: str) -> None:
    assert ONE.network(text) == text


def test_an_address_stays_an_address() -> None:
    assert ipaddress.ip_address(ONE.network("203.0.113.7") or "")


@pytest.mark.parametrize("text", ["", "anna", "1.2.3", "203.0.113.0/33"])
def test_what_is_no_range_is_left_to_others(text: str) -> None:
    assert ONE.network(text) is None


@settings(max_examples=20)
@given(st.text(max_size=15))
def test_a_short_key_is_refused(key: str) -> None:
    with pytest.raises(UsageError, match="at least 16"):
        pseudonyms(key)


def test_a_key_of_the_environment_is_repeatable_and_none_is_not() -> None:
    made, repeatable = pseudonyms("0123456789abcdef")
    again, _ = pseudonyms("0123456789abcdef")
    assert repeatable
    assert made.word("Anna") == again.word("Anna")
    (one, repeatable), (other, _) = pseudonyms(None), pseudonyms(None)
    assert not repeatable
    assert one.word("Anna") != other.word("Anna")

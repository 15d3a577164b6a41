"""Immutable ids: the page's own example, every GUID there and back, and texts that are no GUID's."""

from __future__ import annotations

from base64 import b64encode
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.tenant.hybrid.immutable_id import guid_of, immutable_id


def test_the_example_of_the_page() -> None:
    assert immutable_id("c97a6c98-ded8-472c-bfb6-87ed37d324f5") == "mGx6ydjeLEe/toftN9Mk9Q=="


@given(st.uuids())
def test_the_bytes_are_those_of_dotnet(guid: UUID) -> None:
    assert immutable_id(str(guid)) == b64encode(guid.bytes_le).decode()
    assert immutable_id(str(guid).upper()) == immutable_id(guid.hex)
    assert guid_of(immutable_id(str(guid))) == str(guid)


@given(st.text())
def test_what_is_no_immutable_id_of_a_guid_is_none(text: str) -> None:
    guid = guid_of(text)
    assert guid is None or immutable_id(guid) == text


@pytest.mark.parametrize(
    "text",
    ["", "1234", "mGx6ydjeLEe/toftN9Mk9Q", "mGx6ydjeLEe/toftN9Mk9R==", "mGx6ydjeLEe/toftN9Mk9Q==\n", "é", "AAAA" * 8],
)
def test_other_texts_are_no_guids(text: str) -> None:
    assert guid_of(text) is None

"""Exports as PowerShell and people write them, and what is told about those that are wrong."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.active_directory import AdExport, export
from scanner.collect.active_directory.user import REQUIRED, AdUser
from scanner.errors import DirectoryExportError

ANN, BOB = "c97a6c98-ded8-472c-bfb6-87ed37d324f5", "11111111-2222-4333-8444-555555555555"
HEADER = ",".join(REQUIRED)
BYTES = [*range(1, 17)]
FROM_BYTES = "04030201-0605-0807-090a-0b0c0d0e0f10"


def written(tmp_path: Path, content: str | bytes, name: str = "ad.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(path: Path) -> list[AdUser]:
    return list(AdExport(path).users())


def problems(path: Path) -> list[str]:
    with pytest.raises(DirectoryExportError) as caught:
        AdExport(path)
    return [str(problem).removeprefix(str(path)).lstrip(": ") for problem in caught.value.problems]


def one(**given: Any) -> AdUser:
    fields: dict[str, Any] = {
        "user_principal_name": "ann@contoso.com",
        "sam_account_name": "ann",
        "mail": None,
        "proxy_addresses": [],
        "enabled": True,
        "consistency_guid": None,
    }
    return AdUser(**{"id": ANN, **fields, **given})


TABLES = {
    "commas": f"{HEADER}\n{ANN},ann@contoso.com,ann,,,True\n",
    "semicolons": f"{HEADER.replace(',', ';')}\n{ANN};ann@contoso.com;ann;;;True\n",
    "tabs": "\t".join(REQUIRED) + f"\n{ANN}\tann@contoso.com\tann\t\t\tTrue\n",
    "everything quoted, with line ends of Windows": f'"{HEADER.replace(",", chr(34) + "," + chr(34))}"\r\n'
    f'"{ANN}","ann@contoso.com","ann","","","True"\r\n',
    "PowerShell's type in the first line": f"#TYPE Selected.ADUser\n{HEADER}\n{ANN},ann@contoso.com,ann,,,True\n",
    "letter case of its own": f"{HEADER.upper()}\n{ANN.upper()},ann@contoso.com,ann,,,TRUE\n",
    "another order, other columns": f"Name,Enabled,mail,{HEADER.replace(',mail', '').replace(',Enabled', '')}\n"
    f'"Ann, A.",true,,{ANN},ann@contoso.com,ann,\n',
    "braces": f"{HEADER}\n{{{ANN}}},ann@contoso.com,ann,,,True\n",
    "no hyphens": f"{HEADER}\n{ANN.replace('-', '')},ann@contoso.com,ann,,,True\n",
    "empty lines": f"\n{HEADER}\n\n{ANN},ann@contoso.com,ann,,,True\n\n",
    "white space around values": f"{HEADER}\n {ANN} , ann@contoso.com ,ann,  ,,True \n",
    "no line end at the end": f"{HEADER}\n{ANN},ann@contoso.com,ann,,,True",
}


@pytest.mark.parametrize("form", TABLES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_tables_are_read(tmp_path: Path, form: str, encoding: str) -> None:
    assert read(written(tmp_path, TABLES[form].encode(encoding))) == [one()]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("SMTP:a@x.com;smtp:b@x.com", ["SMTP:a@x.com", "smtp:b@x.com"]),
        ("SMTP:a@x.com|smtp:b@x.com", ["SMTP:a@x.com", "smtp:b@x.com"]),
        ("SMTP:a@x.com\nsmtp:b@x.com\r\n", ["SMTP:a@x.com", "smtp:b@x.com"]),
        ("; ;SMTP:a@x.com; ", ["SMTP:a@x.com"]),
        ("X400:C=US;A= ;P=Contoso;SMTP:a@x.com", ["X400:C=US;A=;P=Contoso", "SMTP:a@x.com"]),
        ("", []),
    ],
)
def test_several_addresses_are_told_apart(tmp_path: Path, cell: str, expected: Sequence[str]) -> None:
    path = written(tmp_path, f'{HEADER}\n{ANN},ann@contoso.com,ann,,"{cell}",True\n')
    assert read(path) == [one(proxy_addresses=list(expected))]


@given(st.text(alphabet='ab,;"\t \néß', max_size=12))
def test_whatever_stands_between_quotes_is_one_value(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    quoted = name.replace('"', '""')
    text = f'{HEADER}\n{ANN},ann@contoso.com,"{quoted}",,,True\n{BOB},b,b,,,False\n'
    users = read(written(tmp_path_factory.mktemp("ad"), text))
    assert users[0] == one(sam_account_name=name.strip() or None)
    assert users[1].id == BOB


def values(**changed: object) -> dict[str, object]:
    plain: dict[str, object] = {
        "ObjectGUID": ANN,
        "UserPrincipalName": "ann@contoso.com",
        "SamAccountName": "ann",
        "mail": None,
        "proxyAddresses": [],
        "Enabled": True,
    }
    return {**plain, **changed}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ([values()], one()),
        (values(), one()),
        ([values(ObjectGUID={"value": ANN, "Guid": ANN})], one()),
        ([values(ObjectGUID={"Guid": ANN})], one()),
        ([values(proxyAddresses={"value": ["SMTP:a@x.com"], "Count": 1})], one(proxy_addresses=["SMTP:a@x.com"])),
        ([values(proxyAddresses="SMTP:a@x.com;smtp:b@x.com")], one(proxy_addresses=["SMTP:a@x.com", "smtp:b@x.com"])),
        ([values(proxyAddresses=None, Enabled=None)], one(enabled=None)),
        ([values(Enabled="False")], one(enabled=False)),
        ([values(**{"mS-DS-ConsistencyGuid": BOB})], one(consistency_guid=BOB)),
        ([values(**{"mS-DS-ConsistencyGuid": BYTES})], one(consistency_guid=FROM_BYTES)),
        ([values(**{"ms-ds-consistencyguid": {"value": BYTES, "Count": 16}})], one(consistency_guid=FROM_BYTES)),
        ({"value": [values()], "Count": 1}, one()),
        ([values(PropertyNames=["a", {"b": [None]}])], one()),
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_documents_are_read(
    tmp_path: Path, content: object, expected: AdUser, indent: int | None, encoding: str
) -> None:
    assert read(written(tmp_path, json.dumps(content, indent=indent).encode(encoding), "ad.json")) == [expected]


def test_letter_case_of_keys_does_not_matter(tmp_path: Path) -> None:
    content = [{key.upper(): value for key, value in values().items()}]
    assert read(written(tmp_path, json.dumps(content))) == [one()]


WRONG: dict[str, tuple[str, list[str]]] = {
    "no GUID": (f"{HEADER}\nx,a,a,,,True\n", ["2:1: The column ObjectGUID holds 'x', which is no GUID."]),
    "an empty GUID": (f"{HEADER}\n,a,a,,,True\n", ["2:1: The column ObjectGUID holds nothing."]),
    "the GUID of nobody": (
        f"{HEADER}\n00000000-0000-0000-0000-000000000000,a,a,,,True\n",
        ["2:1: The column ObjectGUID holds nothing."],
    ),
    "a list that is none": (
        f'{HEADER}\n{ANN},a,a,,Microsoft.ActiveDirectory.Management.ADPropertyValueCollection,"perhaps"\n',
        ["2:43: The column proxyAddresses holds the name of a type", "2:106: The column Enabled holds 'perhaps'"],
    ),
    "bytes that are none": (
        f"{HEADER},mS-DS-ConsistencyGuid\n{ANN},a,a,,,True,System.Byte[]\n",
        ["2:49: The column mS-DS-ConsistencyGuid holds the name of a type, 'System.Byte[]'"],
    ),
    "behind a value with lines": (
        f'{HEADER}\n{ANN},"a\nb","c,d",,,no\n',
        ["3:12: The column Enabled holds 'no'"],
    ),
    "one GUID twice": (
        f"{HEADER}\n{ANN},a,a,,,True\n{{{ANN.upper()}}},b,b,,,True\n",
        ["3:1: The column ObjectGUID holds the same GUID as line 2."],
    ),
    "one GUID twice on a line": (
        json.dumps([values(), values()]),
        [f"1:{len(json.dumps(values())) + 4}: The column ObjectGUID holds the same GUID as line 1."],
    ),
    "columns that are missing": (
        "ObjectGUID,mail\nx,y\n",
        ["1:1: The header has no column UserPrincipalName, SamAccountName, proxyAddresses, Enabled."],
    ),
    "a column twice": (f"{HEADER},MAIL\n", ["1:1: The header has the column mail twice."]),
    "another separator": (f"{HEADER.replace(',', '!')}\n", ["1:1: The header has no column ObjectGUID"]),
    "a row that is too short": (f"{HEADER}\n{ANN},a\n", ["2:1: The row has 2 fields, the header 6."]),
    "a quote that is not closed": (f'{HEADER}\n{ANN},"a\n\n', ["2:1: The row cannot be read"]),
    "no users": (f"{HEADER}\n", ["It holds no user."]),
    "nothing": ("", ["1:1: The file is empty."]),
    "an empty list": ("[]", ["It holds no user."]),
    "a list that ends early": (f'[\n {json.dumps(values())},\n {{"Obj', ["3:3: This is not JSON"]),
    "a list without its end": (f"[{json.dumps(values())}", ["1:2: The list does not go on after this object."]),
    "two lists": (f"[{json.dumps(values())}] []", ["Something follows the end of the list."]),
    "a list of other things": ("[1]", ["1:2: This is no object."]),
    "a key twice": ('[{"mail": "a", "MAIL": "b"}]', ["1:2: The object cannot be read: the key 'MAIL' stands twice"]),
    "an object too deep": ("[" + '{"a":' * 100_000, ["1:2: It is nested too deeply."]),
    "objects without a property": (
        json.dumps([{key: value for key, value in values().items() if key != "mail"}]),
        ["1:1: No object has the property mail."],
    ),
    "half a character": (
        json.dumps([values(UserPrincipalName="a\ud800")]),
        ["1:2: The column UserPrincipalName holds 'a\\ud800', of which a part is no character."],
    ),
    "UTF-16 without a mark": (
        f"{HEADER}\n".encode("utf-16-le").decode("latin-1"),
        ["It is not in UTF-8, nor in UTF-16"],
    ),
    "an object with something wrong": (
        f"[\n  {json.dumps(values(ObjectGUID=5, mail=[]))}]",
        ["2:3: The column ObjectGUID holds 5, which is no text.", "2:3: The column mail holds [], which is no text."],
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, case: str) -> None:
    content, expected = WRONG[case]
    found = problems(written(tmp_path, content))
    assert len(found) == len(expected), found
    for text, begin in zip(found, expected, strict=True):
        assert begin in text


def test_only_the_first_problems_are_told(tmp_path: Path) -> None:
    assert len(problems(written(tmp_path, f"{HEADER}\n" + "x,a,a,,,True\n" * 1000))) == export.MAX_PROBLEMS


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", "Ren\u00e9".encode("latin-1"), b"\x00\x01\x02"])
def test_other_encodings_and_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    assert len(problems(written(tmp_path, f"{HEADER}\n".encode() + content))) == 1


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    assert problems(tmp_path / "nowhere.csv") == ["It cannot be read: No such file or directory. Check the name."]
    assert problems(tmp_path) == ["It is no plain file. Give the file that Export-Csv wrote."]


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(export.MAX_FILE + 1)
    assert "has more than 256 MiB" in problems(path)[0]


def test_a_file_that_changes_meanwhile_is_not_taken(tmp_path: Path) -> None:
    path = written(tmp_path, TABLES["commas"])
    first = AdExport(path)
    path.write_text(TABLES["commas"].replace("ann@", "eve@"), encoding="utf-8")
    with pytest.raises(DirectoryExportError, match="changed while it was read"):
        list(first.users())


def test_a_file_that_goes_away_meanwhile_is_not_taken(tmp_path: Path) -> None:
    path = written(tmp_path, TABLES["commas"])
    first = AdExport(path)
    path.unlink()
    with pytest.raises(DirectoryExportError, match="changed while it was read"):
        list(first.users())


def test_the_manifest_names_the_file_without_its_folder(tmp_path: Path) -> None:
    path = written(tmp_path, TABLES["commas"])
    origin = AdExport(path).origin(datetime(2026, 11, 1, 6, tzinfo=UTC))
    assert (origin.file, origin.at) == ("ad.csv", "2026-11-01T06:00:00Z")
    assert origin.sha256 == sha256(TABLES["commas"].encode()).hexdigest()

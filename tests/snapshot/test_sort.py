"""The sort on disk against Python's own, and finding a record against a dictionary."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.snapshot import Snapshot
from scanner.snapshot.records import key_reader
from scanner.snapshot.sort import FAN_IN, Sorter
from scanner.snapshot.writer import Limits
from tests.snapshot.builders import TINY, record, write

IDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
LINES = st.dictionaries(IDS, st.text('ab é\n\\"', max_size=300), max_size=40)


@settings(max_examples=60)
@given(named=LINES, other=IDS)
def test_records_read_back_sorted_and_each_is_found(
    tmp_path_factory: pytest.TempPathFactory, named: dict[str, str], other: str
) -> None:
    lines = {id: json.dumps({"id": id, "name": name}, separators=(",", ":")).encode() for id, name in named.items()}
    path = write(tmp_path_factory.mktemp("sort") / "snap", {"users": lines.values()}, limits=TINY)
    snapshot = Snapshot.open(path)
    assert list(snapshot.lines("users")) == [lines[id] for id in sorted(lines)]
    for id in (*lines, other, *(id + "a" for id in lines), *(id[:-1] for id in lines)):
        assert snapshot.find("users", id) == lines.get(id)


@given(keys=st.lists(st.sampled_from("abc"), max_size=30), run_bytes=st.integers(1, 2000))
def test_records_of_one_key_keep_their_order_of_arrival(
    tmp_path_factory: pytest.TempPathFactory, keys: list[str], run_bytes: int
) -> None:
    sorter = Sorter(tmp_path_factory.mktemp("sort") / "runs", key_reader("id"), run_bytes)
    keyed = [(key, record(key, n=number)) for number, key in enumerate(keys)]
    for key, line in keyed:
        sorter.add(key, line)
    assert list(sorter.sorted()) == sorted(keyed, key=lambda pair: pair[0])


def test_more_runs_than_files_may_be_open_are_merged_on_the_way(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    sorter = Sorter(runs, key_reader("id"), run_bytes=1)
    numbers = [number * 7919 % 1000 for number in range(3 * FAN_IN)]
    for number in numbers:
        sorter.add(f"{number:04d}", record(f"{number:04d}"))
        assert len(list(runs.iterdir())) < FAN_IN
    assert [key for key, _ in sorter.sorted()] == sorted(f"{number:04d}" for number in numbers)


def test_find_works_among_records_of_very_different_length(tmp_path: Path) -> None:
    lines = {f"{n:02d}": record(f"{n:02d}", s="x" * (50_000 if n % 7 == 0 else 1)) for n in range(40)}
    snapshot = Snapshot.open(write(tmp_path / "snap", {"users": lines.values()}, limits=Limits(shard_records=15)))
    for id, line in lines.items():
        found = snapshot.find("users", id)
        assert found is not None
        assert json.loads(found) == json.loads(line)
    assert snapshot.find("users", "07a") is None
    assert snapshot.find("users", "") is None
    assert snapshot.find("users", "zz") is None

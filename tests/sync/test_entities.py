"""The tables as data agree with themselves and with the real files."""

from __future__ import annotations

import csv

import pytest

from tests.sync.exports import NORTHWIND
from webupdate.sync.entities import FILES, ExportFile
from webupdate.sync.shops.base import RECORDS

every_file = pytest.mark.parametrize("spec", FILES.values(), ids=FILES)


@every_file
def test_named_columns_exist(spec: ExportFile) -> None:
    names = [column.name for column in spec.columns]
    assert len(set(names)) == len(names)
    assert {*spec.required, *spec.key, *spec.facts} <= set(names)


@every_file
def test_each_part_of_a_key_is_text_with_a_length(spec: ExportFile) -> None:
    parts = [column for column in spec.columns if column.name in spec.key]
    assert all(column.kind == "text" and column.length for column in parts)


@every_file
def test_northwind_has_known_columns_only(spec: ExportFile) -> None:
    with (NORTHWIND / f"{spec.name}.csv").open(encoding="cp1252", newline="") as file:
        header = next(csv.reader(file))
    assert set(spec.required) <= set(header) <= {column.name for column in spec.columns}


def test_every_entity_of_the_record_lane_comes_from_one_file() -> None:
    fed = [entity for spec in FILES.values() for entity in spec.entities]
    assert sorted(fed) == sorted(RECORDS)

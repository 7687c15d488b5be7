"""Refusals name EBMS's own columns."""

from __future__ import annotations

import pytest

from webupdate.sync.ebmsnames import COLUMNS, column
from webupdate.sync.entities import FILES


@pytest.mark.parametrize("entity", COLUMNS)
def test_every_name_is_a_column_of_the_file_of_that_entity(entity: str) -> None:
    wanted = {"images": "stock", "documents": "stock"}.get(entity, entity)
    (file,) = [file for file in FILES.values() if wanted in file.entities]
    assert set(COLUMNS[entity].values()) <= {each.name for each in file.columns}


def test_a_field_that_ebms_does_not_have_keeps_its_name() -> None:
    assert (column("shipping", "rate_type"), column("shipping", "bands")) == ("RATE_TYPE", "bands")

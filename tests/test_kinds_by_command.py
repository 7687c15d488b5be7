"""Each kind of order problem, put right by `webupdate resolve`: the file is EBMS's, byte for byte."""

from __future__ import annotations

import pytest

from tests.firmdesk import FirmDesk, firmdesk
from tests.orderkinds.cases import CASES
from tests.orderkinds.making import EXPECTED, KindCase
from tests.test_cli import shell
from webupdate.orderkinds import KINDS
from webupdate.report import Exit

__all__ = ["firmdesk", "shell"]  # fixtures


def test_no_kind_is_forgotten() -> None:
    assert {case.kind for case in CASES} == KINDS.keys()
    assert sorted(path.stem for path in EXPECTED.iterdir()) == sorted(case.name for case in CASES if case.file)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_it_is_put_right_by_words(case: KindCase, firmdesk: FirmDesk) -> None:
    with firmdesk.opened() as desk:
        order = case.come(desk)
    assert firmdesk.shell("resolve", str(order.id), *case.words).code == Exit.FINE
    assert firmdesk.files() == case.expected
    assert firmdesk.order(order.id).state == case.state
    assert firmdesk.shell("conflicts").code == Exit.FINE

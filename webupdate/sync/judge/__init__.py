"""The kinds of order problems (source: domain.md section 7), one small pure function each."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from webupdate.orderkinds import KINDS
from webupdate.store.inbox import Finding
from webupdate.sync import topics
from webupdate.sync.judge import customer, delivery, document, lines, money, refusal, shipping, standing, text
from webupdate.sync.judge.case import Case, open_case
from webupdate.sync.known import Known
from webupdate.sync.settle import Given

__all__ = ["Case", "Given", "Known", "judge", "open_case"]

# In the order of the fields of sales-order entry.
_CHECKS: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    *document.CHECKS,
    *delivery.CHECKS,
    *customer.CHECKS,
    *standing.CHECKS,
    *text.CHECKS,
    *shipping.CHECKS,
    *money.TERMS,
    *lines.CHECKS,
    *money.CHECKS,
)


def judge(case: Case) -> tuple[Finding, ...]:
    """All problems of an order at once, in the order of the fields of sales-order entry.

    What EBMS has refused comes first and stops the order whatever the Properties say, or it would be written again and
    again. Of an order that can't be read nothing else is known.
    """
    checks = _CHECKS if case.order.lines else (document.unreadable,)
    found = (finding for check in checks for finding in check(case))
    weighed = (_weighed(finding, case) for finding in found if case.rules.severities.get(finding.kind) != "off")
    return (*refusal.refused(case), *weighed)


def _weighed(finding: Finding, case: Case) -> Finding:
    """Whether it stops the order: by its kind, by the property `kinds`, and unless somebody lets it pass."""
    severity = case.rules.severities.get(finding.kind)
    blocks = finding.blocks if severity is None else severity == "block"
    if not blocks or not finding.subject:
        return msgspec.structs.replace(finding, blocks=blocks)
    accepted = case.given.find("accept", topics.key(str(finding.kind), finding.subject))
    by = (accepted.by or "a mapping") if accepted is not None else ""
    return msgspec.structs.replace(finding, blocks=accepted is None, accepted_by=by)


def blocks(kind: int) -> bool:
    """Whether a kind stops an order unless a property says otherwise."""
    return KINDS[kind].blocks

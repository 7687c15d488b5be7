"""The kinds of order problems (source: domain.md section 7), one small pure function each."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from webupdate.orderkinds import KINDS
from webupdate.store.inbox import Finding
from webupdate.sync.judge import customer, delivery, document, lines, shipping, topics
from webupdate.sync.judge.case import Case, open_case
from webupdate.sync.judge.known import Known
from webupdate.sync.settle import Given

__all__ = ["Case", "Given", "Known", "judge", "open_case"]

# In the order of the fields of sales-order entry.
_CHECKS: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    *document.CHECKS,
    *delivery.CHECKS,
    *customer.CHECKS,
    *shipping.CHECKS,
    *lines.CHECKS,
)


def judge(case: Case) -> tuple[Finding, ...]:
    """All problems of an order at once, in the order of the fields of sales-order entry.

    What EBMS has refused is never written again before a person has answered it, whatever is known of the reason.
    """
    found = (finding for check in _CHECKS for finding in check(case))
    problems = tuple(_weighed(finding, case) for finding in found if case.rules.severities.get(finding.kind) != "off")
    if case.refusal is not None and not any(problem.blocks for problem in problems):
        return (*problems, delivery.refused(case))
    return problems


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

"""What was learnt from answers, changed by people: each change is in the log with its user."""

from __future__ import annotations

from webupdate.errors import UsageError
from webupdate.store import board, mappings
from webupdate.store.companies import CompanyInfo
from webupdate.store.db import Store
from webupdate.store.mappings import Remembered
from webupdate.sync import topics
from webupdate.sync.text import visible
from webupdate.sync.topics import TOPICS


def learn(store: Store, company_id: int, topic: str, web: str, value: str, by: str, now: float) -> bool:
    """Make a mapping of a topic that can be mapped, or change its value. Returns whether anything changed."""
    with store.writing():
        changed = mappings.remember(store, company_id, topic, web, value, by, now)
        if changed:
            _log(store, company_id, f"Learnt: {told(topic, web, value)}", by, now)
    return changed


def unlearn(store: Store, company_id: int, entry: Remembered, by: str, now: float) -> bool:
    """Drop a mapping; False if it is gone already. Orders that are written stay as they are."""
    with store.writing():
        dropped = mappings.forget(store, company_id, entry.id)
        if dropped:
            _log(store, company_id, f"Forgotten: {told(entry.topic, entry.web, entry.value)}", by, now)
    return dropped


def check_user(company: CompanyInfo, topic: str, user: str) -> None:
    """Raises UsageError when this user may not answer so: who imports an order all the same is for the firm to say."""
    allowed = [name.strip() for name in company.values["may_accept"].split(",") if name.strip()]
    if topic == "accept" and allowed and user not in allowed:
        raise UsageError(
            f"{visible(user)} may not import an order all the same.",
            f"{', '.join(map(visible, allowed))} may (property May accept). Any other answer is open to everybody.",
        )


def told(topic: str, web: str, value: str) -> str:
    """A mapping in words."""
    known = TOPICS.get(topic)
    return f"{known.label if known else visible(topic)}: {visible(topics.words(topic, web))} = {visible(value)}"


def _log(store: Store, company_id: int, text: str, by: str, now: float) -> None:
    board.log(store, f"{text} ({visible(by)})", company_id=company_id, now=now)

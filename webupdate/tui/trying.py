"""The tests of the Properties form: of the connection to the shop, and of the way to support. They block."""

from __future__ import annotations

from webupdate.store.properties import PROPERTIES
from webupdate.tui import session as sessions
from webupdate.tui.form import Form
from webupdate.tui.session import Session

_SECRETS = [entry.name for entry in PROPERTIES if entry.kind == "secret" and entry.scope == "site"]


def connection(session: Session, form: Form) -> str:
    """Reach the shop with what stands in the form; returns what was found. Raises WebUpdateError."""
    kept = session.secrets(form.site) if form.site else {}
    typed = {name: form.values[name] for name in _SECRETS if form.values[name]}
    return sessions.try_connection(form.values, {**kept, **typed})


def support(session: Session, form: Form) -> str:
    """Send a test message; returns what became of it. Raises WebUpdateError."""
    value = form.values["support"]
    if not value and form.company:
        value = session.support(form.company)
    return sessions.try_support(value, form.values["name"])

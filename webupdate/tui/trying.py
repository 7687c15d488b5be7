"""The tests of the Properties form: of the connection to the shop, and of the way to support. They block."""

from __future__ import annotations

from webupdate.errors import UsageError
from webupdate.store.properties import PROPERTIES
from webupdate.tui import session as sessions
from webupdate.tui.form import Form
from webupdate.tui.session import Session

_SECRETS = [entry.name for entry in PROPERTIES if entry.kind == "secret" and entry.scope == "site"]


def connection(session: Session, form: Form) -> str:
    """Reach the shop with what stands in the form; returns what was found. Raises WebUpdateError.

    Without the key the engine does it, and only with what is saved.
    """
    if session.keyless:
        return _by_engine(session, form, "test", form.site.name if form.site else "")
    kept = session.secrets(form.site) if form.site else {}
    typed = {name: form.values[name] for name in _SECRETS if form.values[name]}
    return sessions.try_connection(form.values, {**kept, **typed})


def _by_engine(session: Session, form: Form, verb: str, site: str) -> str:
    if form.company is None or not site:
        raise UsageError("Only the service can test, and it does not know this yet.", "Save it first.")
    found = session.ask_engine(form.company.id, verb, site=site)
    return f"{found} The service tested what is saved, without your changes." if form.changes() else found


def support(session: Session, form: Form) -> str:
    """Send a test message; returns what became of it. Raises WebUpdateError. Without the key as `connection`."""
    if session.keyless:
        return _by_engine(session, form, "test_support", form.site.name if form.site else "")
    value = form.values["support"]
    if not value and form.company:
        value = session.support(form.company)
    return sessions.try_support(value, form.values["name"])

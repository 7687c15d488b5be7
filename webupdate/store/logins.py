"""The secrets of a company and its sites among their settings: which there are, and how they change."""

from __future__ import annotations

from webupdate.errors import Stopped, UsageError
from webupdate.store.checks import NOBODY
from webupdate.store.properties import BY_NAME, PROPERTIES, applies
from webupdate.store.secrets import Vault

# To whom a site's login goes: a server, and who vouches for it.
GOES_TO = ("address", "certificate")


def locked(vault: Vault, values: dict[str, str], scope: str) -> bytes | None:
    """The secrets among the values, encrypted; None if there are none."""
    named = {p.name: values.get(p.name, "") for p in PROPERTIES if p.kind == "secret" and p.scope == scope}
    secrets = {name: value for name, value in named.items() if value not in ("", NOBODY)}
    return vault.lock(secrets) if secrets else None


def changed(vault: Vault, shop: str, secrets: bytes | None, values: dict[str, str]) -> bytes | None:
    """A site's secrets as they are after a change: those not given stay, those of another shop go.

    `shop` is the site's shop after it. Raises UsageError when it needs one that is neither known nor given.
    """
    ours = [p for p in PROPERTIES if p.kind == "secret" and p.scope == "site" and applies(p, shop)]
    if "shop" not in values and not any(values.get(p.name) for p in ours):
        return secrets
    known = {**_unlocked(vault, secrets), **{name: value for name, value in values.items() if value}}
    if missing := [p.name for p in ours if p.required and not known.get(p.name)]:
        raise UsageError(f"Missing: {', '.join(missing)}.", f"The shop {shop!r} needs them; give them as name=value.")
    return locked(vault, {p.name: known.get(p.name, "") for p in ours}, "site")


def refuse_elsewhere(vault: Vault, before: dict[str, str], after: dict[str, str]) -> None:
    """Raise UsageError for a change of where a kept login goes by a person who may not read it.

    They could have it sent to a server of their own.
    """
    if vault.closed is None:
        return
    for name in GOES_TO:
        if before.get(name, "") != after.get(name, ""):
            text = f"{BY_NAME[name].label} can't be changed here, since the kept login would go there."
            raise UsageError(f"{text} {vault.closed.message}", vault.closed.hint)


def _unlocked(vault: Vault, secrets: bytes | None) -> dict[str, str]:
    """What is known; nothing where the key is another one, for then only new secrets heal."""
    try:
        return vault.unlock(secrets)
    except Stopped:
        return {}

"""Tests that people asked the engine for, since only it has the secrets: of what is saved, never of what is typed.

A person without the right to the key must not learn a secret by having it sent to an address of their own.
"""

from __future__ import annotations

from webupdate.store.commands import Wish
from webupdate.store.companies import CompanyInfo
from webupdate.store.secrets import Vault
from webupdate.sync import connect, support

VERBS = ("test", "test_support")


def carry_out(vault: Vault, company: CompanyInfo, wish: Wish, now: float) -> str:
    """Make the test; returns what was found, in words. Blocks up to the time-outs; raises WebUpdateError."""
    if wish.verb == "test_support":
        kept = vault.unlock(company.secrets, "The address of support").get("support", "")
        return support.try_out(kept, company.name, now)
    site = company.site(str(wish.arguments.get("site") or company.sites[0].name))
    return connect.try_connection(site.values, vault.unlock(site.secrets))

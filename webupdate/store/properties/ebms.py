"""Where EBMS's files lie, and what it calls its customers."""

from __future__ import annotations

from webupdate.store import checks
from webupdate.store.properties.entry import Property

EBMS: tuple[Property, ...] = (
    Property(
        name="export_folder",
        group="EBMS",
        label="Export folder",
        scope="company",
        kind="folder",
        required=True,
        check=checks.check_folder,
        help="Where EBMS saves inventory, prices and the other files (.csv, .txt; .xlsx and .jsonl are read too).",
    ),
    Property(
        name="order_folder",
        group="EBMS",
        label="Order folder",
        scope="company",
        kind="folder",
        required=True,
        check=checks.check_folder,
        help="Where web orders are laid down as SO-….csv for EBMS to import.",
    ),
    Property(
        name="guest_customer",
        group="EBMS",
        label="Guest orders go to",
        scope="company",
        default="WEBSITE",
        remaps=True,
        help="The default website customer: the EBMS customer id for orders sent without login.",
    ),
)

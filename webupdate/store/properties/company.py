"""The company itself."""

from __future__ import annotations

from webupdate.store import checks
from webupdate.store.properties.entry import Property

COMPANY: tuple[Property, ...] = (
    Property(
        name="name",
        group="Company",
        label="Name",
        scope="company",
        required=True,
        check=checks.check_name,
        help="The company as it is listed here.",
    ),
    Property(
        name="time_zone",
        group="Company",
        label="Time zone",
        scope="company",
        default=checks.this_machines_zone(),
        check=checks.check_zone,
        help="Decides which day an order's INV_DATE is. As America/New_York.",
    ),
)

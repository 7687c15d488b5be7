"""Who is told when something is wrong."""

from __future__ import annotations

from webupdate.store import checks
from webupdate.store.properties.entry import Property

SUPPORT: tuple[Property, ...] = (
    Property(
        name="support",
        group="Support",
        label="Addresses",
        scope="company",
        kind="secret",
        check=checks.check_support,
        help="Who is told when the sync stops, as mailtos://user:password@host?to=… Several with blanks between; "
        "none: nobody.",
    ),
    Property(
        name="support_after",
        group="Support",
        label="Answers wait",
        scope="company",
        kind="number",
        default="24",
        check=checks.between(1, 720, "hours"),
        unit="hours",
        help="Hours that an order or a web customer may wait for an answer before support is told of it.",
    ),
    Property(
        name="support_away",
        group="Support",
        label="Shop away",
        scope="company",
        kind="number",
        default="4",
        check=checks.between(1, 720, "hours"),
        unit="hours",
        help="Hours that a shop may not answer before support is told of it; it is tried again all the while.",
    ),
)

"""How web orders are checked and written."""

from __future__ import annotations

from webupdate.store import checks
from webupdate.store.properties.entry import Property

ORDERS: tuple[Property, ...] = (
    Property(
        name="charge_account",
        group="Orders",
        label="Charge lines to",
        scope="company",
        check=checks.check_account,
        help="The G/L account of discounts, fees and coupons, without which EBMS refuses an order. Empty: it is asked.",
    ),
    Property(
        name="tolerance",
        group="Orders",
        label="Tolerance",
        scope="company",
        default="0.01",
        check=checks.check_amount,
        help="Sums, prices and taxes of a web order that differ from EBMS's by no more than this are the same.",
    ),
    Property(
        name="first_day",
        group="Orders",
        label="First open day",
        scope="company",
        kind="date",
        check=checks.check_date,
        help="Orders of an earlier day are asked about: EBMS's fiscal calendar is closed there. Empty: not known.",
    ),
    Property(
        name="last_day",
        group="Orders",
        label="Last open day",
        scope="company",
        kind="date",
        check=checks.check_date,
        help="Orders of a later day are asked about: EBMS's fiscal calendar is not open there. Empty: not known.",
    ),
    Property(
        name="kinds",
        group="Orders",
        label="Kinds of problems",
        scope="company",
        check=checks.check_kinds,
        help="What stops an order against what is usual, by number: 5 block, 13 warn, 15 off. See: webupdate doctor",
    ),
    Property(
        name="may_accept",
        group="Orders",
        label="May accept",
        scope="company",
        help="Users (with commas) who may import an order all the same, as above a credit limit. Empty: everybody.",
    ),
    Property(
        name="rejected_folder",
        group="Orders",
        label="Rejected folder",
        scope="company",
        default="rejected",
        check=checks.check_subfolder,
        help="The folder inside the order folder where EBMS's import leaves what it refused. Else: SO-….csv.err.",
    ),
    Property(
        name="history_days",
        group="Orders",
        label="Keep history",
        scope="company",
        kind="number",
        default="365",
        check=checks.between(7, 3650, "days"),
        unit="days",
        help="Days for which it is kept what became of each order. What waits for an answer is kept until then.",
    ),
)

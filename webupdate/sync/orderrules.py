"""What judging and writing orders depend on in the Properties of a company and its site."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from msgspec import Struct

from webupdate.orderkinds import Severity, severities
from webupdate.store.companies import CompanyInfo, SiteInfo


class OrderRules(Struct, frozen=True, kw_only=True):
    """The rules for orders of one site.

    `site` is part of the file's name, `time_zone` the IANA name of the zone whose day is INV_DATE, `level` the price
    level of customers without one. `charge_account`: the G/L account of rows that are no product, "" = it is asked.
    `tolerance`: amounts that differ by no more (in the company's currency) are the same. `first_day`, `last_day`: the
    fiscal calendar's open days, None = not known. `severities`: kinds of problems that stop an order, warn, or are off
    against what is usual (catalogue.py).
    """

    site: str
    time_zone: str = "UTC"
    guest_customer: str = "WEBSITE"
    level: str = ""
    approval: bool = False
    charge_account: str = ""
    tolerance: Decimal = Decimal("0.01")
    first_day: date | None = None
    last_day: date | None = None
    severities: dict[int, Severity] = {}


def rules_of(company: CompanyInfo, site: SiteInfo) -> OrderRules:
    """The rules that the Properties say."""
    return OrderRules(
        site=site.name,
        time_zone=company.values["time_zone"],
        guest_customer=company.values["guest_customer"],
        level=site.values["price_level"],
        approval=site.values["approval"] == "wait",
        charge_account=company.values["charge_account"],
        tolerance=Decimal(company.values["tolerance"]),
        first_day=_day(company.values["first_day"]),
        last_day=_day(company.values["last_day"]),
        severities=severities(company.values["kinds"]),
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None

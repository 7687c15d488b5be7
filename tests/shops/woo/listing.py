"""What lists of products and orders have in common: dates and order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.shops.woo.asking import Body, Request
from tests.shops.woo.world import LOCAL

SKIPPED, NOTHING = timedelta(hours=1), timedelta(0)
ORDERS_BY = {"modified": "date_modified_gmt", "id": "id"}


def modified_after(request: Request, rows: list[Body]) -> list[Body]:
    """Rows changed (or, `after`, made) strictly later, in whole seconds: what changed in that second is left out."""
    for name, column in (("modified_after", "date_modified_gmt"), ("after", "date_created_gmt")):
        if asked := request.query.get(name):
            moment = _moment(asked, gmt=request.query.get("dates_are_gmt") == "true").isoformat()
            rows = [row for row in rows if row[column] and row[column] > moment]
    return rows


def _moment(asked: str, *, gmt: bool) -> datetime:
    """Section 4 of woocommerce.md: without a zone and the flag it is site-local; with both it is shifted twice."""
    given = datetime.fromisoformat(asked)
    if given.tzinfo is not None:
        given = given.astimezone(UTC).replace(tzinfo=None)
        return given + LOCAL if gmt else given
    # Read in the source: in the site's zone there is no 02:15 in this night, so it is taken for 03:15.
    given += SKIPPED if given.isoformat().startswith("2026-03-29T02") else NOTHING
    return given if gmt else given - LOCAL


def sorted_by(request: Request, rows: list[Body]) -> list[Body]:
    """The newest first unless it was asked otherwise; of one second the higher id first then."""
    column = ORDERS_BY.get(request.query.get("orderby", ""), "date_created_gmt")
    return sorted(rows, key=lambda row: (row[column], row["id"]), reverse=request.query.get("order") != "asc")

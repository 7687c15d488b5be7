"""How often is looked, and when a brake holds what goes."""

from __future__ import annotations

from webupdate.store import checks
from webupdate.store.properties.entry import Property

SYNC: tuple[Property, ...] = (
    Property(
        name="interval",
        group="Sync",
        label="Look every",
        scope="company",
        kind="number",
        default="20",
        check=checks.between(5, 3600, "seconds"),
        unit="seconds",
        help="Seconds between two looks at folder and shop. A saved file is noticed at once besides.",
    ),
    Property(
        name="quiet",
        group="Sync",
        label="Cut off after",
        scope="company",
        kind="number",
        default="30",
        check=checks.between(1, 3600, "seconds"),
        unit="seconds",
        help="Seconds without change after which a file that does not end counts as cut off.",
    ),
    Property(
        name="gone",
        group="Sync",
        label="Gone from export",
        scope="company",
        kind="choice",
        default="hide",
        choices=(("hide", "hide on the web"), ("delete", "delete from the web"), ("keep", "keep on the web")),
        help="What becomes of a record in the shop when it is no longer in the export.",
    ),
    Property(
        name="brake",
        group="Sync",
        label="Brake at",
        scope="company",
        kind="number",
        default="30",
        check=checks.between(1, 100, "percent"),
        unit="percent",
        help="What would take more than this share (percent) from the web is held until you release it.",
    ),
    Property(
        name="brake_changes",
        group="Sync",
        label="Brake at changes",
        scope="company",
        kind="number",
        default="50",
        check=checks.between(1, 100, "percent"),
        unit="percent",
        help="More than this share (percent) changed at once, from 20 records on, is held until you release it.",
    ),
    Property(
        name="largest_workbook",
        group="Sync",
        label="Largest workbook",
        scope="company",
        kind="number",
        default="20",
        check=checks.between(1, 200, "MB"),
        unit="MB",
        help="An Excel file (.xlsx) of more than this many MB is not read. .csv, .txt and .jsonl have no limit.",
    ),
)

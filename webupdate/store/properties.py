"""The settings schema: one list gives the Properties form, its help and checks, and `companies set`."""

from __future__ import annotations

from typing import Literal

import msgspec

from webupdate.store import checks, filters


class Property(msgspec.Struct, frozen=True, kw_only=True):
    """One setting. Values are text everywhere; `check` returns what is wrong with one, or None."""

    name: str
    group: str
    label: str
    help: str
    scope: Literal["company", "site"]
    kind: Literal["text", "folder", "file", "choice", "number", "flag", "secret", "date"] = "text"
    default: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    required: bool = False
    check: checks.Check | None = None
    remaps: bool = False  # the records' mapping reads it: a change forces one full read
    shops: tuple[str, ...] = ()  # the shops that have such a setting; () = all


FLAG = (("no", "No"), ("yes", "Yes"))

PROPERTIES: tuple[Property, ...] = (
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
    Property(
        name="interval",
        group="Sync",
        label="Look every",
        scope="company",
        kind="number",
        default="20",
        check=checks.between(5, 3600, "seconds"),
        help="Seconds checks.between two looks at folder and shop. A saved file is noticed at once besides.",
    ),
    Property(
        name="quiet",
        group="Sync",
        label="Cut off after",
        scope="company",
        kind="number",
        default="30",
        check=checks.between(1, 3600, "seconds"),
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
        help="An Excel file (.xlsx) of more than this many MB is not read. .csv, .txt and .jsonl have no limit.",
    ),
    Property(
        name="site",
        group="Website",
        label="Site",
        scope="site",
        required=True,
        default="shop",
        check=checks.check_site,
        help="A short name for the web site; it stands in the order files' names (SO-shop-100012.csv).",
    ),
    Property(
        name="shop",
        group="Website",
        label="Shop",
        scope="site",
        kind="choice",
        default="oscar",
        choices=(("oscar", "Oscar with webupdate's sync API"), ("woocommerce", "WooCommerce")),
        help="The shop software of this site.",
    ),
    Property(
        name="address",
        group="Website",
        label="Address",
        scope="site",
        required=True,
        check=checks.check_address,
        help="The shop's address, beginning with https://",
    ),
    Property(
        name="token",
        group="Website",
        label="Sync token",
        scope="site",
        kind="secret",
        required=True,
        shops=("oscar",),
        help="The token of the shop's staff user for this program. Kept encrypted, never shown again.",
    ),
    Property(
        name="consumer_key",
        group="Website",
        label="Consumer key",
        scope="site",
        kind="secret",
        required=True,
        shops=("woocommerce",),
        help="The ck_… from WooCommerce, Settings, Advanced, REST API, with the permission Read/Write. Kept encrypted.",
    ),
    Property(
        name="consumer_secret",
        group="Website",
        label="Consumer secret",
        scope="site",
        kind="secret",
        required=True,
        shops=("woocommerce",),
        help="The cs_… that WooCommerce shows once, together with the key. Kept encrypted, never shown again.",
    ),
    Property(
        name="media_user",
        group="Website",
        label="Media user",
        scope="site",
        shops=("woocommerce",),
        help="The WordPress user of the application password below. Empty: no pictures and documents can be sent.",
    ),
    Property(
        name="media_password",
        group="Website",
        label="Media password",
        scope="site",
        kind="secret",
        shops=("woocommerce",),
        help="An application password (WordPress, Users, Profile) for pictures and PDFs. Kept encrypted.",
    ),
    Property(
        name="certificate",
        group="Website",
        label="Certificate",
        scope="site",
        kind="file",
        check=checks.check_file,
        help="A file with the only certificate authority to trust (PEM). Empty: the system's authorities.",
    ),
    Property(
        name="price_level",
        group="Website",
        label="Price level",
        scope="site",
        default="Retail",
        remaps=True,
        help="The level (INVPRICE.LEVEL) that guests see; orders without a customer's own level carry it.",
    ),
    Property(
        name="approval",
        group="Website",
        label="New accounts",
        scope="site",
        shops=("oscar",),
        kind="choice",
        default="none",
        choices=(("none", "may order at once"), ("wait", "wait for approval")),
        help="Whether an account may order before EBMS has approved it (WEB_APPRVD). Guests are not asked.",
    ),
    Property(
        name="customers",
        group="Website",
        label="Customers",
        scope="site",
        kind="choice",
        default="both",
        choices=(("both", "up, and new web accounts down"), ("up", "up only"), ("off", "off in both directions")),
        help="Which way customer accounts go. Off: those of the shop and those of EBMS stay as they are.",
    ),
    Property(
        name="items",
        group="Website",
        label="Only items",
        scope="site",
        check=filters.check,
        remaps=True,
        help="Filter: which items go to this site, as TREE_ID below 11, 12; MFG <> ACME. Empty: all.",
    ),
    Property(
        name="orders_from",
        group="Website",
        label="Orders from",
        scope="site",
        kind="date",
        check=checks.check_date,
        help="Orders placed before this day are not taken. Empty: the moment the site was made here.",
    ),
    Property(
        name="order_statuses",
        group="Website",
        label="Order statuses",
        scope="site",
        help="Take only orders in these shop statuses, with commas checks.between. Empty: placed and not cancelled.",
    ),
    Property(
        name="order_done",
        group="Website",
        label="Taken orders get",
        scope="site",
        kind="choice",
        default="keep",
        shops=("woocommerce",),
        choices=(
            ("keep", "no other status"),
            ("processing", "processing (mails the buyer)"),
            ("completed", "completed (mails the buyer)"),
        ),
        help="The status of an order whose file is written. The store mails the buyer when it changes.",
    ),
    Property(
        name="order_note",
        group="Website",
        label="Taken orders' note",
        scope="site",
        kind="choice",
        default="no",
        shops=("woocommerce",),
        choices=(("no", "none"), ("yes", "the file's name, for the shop's staff")),
        help="A private note on an order whose file is written, beside the mark that it gets in any case.",
    ),
    Property(
        name="customer_category",
        group="Website",
        label="New customers in",
        scope="site",
        check=checks.check_category,
        help="TREE_ID of the customer folder for accounts made in the shop; EBMS copies its defaults. Empty: EBMS's.",
    ),
    Property(
        name="request_life",
        group="Website",
        label="Longest request",
        scope="site",
        kind="number",
        default="120",
        check=checks.between(30, 3600, "seconds"),
        help="Seconds after which a request that got no answer can no longer be running in the shop.",
    ),
    Property(
        name="images_folder",
        group="Files",
        label="Images folder",
        scope="company",
        kind="folder",
        check=checks.check_folder,
        help="Where the pictures lie that the column IMAGES names. Empty: the folder images in the export folder.",
    ),
    Property(
        name="documents_folder",
        group="Files",
        label="Documents folder",
        scope="company",
        kind="folder",
        check=checks.check_folder,
        help="Where the PDFs lie that the column DOCUMENTS names. Empty: the folder documents in the export folder.",
    ),
    Property(
        name="image_limit",
        group="Files",
        label="Largest picture",
        scope="company",
        kind="number",
        default="10",
        check=checks.between(1, 100, "megabytes"),
        help="Pictures with more megabytes than this are not sent; each is told as an error of its own.",
    ),
    Property(
        name="pixel_limit",
        group="Files",
        label="Most pixels",
        scope="company",
        kind="number",
        default="50",
        check=checks.between(1, 80, "megapixels"),
        help="Pictures with more megapixels (width x height) are not sent: they would fill the memory of the shop.",
    ),
    Property(
        name="document_limit",
        group="Files",
        label="Largest document",
        scope="company",
        kind="number",
        default="100",
        check=checks.between(1, 1000, "megabytes"),
        help="Documents with more megabytes than this are not sent; each is told as an error of its own.",
    ),
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
        help="Days for which it is kept what became of each order. What waits for an answer is kept until then.",
    ),
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
        label="Orders wait",
        scope="company",
        kind="number",
        default="24",
        check=checks.between(1, 720, "hours"),
        help="Hours that an order may wait for an answer before support is told of it.",
    ),
)

BY_NAME: dict[str, Property] = {entry.name: entry for entry in PROPERTIES}


def applies(entry: Property, shop: str) -> bool:
    """Whether a site of that shop ("" = the default one) has such a setting."""
    return not entry.shops or (shop or BY_NAME["shop"].default) in entry.shops


def problem_with(entry: Property, value: str) -> str | None:
    """What is wrong with a value, as a sentence without the label; None if it is fine."""
    if not value:
        return "is needed." if entry.required and not entry.default else None
    if entry.choices and value not in dict(entry.choices):
        return f"{value!r} is none of {', '.join(key for key, _ in entry.choices)}."
    return entry.check(value) if entry.check else None

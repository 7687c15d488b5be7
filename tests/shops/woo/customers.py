"""Customers of the stand-in (recordings 25-28, 83). How they are changed and deleted was read in WooCommerce's source.

A batch asks for no right and validates no parameter: it changes and deletes staff too.
"""

from __future__ import annotations

import copy
import re

from tests.shops.woo.asking import Answer, Body, Refusal, Request, cut, page_of, wrong
from tests.shops.woo.meta import set_meta
from tests.shops.woo.world import HOST, World, blank_customer


def listed(world: World, request: Request) -> Answer:
    """GET: of role customer unless `role=all`; `modified_after` is ignored without error (83)."""
    found = [row for row in world.customers.values() if request.query.get("role") == "all" or row["role"] == "customer"]
    if (email := request.query.get("email")) is not None:
        if not _is_email(email):  # read in the source: it fails the whole request
            raise wrong({"email": ("rest_invalid_email", "Invalid email address.")})
        found = [row for row in found if row["email"].lower() == email.lower()]
    if ids := request.query.get("include"):
        found = [row for row in found if str(row["id"]) in ids.split(",")]
    column = "id" if request.query.get("orderby") == "id" else "date_created_gmt"
    found.sort(key=lambda row: (row[column] or "", row["id"]), reverse=request.query.get("order") == "desc")
    return page_of(request, found)


def create(world: World, request: Request) -> Answer:
    """POST: each new customer gets a mail."""
    fields = request.fields()
    email = str(fields.get("email", ""))
    if not _is_email(email):
        raise Refusal(400, "customer_invalid_email", "Invalid email address.")
    if email.lower() in {row["email"].lower() for row in world.customers.values()}:  # 26: no resource_id
        text = f"An account is already registered with {email}. Please log in or use a different email address."
        raise Refusal(400, "registration-error-email-exists", text)
    # Read in the source: a user name is made of Latin letters, and what is no such letter is refused.
    if re.search(r"[^\w .@-]", str(fields.get("username", ""))):
        raise Refusal(400, "registration-error-invalid-username", "Please provide a valid account username.")
    row = blank_customer() | {"id": world.new_id("users"), "email": email, "username": email.partition("@")[0]}
    row.update(world.dates("date_created", "date_modified"))
    _fill(world, row, fields)
    if "username" in fields:
        row["username"] = fields["username"]
    world.customers[row["id"]] = row
    world.mails.append(email)
    if request.batch:
        return Answer(body=cut(request, copy.deepcopy(row)))
    location = f"{HOST}/wp-json/wc/v3/customers/{row['id']}"
    return Answer(body=cut(request, copy.deepcopy(row)), status=201, headers={"location": location})


def update(world: World, request: Request, number: str) -> Answer:
    """PUT: an e-mail in other letters is that of somebody else; a user name stays what it is."""
    row = world.customers.get(int(number))
    if row is None:
        raise Refusal(400, "woocommerce_rest_invalid_id", "Invalid resource ID.")
    fields = request.fields()
    others = {other["email"].lower() for other in world.customers.values()}
    email = str(fields.get("email", row["email"]))
    if email != row["email"] and email.lower() in others:
        raise Refusal(400, "woocommerce_rest_customer_invalid_email", "Email address is invalid.")
    if fields.get("username", row["username"]) != row["username"]:
        raise Refusal(400, "woocommerce_rest_customer_invalid_argument", "Username isn't editable.")
    if email != row["email"]:
        world.mails.append(row["email"])  # WordPress tells the old address
    row["email"] = email
    _fill(world, row, fields)
    row.update(world.dates("date_modified"))
    return Answer(body=cut(request, copy.deepcopy(row)))


def delete(world: World, request: Request, number: str) -> Answer:
    """DELETE, in a batch always with force. Their orders become guests'."""
    row = world.customers.pop(int(number), None)
    if row is None:
        raise Refusal(404, "wc_user_invalid_id", "Invalid user ID.")
    for order in world.orders.values():
        if order["customer_id"] == row["id"]:
            order["customer_id"] = 0
    return Answer(body=cut(request, row))


def _fill(world: World, row: Body, fields: Body) -> None:
    """Billing is merged field by field; meta keys that begin with _ are kept and never shown (25)."""
    row |= {name: _cleaned(fields[name]) for name in ("first_name", "last_name") if name in fields}
    for side in ("billing", "shipping"):
        # Slashes are taken off where they are stored.
        row[side] = row[side] | {name: value.replace("\\", "") for name, value in fields.get(side, {}).items()}
    sent = fields.get("meta_data", ())
    set_meta(row["meta_data"], [entry for entry in sent if not entry["key"].startswith("_")])
    hidden = world.hidden_meta.setdefault(row["id"], {})
    hidden |= {entry["key"]: entry["value"] for entry in sent if entry["key"].startswith("_")}


def _is_email(text: str) -> bool:
    """WordPress knows Latin letters only, and one address."""
    return bool(re.fullmatch(r"[\w.!#$%&'*+/=?^`{|}~-]+@([a-z0-9-]+\.)+[a-z0-9-]+", text, re.ASCII | re.IGNORECASE))


def _cleaned(text: str) -> str:
    """What WordPress makes of a text field."""
    return " ".join(re.sub(r"<[a-zA-Z/!?][^>]*>|%[0-9a-fA-F]{2}|\\\\", "", text).split())

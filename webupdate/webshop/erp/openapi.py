"""The sync API as an OpenAPI 3.1 document. Its schemas are made of the types that the server decodes and encodes."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from webupdate.sync.shops import base
from webupdate.webshop.erp import checks, messages
from webupdate.webshop.erp.accounts import AccountsPage
from webupdate.webshop.erp.batch import OPS
from webupdate.webshop.erp.contents import MAX_SIZE, ContentHeld
from webupdate.webshop.erp.feed import OrdersPage
from webupdate.webshop.erp.kinds import KINDS

API_VERSION = 1
MAX_BATCH = 500

_NUMBER = r"-?[0-9]{1,10}(\.[0-9]{1,10})?"
_DECIMALS = {
    "price": r"^[0-9]{1,10}(\.[0-9]{1,2})?$",
    "quantity": rf"^{_NUMBER}$",
    "weight": r"^([0-9]{1,8}(\.[0-9]{1,4})?)?$",
    **dict.fromkeys(("rate", "min_value", "max_value", "handling"), rf"^({_NUMBER})?$"),
}
_CHOICES = {"rate_type": checks.RATE_TYPES, "method": checks.PAY_METHODS}

_REF = "#/components/schemas/{name}"
_WRONG = {
    "400": "A field is wrong.",
    "401": "Without a token, or with one that is unknown.",
    "403": "The token's user is not staff.",
    "406": "The client takes no JSON.",
    "503": "The database is busy.",
}
_WRONG_BODY = {"413": "More records than the shop takes at once.", "415": "The body is not called JSON."}


_WRONG_CHUNK = {
    "409": "The shop holds another number of bytes, or the whole is not what its digest says.",
    "413": "The chunk or the file is too large.",
}


@cache
def document() -> dict[str, Any]:
    """The whole document."""
    schemas = _schemas()
    return {
        "openapi": "3.1.0",
        "info": {"title": "Sync API of the embedded shop", "version": str(API_VERSION)},
        "servers": [{"url": "/api/sync/v1"}],
        "security": [{"token": []}],
        "paths": _paths(),
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": '"Token", a blank, and the token of a user who is staff',
                }
            },
        },
    }


def _paths() -> dict[str, Any]:
    kind = _query("kind", {"type": "string", "enum": list(KINDS)}, required=True)
    limit = _query("limit", {"type": "integer", "minimum": 1, "maximum": MAX_BATCH})
    cursor = _query("cursor", {"type": "string"})
    after, since, statuses = (_query(name, {"type": "string"}) for name in ("after", "since", "statuses"))
    digest = {
        "name": "digest",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    }
    offset = _query("offset", {"type": "integer", "minimum": 0, "maximum": MAX_SIZE}, required=True)
    size = _query("size", {"type": "integer", "minimum": 1, "maximum": MAX_SIZE}, required=True)
    return {
        "/check/": {"get": _call("Who answers", messages.CheckAnswer)},
        "/settings/": {
            "get": _call("What the shop was told last", messages.SettingsAnswer),
            "put": _call("Tell it what the site's Properties ask", messages.SettingsAnswer, body=base.ShopSettings),
        },
        "/records/": {
            "post": _call("Carry out records", messages.ResultsAnswer, body=messages.RecordsBody),
            "get": _call("All that the shop holds of a kind", messages.ListingAnswer, kind, after, limit),
        },
        "/read/": {"post": _call("What it holds for some keys", messages.ReadAnswer, body=messages.ReadBody)},
        "/contents/{digest}/": {
            "parameters": [digest],
            "get": _call("How much of a file it holds", ContentHeld),
            "put": _call("Add a chunk to a file", ContentHeld, offset, size, chunk=True, wrong=_WRONG_CHUNK),
        },
        "/accounts/": {"get": _call("Accounts made or changed in the shop", AccountsPage, cursor, limit)},
        "/orders/": {"get": _call("Orders in the order of change", OrdersPage, cursor, since, statuses, limit)},
        "/orders/ack/": {"post": _call("Orders that are safely files", messages.AckAnswer, body=messages.AckBody)},
        "/orders/status/": {
            "post": _call(
                "Move an order to another status",
                messages.StatusBody,
                body=messages.StatusBody,
                wrong={"404": "The shop has no such order.", "409": "Its status allows no such change."},
            )
        },
        "/openapi.json": {"get": _call("This document", None)},
    }


def _call(
    summary: str,
    gives: type | None,
    *query: dict[str, Any],
    body: type | None = None,
    chunk: bool = False,
    wrong: dict[str, str] | None = None,
) -> dict[str, Any]:
    failures = _WRONG | (_WRONG_BODY if body else {}) | (wrong or {})
    good = {"type": "object"} if gives is None else _ref(gives)
    responses = {"200": _response("Done.", good)}
    responses |= {status: _response(text, _ref(messages.Failure)) for status, text in failures.items()}
    call: dict[str, Any] = {"summary": summary, "responses": responses}
    if query:
        call["parameters"] = list(query)
    if body:
        call["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ref(body)}}}
    if chunk:
        content = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
        call["requestBody"] = {"required": True, "content": content}
    return call


def _response(text: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": text, "content": {"application/json": {"schema": schema}}}


def _query(name: str, schema: dict[str, Any], *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "schema": schema}


def _ref(type_: type) -> dict[str, str]:
    return {"$ref": _REF.format(name=type_.__name__)}


def _schemas() -> dict[str, Any]:
    """Of all types; what msgspec leaves open, as the data of a record depends on its kind, is closed here."""
    records = list(dict.fromkeys(base.RECORD_TYPES.values()))
    others = [value for value in vars(messages).values() if isinstance(value, type) and value is not msgspec.Struct]
    structs = [value for value in others if issubclass(value, msgspec.Struct)]
    _, schemas = msgspec.json.schema_components(
        [*structs, *records, base.ShopSettings, AccountsPage, OrdersPage, ContentHeld], ref_template=_REF
    )
    for kind, record in base.RECORD_TYPES.items():
        _limit(schemas[record.__name__]["properties"], checks.NEEDED.get(kind, ""))
    _limit(schemas["ShipBand"]["properties"])
    schemas["Item"]["properties"]["related"]["maxItems"] = checks.RELATED
    schemas["Incoming"]["properties"]["rev"] |= {"minimum": 0, "maximum": checks.MAX_REV}
    schemas["Incoming"] = {"anyOf": [_incoming(schemas["Incoming"], kind) for kind in KINDS]}
    schemas["Held"]["properties"]["data"] = {"anyOf": [*map(_ref, records), {"type": "null"}]}
    schemas["RecordsBody"]["properties"]["records"]["maxItems"] = MAX_BATCH
    schemas["ReadBody"]["properties"]["keys"]["maxItems"] = MAX_BATCH
    schemas["AckBody"]["properties"]["orders"]["maxItems"] = MAX_BATCH
    schemas["ReadBody"]["properties"]["kind"]["enum"] = list(KINDS)
    return schemas


def _limit(fields: dict[str, Any], needed: str = "") -> None:
    """What checks.py says of the fields, as far as a schema can say it."""
    for name, schema in fields.items():
        if name in _DECIMALS:
            schema["pattern"] = _DECIMALS[name]
        elif name in _CHOICES:
            schema["enum"] = list(_CHOICES[name])
        elif schema.get("type") == "string":
            schema["maxLength"] = checks.LENGTHS.get(name, checks.TEXT_LENGTH)
        if name == needed:
            schema["pattern"] = r"\S"


def _incoming(schema: dict[str, Any], kind: str) -> dict[str, Any]:
    closed = {
        "kind": {"const": kind},
        "key": {"type": "string", "minLength": 1, "maxLength": checks.KEY_LENGTHS.get(kind, checks.KEY_LENGTH)},
        "op": {"enum": list(OPS)},
        "data": {"anyOf": [_ref(base.RECORD_TYPES[kind]), {"type": "null"}]},
    }
    return schema | {"properties": schema["properties"] | closed}

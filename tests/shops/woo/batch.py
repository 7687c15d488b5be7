"""Batches: 200 whatever the items did, in the order sent (recordings 11-15, 56-60)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec

from tests.shops.woo.asking import Answer, Body, Refusal, Request
from tests.shops.woo.world import World

LIMIT = 100
Create = Callable[[World, Request], Answer]
Change = Callable[[World, Request, str], Answer]


def batch(world: World, request: Request, create: Create, update: Change, delete: Change) -> Answer:
    """POST …/batch."""
    sent = request.fields()
    size = sum(len(sent.get(part, ())) for part in ("create", "update", "delete"))
    if size > LIMIT:  # 15: nothing is done
        text = f"Unable to accept more than {LIMIT} items for this request."
        raise Refusal(413, "woocommerce_rest_request_entity_too_large", text)
    answer: Body = {}
    for item in sent.get("create", ()):
        made = _try(partial(create, world, _item(request, item)), 0)
        answer.setdefault("create", []).append(made)
    for item in sent.get("update", ()):
        # Answers to updates are never cut.
        whole = _item(request, item, whole=True)
        done = _try(partial(update, world, whole, str(item["id"])), item["id"])
        answer.setdefault("update", []).append(done)
    for number in sent.get("delete", ()):
        gone = _item(request, {}, whole=True)
        if number:  # an id of 0 gets no row
            done = _try(partial(delete, world, gone, str(number)), number)
            answer.setdefault("delete", []).append(done)
    return Answer(body=_enveloped(request, answer))


def _item(request: Request, item: Body, *, whole: bool = False) -> Request:
    query = {} if whole else request.query
    return msgspec.structs.replace(request, body=item, batch=True, query=query)


def _try(step: Callable[[], Answer], number: int) -> Body:
    try:
        body: Body = step().body
    except Refusal as refusal:
        return {"id": number, "error": refusal.body}
    return body


def _enveloped(request: Request, answer: Body) -> Any:
    """59: `_fields` filters the envelope too, though all was done; an empty object is shown as a list."""
    names = request.query.get("_fields")
    kept = {part: rows for part, rows in answer.items() if names is None or part in names.split(",")}
    return kept or []

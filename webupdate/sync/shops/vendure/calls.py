"""Several mutations of one request, where the API has no list of them: each by a name of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from webupdate.sync.shops.vendure.client import Client


class Call(msgspec.Struct, frozen=True):
    """One mutation. `arguments`: type and value by name; `selection`: what is asked of its answer."""

    field: str
    arguments: Mapping[str, tuple[str, Any]]
    selection: str


def change_all(client: Client, calls: Sequence[Call], kind: Any) -> list[Any]:
    """The answers in the order of the calls, none for none. Raises as `Client.change`: those before are done then."""
    if not calls:
        return []
    head, body, variables = [], [], {}
    for place, call in enumerate(calls):
        given = []
        for name, (declared, value) in call.arguments.items():
            variable = f"{name}{place}"
            head.append(f"${variable}: {declared}")
            given.append(f"{name}: ${variable}")
            variables[variable] = value
        body.append(f"c{place}: {call.field}({', '.join(given)}) {{ {call.selection} }}")
    query = f"mutation({', '.join(head)}) {{ {' '.join(body)} }}"
    made = client.change(query, variables, dict[str, kind])
    return [made[f"c{place}"] for place in range(len(calls))]

"""The OpenAPI document, held against the running server by schemathesis."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

import webupdate.webshop.erp
from tests.webshop.running import Api, running_shop
from webupdate.webshop.server import RunningShop

# Which values are refused is told record by record in a good answer, so negative data is no reason for a 4xx.
CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    unsupported_method,
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    """A shop that no other test must put up with afterwards."""
    with running_shop(tmp_path_factory.mktemp("any")) as shop:
        yield shop


@pytest.fixture(scope="module")
def document(shop: RunningShop) -> dict[str, Any]:
    answer = Api(shop).call("GET", "openapi.json")
    assert answer.status_code == 200
    return dict(answer.json())


FEW = settings(
    max_examples=12,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_the_server_is_what_the_document_says(
    document: dict[str, Any], shop: RunningShop, mode: GenerationMode
) -> None:
    schema = schemathesis.openapi.from_dict(document)
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    assert len(operations) == sum(len(calls.keys() - {"parameters"}) for calls in document["paths"].values())
    with requests.Session() as session:
        session.trust_env = False
        for operation in operations:
            _try(operation, mode, session, shop)


def _try(operation: Any, mode: GenerationMode, session: requests.Session, shop: RunningShop) -> None:
    options: dict[str, Any] = {
        "base_url": f"{shop.url}/api/sync/v1",
        "headers": {"Authorization": f"Token {shop.token}"},
        "session": session,
        "verify": str(shop.ca_file),
        "checks": CHECKS,
    }

    @FEW
    @given(case=operation.as_strategy(generation_mode=mode))
    def run(case: schemathesis.Case) -> None:
        case.call_and_validate(**options)

    # Of a call without anything to vary there is nothing that could be wrong.
    if mode is GenerationMode.POSITIVE or operation.body or operation.query:
        run()


def test_every_call_of_the_server_is_in_the_document(document: dict[str, Any]) -> None:
    source = (Path(webupdate.webshop.erp.__file__).parent / "urls.py").read_text(encoding="utf-8")
    assert {
        "/" + path.replace("<str:digest>", "{digest}") for path in re.findall(r' path\("([^"]*)"', source)
    } == document["paths"].keys()

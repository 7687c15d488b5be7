"""Reading and writing the bodies of the sync API by msgspec."""

from __future__ import annotations

from typing import IO, Any, TypeVar

import msgspec
from django.http import HttpResponse
from rest_framework.parsers import BaseParser

from webupdate.webshop.erp.errors import Invalid, Refused

MAX_BODY = 32 * 1024 * 1024  # bytes; 500 items with long descriptions have 5 MB

Body = TypeVar("Body")


class BodyParser(BaseParser):
    """Hands the body on as bytes: each view decodes it by its own type."""

    media_type = "application/json"

    def parse(self, stream: IO[bytes], media_type: Any = None, parser_context: Any = None) -> bytes:
        body = stream.read(MAX_BODY + 1)
        if len(body) > MAX_BODY:
            raise Refused("too_large", f"The request has more than {MAX_BODY} bytes. Send fewer records.")
        return body


class NoParser(BaseParser):
    """For a view that reads the bytes of its request itself."""

    media_type = "*/*"


def decode(body: object, type_: type[Body]) -> Body:
    """The body as `type_`; raises Invalid if it is no JSON or of another shape."""
    if not isinstance(body, bytes):
        raise Invalid("The request has no JSON body.", field="body", seen="nothing", expected="JSON")
    try:
        return msgspec.json.decode(body, type=type_)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        message = f"The request cannot be read: {error}."
        raise Invalid(
            message, field="body", seen=body[:80].decode(errors="replace"), expected="JSON as in docs/sync-api.md"
        ) from error


def answer(content: object) -> HttpResponse:
    """A JSON response."""
    return HttpResponse(msgspec.json.encode(content), content_type="application/json")

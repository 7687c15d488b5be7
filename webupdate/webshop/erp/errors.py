"""Errors of the sync API: each says what happened, where, what was seen and what is expected."""

from __future__ import annotations

import logging
from typing import Any

from django.db import OperationalError
from django.http import Http404, JsonResponse
from rest_framework import exceptions
from rest_framework.views import exception_handler

logger = logging.getLogger(__name__)

_SEEN_LENGTH = 200  # an error message shall not carry a whole description back


class Refused(Exception):
    """One record, or one request, cannot be carried out."""

    def __init__(self, code: str, message: str, *, field: str = "", seen: object = "", expected: str = ""):
        super().__init__(message)
        self.code = code
        self.parts = {"code": code, "message": message}
        details = {"field": field, "seen": str(seen)[:_SEEN_LENGTH], "expected": expected}
        if field:
            self.parts |= details


class Invalid(Refused):
    """A field's value is wrong."""

    def __init__(self, message: str, *, field: str, seen: object, expected: str):
        super().__init__("invalid", message, field=field, seen=seen, expected=expected)


STATUS = {
    "batch_too_large": 413,
    "too_large": 413,
    "content_too_large": 413,
    "wrong_offset": 409,
    "wrong_digest": 409,
    "unknown_order": 404,
    "invalid_status": 409,
}


def handle(error: Exception, context: dict[str, Any]) -> JsonResponse:
    """DRF's exception handler: every error in the shape that docs/sync-api.md promises."""
    if isinstance(error, Refused):
        return _answer(STATUS.get(error.code, 400), error.parts)
    if isinstance(error, OperationalError):
        logger.warning("%s: the database is busy (%s)", context["request"].path, error)
        return _answer(503, {"code": "busy", "message": "The shop's database is busy. Try again later."})
    # DRF sets the headers and rolls back; only the body is ours.
    answer = exception_handler(error, context)
    if answer is None:
        logger.error("%s failed", context["request"].path, exc_info=error)
        return _answer(500, {"code": "internal", "message": "The shop failed. Its server.log says why."})
    response = _answer(answer.status_code, _parts_of(error))
    for name, value in answer.items():
        if name != "Content-Type":
            response[name] = value
    return response


def _parts_of(error: Exception) -> dict[str, str]:
    if isinstance(error, Http404):
        return {"code": "not_found", "message": "There is no such address. See docs/sync-api.md."}
    assert isinstance(error, exceptions.APIException)
    return {"code": str(error.get_codes()), "message": str(error.detail)}


def _answer(status: int, parts: dict[str, str]) -> JsonResponse:
    return JsonResponse({"error": parts}, status=status)

"""Errors of the sync API: each says what happened, where, what was seen and what is expected."""

from __future__ import annotations

import logging
from typing import Any

import msgspec
from django.db import OperationalError
from django.http import Http404, JsonResponse
from msgspec import UNSET, Struct, UnsetType
from rest_framework import exceptions

logger = logging.getLogger(__name__)

_SEEN_LENGTH = 200  # an error message shall not carry a whole description back


class Problem(Struct):
    """What happened; if one field is to blame, which, the value seen and the value expected."""

    code: str
    message: str
    field: str | UnsetType = UNSET
    seen: str | UnsetType = UNSET
    expected: str | UnsetType = UNSET


class Refused(Exception):
    """One record, or one request, cannot be carried out."""

    def __init__(self, code: str, message: str, *, field: str = "", seen: object = "", expected: str = ""):
        super().__init__(message)
        self.code = code
        self.problem = Problem(code, message)
        if field:
            self.problem = Problem(code, message, field, str(seen)[:_SEEN_LENGTH], expected)


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
    from rest_framework.views import exception_handler  # loads our parser, which needs this module

    if isinstance(error, Refused):
        return _answer(STATUS.get(error.code, 400), error.problem)
    if isinstance(error, OperationalError):
        logger.warning("%s: the database is busy (%s)", context["request"].path, error)
        return _answer(503, Problem("busy", "The shop's database is busy. Try again later."))
    # DRF sets the headers and rolls back; only the body is ours.
    answer = exception_handler(error, context)
    if answer is None:
        logger.error("%s failed", context["request"].path, exc_info=error)
        return _answer(500, Problem("internal", "The shop failed. Its server.log says why."))
    response = _answer(answer.status_code, _problem_of(error))
    for name, value in answer.items():
        if name != "Content-Type":
            response[name] = value
    return response


def _problem_of(error: Exception) -> Problem:
    if isinstance(error, Http404):
        return Problem("not_found", "There is no such address. See docs/sync-api.md.")
    assert isinstance(error, exceptions.APIException)
    return Problem(str(error.get_codes()), str(error.detail))


def _answer(status: int, problem: Problem) -> JsonResponse:
    return JsonResponse({"error": msgspec.to_builtins(problem)}, status=status)

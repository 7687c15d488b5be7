"""A refused request leaves its connection usable."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

_PIECE = 64 * 1024  # bytes
_MOST = 64 * 1024 * 1024  # bytes; no call takes that much


class ReadToEnd:
    """Reads what a view left unread of a body.

    The server closes a connection whose request it has not read whole; the client, still writing, would then meet a
    broken connection in place of the refusal, and so would its next request. More than any call takes is not read.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for _ in range(0, _MOST, _PIECE):
            if not request.read(_PIECE):
                break
        return response

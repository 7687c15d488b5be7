"""What can go wrong, in four kinds; each says what happened and what to do next."""

from __future__ import annotations


class WebUpdateError(Exception):
    """An error for a person to read: what happened, and a hint what to do.

    `message` names the record, field, value seen and value expected where there are such;
    neither part may ever hold a secret, since both are logged and shown. `status`: the HTTP status behind it, if any.
    """

    status: int | None = None

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class Retryable(WebUpdateError):
    """Goes away by itself (network, a busy server): tried again, after `after` seconds if the other side asked so.

    `certain`: the request was surely not carried out; a proxy that says "busy" may have let it through.
    """

    def __init__(self, message: str, hint: str = "", after: float | None = None, *, certain: bool = True) -> None:
        super().__init__(message, hint)
        self.after = after
        self.certain = certain


class BatchTooLarge(Retryable):
    """The shop takes fewer records at a time: the same records go again in a smaller batch."""


class ContentChanged(Retryable):
    """A file is not what it was when its digest was taken: it is read and sent anew."""


class NeedsPerson(WebUpdateError):
    """One record is wrong until somebody changes it in EBMS or the shop."""

    def __init__(
        self,
        message: str,
        hint: str = "",
        *,
        record: str = "",
        field: str = "",
        seen: str = "",
        expected: str = "",
    ) -> None:
        super().__init__(message, hint)
        self.record = record
        self.field = field
        self.seen = seen
        self.expected = expected


class OutcomeUnknown(WebUpdateError):
    """The request may or may not have been carried out, and may still be running."""


class Stopped(WebUpdateError):
    """The company pauses until somebody acts or a harmless check, made every 15 minutes, succeeds."""


class UsageError(WebUpdateError):
    """A command or a setting is wrong; nothing was done (exit code 2)."""


class LockHeld(WebUpdateError):
    """Another process runs the engine on this data folder (exit code 4)."""

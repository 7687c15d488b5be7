"""Brakes: a damaged or half-saved export must not empty the shop (design section 10)."""

from __future__ import annotations

from webupdate.errors import NeedsPerson

# Below this many records a share says nothing: one of three items is a third.
LEAST_GONE = 5


class BrakeOn(NeedsPerson):
    """A file is held: it would take more from the web than the property allows."""

    def __init__(self, file: str, gone: int, known: int, name: str, company: str) -> None:
        super().__init__(
            f"{gone:,} of {known:,} records are missing from {file}: it is held, nothing is taken from the web.",
            f"If they are to go, release it: webupdate release {company!r} {name}. Else save the file again "
            "from EBMS: a good one lifts the brake by itself.",
            field=name,
            seen=f"{gone:,} missing",
            expected=f"fewer than the share set in Properties, of {known:,}",
        )


def too_many(gone: int, known: int, read: int, percent: int) -> bool:
    """Whether `gone` of `known` records is more than may leave at once. A file of which none was `read` is damaged."""
    return (gone > 0 and not read) or (gone >= LEAST_GONE and gone * 100 > known * percent)

"""How each kind of record is carried out and read back, in Oscar's tables and ours."""

from __future__ import annotations

from typing import Protocol

from webupdate.webshop.erp.job import Job, Loaded
from webupdate.webshop.erp.kinds import categories, customers, files, items, options, prices, stock


class Kind(Protocol):
    """What each module offers. Jobs come with checked fields; one that fails gets `job.error`."""

    def put(self, jobs: list[Job]) -> None: ...
    def hide(self, jobs: list[Job]) -> None: ...
    def delete(self, jobs: list[Job]) -> None: ...
    def load(self, keys: list[str]) -> dict[str, Loaded]: ...

    # Also of what was never sent; not of what was deleted.
    def keys(self, after: str, limit: int) -> list[str]: ...


# In the order in which puts are carried out: what others point to comes first.
KINDS: dict[str, Kind] = {
    "categories": categories,
    "items": items,
    "prices": prices,
    "stock": stock,
    "images": files.PICTURES,
    "documents": files.DOCUMENTS,
    "customers": customers,
    "shipping": options.SHIPPING,
    "payments": options.PAYMENTS,
}

"""Ship methods and payment options: a row each, by code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from webupdate.sync.shops import base
from webupdate.webshop.erp.job import Job, Loaded, keys_behind
from webupdate.webshop.erp.models import PayOption, ShipMethod


@dataclass(frozen=True)
class Options:
    """One of the two tables."""

    model: Any
    record: type[base.Record]
    fields: tuple[str, ...]

    def put(self, jobs: list[Job]) -> None:
        """Make or change the rows."""
        rows = [self._row(job) for job in jobs]
        rows = self.model.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["code"], update_fields=["active", *self.fields]
        )
        for job, row in zip(jobs, rows, strict=True):
            job.id = str(row.pk)

    def hide(self, jobs: list[Job]) -> None:
        """Do not offer them at checkout any longer."""
        self.model.objects.filter(code__in=[job.key for job in jobs]).update(active=False)

    def delete(self, jobs: list[Job]) -> None:
        """Take them away; orders keep code and name themselves."""
        self.model.objects.filter(code__in=[job.key for job in jobs]).delete()

    def load(self, keys: list[str]) -> dict[str, Loaded]:
        """What the shop holds, by code. The record has no field for hidden ones: `shown` is added."""
        rows = self.model.objects.filter(code__in=keys)
        return {row.code: Loaded(str(row.pk), self._data(row)) for row in rows}

    def keys(self, after: str, limit: int) -> list[str]:
        """The next codes."""
        return keys_behind(self.model.objects, "code", after, limit)

    def _row(self, job: Job) -> Any:
        content = msgspec.to_builtins(job.data)
        return self.model(code=job.key, active=True, **{field: content.get(field, "") for field in self.fields})

    def _data(self, row: Any) -> Any:
        values = {field: getattr(row, field) for field in self.fields}
        data = msgspec.to_builtins(msgspec.convert(values, type=self.record))
        return data if row.active else data | {"shown": False}


SHIPPING = Options(ShipMethod, base.ShipMethod, ("name", "bands"))
PAYMENTS = Options(PayOption, base.PayOption, ("name", "method", "terms", "due_days"))

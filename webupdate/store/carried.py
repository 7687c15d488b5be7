"""Which records never go to a shop: what its software has no place for, or this program no way into it."""

from __future__ import annotations

from collections.abc import Mapping

NOT_CARRIED: dict[str, frozenset[str]] = {
    "oscar": frozenset(),
    "woocommerce": frozenset(),
    "vendure": frozenset(),
}


def stays(entity: str, values: Mapping[str, str]) -> bool:
    """Whether records of an entity stay here, by a site's values: they wait for nobody."""
    return entity in NOT_CARRIED[values["shop"]] or (entity == "customers" and values["customers"] == "off")

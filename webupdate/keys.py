"""Compound keys: a price's is SKU, level and unit, a picture's SKU and file name."""

from __future__ import annotations

# Between the parts: no export field can hold it.
KEY_SEPARATOR = "\t"

"""Addresses as the shop writes them."""

from __future__ import annotations

from typing import Any

import msgspec

from webupdate.sync.shops.base import Address

FIELDS = "fullName company streetLine1 streetLine2 city province postalCode phoneNumber"


class Side(msgspec.Struct, rename="camel"):
    """An address of an order or, with an object as its country, of a customer. All of it may be missing."""

    full_name: str | None = None
    company: str | None = None
    street_line1: str | None = None
    street_line2: str | None = None
    city: str | None = None
    province: str | None = None
    postal_code: str | None = None
    phone_number: str | None = None
    country: Any = None
    country_code: str | None = None

    @property
    def given(self) -> bool:
        """Whether there is one at all."""
        return bool(self.street_line1 or self.full_name or self.city or self.postal_code)

    def neutral(self, email: str = "") -> Address:
        """The address as the engine knows it."""
        country, code = self.country, self.country_code
        if isinstance(self.country, dict):
            country, code = self.country.get("name"), self.country.get("code")
        return Address(
            name=self.full_name or "",
            company=self.company or "",
            address1=self.street_line1 or "",
            address2=self.street_line2 or "",
            city=self.city or "",
            state=self.province or "",
            zip=self.postal_code or "",
            country=country if isinstance(country, str) else "",
            country_code=code or "",
            phone=self.phone_number or "",
            email=email,
        )

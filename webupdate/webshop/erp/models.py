"""Tables beside Oscar's own, each hanging on one of them; no table of Oscar is changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from webupdate.webshop.folder import PICTURES

PDF = "application/pdf"
SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp", PDF: ".pdf"}


class Record(models.Model):
    """Highest revision seen of a key: also the tombstone, so it may outlive or precede the object."""

    kind = models.CharField(max_length=16)
    key = models.CharField(max_length=255)
    rev = models.BigIntegerField()
    deleted = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "key"], name="erp_record_key")]


class ItemInfo(models.Model):
    """What an item has beyond Oscar's product. `short` is sanitised HTML."""

    product = models.OneToOneField("catalogue.Product", models.CASCADE, primary_key=True, related_name="erp")
    short = models.TextField(blank=True)
    oversell = models.BooleanField(default=True)
    coming_soon = models.BooleanField(default=False)
    out_of_stock_message = models.CharField(max_length=255, blank=True)
    unit = models.CharField(max_length=32, blank=True)
    weight = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    upc = models.CharField(max_length=64, blank=True)
    manufacturer = models.CharField(max_length=64, blank=True)
    manufacturer_part = models.CharField(max_length=64, blank=True)
    tax_group = models.CharField(max_length=64, blank=True)
    default_unit = models.CharField(max_length=32, blank=True)
    related = models.JSONField(default=list)  # SKUs, which the shop need not have yet

    @property
    def plain_weight(self) -> str:
        """Without the zeros that the column adds, but not less than two places; "" if it is not known."""
        text = "" if self.weight is None else f"{self.weight:.4f}"
        return text[:-2] if text.endswith("00") else text.rstrip("0")

    @classmethod
    def of(cls, product: Any) -> ItemInfo:
        """What is known of the product; nothing of one that a person made in the dashboard."""
        return getattr(product, "erp", None) or cls(product=product)


class Price(models.Model):
    """Price of an item for a level and a unit; `unit` "" is the item's own. Guests see the `public` ones."""

    product = models.ForeignKey("catalogue.Product", models.CASCADE, related_name="erp_prices")
    level = models.CharField(max_length=32)
    unit = models.CharField(max_length=32, blank=True)
    price = models.DecimalField(max_digits=12, decimal_places=2)
    public = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["product", "level", "unit"], name="erp_price_key")]


class Content(models.Model):
    """A picture or PDF that is wholly here and was checked, by the SHA-256 of its bytes."""

    digest = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=32)

    @property
    def path(self) -> Path:
        """Where the bytes lie."""
        folder: Path = settings.SHOP_FOLDER.documents if self.media_type == PDF else settings.MEDIA_ROOT
        return folder / self.file_name

    @property
    def file_name(self) -> str:
        """Below /media for pictures. The suffix tells browsers the type: it is the one that was found in the bytes."""
        suffix = SUFFIXES[self.media_type]
        return f"{self.digest}{suffix}" if self.media_type == PDF else f"{PICTURES}/{self.digest}{suffix}"


class Document(models.Model):
    """A PDF of an item; `key` is SKU and name. (An item's pictures are Oscar's, with the key as their code.)"""

    key = models.CharField(max_length=255, unique=True)
    product = models.ForeignKey("catalogue.Product", models.CASCADE, related_name="erp_documents")
    content = models.ForeignKey(Content, models.PROTECT)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "pk"]

    @property
    def name(self) -> str:
        """As buyers see it: without the folders that it lies in at the ERP."""
        return self.key.split("\t")[1].rpartition("/")[2]


class CustomerInfo(models.Model):
    """A customer of the ERP. The address is kept as it came; the address book holds what Oscar can use."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="erp")
    key = models.CharField(max_length=64, unique=True)
    level = models.CharField(max_length=32, blank=True)
    card = models.BooleanField(default=False)
    charge_terms = models.CharField(max_length=64, blank=True)
    charge_first = models.BooleanField(default=False)
    ship_via = models.CharField(max_length=64, blank=True)
    group = models.CharField(max_length=64, blank=True)
    approved = models.BooleanField(default=True)
    contact = models.CharField(max_length=255, blank=True)
    address1 = models.CharField(max_length=255, blank=True)
    address2 = models.CharField(max_length=255, blank=True)
    city = models.CharField(max_length=255, blank=True)
    state = models.CharField(max_length=255, blank=True)
    zip = models.CharField(max_length=64, blank=True)
    country = models.CharField(max_length=255, blank=True)
    phone = models.CharField(max_length=64, blank=True)


class AccountMark(models.Model):
    """When an account changed last in the shop; none if only the ERP ever wrote it."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="erp_mark")
    updated_at = models.DateTimeField(db_index=True)


class ShipMethod(models.Model):
    """A ship via with its rate table (the fields of `ShipBand`, in the order in which they are tried)."""

    code = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=128)
    active = models.BooleanField(default=True)
    bands = models.JSONField(default=list)


class PayOption(models.Model):
    """A payment option; `method` says who may use it (storefront/payment.py)."""

    code = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=128)
    active = models.BooleanField(default=True)
    method = models.CharField(max_length=16)
    terms = models.CharField(max_length=64, blank=True)
    due_days = models.CharField(max_length=16, blank=True)


class ShopSettings(models.Model):
    """What the ERP's side asks of the whole shop: one row, or none before it was told."""

    approval = models.BooleanField(default=False)

    @classmethod
    def current(cls) -> ShopSettings:
        """The row, as a new shop has it if there is none."""
        return cls.objects.first() or cls()


class OrderMark(models.Model):
    """When an order changed last, and as which file the ERP's side has taken it."""

    order = models.OneToOneField("order.Order", models.CASCADE, primary_key=True, related_name="erp")
    updated_at = models.DateTimeField(db_index=True)
    acked_at = models.DateTimeField(null=True)
    acked_as = models.CharField(max_length=255, blank=True)

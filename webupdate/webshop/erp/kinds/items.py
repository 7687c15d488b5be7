"""Items: Oscar's product, its stock record and category, and ItemInfo; all by bulk upserts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import F
from django.utils import timezone
from oscar.core.loading import get_model
from oscar.core.utils import slugify

from webupdate.sync.shops import base
from webupdate.webshop.erp.job import Job, Loaded, deleted_keys, keys_behind, unknown_parent, without_deleted
from webupdate.webshop.erp.kinds.markup import sanitise
from webupdate.webshop.erp.kinds.parents import ERP_PARTNER, GOODS
from webupdate.webshop.erp.models import Document, ItemInfo, Price

Category = get_model("catalogue", "Category")
Product = get_model("catalogue", "Product")
ProductCategory = get_model("catalogue", "ProductCategory")
ProductClass = get_model("catalogue", "ProductClass")
Partner = get_model("partner", "Partner")
ProductImage = get_model("catalogue", "ProductImage")
StockRecord = get_model("partner", "StockRecord")

_INFO_FIELDS = [field.name for field in ItemInfo._meta.fields if field.name != "product"]


def put(jobs: list[Job]) -> None:
    """Make or change the items; a revived one starts without prices, stock, pictures and documents."""
    categories = _categories(jobs)
    for job in jobs:
        if job.data.category is not None and job.data.category not in categories:
            job.error = unknown_parent("category", job.data.category, "category")
    jobs = [job for job in jobs if job.open]
    products = _upsert_products(jobs)
    for job, product in zip(jobs, products, strict=True):
        job.id = str(product.pk)
    _upsert_infos(jobs, products)
    _put_in_categories(jobs, products, categories)
    _ensure_stock_records(products)
    _empty([product.pk for job, product in zip(jobs, products, strict=True) if job.revived])


def hide(jobs: list[Job]) -> None:
    """Take the items out of every page."""
    products = Product.objects.filter(upc__in=[job.key for job in jobs])
    ids = dict(products.values_list("upc", "pk"))
    products.update(is_public=False, date_updated=timezone.now())
    for job in jobs:
        job.id = str(ids[job.key]) if job.key in ids else None


delete = hide  # orders point to the row; the tombstone says that the item is gone


def load(keys: list[str]) -> dict[str, Loaded]:
    """What the shop holds, by SKU."""
    products = Product.objects.filter(upc__in=keys).select_related("erp").prefetch_related("categories")
    return {product.upc: Loaded(str(product.pk), _as_record(product)) for product in products}


def keys(after: str, limit: int) -> list[str]:
    """The next SKUs."""
    known = Product.objects.exclude(upc=None)
    return keys_behind(without_deleted(known, "items", "upc"), "upc", after, limit)


def name_handmade() -> None:
    """Let a product that a person made with a partner's SKU and without a UPC be known by that SKU."""
    for record in StockRecord.objects.filter(product__upc=None).exclude(partner_sku="").select_related("product"):
        if not Product.objects.filter(upc=record.partner_sku).exists():
            Product.objects.filter(pk=record.product_id).update(upc=record.partner_sku)


def _as_record(product: Any) -> base.Item:
    info = ItemInfo.of(product)
    category = next((category.code for category in product.categories.all()), None)
    return base.Item(
        category=category,
        title=product.get_title(),
        short=info.short,
        long=product.description,
        shown=product.is_public,
        oversell=info.oversell,
        coming_soon=info.coming_soon,
        out_of_stock_message=info.out_of_stock_message,
        unit=info.unit,
        weight=info.plain_weight,
        upc=info.upc,
        manufacturer=info.manufacturer,
        manufacturer_part=info.manufacturer_part,
        tax_group=info.tax_group,
        default_unit=info.default_unit,
        related=tuple(info.related),
    )


def _categories(jobs: list[Job]) -> dict[str, int]:
    codes = {job.data.category for job in jobs if job.data.category is not None}
    found = dict(Category.objects.filter(code__in=codes).values_list("code", "pk"))
    return {code: found[code] for code in found.keys() - deleted_keys("categories", codes)}


def _upsert_products(jobs: list[Job]) -> list[Any]:
    product_class = ProductClass.objects.get(slug=GOODS)
    now = timezone.now()
    products = [
        Product(
            upc=job.key,
            product_class=product_class,
            title=job.data.title,
            slug=slugify(job.data.title) or slugify(job.key),
            description=sanitise(job.data.long),
            is_public=job.data.shown,
            date_updated=now,
        )
        for job in jobs
    ]
    fields = ["title", "slug", "description", "is_public", "date_updated"]
    return Product.objects.bulk_create(products, update_conflicts=True, unique_fields=["upc"], update_fields=fields)


def _upsert_infos(jobs: list[Job], products: list[Any]) -> None:
    infos = [_info(job.data, product) for job, product in zip(jobs, products, strict=True)]
    ItemInfo.objects.bulk_create(infos, update_conflicts=True, unique_fields=["product"], update_fields=_INFO_FIELDS)


def _info(data: base.Item, product: Any) -> ItemInfo:
    return ItemInfo(
        product=product,
        short=sanitise(data.short),
        oversell=data.oversell,
        coming_soon=data.coming_soon,
        out_of_stock_message=data.out_of_stock_message,
        unit=data.unit,
        weight=Decimal(data.weight) if data.weight else None,
        upc=data.upc,
        manufacturer=data.manufacturer,
        manufacturer_part=data.manufacturer_part,
        tax_group=data.tax_group,
        default_unit=data.default_unit,
        related=list(data.related),
    )


def _put_in_categories(jobs: list[Job], products: list[Any], categories: dict[str, int]) -> None:
    wanted = {
        (product.pk, categories[job.data.category])
        for job, product in zip(jobs, products, strict=True)
        if job.data.category is not None
    }
    rows = ProductCategory.objects.filter(product__in=products).values_list("pk", "product_id", "category_id")
    held = {(product, category): pk for pk, product, category in rows}
    surplus = [pk for pair, pk in held.items() if pair not in wanted]
    ProductCategory.objects.filter(pk__in=surplus).delete()
    missing = [ProductCategory(product_id=p, category_id=c) for p, c in wanted - held.keys()]
    ProductCategory.objects.bulk_create(missing)


def _ensure_stock_records(products: list[Any]) -> None:
    # Oscar cannot put a product without a stock record into a basket.
    partner = Partner.objects.get(code=ERP_PARTNER)
    _align_handmade(products)
    rows = [
        StockRecord(
            product=product,
            partner=partner,
            partner_sku=product.upc,
            price_currency=settings.OSCAR_DEFAULT_CURRENCY,
            num_in_stock=0,
        )
        for product in products
    ]
    StockRecord.objects.bulk_create(rows, ignore_conflicts=True)


def _align_handmade(products: list[Any]) -> None:
    """A person may have given the stock record another SKU than the UPC; ours go by the UPC."""
    odd = StockRecord.objects.filter(product__in=products, partner__code=ERP_PARTNER)
    for record in odd.exclude(partner_sku=F("product__upc")).select_related("product"):
        same = StockRecord.objects.filter(partner=record.partner_id, partner_sku=record.product.upc)
        if not same.exists():
            StockRecord.objects.filter(pk=record.pk).update(partner_sku=record.product.upc)


def _empty(product_ids: list[int]) -> None:
    if product_ids:
        Price.objects.filter(product__in=product_ids).delete()
        StockRecord.objects.filter(product__in=product_ids).update(num_in_stock=0)
        ProductImage.objects.filter(product__in=product_ids).delete()
        Document.objects.filter(product__in=product_ids).delete()

"""First tables of the app erp (made by makemigrations)."""
# ruff: noqa: RUF012  Django's way

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("catalogue", "0032_category_exclude_from_menu_category_long_description"),
        ("order", "0021_billingaddress_code_shippingaddress_code"),
    ]

    operations = [
        migrations.CreateModel(
            name="CustomerInfo",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="erp",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("key", models.CharField(max_length=64, unique=True)),
                ("level", models.CharField(blank=True, max_length=32)),
                ("card", models.BooleanField(default=False)),
                ("charge_terms", models.CharField(blank=True, max_length=64)),
                ("approved", models.BooleanField(default=True)),
                ("contact", models.CharField(blank=True, max_length=255)),
                ("address1", models.CharField(blank=True, max_length=255)),
                ("address2", models.CharField(blank=True, max_length=255)),
                ("city", models.CharField(blank=True, max_length=255)),
                ("state", models.CharField(blank=True, max_length=255)),
                ("zip", models.CharField(blank=True, max_length=64)),
                ("country", models.CharField(blank=True, max_length=255)),
                ("phone", models.CharField(blank=True, max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="ItemInfo",
            fields=[
                (
                    "product",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="erp",
                        serialize=False,
                        to="catalogue.product",
                    ),
                ),
                ("short", models.TextField(blank=True)),
                ("oversell", models.BooleanField(default=True)),
                ("coming_soon", models.BooleanField(default=False)),
                ("out_of_stock_message", models.CharField(blank=True, max_length=255)),
                ("unit", models.CharField(blank=True, max_length=32)),
                ("weight", models.DecimalField(decimal_places=4, max_digits=12, null=True)),
                ("upc", models.CharField(blank=True, max_length=64)),
                ("manufacturer", models.CharField(blank=True, max_length=64)),
                ("manufacturer_part", models.CharField(blank=True, max_length=64)),
                ("tax_group", models.CharField(blank=True, max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="OrderMark",
            fields=[
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="erp",
                        serialize=False,
                        to="order.order",
                    ),
                ),
                ("updated_at", models.DateTimeField(db_index=True)),
                ("acked_at", models.DateTimeField(null=True)),
                ("acked_as", models.CharField(blank=True, max_length=255)),
            ],
        ),
        migrations.CreateModel(
            name="PayOption",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=64, unique=True)),
                ("name", models.CharField(max_length=128)),
                ("active", models.BooleanField(default=True)),
                ("method", models.CharField(max_length=16)),
                ("terms", models.CharField(blank=True, max_length=64)),
                ("due_days", models.CharField(blank=True, max_length=16)),
            ],
        ),
        migrations.CreateModel(
            name="ShipMethod",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=64, unique=True)),
                ("name", models.CharField(max_length=128)),
                ("active", models.BooleanField(default=True)),
                ("bands", models.JSONField(default=list)),
            ],
        ),
        migrations.CreateModel(
            name="Record",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=16)),
                ("key", models.CharField(max_length=128)),
                ("rev", models.BigIntegerField()),
                ("deleted", models.BooleanField(default=False)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("kind", "key"), name="erp_record_key")],
            },
        ),
        migrations.CreateModel(
            name="Price",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("level", models.CharField(max_length=32)),
                ("unit", models.CharField(blank=True, max_length=32)),
                ("price", models.DecimalField(decimal_places=2, max_digits=12)),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="erp_prices", to="catalogue.product"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("product", "level", "unit"), name="erp_price_key")],
            },
        ),
    ]

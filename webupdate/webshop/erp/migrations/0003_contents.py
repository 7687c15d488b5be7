"""Pictures and PDFs, and room for their keys."""
# ruff: noqa: RUF012  Django's way

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0032_category_exclude_from_menu_category_long_description"),
        ("erp", "0002_shop_side"),
    ]

    operations = [
        migrations.AlterField(
            model_name="record",
            name="key",
            field=models.CharField(max_length=255),
        ),
        migrations.CreateModel(
            name="Content",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("size", models.BigIntegerField()),
                ("media_type", models.CharField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "id",
                    models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("key", models.CharField(max_length=255, unique=True)),
                ("position", models.PositiveIntegerField(default=0)),
                (
                    "content",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="erp.content"),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="erp_documents",
                        to="catalogue.product",
                    ),
                ),
            ],
            options={"ordering": ["position", "pk"]},
        ),
    ]

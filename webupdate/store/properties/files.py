"""Pictures and documents."""

from __future__ import annotations

from webupdate.store import checks
from webupdate.store.properties.entry import Property

FILES: tuple[Property, ...] = (
    Property(
        name="images_folder",
        group="Files",
        label="Images folder",
        scope="company",
        kind="folder",
        check=checks.check_folder,
        help="Where the pictures lie that the column IMAGES names. Empty: the folder images in the export folder.",
    ),
    Property(
        name="documents_folder",
        group="Files",
        label="Documents folder",
        scope="company",
        kind="folder",
        check=checks.check_folder,
        help="Where the PDFs lie that the column DOCUMENTS names. Empty: the folder documents in the export folder.",
    ),
    Property(
        name="image_limit",
        group="Files",
        label="Largest picture",
        scope="company",
        kind="number",
        default="10",
        check=checks.between(1, 100, "megabytes"),
        unit="megabytes",
        help="Pictures with more megabytes than this are not sent; each is told as an error of its own.",
    ),
    Property(
        name="pixel_limit",
        group="Files",
        label="Most pixels",
        scope="company",
        kind="number",
        default="50",
        check=checks.between(1, 80, "megapixels"),
        unit="megapixels",
        help="Pictures with more megapixels (width x height) are not sent: they would fill the memory of the shop.",
    ),
    Property(
        name="document_limit",
        group="Files",
        label="Largest document",
        scope="company",
        kind="number",
        default="100",
        check=checks.between(1, 1000, "megabytes"),
        unit="megabytes",
        help="Documents with more megabytes than this are not sent; each is told as an error of its own.",
    ),
)

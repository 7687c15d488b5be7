"""Reads a picture or document: its digest, and whether it is what it pretends to be."""

from __future__ import annotations

import hashlib
import os
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct
from PIL import Image, UnidentifiedImageError

from webupdate.errors import ContentChanged
from webupdate.store.contents import Figures
from webupdate.sync.filenames import figures_of
from webupdate.sync.text import visible

BLOCK = 1 << 20
MEGA = 1_000_000
PDF_HEAD, PDF_TAIL = 1024, 2048  # where readers look for the two marks of a PDF
PICTURES = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp"}
PDF = "application/pdf"

# Our own limit says it in words; Pillow's warning would be written over the screen.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)


class Limits(Struct, frozen=True):
    """What is taken: bytes of a picture, pixels of a picture, bytes of a document."""

    picture: int
    pixels: int
    document: int

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Limits:
        """The limits of a company, from its properties."""
        names = ("image_limit", "pixel_limit", "document_limit")
        return cls(*(int(values[name]) * MEGA for name in names))

    def of_size(self, entity: str) -> int:
        """The most bytes that a file of the entity may have."""
        return self.picture if entity == "images" else self.document

    @property
    def text(self) -> str:
        return f"{self.picture} {self.pixels} {self.document}"


_NO_LIMITS = Limits(*(2**62,) * 3)


class Examined(Struct, frozen=True):
    """A file as it was read. `problem` "" = sound, else why it is not sent, to be read behind its name."""

    digest: str = ""
    media_type: str = ""
    problem: str = ""


def examine(entity: str, path: Path, figures: Figures, limits: Limits) -> Examined:
    """Read a file whole. Raises ContentChanged when it is not, or no more, as `figures` say; OSError."""
    if figures.size > limits.of_size(entity):
        most = megabytes(limits.of_size(entity))
        return Examined(problem=f"has {megabytes(figures.size)} MB, more than {most} MB, the limit in Properties")
    with open_as(path, figures) as stream:
        digest = hashlib.sha256()
        while block := stream.read(BLOCK):
            digest.update(block)
        found = _picture(stream, limits) if entity == "images" else _document(stream, figures.size)
        if figures_of(os.fstat(stream.fileno())) != figures:
            raise changed(path)
    return Examined(digest.hexdigest(), found.media_type, found.problem)


def open_as(path: Path, figures: Figures) -> BinaryIO:
    """Open a file that is as `figures` say: nothing that was put there since, be it a link elsewhere."""
    stream = path.open("rb")
    if figures_of(os.fstat(stream.fileno())) != figures:
        stream.close()
        raise changed(path)
    return stream


def changed(path: Path) -> ContentChanged:
    """The error of a file that is being saved."""
    return ContentChanged(f"{path.name} is being saved.", "It is read again as soon as that is through.")


def megabytes(size: int) -> str:
    """Bytes for people."""
    return f"{size / MEGA:,.1f}"


def sound(stream: BinaryIO, size: int) -> Examined:
    """What these bytes are, a picture or a document, for who is told nothing of them; whatever the limits."""
    stream.seek(0)
    if b"%PDF-" in stream.read(PDF_HEAD):
        return _document(stream, size)
    return _picture(stream, _NO_LIMITS)


def _picture(stream: BinaryIO, limits: Limits) -> Examined:
    try:
        return _decoded(stream, limits)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return Examined(problem=f"has more than {limits.pixels // MEGA} megapixels, the limit in Properties")
    except UnidentifiedImageError:
        return Examined(problem=f"is no picture of the kinds {', '.join(PICTURES)}")
    except Exception as error:  # decoders raise whatever they stumble over in a hostile file
        reason = visible(str(error), 80) if isinstance(error, OSError) else type(error).__name__
        return Examined(problem=f"is a broken picture ({reason})")


def _decoded(stream: BinaryIO, limits: Limits) -> Examined:
    stream.seek(0)
    with Image.open(stream, formats=tuple(PICTURES)) as image:
        width, height = image.size
        if width * height > limits.pixels:
            most = limits.pixels // MEGA
            return Examined(problem=f"has {width} x {height} pixels, more than {most} million, the limit in Properties")
        media_type = PICTURES[str(image.format)]
        image.verify()
    stream.seek(0)  # nothing can be done with a picture after `verify`
    with Image.open(stream, formats=tuple(PICTURES)) as image:
        image.load()
    return Examined(media_type=media_type)


def _document(stream: BinaryIO, size: int) -> Examined:
    stream.seek(0)
    head = stream.read(PDF_HEAD)
    stream.seek(max(0, size - PDF_TAIL))
    tail = stream.read(PDF_TAIL)
    if b"%PDF-" not in head:
        return Examined(problem="is no PDF: it does not begin with %PDF-")
    if b"%%EOF" not in tail:
        return Examined(problem="is a cut-off PDF: it does not end with %%EOF")
    return Examined(media_type=PDF)

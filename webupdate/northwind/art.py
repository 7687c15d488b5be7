"""Draws the demo's pictures and writes its PDFs, so that the shop looks like a shop.

Everything is made of the export's own texts: a card for each item in the colours of its category, a second one with
the packing for some, and data sheets.
"""

from __future__ import annotations

import contextlib
import csv
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path

from msgspec import Struct
from PIL import Image, ImageDraw, ImageFont

from webupdate.northwind.sheets import COLD_CHAIN, SHEET, pdf

SIDE = 800  # pixels of a picture
FINE = 2  # drawn so many times larger, for smooth edges
QUALITY = 86
PACKED_EVERY = 6  # so many items share one with a second picture
SHEETS = ("CHAI-01", "CHANG-02", "IKURA-10", "QUESO-CABRALES-11", "TOFU-14", "PAVLOVA-16")
COOLED = {"14": "Dairy", "16": "Meat", "18": "Seafood"}  # categories with a leaflet that all their items share
LEAFLET = "cold-chain.pdf"
INK = "#22303c"
_SYSTEM_FONTS = ("DejaVuSans.ttf", "segoeui.ttf", "arial.ttf", "Arial.ttf", "LiberationSans-Regular.ttf")


class Style(Struct, frozen=True):
    """Colours of a category, from light to dark, and what it shows."""

    light: str
    middle: str
    dark: str
    shape: Callable[[ImageDraw.ImageDraw, Style], None]


class Goods(Struct, frozen=True):
    """What a picture tells of an item."""

    sku: str
    category: str
    title: str
    packing: str

    @property
    def stem(self) -> str:
        return re.sub(r"[^a-z0-9]+", "-", self.sku.lower()).strip("-")


def lay_down(export: Path) -> None:
    """Make `images` and `documents` in the export folder and name them in its inventory.csv."""
    images, documents = export / "images", export / "documents"
    images.mkdir()
    documents.mkdir()
    (documents / LEAFLET).write_bytes(pdf("Keeping the cold chain", COLD_CHAIN))
    inventory = export / "inventory.csv"
    with inventory.open(encoding="cp1252", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for number, row in enumerate(rows):
        goods = _goods(row)
        if goods.category in STYLES:
            row["IMAGES"] = ";".join(_draw(goods, images, packed=number % PACKED_EVERY == 1))
            row["DOCUMENTS"] = ";".join(_print(goods, documents))
    with inventory.open("w", encoding="cp1252", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys(), lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)


def _goods(row: dict[str, str]) -> Goods:
    return Goods(row["ID"].strip(), row["TREE_ID"].strip(), row["DESCR_1"], row["DESCR_2"])


def _draw(goods: Goods, folder: Path, *, packed: bool) -> list[str]:
    names = [f"{goods.stem}.jpg"]
    _card(goods).save(folder / names[0], quality=QUALITY)
    if packed:
        names.append(f"{goods.stem}-packed.jpg")
        _packed(goods).save(folder / names[1], quality=QUALITY)
    return names


def _print(goods: Goods, folder: Path) -> list[str]:
    names = []
    if goods.sku in SHEETS:
        names.append(f"{goods.stem}-data-sheet.pdf")
        lines = [f"Item number: {goods.sku}", f"Packing: {goods.packing}", "", *SHEET]
        (folder / names[0]).write_bytes(pdf(goods.title, lines))
    return [*names, LEAFLET] if goods.category in COOLED else names


# Pictures.


def _card(goods: Goods) -> Image.Image:
    """The item's sign on its category's ground, name and packing below."""
    style = STYLES[goods.category]
    card = _ground(goods.category).copy()
    draw = ImageDraw.Draw(card)
    lines = _wrapped(goods.title, 50, SIDE - 120)
    top = SIDE - 112 - 58 * len(lines)
    draw.rectangle((0, top - 34, SIDE, SIDE), fill="#ffffff")
    draw.rectangle((0, top - 34, SIDE, top - 26), fill=style.middle)
    for number, line in enumerate(lines):
        _write_text(draw, (60, top + 58 * number), line, 50, INK, "la")
    _write_text(draw, (60, SIDE - 76), goods.packing, 32, style.dark, "la")
    return card


def _packed(goods: Goods) -> Image.Image:
    """A carton with a label."""
    style = STYLES[goods.category]
    picture = Image.new("RGB", (SIDE, SIDE), "#f6f4f0")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((90, 610, 710, 700), fill="#e6e1d8")
    draw.polygon([(110, 260), (400, 160), (690, 260), (400, 360)], fill="#dcc6a0")
    draw.polygon([(110, 260), (400, 360), (400, 670), (110, 550)], fill="#c9ad7f")
    draw.polygon([(690, 260), (400, 360), (400, 670), (690, 550)], fill="#b79667")
    draw.polygon([(235, 217), (525, 317), (575, 300), (285, 200)], fill="#efe2c8")
    draw.polygon([(150, 372), (360, 446), (360, 560), (150, 478)], fill="#ffffff")
    draw.polygon([(150, 372), (360, 446), (360, 470), (150, 395)], fill=style.middle)
    for number, line in enumerate(_wrapped(goods.title, 30, 640)[:2]):
        _write_text(draw, (SIDE // 2, 50 + 38 * number), line, 30, INK, "mm")
    _write_text(draw, (SIDE // 2, SIDE - 46), goods.packing, 34, style.dark, "mm")
    return picture


@cache
def _ground(category: str) -> Image.Image:
    """A category's ground with its sign: the costly part, made once."""
    style = STYLES[category]
    size = SIDE * FINE
    ends = Image.new("RGB", (1, 2))
    ends.putpixel((0, 0), _rgb(style.light))
    ends.putpixel((0, 1), _rgb(style.middle))
    ground = ends.resize((size, size), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(ground)
    draw.ellipse((size * 0.2, size * 0.06, size * 0.8, size * 0.66), fill="#ffffff")
    style.shape(draw, style)
    return ground.resize((SIDE, SIDE), Image.Resampling.BOX)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


@cache
def _font(size: int, *, accents: bool) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own font; it lacks accented letters, so those need one of the system's."""
    for name in _SYSTEM_FONTS if accents else ():
        with contextlib.suppress(OSError):
            return ImageFont.truetype(name, size)
    return ImageFont.load_default(size)


def _write_text(draw: ImageDraw.ImageDraw, place: tuple[int, int], text: str, size: int, colour: str, at: str) -> None:
    font = _font(size, accents=not text.isascii())
    if not text.isascii() and font.getname() == _font(size, accents=False).getname():  # type: ignore[union-attr]
        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    draw.text(place, text, font=font, fill=colour, anchor=at)


def _wrapped(text: str, size: int, width: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _font(size, accents=False).getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


# The signs, on a ground of 1600 x 1600; the white disc has its middle at 800, 576


def _bottle(draw: ImageDraw.ImageDraw, style: Style) -> None:
    draw.rounded_rectangle((745, 240, 855, 420), 24, fill=style.dark)
    draw.rounded_rectangle((660, 380, 940, 880), 90, fill=style.dark)
    draw.rounded_rectangle((730, 210, 870, 270), 20, fill=INK)
    draw.rectangle((660, 560, 940, 740), fill=style.light)
    draw.ellipse((750, 600, 850, 700), fill=style.middle)


def _jar(draw: ImageDraw.ImageDraw, style: Style) -> None:
    draw.rounded_rectangle((560, 400, 1040, 880), 80, fill=style.dark)
    draw.rounded_rectangle((590, 300, 1010, 400), 30, fill=INK)
    draw.rectangle((560, 540, 1040, 760), fill=style.light)
    draw.ellipse((735, 585, 865, 715), fill=style.middle)


def _cake(draw: ImageDraw.ImageDraw, style: Style) -> None:
    draw.polygon([(570, 600), (1030, 600), (960, 870), (640, 870)], fill=style.dark)
    for left in (650, 730, 810, 890):
        draw.line([(left, 610), (left + (800 - left) // 5 + 12, 865)], fill=style.light, width=12)
    for box in ((540, 430, 820, 650), (780, 430, 1060, 650), (640, 320, 960, 600)):
        draw.ellipse(box, fill=style.middle)
    draw.ellipse((750, 250, 850, 350), fill="#c0392b")


def _cheese(draw: ImageDraw.ImageDraw, style: Style) -> None:
    draw.polygon([(500, 640), (1000, 360), (1110, 560), (1110, 640)], fill=style.middle)
    draw.rectangle((500, 640, 1110, 830), fill=style.dark)
    for x, y, r in ((640, 730, 42), (800, 770, 30), (930, 710, 52), (900, 540, 34), (1050, 790, 26)):
        draw.ellipse((x - r, y - r, x + r, y + r), fill=style.light)


def _wheat(draw: ImageDraw.ImageDraw, style: Style) -> None:
    draw.line([(800, 900), (800, 300)], fill=style.dark, width=22)
    draw.polygon([(800, 200), (850, 300), (800, 390), (750, 300)], fill=style.middle)
    for number in range(5):
        y = 330 + number * 95
        draw.polygon([(800, y + 110), (930, y + 60), (960, y - 50), (840, y + 10)], fill=style.middle)
        draw.polygon([(800, y + 110), (670, y + 60), (640, y - 50), (760, y + 10)], fill=style.dark)


def _ham(draw: ImageDraw.ImageDraw, style: Style) -> None:
    draw.line([(930, 690), (1090, 850)], fill="#efe6da", width=62)
    draw.ellipse((1040, 830, 1120, 910), fill="#efe6da")
    draw.ellipse((1090, 780, 1170, 860), fill="#efe6da")
    draw.ellipse((500, 300, 1030, 800), fill=style.dark)
    draw.ellipse((550, 345, 960, 740), fill=style.middle)
    draw.ellipse((680, 470, 820, 600), fill="#efe6da")


def _pear(draw: ImageDraw.ImageDraw, style: Style) -> None:
    draw.ellipse((580, 480, 1020, 900), fill=style.middle)
    draw.ellipse((670, 320, 930, 660), fill=style.middle)
    draw.line([(800, 340), (830, 230)], fill=INK, width=24)
    draw.ellipse((830, 230, 1010, 320), fill=style.dark)
    draw.ellipse((660, 620, 740, 760), fill=style.light)


def _fish(draw: ImageDraw.ImageDraw, style: Style) -> None:
    draw.polygon([(960, 580), (1160, 420), (1160, 740)], fill=style.dark)
    draw.polygon([(700, 400), (860, 290), (900, 440)], fill=style.dark)
    draw.ellipse((450, 390, 1030, 770), fill=style.middle)
    draw.chord((450, 390, 1030, 770), 60, 300, fill=style.dark)
    draw.ellipse((560, 500, 620, 560), fill="#ffffff")
    for x in (780, 860, 940):
        draw.arc((x - 90, 490, x, 670), 280, 80, fill=style.light, width=12)


STYLES = {
    "11": Style("#e3f0e6", "#7fb08f", "#2f6b4a", _bottle),
    "12": Style("#fbe9dc", "#e39a6b", "#a9502a", _jar),
    "13": Style("#f9e4ee", "#dd8fb0", "#8f3a63", _cake),
    "14": Style("#fff4d2", "#f2c14e", "#c98a1b", _cheese),
    "15": Style("#f6edd9", "#d1a75a", "#8a6420", _wheat),
    "16": Style("#f8e0dc", "#d98378", "#93362e", _ham),
    "17": Style("#eaf3d6", "#a3c14f", "#5c7d1e", _pear),
    "18": Style("#dcecf5", "#6fa8c9", "#2a6289", _fish),
}

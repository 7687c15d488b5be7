"""The demo's PDFs, made of text alone."""

from __future__ import annotations

import zlib

SHEET = (
    "This sheet belongs to the demo of webupdate. It was named in the",
    "column DOCUMENTS of inventory.csv, noticed by its content, uploaded",
    "in the lane of pictures and documents, and is shown by the shop.",
    "",
    "Store cool and dry. Keep out of direct light.",
    "Once opened, use within the time printed on the pack.",
)
COLD_CHAIN = (
    "This leaflet is shared by all items that are sold cooled: its bytes",
    "are in the shop once, however many items name it.",
    "",
    "1. Accept no delivery above 7 degrees Celsius.",
    "2. Move it into the cold store within 20 minutes.",
    "3. Write down temperature and time of every delivery.",
)


def pdf(title: str, lines: list[str] | tuple[str, ...]) -> bytes:
    """One page of text, without a library: a PDF is a list of objects and a table of where they begin."""
    text = [f"BT /F2 26 Tf 60 760 Td ({_escaped(title)}) Tj ET", "0.14 0.26 0.36 rg 60 742 475 3 re f 0 g"]
    text += [f"BT /F1 12 Tf 60 {706 - 20 * number} Td ({_escaped(line)}) Tj ET" for number, line in enumerate(lines)]
    page = zlib.compress("\n".join(text).encode("cp1252"))
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /{} /Encoding /WinAnsiEncoding >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 6 0 R "
        b"/Resources << /Font << /F1 4 0 R /F2 5 0 R >> >> >>",
        font.format("Helvetica").encode(),
        font.format("Helvetica-Bold").encode(),
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(page), page),
    ]
    return _bound(objects)


def _bound(objects: list[bytes]) -> bytes:
    content = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    content += b"".join(b"%010d 00000 n \n" % place for place in places)
    content += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(content)


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")

"""Reading back what was printed: pages as pixels, symbols by an independent decoder."""

from __future__ import annotations

from collections.abc import Iterator

import pypdfium2
import zxingcpp
from PIL import Image


def pdf_pages(document: bytes, *, dots_per_inch: int = 300) -> Iterator[Image.Image]:
    """Each page of a PDF as it would be printed."""
    pdf = pypdfium2.PdfDocument(document)
    try:
        for page in pdf:
            yield page.render(scale=dots_per_inch / 72).to_pil().convert("L")
            page.close()
    finally:
        pdf.close()


def pdf_text(document: bytes) -> str:
    """All text of a PDF, as copying it would give."""
    pdf = pypdfium2.PdfDocument(document)
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in pdf)
    finally:
        pdf.close()


def qr_texts(image: Image.Image) -> list[str]:
    """The text of every QR symbol on an image, from top to bottom, left to right."""
    found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCodeModel2)
    places = sorted(
        found, key=lambda code: (code.position.top_left.y, code.position.top_left.x)
    )
    return [code.text for code in places]

"""PDF files as tests need them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass


@dataclass
class PdfUpload:
    """One on its way in."""

    filename: str
    content: bytes

    async def pieces(self) -> AsyncIterator[bytes]:
        yield self.content


def pdf(
    pages: int = 1, *, box: str = "0 0 595 842", content: bytes = b"BT /F1 24 Tf 72 760 Td (Halaman) Tj ET"
) -> bytes:
    """A file of `pages` pages of the size `box`, in points, each with the drawing operations `content`."""
    kids = " ".join(f"{4 + number} 0 R" for number in range(pages))
    drawn = f"/Resources << /Font << /F1 3 0 R >> >> /Contents {4 + pages} 0 R"
    page = f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] {drawn} >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        *[page.encode()] * pages,
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content),
    ]
    return _written(objects)


def _written(objects: list[bytes]) -> bytes:
    written, places = bytearray(b"%PDF-1.7\n"), []
    for number, each in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(written))
    return bytes(written) + b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(objects) + 1, table) + end

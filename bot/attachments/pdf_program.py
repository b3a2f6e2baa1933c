"""A program of its own that draws one page of a PDF: `python -I pdf_program.py PAGE < file.pdf > page.webp`.

Whoever sends a PDF may mean harm, and PDFium is a large C++ program. So it never runs where secrets and connections
are: this process has an empty environment, gives up what it does not need before it looks at the file, and is killed
by the kernel when it takes too much. It imports nothing of the product. PDFium is built without JavaScript and XFA.

Page 0 gives the number of pages as text. Exit status 1: no PDF that can be shown (broken, locked, no such page).
"""

import resource
import sys

import pypdfium2
from PIL import Image

SECONDS = 8  # of processor time
MEMORY = 1024**3  # bytes of address space; a page of 1600 pixels with its scans needs a quarter of it
LONGER_SIDE = 1600  # pixels: A4 is drawn at 137 dots an inch
HIGHEST_SCALE = 3.0  # of 72 dots an inch, for pages as small as a receipt


def _give_up_rights() -> None:
    """No file and no connection can be opened from here on, nothing written but the answer, no process started."""
    limits = {"RLIMIT_CPU": SECONDS, "RLIMIT_AS": MEMORY, "RLIMIT_CORE": 0, "RLIMIT_FSIZE": 0, "RLIMIT_NOFILE": 0,
              "RLIMIT_NPROC": 0}  # fmt: skip
    for name, most in limits.items():
        which = getattr(resource, name)
        _, hard = resource.getrlimit(which)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (allowed, allowed))


def draw(document: pypdfium2.PdfDocument, number: int) -> Image.Image:
    """Page `number`, from 1, with what was filled into its forms; at most LONGER_SIDE pixels either way."""
    if document.get_formtype():
        document.init_forms()
    page = document[number - 1]
    scale = min(LONGER_SIDE / max(page.get_size()), HIGHEST_SCALE)
    drawn: Image.Image = page.render(scale=scale).to_pil().convert("RGB")
    return drawn


def main(number: int) -> int:
    """Answer on standard output; returns the exit status."""
    Image.init()  # writers are found by importing them, which opens files
    _give_up_rights()
    try:
        document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
        if number == 0:
            sys.stdout.write(str(len(document)))
        else:
            draw(document, number).save(sys.stdout.buffer, "WEBP", quality=80, method=2)
    except (pypdfium2.PdfiumError, IndexError, ValueError, MemoryError, OSError):
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))

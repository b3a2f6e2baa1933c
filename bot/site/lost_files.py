"""What a form says of files that were chosen and did not come along: no browser lets a page choose them again."""

from collections.abc import Mapping, Sequence
from typing import Final

from bot.attachments.rules import safe_name
from bot.http import HttpUpload

_NAMED: Final = 5


def with_lost_files(errors: Mapping[str, str], files: Sequence[HttpUpload]) -> dict[str, str]:
    """`errors` with the files named beside their field, where any were chosen."""
    if not errors or not files:
        return dict(errors)
    names = ", ".join(safe_name(file.filename) for file in files[:_NAMED])
    more = f" dan {len(files) - _NAMED} berkas lain" if len(files) > _NAMED else ""
    lost = f"Lampiran tadi belum ikut terkirim ({names}{more}); mohon pilih kembali yang diperlukan."
    return {**errors, "files": f"{errors['files']} {lost}" if "files" in errors else lost}

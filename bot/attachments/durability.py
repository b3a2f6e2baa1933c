"""What has to be asked of the disk, so that a file outlives a power cut."""

import os
from pathlib import Path


def settle(folder: Path) -> None:
    """Write a folder itself: a file that was renamed into it survives a power cut only then (fsync(2))."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

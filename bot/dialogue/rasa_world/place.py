"""Where the trained model lies."""

from pathlib import Path

NAME = "arkas.tar.gz"


def model_file(path: Path) -> Path:
    """Return the model file in the folder `path`, or `path` itself when it is a file."""
    return path if path.is_file() else path / NAME

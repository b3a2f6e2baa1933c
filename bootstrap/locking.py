"""`./arkas lock`: compiles requirements/*.in into the locked sets. For maintainers; needs the registry.

No index address is written, and torch is locked without a hash and without a local part, so that the same line
takes a CPU wheel from any folder or mirror. The CUDA packages that torch asks for are excluded by name.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple

from bootstrap.installer import Installer
from bootstrap.making import check_folder
from bootstrap.progress import Progress
from bootstrap.registry import of_this_machine
from bootstrap.running import Runner

TORCH_HASHES = re.compile(r"^(torch==[0-9.]+)[^\n]*\\\n(?:    --hash=[^\n]*\n)+", re.MULTILINE)
HEADER = "# Made by `./arkas lock` from {}: do not edit.\n"


class Lock(NamedTuple):
    """One compilation: the .in file and how uv is to read it."""

    name: str
    options: tuple[str, ...]


UNIVERSAL = ("--universal", "--python-version", "3.11", "--excludes", "requirements/excluded.txt")
# Rasa's own pins contradict each other on other platforms, so its set is for Linux on x86-64 (and Intel Macs).
LOCKS = (
    Lock("product", UNIVERSAL),
    Lock("test", (*UNIVERSAL, "--constraints", "requirements/product.txt")),
    Lock("rasa", ("--python-version", "3.10", "--python-platform", "x86_64-unknown-linux-gnu")),
)


def lock(root: Path, arguments: list[str]) -> int:
    """Compiles all sets. Versions that still fit are kept; with --upgrade the newest are taken."""
    progress = Progress()
    check_folder(root)
    # A machine's own folders and extra indexes hold builds that others cannot get.
    sources = of_this_machine()._replace(extra_indexes=(), find_links=())
    installer = Installer(root, Runner(), sources)
    installer.provide()
    for one in LOCKS:
        progress.begin(one.name, f"locking requirements/{one.name}.txt")
        _compile(root, installer, one, [argument for argument in arguments if argument == "--upgrade"])
        progress.finish(one.name, f"requirements/{one.name}.txt is written")
    return 0


def _compile(root: Path, installer: Installer, one: Lock, extra: list[str]) -> None:
    source, target = f"requirements/{one.name}.in", root / "requirements" / (one.name + ".txt")
    quiet = ("--quiet", "--no-header", "--no-annotate", "--generate-hashes")
    places = ("--no-emit-index-url", "--no-emit-find-links")
    os.chdir(str(root))
    installer.must(
        "pip", "compile", *quiet, *places, *one.options, *extra, source, "--output-file", str(target), log="lock"
    )
    text = target.read_text(encoding="utf-8")
    target.write_text(HEADER.format(source) + without_torch_hashes(text), encoding="utf-8")


def without_torch_hashes(text: str) -> str:
    """Each builder's torch has its own hash: the registry's, PyTorch's CPU build, a mirror's."""
    return TORCH_HASHES.sub(r"\1\n", text)

"""Where packages come from: what pip is told on this machine, told to uv (which does not read pip's settings)."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Mapping, NamedTuple

from bootstrap.pythons import Minor

SETTING = re.compile(r"^(?P<section>[^.]+)\.(?P<name>[a-z-]+)=(?P<value>'.*'|\".*\")$")
CPU_TORCH = re.compile(r"^torch-(?P<version>[0-9.]+)(\+cpu)?-cp(?P<major>\d)(?P<minor>\d+)-")


class Sources(NamedTuple):
    """The registry of this machine, empty where it is the public one."""

    main_index: str = ""
    extra_indexes: tuple[str, ...] = ()
    find_links: tuple[str, ...] = ()
    certificates: str = ""

    def environment(self) -> dict[str, str]:
        """What uv reads; anything that the person set for uv itself stays as it is."""
        wanted = {
            "UV_DEFAULT_INDEX": self.main_index,
            "UV_INDEX": " ".join(self.extra_indexes),
            # pip takes the best version of all its indexes; the hashes of the lock files keep a wrong one out.
            "UV_INDEX_STRATEGY": "unsafe-best-match" if self.extra_indexes else "",
            "SSL_CERT_FILE": self.certificates,
        }
        own = ("UV_INDEX_URL", "UV_EXTRA_INDEX_URL")
        if any(os.environ.get(name) for name in own):
            wanted = {"SSL_CERT_FILE": self.certificates}
        return {name: value for name, value in wanted.items() if value and not os.environ.get(name)}

    def options(self) -> list[str]:
        """What uv takes only as options."""
        return [part for place in self.find_links for part in ("--find-links", place)]


def parse(settings: str) -> Sources:
    """Reads `pip config list`. Environment variables come last in it under `:env:` and win over files."""
    found: dict[str, str] = {}
    lines = sorted(settings.splitlines(), key=lambda line: line.startswith(":env:"))
    for line in lines:
        match = SETTING.match(line.strip())
        if match:
            found[match.group("name")] = match.group("value")[1:-1].replace("\\n", " ")
    return from_mapping(found)


def from_mapping(found: Mapping[str, str]) -> Sources:
    """Lists are separated by blanks or lines in pip's settings."""
    return Sources(
        main_index=found.get("index-url", "").strip(),
        extra_indexes=tuple(found.get("extra-index-url", "").split()),
        find_links=tuple(found.get("find-links", "").split()),
        certificates=found.get("cert", "").strip(),
    )


def from_environment() -> Sources:
    """Only what PIP_* variables say."""
    names = ("index-url", "extra-index-url", "find-links", "cert")
    return from_mapping({name: os.environ.get("PIP_" + name.replace("-", "_").upper(), "") for name in names})


def of_this_machine() -> Sources:
    """Asks pip for its settings; without a pip only the environment counts."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return from_environment()
    return parse(done.stdout.decode("utf-8", "replace")) if done.returncode == 0 else from_environment()


def local_torch(sources: Sources, version: str) -> list[Minor]:
    """The Pythons for which a folder of this machine holds a CPU build of torch."""
    minors = []
    for place in sources.find_links:
        folder = Path(place)
        for wheel in sorted(folder.glob("torch-*.whl")) if folder.is_dir() else []:
            match = CPU_TORCH.match(wheel.name)
            if match and match.group("version") == version:
                minors.append((int(match.group("major")), int(match.group("minor"))))
    return minors

"""One file that holds everything an installation lives in, made and read back while it runs.

The file is a tar: `manifest.json`, the database as one moment saw it, then the attachments and raw mails. Files are
stored before the rows that name them are committed, and never changed; so files that are copied after the database's
moment are all there.
"""

import asyncio
import json
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy.engine import make_url

from bot.database import upgrade
from bot.operations import postgres

FORMAT: Final = 1
_MANIFEST: Final = "manifest.json"
_SQLITE: Final = "database.sqlite"


class BackupUnusable(Exception):
    """A file that is no backup of ours, or one of another kind of database or version."""


def backup(url: str, folders: dict[str, Path], target: Path, *, at: datetime) -> None:
    """Write the database at `url` and the named folders into `target`, which appears only when it is whole."""
    part = target.with_name(f"{target.name}.part")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent) as folder, tarfile.open(part, "w") as tar:
            kept = Path(folder)
            manifest = {"format": FORMAT, "made_at": at.isoformat(), **_dump(url, kept)}
            (kept / _MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
            for path in [kept / _MANIFEST, *sorted(kept.glob("database*"))]:
                tar.add(path, arcname=path.name)
            for name, root in folders.items():
                _add(tar, name, root)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def restore(url: str, folders: dict[str, Path], source: Path) -> None:
    """Put everything back: the database in one transaction, so whoever reads meanwhile sees the old or the new one.

    Files that are there already stay. Raises BackupUnusable before anything is changed.
    """
    with tempfile.TemporaryDirectory() as folder, _opened(source) as tar:
        kept = Path(folder)
        manifest = _manifest(tar)
        if manifest.get("format") != FORMAT or manifest.get("kind") != make_url(url).get_backend_name():
            raise BackupUnusable(f"{source} is a backup of another format or of another kind of database")
        for member in tar:
            if member.isfile() and member.name.startswith("database"):
                tar.extract(member, kept, filter="data")
            elif member.isfile() and member.name.partition("/")[0] in folders:
                _bring_back(tar, member, folders)
        _load(url, manifest, kept)


def _opened(source: Path) -> tarfile.TarFile:
    try:
        return tarfile.open(source)
    except (tarfile.TarError, OSError) as error:
        raise BackupUnusable(f"{source} cannot be read: {error}") from error


def _manifest(tar: tarfile.TarFile) -> dict[str, Any]:
    first = tar.next()
    file = tar.extractfile(first) if first is not None and first.name == _MANIFEST else None
    if file is None:
        raise BackupUnusable("it does not begin as a backup of ours")
    try:
        manifest: dict[str, Any] = json.loads(file.read())
    except ValueError as error:
        raise BackupUnusable("its manifest cannot be read") from error
    return manifest


def _add(tar: tarfile.TarFile, name: str, root: Path) -> None:
    """Copy a folder in which others work: what was thrown away meanwhile is named by no row of the database."""
    for path in _files(root):
        with suppress(FileNotFoundError):
            tar.add(path, arcname=f"{name}/{path.relative_to(root)}", recursive=False)


def _files(root: Path) -> Iterator[Path]:
    """The finished files of a folder: not uploads on their way in, and not the drafts of the mail archive."""
    for path in sorted(root.rglob("*")) if root.is_dir() else ():
        inside = path.relative_to(root)
        if path.is_file() and inside.parts[0] != "incoming" and not path.name.startswith("."):
            yield path


def _bring_back(tar: tarfile.TarFile, member: tarfile.TarInfo, folders: dict[str, Path]) -> None:
    name, _, rest = member.name.partition("/")
    if (folders[name] / rest).exists():
        return
    folders[name].mkdir(parents=True, exist_ok=True)
    tar.extract(member.replace(name=rest), folders[name], filter="data")  # the filter refuses ways out of the folder


def _dump(url: str, folder: Path) -> dict[str, Any]:
    if make_url(url).get_backend_name() != "sqlite":
        return {"kind": "postgresql", **asyncio.run(postgres.dump(url, folder))}
    with closing(_connect(url)) as source, closing(sqlite3.connect(folder / _SQLITE)) as copy:
        source.backup(copy)
    return {"kind": "sqlite"}


def _load(url: str, manifest: dict[str, Any], folder: Path) -> None:
    if make_url(url).get_backend_name() != "sqlite":
        upgrade(url)
        asyncio.run(postgres.load(url, manifest, folder))
        return
    with closing(sqlite3.connect(folder / _SQLITE)) as copy, closing(_connect(url)) as target:
        copy.backup(target)  # in one transaction of the target, with its write lock
    upgrade(url)


def _connect(url: str) -> sqlite3.Connection:
    return sqlite3.connect(make_url(url).database or "", timeout=30)

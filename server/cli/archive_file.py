"""A backup is one zip: every database as a consistent snapshot, secrets, certificates, the site's own catalogue.

Beside each stands its digest.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import apsw

from server import clock
from server.assemble import StartupProblem
from server.settings import VERSION

MANIFEST = "manifest.json"
# The read model is a projection: a restored hub makes it anew.
STORE = "store.sqlite"
LEFT_OUT = ("readmodel.sqlite",)
PLAIN_FILES = ("secrets.json", "demo-credentials.json", "tls/ca.crt", "tls/ca.key")
# What the site replaced, chose and signed: without it a restored hub would count by other definitions.
SITE_FILES = "catalogue/**/*.json"
PAGES_A_STEP = 4096


def database_files(instance: Path) -> list[Path]:
    """Every SQLite file of the instance."""
    return sorted(instance.glob("*.sqlite"))


def integrity_problems(path: Path) -> list[str]:
    """What SQLite finds wrong with a file; empty when it is sound."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(20)")]
    finally:
        connection.close()
    return [] if found == ["ok"] else found


def write_backup(instance: Path, file: Path, store: Path | None = None) -> list[str]:
    """Write the zip beside its final name and put it there when it is whole; returns what it holds.

    `store`: a copy of the documents that lie elsewhere; a file that the instance still has is then of before.
    """
    databases = [path for path in database_files(instance) if path.name not in LEFT_OUT]
    if store is not None:
        databases = [store, *(path for path in databases if path.name != STORE)]
    if not databases:
        raise StartupProblem(f"{instance} holds no data; set GREENLANE_INSTANCE to the folder of the hub")
    beside = file.with_name(file.name + ".part")
    digests: dict[str, str] = {}
    try:
        with os.fdopen(os.open(beside, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as opened:
            with zipfile.ZipFile(opened, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                for name, path in contents(instance, databases):
                    digests[name] = digest_of(path)
                    archive.write(path, name)
                manifest = {"version": VERSION, "made_at": clock.to_iso(clock.now()), "sha256": digests}
                archive.writestr(MANIFEST, json.dumps(manifest, indent=2))
            opened.flush()
            os.fsync(opened.fileno())
        os.replace(beside, file)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise StartupProblem(f"{file} cannot be written ({error.strerror or error}); choose another place") from error
    except apsw.Error as error:
        beside.unlink(missing_ok=True)
        raise StartupProblem(f"a database cannot be read ({error}); run: flask --app wsgi verify") from error
    return list(digests)


def contents(instance: Path, databases: list[Path]) -> Iterator[tuple[str, Path]]:
    """Names in the zip and the files to take, databases as snapshots, one at a time to spare the disk."""
    for path in databases:
        with tempfile.TemporaryDirectory(dir=instance, prefix=".backup-") as folder:
            snapshot = Path(folder) / path.name
            take_snapshot(path, snapshot)
            yield path.name, snapshot
    for path in [*(instance / name for name in PLAIN_FILES), *sorted(instance.glob(SITE_FILES))]:
        if path.exists():
            with tempfile.TemporaryDirectory(dir=instance, prefix=".backup-") as folder:
                # Somebody may write the file while it is packed: digest and bytes are of one copy.
                yield str(path.relative_to(instance)), Path(shutil.copy(path, folder))


def take_snapshot(source_path: Path, target_path: Path) -> None:
    """Copy a database as of one instant, while others may write to it (SQLite's online backup)."""
    source = apsw.Connection(str(source_path), flags=apsw.SQLITE_OPEN_READONLY)
    target = apsw.Connection(str(target_path))
    try:
        source.set_busy_timeout(10_000)
        # An open read transaction keeps the snapshot still: writers go on in the WAL, and no step starts over.
        with source:
            source.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            with target.backup("main", source, "main") as copying:
                while not copying.done:
                    copying.step(PAGES_A_STEP)
    finally:
        target.close()
        source.close()


def read_backup(file: Path, instance: Path) -> list[str]:
    """Unpack a backup into an empty instance: all of it, or nothing when a digest differs."""
    if database_files(instance):
        raise StartupProblem(f"{instance} holds data already; set GREENLANE_INSTANCE to an empty folder")
    folder = Path(tempfile.mkdtemp(dir=instance, prefix=".restore-"))
    try:
        names = unpack(file, folder)
        for name in names:
            target = instance / name
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.chmod(folder / name, 0o600)
            os.replace(folder / name, target)
    finally:
        shutil.rmtree(folder)
    return names


def unpack(file: Path, folder: Path) -> list[str]:
    """Unpack and check every digest; raises StartupProblem for what is no backup, or a damaged one."""
    try:
        with zipfile.ZipFile(file) as archive:
            digests: dict[str, str] = json.loads(archive.read(MANIFEST))["sha256"]
            for name in digests:
                archive.extract(name, folder)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise StartupProblem(f"{file} is no whole backup of a hub ({error}); take another one") from error
    for name, digest in digests.items():
        if digest_of(folder / name) != digest:
            raise StartupProblem(f"{name} in {file} is damaged (its digest differs); take another backup")
    return list(digests)


def digest_of(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()

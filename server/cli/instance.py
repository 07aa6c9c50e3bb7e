"""backup, restore, rebuild and verify of a whole instance."""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import apsw
import click

from server import create_app
from server.assemble import StartupProblem, open_store
from server.cli import archive_file
from server.cli.checking import store_problems
from server.cli.move import move_and_verify
from server.cli.opening import one_line_problems, open_settings
from server.hub import Hub
from server.serving.instance_lock import InstanceLock
from server.settings import Settings
from sync.sqlite_store import open_store as open_sqlite_store


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Write the whole instance into one zip FILE; the hub may serve meanwhile (with GREENLANE_STORE: stop it first)."""
    with one_line_problems():
        settings = open_settings()
        if settings.store:
            names = backup_from_elsewhere(settings, file)
        else:
            names = archive_file.write_backup(settings.instance, file)
        click.echo(f"wrote {file}: {', '.join(names)}")
        click.echo("It holds patients' data and the hub's secrets: keep it locked away.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def restore(file: Path) -> None:
    """Fill an empty instance from a backup FILE. The hub gets a new uuid; the read model is made anew."""
    with one_line_problems():
        settings = open_settings()
        with InstanceLock(settings.instance):
            names = archive_file.read_backup(file, settings.instance)
            if settings.store:
                fill_store_elsewhere(settings)
            app = create_app(settings)
            hub: Hub = app.extensions["greenlane"]
            uuid = hub.store.renew_uuid()
            rebuild_read_model(hub)
            hub.close()
        click.echo(f"restored {', '.join(names)} into {settings.instance}; the hub's uuid is {uuid}")


def backup_from_elsewhere(settings: Settings, file: Path) -> list[str]:
    """Copy the documents out of CouchDB into a file first, compared to the byte, so that the zip is whole as ever."""
    with InstanceLock(settings.instance), tempfile.TemporaryDirectory(dir=settings.instance, prefix=".backup-") as made:
        copy = Path(made) / archive_file.STORE
        with closing(open_store(settings)) as source, closing(open_sqlite_store(copy)) as target:
            move_and_verify(source, target)
        return archive_file.write_backup(settings.instance, file, copy)


def fill_store_elsewhere(settings: Settings) -> None:
    """Carry the documents of a backup on into the CouchDB of the settings, which must be empty."""
    path = settings.instance / archive_file.STORE
    with closing(open_sqlite_store(path)) as source, closing(open_store(settings)) as target:
        move_and_verify(source, target)
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


@click.command()
def rebuild() -> None:
    """Make the read model (boards, search, quality) anew from the archive. Stop the hub first."""
    with one_line_problems():
        settings = open_settings()
        with InstanceLock(settings.instance):
            hub: Hub = create_app(settings).extensions["greenlane"]
            rebuild_read_model(hub)
            hub.close()


def rebuild_read_model(hub: Hub) -> None:
    """Rebuild with a line of progress that a person can follow."""

    def progress(*counts: Any) -> None:
        click.echo(f"\rread model: {' of '.join(str(count) for count in counts)} ", nl=False)

    hub.readmodel.rebuild(progress)
    click.echo("\nthe read model is rebuilt")


@click.command()
def verify() -> None:
    """Check every database file, every document and the bytes of every attachment; exit code 1 when one is damaged."""
    with one_line_problems():
        settings = open_settings()
        problems: list[str] = []
        for path in archive_file.database_files(settings.instance):
            try:
                found = archive_file.integrity_problems(path)
            except apsw.Error as error:
                found = [str(error)]
            click.echo(f"{path.name}: {'ok' if not found else '; '.join(found)}")
            problems += found
        if not problems:
            found = store_problems_of(settings)
            for problem in found:
                click.echo(problem)
            click.echo(f"documents and attachments: {'ok' if not found else f'{len(found)} problems'}")
            problems += found
        if problems:
            raise StartupProblem(
                "damage was found; stop the hub, move the instance away, and restore a backup: "
                "flask --app wsgi restore FILE"
            )


def store_problems_of(settings: Settings) -> list[str]:
    """What is wrong with the documents themselves, wherever they lie."""
    if not settings.store and not (settings.instance / archive_file.STORE).exists():
        return []
    with closing(open_store(settings)) as store:
        return list(store.check()) if settings.store else list(store_problems(store))

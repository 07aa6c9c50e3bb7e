"""backup, restore, rebuild and verify of a whole instance."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import apsw
import click

from server import create_app
from server.assemble import StartupProblem
from server.cli import archive_file
from server.cli.opening import one_line_problems, open_settings
from server.hub import Hub
from server.serving.instance_lock import InstanceLock


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Write the whole instance into one zip FILE; the hub may serve meanwhile."""
    with one_line_problems():
        settings = open_settings()
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
            app = create_app(settings)
            hub: Hub = app.extensions["greenlane"]
            uuid = hub.store.renew_uuid()
            rebuild_read_model(hub)
            hub.close()
        click.echo(f"restored {', '.join(names)} into {settings.instance}; the hub's uuid is {uuid}")


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
    """Check every database file of the instance; exit code 1 when one is damaged."""
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
        if problems:
            raise StartupProblem(
                "damage was found; stop the hub, move the instance away, and restore a backup: "
                "flask --app wsgi restore FILE"
            )

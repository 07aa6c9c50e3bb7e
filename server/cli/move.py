"""`flask --app wsgi move --to URL|PATH`: everything of this hub's store into another one, verified to the byte."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from server.assemble import StartupProblem, open_store
from server.cli.moving import Move
from server.cli.opening import one_line_problems, open_settings
from server.cli.verifying import differences
from server.serving.instance_lock import InstanceLock
from sync.couchdb_store import open_store as open_couchdb_store
from sync.sqlite_store import open_store as open_sqlite_store

SHOWN_PROBLEMS = 20


@click.command()
@click.option("--to", "target", required=True, metavar="URL|PATH", help="https://user:password@host/prefix, or a file.")
def move(target: str) -> None:
    """Copy the hub's store into another one, and compare every document. Stop the hub first.

    Interrupted, it goes on where it was when it is called again. The store moved from stays as it is.
    """
    with one_line_problems():
        settings = open_settings()
        with InstanceLock(settings.instance):
            source = open_store(settings)
            try:
                other = open_target(target)
                try:
                    move_and_verify(source, other)
                finally:
                    other.close()
            finally:
                source.close()
        click.echo(how_to_go_on(target))


def open_target(target: str) -> Any:
    """The store at an address, or in a file that is made where there is none."""
    if target.startswith(("http://", "https://")):
        return open_couchdb_store(target)
    path = Path(target).resolve()
    if path.is_dir():
        path = path / "store.sqlite"
    return open_sqlite_store(path)


def move_and_verify(source: Any, target: Any) -> None:
    """Copy, then compare. Raises StartupProblem for a target that holds something else, or differs in the end."""
    moving = Move(source, target, say)
    moving.begin()
    moving.run()
    click.echo("")
    problems = list(differences(source, target, say))
    click.echo("")
    if problems:
        for problem in problems[:SHOWN_PROBLEMS]:
            click.echo(problem, err=True)
        raise StartupProblem(
            f"{len(problems)} differences between the stores; the hub's own store is untouched. Keep using it, "
            "empty the target, and move again"
        )
    moving.end()


def say(what: str, done: int, of: int | None = None) -> None:
    """A line of progress that replaces the one before."""
    click.echo(f"\r{what}: {done}{f' of {of}' if of is not None else ''}   ", nl=False)


def how_to_go_on(target: str) -> str:
    if target.startswith(("http://", "https://")):
        return (
            "moved and verified. Set GREENLANE_STORE to the new address and start the hub; devices compare everything "
            "with it anew. The former store is untouched: put it away when you are content."
        )
    return (
        "moved and verified. Put the file where the hub looks for it (store.sqlite in its instance), unset "
        "GREENLANE_STORE and start the hub; devices compare everything with it anew. The former store is untouched."
    )

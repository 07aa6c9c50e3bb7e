"""Opens the instance for a command; whatever is wrong becomes one line and exit code 1."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import apsw
import click

from server.accounts.accounts import Accounts
from server.accounts.secrets_file import SecretsProblem, load_secrets
from server.accounts.store import AccountProblem
from server.assemble import StartupProblem, database_remedy, prepare_instance
from server.catalogue.decisions import DecisionsProblem
from server.clock import Clock
from server.settings import Settings, SettingsProblem
from sync.errors import SyncError

EXPECTED = (SettingsProblem, StartupProblem, SecretsProblem, AccountProblem, DecisionsProblem, SyncError)


@contextmanager
def one_line_problems() -> Iterator[None]:
    """Turn the expected problems of an instance into click's one line."""
    try:
        yield
    except EXPECTED as problem:
        raise click.ClickException(" ".join(str(problem).split())) from problem


def open_settings() -> Settings:
    """The settings, with an instance folder that can be written; files made from now on are for this user only."""
    os.umask(0o077)
    settings = Settings.from_environment()
    prepare_instance(settings)
    return settings


@contextmanager
def open_accounts() -> Iterator[Accounts]:
    """accounts.sqlite alone; a serving hub sees what is written here within seconds."""
    with one_line_problems():
        settings = open_settings()
        secrets = load_secrets(settings.instance / "secrets.json")
        path = settings.instance / "accounts.sqlite"
        try:
            accounts = Accounts(path, settings, Clock(), secrets["token_key"])
        except apsw.Error as error:
            raise StartupProblem(database_remedy(str(path), error)) from error
        try:
            yield accounts
        finally:
            accounts.database.close()

"""staff, unit and site: the first ones of an installation, and repairs."""

from __future__ import annotations

import secrets
import sys

import click

from server.accounts.accounts import Accounts
from server.accounts.rules import ROLES, Staff
from server.accounts.store import AccountProblem
from server.cli.opening import open_accounts

TAKES_EFFECT = "A running hub takes this over within seconds."


@click.group()
def staff() -> None:
    """Add, list and change members of staff. The first administrator: staff add admin --role admin"""


@staff.command("add")
@click.argument("username")
@click.option("--name", help="As shown to others; the username if left out.")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--unit", "units", multiple=True, help="Ambulance of a paramedic; may be repeated.")
@click.option("--site", "sites", multiple=True, help="Hospital of a nurse, doctor or specialist; may be repeated.")
@click.option("--password", help="Left out: asked for, read from standard input, or made up and shown.")
def staff_add(
    username: str, name: str | None, role: str, units: tuple[str, ...], sites: tuple[str, ...], password: str | None
) -> None:
    """Add a member of staff."""
    with open_accounts() as accounts:
        chosen, is_made_up = password_for(password)
        added = accounts.add_staff(username.lower(), name or username, role, chosen, units=units, sites=sites)
        click.echo(f"added {added.username} ({added.role}, {added.id}). {TAKES_EFFECT}")
        if is_made_up:
            click.echo(f"password: {chosen}")


@staff.command("list")
def staff_list() -> None:
    """List all members of staff."""
    with open_accounts() as accounts:
        for one in accounts.store.all_staff():
            places = ",".join([*one.units, *one.sites]) or "-"
            state = "active" if one.active else "off"
            click.echo(f"{one.username}\t{one.role}\t{places}\t{state}\t{one.id}\t{one.name}")


@staff.command("passwd")
@click.argument("username")
@click.option("--password", help="Left out: asked for, read from standard input, or made up and shown.")
def staff_passwd(username: str, password: str | None) -> None:
    """Give a member of staff a new password; their devices must sign in again."""
    with open_accounts() as accounts:
        known = staff_named(accounts, username)
        chosen, is_made_up = password_for(password)
        accounts.change_password(known.id, chosen)
        click.echo(f"{known.username} has a new password. {TAKES_EFFECT}")
        if is_made_up:
            click.echo(f"password: {chosen}")


@staff.command("off")
@click.argument("username")
def staff_off(username: str) -> None:
    """Switch a member of staff off; what they wrote stays."""
    set_active(username, False)


@staff.command("on")
@click.argument("username")
def staff_on(username: str) -> None:
    """Switch a member of staff on again."""
    set_active(username, True)


def set_active(username: str, active: bool) -> None:
    with open_accounts() as accounts:
        known = staff_named(accounts, username)
        accounts.store.change_staff(known.id, active=active)
        click.echo(f"{known.username} is {'on' if active else 'off'}. {TAKES_EFFECT}")


def staff_named(accounts: Accounts, username: str) -> Staff:
    known = accounts.store.credential_by_username(username)
    if known is None:
        raise AccountProblem(f"nobody has the username {username}; see `staff list`")
    return known.staff


def password_for(given: str | None) -> tuple[str, bool]:
    """The password to set, and whether it was made up here and must be shown."""
    if given:
        return given, False
    if sys.stdin.isatty():
        typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return typed, False
    line = sys.stdin.readline().strip()
    return (line, False) if line else (secrets.token_urlsafe(9), True)


@click.group()
def unit() -> None:
    """Add and list ambulances."""


@unit.command("add")
@click.argument("unit_id", metavar="ID")
@click.option("--name", required=True)
@click.option("--phone", default="")
def unit_add(unit_id: str, name: str, phone: str) -> None:
    """Add an ambulance, or change its name and telephone."""
    with open_accounts() as accounts:
        accounts.store.put_unit(unit_id, name, phone)
        click.echo(f"ambulance {unit_id}: {name}. {TAKES_EFFECT}")


@unit.command("list")
def unit_list() -> None:
    """List all ambulances."""
    with open_accounts() as accounts:
        for one in accounts.store.units():
            click.echo(f"{one.id}\t{one.name}\t{one.phone}")


@click.group()
def site() -> None:
    """Add and list hospitals."""


@site.command("add")
@click.argument("site_id", metavar="ID")
@click.option("--name", required=True, help="In Chinese.")
@click.option("--name-en", default="", help="In English.")
@click.option("--phone", default="", help="The emergency department's: shown when an alert is not confirmed.")
def site_add(site_id: str, name: str, name_en: str, phone: str) -> None:
    """Add a hospital, or change its names and telephone."""
    with open_accounts() as accounts:
        accounts.store.put_site(site_id, name, name_en, phone)
        click.echo(f"hospital {site_id}: {name}. {TAKES_EFFECT}")


@site.command("list")
def site_list() -> None:
    """List all hospitals."""
    with open_accounts() as accounts:
        for one in accounts.store.sites():
            click.echo(f"{one.id}\t{one.name_zh}\t{one.name_en}\t{one.phone}")

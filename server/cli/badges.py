"""badge: issuing, listing and revoking badges, and the keys that sign them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from server.badges.badges import Badges
from server.badges.rules import USUAL_VALID_DAYS, date_of
from server.cli.accounts import TAKES_EFFECT, staff_named
from server.cli.opening import open_accounts


@contextmanager
def open_badges() -> Iterator[Badges]:
    with open_accounts() as accounts:
        yield Badges(accounts, accounts.settings.instance / "secrets.json")


@click.group()
def badge() -> None:
    """Issue, list and revoke badges."""


@badge.command("issue")
@click.argument("username")
@click.option("--label", default="", help="Written on the card: which one of several this is.")
@click.option("--days", default=USUAL_VALID_DAYS, show_default=True, help="For how many days it is valid.")
def badge_issue(username: str, label: str, days: int) -> None:
    """Issue a badge; the token that is shown goes onto an NFC tag (text record) or into a QR code."""
    with open_accounts() as accounts:
        badges = Badges(accounts, accounts.settings.instance / "secrets.json")
        made = badges.issue(staff_named(accounts, username).id, label, days)
        click.echo(f"badge {made.id} for {username}, valid until {date_of(made.expires)}. {TAKES_EFFECT}")
        click.echo(badges.token_of(made))


@badge.command("list")
def badge_list() -> None:
    """List all badges, without their tokens."""
    with open_badges() as badges:
        for one in badges.store.badges():
            state = f"revoked: {one.revoked_why}" if one.revoked_ms is not None else f"until {date_of(one.expires)}"
            click.echo(f"{one.id}\t{one.staff}\t{date_of(one.issued)}\t{state}\t{one.label}")


@badge.command("revoke")
@click.argument("badge_id")
@click.option("--why", required=True, help="lost, stolen, left, replaced…")
def badge_revoke(badge_id: str, why: str) -> None:
    """Revoke a badge."""
    with open_badges() as badges:
        click.echo(f"badge {badges.revoke(badge_id, why).id} is revoked. {TAKES_EFFECT}")


@badge.command("keys")
def badge_keys() -> None:
    """List the keys whose badges are valid; the last one signs."""
    with open_badges() as badges:
        for key in badges.keys.public():
            click.echo(key)


@badge.command("new-key")
def badge_new_key() -> None:
    """Sign new badges with a new key; those of the key before stay valid."""
    with open_badges() as badges:
        click.echo(f"new badges are signed with key {badges.keys.make()}. {TAKES_EFFECT}")


@badge.command("withdraw-key")
@click.argument("key")
def badge_withdraw_key(key: str) -> None:
    """Trust a key no longer: every badge that it signed is refused."""
    with open_badges() as badges:
        badges.keys.withdraw(key)
        click.echo(f"badges signed with {key} are refused. {TAKES_EFFECT}")

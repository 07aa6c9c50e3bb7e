"""catalogue check | choose | sign | unsign: what a site decides about the definitions."""

from __future__ import annotations

from pathlib import Path

import click

from server.catalogue import Catalogue
from server.catalogue.decisions import read_decisions, with_variant, write_decisions
from server.cli.opening import one_line_problems, open_settings
from server.clock import Clock

TAKES_EFFECT = "A running hub takes this over at its next start."


@click.group()
def catalogue() -> None:
    """Check the catalogue, choose variants, sign definitions off."""


@catalogue.command("check")
def check() -> None:
    """Say what is withheld, replaced and signed; exit code 1 when anything is withheld."""
    found, _ = load()
    for one in found.withheld:
        click.echo(f"withheld\t{one['file']}\t{one['reason']}")
    for one in found.overridden:
        click.echo(f"replaced\t{one['folder']}/{one['id']}\t{one['version']}")
    for folder, signatures in found.signed.items():
        for id_, one in signatures.items():
            click.echo(f"signed\t{folder}/{id_}\t{one['by']} {one['at']}")
    total = sum(len(entries) for entries in found.entries.values())
    click.echo(f"{total} definitions, {len(found.withheld)} withheld")
    if found.withheld:
        raise SystemExit(1)


@catalogue.command("choose")
@click.argument("score")
@click.argument("variant")
def choose(score: str, variant: str) -> None:
    """Use VARIANT of SCORE, where sources disagree; like: choose ti k1346"""
    found, folder = load()
    definition = found.scores.get(score)
    if definition is None:
        raise click.ClickException(f"there is no score {score!r}; there are: {', '.join(sorted(found.scores))}")
    with one_line_problems():
        with_variant(definition, variant)
        decisions = read_decisions(folder)
        decisions["variants"][score] = variant
        write_decisions(folder, decisions)
    click.echo(f"{score} uses {variant}. {TAKES_EFFECT}")


@catalogue.command("sign")
@click.argument("names", nargs=-1, required=True)
@click.option("--by", required=True, help="The clinician who answers for it.")
@click.option("--role", default="", help="Their function, like: head of the chest pain centre")
def sign(names: tuple[str, ...], by: str, role: str) -> None:
    """Sign definitions off as they are now, as FOLDER/ID; like: sign scores/nihss --by 王主任"""
    found, folder = load()
    with one_line_problems():
        decisions = read_decisions(folder)
        for name in names:
            where, id_ = known_name(found, name)
            kept = [one for one in decisions["signed_off"] if (one["folder"], one["id"]) != (where, id_)]
            signature = {"folder": where, "id": id_, "hash": found.hashes[where][id_], "by": by, "role": role}
            decisions["signed_off"] = [*kept, {**signature, "at": Clock().now().date().isoformat()}]
        write_decisions(folder, decisions)
    click.echo(f"signed by {by}: {', '.join(names)}. {TAKES_EFFECT}")


@catalogue.command("unsign")
@click.argument("names", nargs=-1, required=True)
def unsign(names: tuple[str, ...]) -> None:
    """Take signatures back; FOLDER/ID as for sign."""
    _, folder = load()
    with one_line_problems():
        decisions = read_decisions(folder)
        signed = {f"{one['folder']}/{one['id']}": one for one in decisions["signed_off"]}
        if unknown := [name for name in names if name not in signed]:
            raise click.ClickException(f"not signed by this site: {', '.join(unknown)}")
        decisions["signed_off"] = [one for name, one in signed.items() if name not in names]
        write_decisions(folder, decisions)
    click.echo(f"no longer signed: {', '.join(names)}. {TAKES_EFFECT}")


def load() -> tuple[Catalogue, Path]:
    """The catalogue as the hub will load it, and the folder of the site's own files."""
    with one_line_problems():
        settings = open_settings()
        folder = settings.instance / "catalogue"
        return Catalogue.load(settings.catalogue_folder, folder), folder


def known_name(found: Catalogue, name: str) -> tuple[str, str]:
    folder, _, id_ = name.partition("/")
    if id_ not in found.entries.get(folder, {}):
        raise click.ClickException(f"there is no {name!r}; name it as FOLDER/ID, like scores/nihss")
    return folder, id_

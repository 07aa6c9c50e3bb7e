"""Places and people of the invented county, and the file with their passwords. All names and numbers are made up."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

import orjson
from gevent.pool import Pool

from server.hub import Hub

CREDENTIALS = "demo-credentials.json"
HASHED_AT_ONCE = 4
# Neither letters nor digits that are read as each other: these passwords are typed from a screen.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"

SITES = (
    ("county", "示例县人民医院", "Example County Hospital", "000-5550-1001"),
    ("east", "东镇卫生院", "East Township Hospital", "000-5550-1002"),
    ("west", "西镇卫生院", "West Township Hospital", "000-5550-1003"),
)
UNITS = (("a101", "救护车 101", "000-5550-2101"), ("a102", "救护车 102", "000-5550-2102"))
STAFF: tuple[tuple[str, str, str, dict[str, list[str]]], ...] = (
    ("paramedic", "李示晨", "paramedic", {"units": ["a101"]}),
    ("paramedic2", "王示远", "paramedic", {"units": ["a102"]}),
    ("nurse", "陈示宁", "nurse", {"sites": ["county"]}),
    ("nurse2", "刘示安", "nurse", {"sites": ["east"]}),
    ("doctor", "周示明", "doctor", {"sites": ["county"]}),
    ("specialist", "吴示衡", "specialist", {"sites": ["county"]}),
    ("commander", "郑示统", "commander", {}),
    ("quality", "孙示质", "quality", {}),
    ("admin", "钱示管", "admin", {}),
)


def staff_id_of(username: str) -> str:
    """The id of a demo member of staff: the same in every installation, so that documents can name it."""
    return f"s-demo-{username}"


def new_password() -> str:
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))


def read_credentials(path: Path) -> dict[str, str]:
    """Username -> password, of those made so far."""
    if not path.exists():
        return {}
    found: dict[str, str] = orjson.loads(path.read_bytes())
    return found


def write_credentials(path: Path, credentials: dict[str, str]) -> None:
    """Replace the file as a whole, readable for its owner alone."""
    draft = path.with_suffix(".draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(orjson.dumps(credentials, option=orjson.OPT_INDENT_2))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def ensure_people(hub: Hub) -> dict[str, str]:
    """Make the places and people that are not there yet; returns all passwords by username."""
    store = hub.accounts.store
    known_sites, known_units = {site.id for site in store.sites()}, {unit.id for unit in store.units()}
    for site in SITES:
        if site[0] not in known_sites:
            store.put_site(*site)
    for unit in UNITS:
        if unit[0] not in known_units:
            store.put_unit(*unit)
    path = hub.settings.instance / CREDENTIALS
    credentials = read_credentials(path)
    missing = [person for person in STAFF if store.credential_by_username(person[0]) is None]
    if missing:
        credentials |= {person[0]: new_password() for person in missing}
        # The file goes first: a password that nobody knows is worse than one that opens nothing.
        write_credentials(path, credentials)
        # Hashing is slow by design, so all cores share it.
        hashes = Pool(HASHED_AT_ONCE).map(hub.accounts.passwords.hash, [credentials[person[0]] for person in missing])
        for (username, name, role, places), password_hash in zip(missing, hashes, strict=True):
            given: dict[str, Any] = {**places, "staff_id": staff_id_of(username)}
            store.add_staff(username, name, role, password_hash, **given)
    return credentials

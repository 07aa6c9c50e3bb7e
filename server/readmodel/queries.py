"""Questions to the read model. Each is served by an index, so that a million encounters answer as one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Engine, Select, and_, func, or_, select

from server.readmodel.tables import encounters, identifiers, links, places, words

LAST_CHARACTER = "\U0010ffff"
# From so many words on, a search goes through encounters newest first until its page is full.
COMMON_FROM = 2_000
Found = tuple[str, str]  # opened_at, encounter


@dataclass(frozen=True)
class Wanted:
    """A search. `places` of None means everywhere; `before` is the last row of the page before."""

    places: tuple[str, ...] | None = None
    from_at: str | None = None
    to_at: str | None = None
    text: str | None = None
    before: Found | None = None
    limit: int = 50


def summaries(connection: Connection, ids: list[str]) -> dict[str, dict[str, Any]]:
    """Summaries by encounter."""
    rows = connection.execute(
        select(encounters.c.encounter, encounters.c.summary).where(encounters.c.encounter.in_(ids))
    )
    return {encounter: orjson.loads(summary) for encounter, summary in rows}


def board(engine: Engine, place: str, finished_after: str, limit: int) -> list[dict[str, Any]]:
    """Summaries of the encounters that stand at a place: open, or closed since."""
    here = and_(places.c.place == place, places.c.is_current)
    with engine.connect() as connection:
        open_ids = select(places.c.encounter).where(here, places.c.closed_at.is_(None)).limit(limit)
        closed_ids = select(places.c.encounter).where(here, places.c.closed_at >= finished_after).limit(limit)
        ids = [row[0] for query in (open_ids, closed_ids) for row in connection.execute(query)]
        return list(summaries(connection, ids).values())


def places_of(engine: Engine, encounter: str) -> list[str]:
    """The mailboxes that hold an encounter."""
    with engine.connect() as connection:
        return [row[0] for row in connection.execute(select(places.c.place).where(places.c.encounter == encounter))]


def _bounded(query: Select[Any], table: Any, wanted: Wanted) -> Select[Any]:
    if wanted.from_at is not None:
        query = query.where(table.c.opened_at >= wanted.from_at)
    if wanted.to_at is not None:
        query = query.where(table.c.opened_at < wanted.to_at)
    if wanted.before is not None:
        opened_at, encounter = wanted.before
        earlier = or_(
            table.c.opened_at < opened_at, and_(table.c.opened_at == opened_at, table.c.encounter < encounter)
        )
        # The plain bound beside it lets the index begin at the right place.
        query = query.where(table.c.opened_at <= opened_at, earlier)
    return query.order_by(table.c.opened_at.desc(), table.c.encounter.desc()).limit(wanted.limit + 1)


def _begins(text: str) -> ColumnElement[bool]:
    return and_(words.c.word >= text, words.c.word < text + LAST_CHARACTER)


def _is_common(connection: Connection, text: str) -> bool:
    """Whether so many words begin so that the newest are found sooner by going through encounters than by sorting."""
    some = select(words.c.word).where(_begins(text)).limit(COMMON_FROM).subquery()
    return int(connection.execute(select(func.count()).select_from(some)).scalar_one()) >= COMMON_FROM


def _by_opening(wanted: Wanted, text: str | None) -> list[Select[Any]]:
    """Newest first along the index, one query for each place; the pages are merged afterwards."""

    def along(table: Any) -> Select[Any]:
        query = _bounded(select(table.c.opened_at, table.c.encounter), table, wanted)
        if text is None:
            return query
        return query.where(select(words.c.word).where(words.c.encounter == table.c.encounter, _begins(text)).exists())

    if wanted.places is None:
        return [along(encounters)]
    return [along(places).where(places.c.place == place) for place in wanted.places]


def _by_word(wanted: Wanted, text: str) -> Select[Any]:
    begins = _begins(text)
    query = select(words.c.opened_at, words.c.encounter).where(begins).distinct()
    if wanted.places is not None:
        held = select(places.c.encounter).where(
            places.c.encounter == words.c.encounter, places.c.place.in_(wanted.places)
        )
        query = query.where(held.exists())
    return _bounded(query, words, wanted)


def _queries(connection: Connection, wanted: Wanted) -> list[Select[Any]]:
    text = (wanted.text or "").strip().lower() or None
    if text is None or _is_common(connection, text):
        return _by_opening(wanted, text)
    return [_by_word(wanted, text)]


def search(engine: Engine, wanted: Wanted) -> tuple[list[dict[str, Any]], Found | None]:
    """A page of summaries, newest first, and where the next page begins (None: this was the last)."""
    with engine.connect() as connection:
        found = {(row[0], row[1]) for query in _queries(connection, wanted) for row in connection.execute(query)}
        page = sorted(found, reverse=True)
        shown = page[: wanted.limit]
        by_id = summaries(connection, [encounter for _, encounter in shown])
    following = shown[-1] if shown and len(page) > wanted.limit else None
    return [by_id[encounter] for _, encounter in shown if encounter in by_id], following


def with_word(engine: Engine, word: str, limit: int) -> list[dict[str, Any]]:
    """Summaries of the encounters that have exactly this word, newest first."""
    query = select(words.c.encounter).where(words.c.word == word).order_by(words.c.opened_at.desc()).limit(limit)
    with engine.connect() as connection:
        ids = [row[0] for row in connection.execute(query)]
        by_id = summaries(connection, ids)
    return [by_id[encounter] for encounter in ids if encounter in by_id]


def count_encounters(engine: Engine, pathway: str, site: str | None, from_at: str, to_at: str) -> int:
    """How many encounters of a pathway there were."""
    query = select(func.count()).where(
        encounters.c.pathway == pathway, encounters.c.opened_at >= from_at, encounters.c.opened_at < to_at
    )
    if site is not None:
        query = query.where(encounters.c.receiving_site == site)
    with engine.connect() as connection:
        return int(connection.execute(query).scalar_one())


def count_with_problems(engine: Engine) -> int:
    """How many encounters hold a document that a person should look at."""
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).where(encounters.c.problems > 0)).scalar_one())


def sharing(engine: Engine, wanted: Iterable[str], from_at: str, to_at: str, limit: int) -> list[tuple[str, str]]:
    """(identifier, encounter) of those opened in a time, newest first; also those opened nobody knows when."""
    opened = identifiers.c.opened_at
    query = (
        select(identifiers.c.identifier, identifiers.c.encounter)
        .where(identifiers.c.identifier.in_(list(wanted)), or_(opened.between(from_at, to_at), opened == ""))
        .order_by(opened.desc(), identifiers.c.encounter)
        .limit(limit)
    )
    with engine.connect() as connection:
        return [(row[0], row[1]) for row in connection.execute(query)]


def linking_to(engine: Engine, other: str, limit: int) -> list[str]:
    """Encounters that name this one in a link."""
    with engine.connect() as connection:
        found = connection.execute(select(links.c.encounter).where(links.c.other == other).limit(limit))
        return [row[0] for row in found]


def open_since(engine: Engine, from_at: str, limit: int) -> list[str]:
    """Open encounters that began after a time, newest first."""
    query = (
        select(encounters.c.encounter)
        .where(encounters.c.opened_at >= from_at, encounters.c.state == "open")
        .order_by(encounters.c.opened_at.desc())
        .limit(limit)
    )
    with engine.connect() as connection:
        return [row[0] for row in connection.execute(query)]

"""Measures the questions to the read model over a million encounters: board, search, quality.

Synthetic summary rows are written straight into the read model's tables, as projection would write them, in a temporary
folder that is deleted afterwards; then the model is asked as the routes ask it. Prints a table in Markdown.

    nice -n 10 .venv/bin/python -m bench.board_queries [encounters] [--keep FILE]
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection

from server.catalogue import Catalogue
from server.clock import Clock, to_iso
from server.quality.rules import indicators_of, interval_indicators, keys_of, statistics
from server.readmodel import ReadModel, database
from server.readmodel.projection import Projected, searched_words
from server.readmodel.queries import Wanted
from server.readmodel.tables import metadata
from server.replication.ulids import new_ulid
from server.settings import Settings
from sync.memory_store import MemoryStore

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂玉萍红建国华文志海燕"
SITES, UNITS = 40, 1000
FILLED = ("encounters", "places", "words", "intervals")
COPIES, DAYS_OF_A_COPY = 20, 91
PATHWAYS = ("general", "trauma", "chest_pain", "stroke")
CHUNK = 5_000
ROUNDS = 40
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("encounters", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--only", default="", help="ask only the questions that begin so")
    parser.add_argument("--keep", type=Path, help="use this file, and fill it only when it is new")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="greenlane-bench-") as folder:
        path = asked.keep or Path(folder) / "readmodel.sqlite"
        is_new = not path.exists()
        catalogue = Catalogue.load(Settings().catalogue_folder)
        model = ReadModel(f"sqlite:///{path}", MemoryStore(), catalogue, FixedClock())
        if is_new:
            fill(model, catalogue, asked.encounters)
        report(model, catalogue, path, asked.only)
        model.close()


class FixedClock(Clock):
    """The day of the synthetic data."""

    def now(self) -> datetime:
        return NOW


def fill(model: ReadModel, catalogue: Catalogue, count: int) -> None:
    """Write `count` encounters of the last years, evenly spread; those of the last hour are open.

    Python makes the newest part, and SQLite copies it back through the years: that takes minutes instead of an hour.
    """
    started = time.perf_counter()
    listed = [index for table in metadata.sorted_tables for index in table.indexes]
    with model._engine.connect() as connection:
        # Only while filling: nothing is lost that is not made again by running this program again.
        for pragma in ("synchronous = OFF", "cache_size = -400000"):
            connection.exec_driver_sql(f"PRAGMA {pragma}")
        for index in listed:
            index.drop(connection)
        write_newest(connection, catalogue, count // COPIES)
        say(started, "newest part")
        newest = {name: connection.exec_driver_sql(f"SELECT max(rowid) FROM {name}").scalar_one() for name in FILLED}
        for copy in range(1, COPIES):
            copy_back(connection, copy, newest)
        say(started, "copies")
        for index in listed:
            index.create(connection)
        connection.commit()
    say(started, "indexes")


def say(started: float, what: str) -> None:
    print(f"{what} written after {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)


def write_newest(connection: Connection, catalogue: Catalogue, count: int) -> None:
    chance = random.Random(7)
    known = catalogue.entries["indicators"].values()
    indicators = {pathway: interval_indicators(known, pathway) for pathway in PATHWAYS}
    step = timedelta(days=DAYS_OF_A_COPY) / count
    for start in range(0, count, CHUNK):
        numbers = range(start, min(start + CHUNK, count))
        database._write(connection, [one_encounter(chance, NOW - step * (n + 1), indicators) for n in numbers])
        connection.commit()


def copy_back(connection: Connection, copy: int, newest: dict[str, int]) -> None:
    """The newest part again, `copy` times its days earlier, under ids of its own, all closed."""
    encounter = f"'{copy + 10}' || substr(encounter, 3)"
    for name in FILLED:
        shifted = {"encounter": encounter, "opened_at": earlier("opened_at", copy), "state": "'closed'"}
        shifted["closed_at"] = earlier("coalesce(closed_at, opened_at)", copy)
        columns = [column.name for column in metadata.tables[name].columns]
        chosen = ", ".join(shifted.get(column, column) for column in columns)
        copied = f"SELECT {chosen} FROM {name} WHERE rowid <= {newest[name]}"
        connection.exec_driver_sql(f"INSERT INTO {name} ({', '.join(columns)}) {copied}")
    connection.commit()


def earlier(column: str, copy: int) -> str:
    return f"strftime('%Y-%m-%dT%H:%M:%fZ', {column}, '-{copy * DAYS_OF_A_COPY} days')"


def one_encounter(chance: random.Random, opened: datetime, indicators: dict[str, list[Any]]) -> Projected:
    encounter, opened_at = new_ulid(opened), to_iso(opened)
    pathway = chance.choices(PATHWAYS, (6, 2, 1, 1))[0]
    site, unit = f"s{chance.randrange(SITES)}", f"a{chance.randrange(UNITS)}"
    is_open = opened > NOW - timedelta(hours=1)
    closed_at = None if is_open else to_iso(opened + timedelta(minutes=chance.randrange(20, 90)))
    summary = summary_of(chance, encounter, opened, pathway, site, unit, closed_at)
    row = {
        "encounter": encounter,
        "state": "open" if is_open else "closed",
        "pathway": pathway,
        "unit": unit,
        "receiving_site": site,
        "opened_at": opened_at,
        "closed_at": closed_at,
        "problems": int(chance.random() < 0.01),
        "summary": orjson.dumps(summary).decode(),
    }
    minutes = {i["id"]: round(chance.lognormvariate(3.5, 0.6), 2) for i in indicators[pathway] if chance.random() < 0.8}
    places = {f"unit_{unit}": True, f"site_{site}": True}
    return Projected(encounter, row, summary, places, searched_words(summary), minutes, frozenset({site}))


def summary_of(
    chance: random.Random, encounter: str, opened: datetime, pathway: str, site: str, unit: str, closed_at: str | None
) -> dict[str, Any]:
    """A summary of about 1.5 kB, as a short record has it."""
    at = to_iso(opened)
    fields = ("sbp", "dbp", "hr", "rr", "spo2", "temp", "glucose")
    name = chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=chance.choice((1, 2, 2))))
    number = f"33{chance.randrange(10**16):016d}"
    return {
        "encounter": encounter,
        "state": "closed" if closed_at else "open",
        "pathway": pathway,
        "unit": unit,
        "site": None,
        "destination": {"site": site, "at": at},
        "patient": {
            "name": name,
            "temporary_name": None,
            "id_number": (number := f"33{chance.randrange(10**16):016d}"),
        },
        "identifiers": [f"id_number:{number}"],
        "eta_at": at,
        "vitals": dict.fromkeys(fields, 100),
        "vitals_at": dict.fromkeys(fields, at),
        "trends": {field: [[at, 100]] * 2 for field in fields},
        "time_nodes": [{"node": "arrive_scene", "at": at, "precision": "exact", "basis": "measured"}] * 4,
        "closure": {"reason": "handed_over", "at": closed_at} if closed_at else None,
        "opened_at": at,
        "updated_at": at,
    }


def report(model: ReadModel, catalogue: Catalogue, path: Path, only: str) -> None:
    """Ask every question several times and print what they took."""
    chance = random.Random(11)
    all_time = (NOW - timedelta(days=COPIES * DAYS_OF_A_COPY + 1), NOW)
    year, month = (NOW - timedelta(days=365), NOW), (NOW - timedelta(days=30), NOW)

    def site() -> str:
        return f"s{chance.randrange(SITES)}"

    def text(places: bool, make: Callable[[], str]) -> Callable[[], object]:
        return lambda: model.search(Wanted((f"site_{site()}",) if places else None, text=make()))

    def full_name() -> str:
        return chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=2))

    def quality(pathway: str, at_site: bool, span: tuple[datetime, datetime]) -> Callable[[], object]:
        wanted = indicators_of(catalogue.entries["indicators"].values(), pathway)
        usual = [key for one in wanted for key in keys_of(one)[0]]
        rare = [key for one in wanted for key in keys_of(one)[1]]

        def ask() -> None:
            place = site() if at_site else None
            model.count_encounters(pathway, place, *span)
            values = model.interval_minutes(usual, pathway, place, *span)
            values |= model.rare_values(rare, pathway, place, *span)
            for one in wanted:
                statistics(one, values, 1_000_000)

        return ask

    early = to_iso(NOW - timedelta(days=900))
    questions: dict[str, Callable[[], object]] = {
        "board of a site": lambda: model.board(site()),
        "search, newest of a site": lambda: model.search(Wanted((f"site_{site()}",))),
        "search, newest of all": lambda: model.search(Wanted()),
        "search, a page far back": lambda: model.search(Wanted(before=(early, "Z"))),
        "search, full name at a site": text(True, full_name),
        "search, full name, all sites": text(False, full_name),
        "search, surname at a site": text(True, lambda: chance.choice(SURNAMES)),
        "search, surname, all sites": text(False, lambda: chance.choice(SURNAMES)),
        "search, last four of a number": text(True, lambda: f"{chance.randrange(10**4):04d}"),
        "search, a name nobody has": text(True, lambda: "欧阳不在"),
        "quality, stroke, a site, 30 days": quality("stroke", True, month),
        "quality, stroke, all, 30 days": quality("stroke", False, month),
        "quality, stroke, a site, 5 years": quality("stroke", True, all_time),
        "quality, stroke, all, 1 year": quality("stroke", False, year),
        "quality, stroke, all, 5 years": quality("stroke", False, all_time),
        "documents to look at (status)": model.count_with_problems,
    }
    print(f"file {path.stat().st_size / 1e9:.2f} GB")
    print("| question | first ms | p50 ms | p95 ms | processor p50 ms | processor p95 ms |\n|---|---|---|---|---|---|")
    for name, ask in questions.items():
        if not name.startswith(only):
            continue
        first, _ = measure(ask)
        took = [measure(ask) for _ in range(ROUNDS)]
        figures = [share_of([pair[which] for pair in took], share) for which in (0, 1) for share in (0.5, 0.95)]
        print(f"| {name} | {first:.0f} | " + " | ".join(f"{one:.1f}" for one in figures) + " |", flush=True)


def measure(ask: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds by the wall's clock, and of the processor, which alone compares on a machine that others use."""
    started, used = time.perf_counter(), time.process_time()
    ask()
    return (time.perf_counter() - started) * 1000, (time.process_time() - used) * 1000


def share_of(took: list[float], share: float) -> float:
    return sorted(took)[round((len(took) - 1) * share)]


if __name__ == "__main__":
    main()

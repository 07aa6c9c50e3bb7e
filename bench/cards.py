"""Accuracy and cost of reading cards: python bench/cards.py FOLDER... [--engine rapid|tesseract] [--failures]

A folder holds photos NNN.jpg with their truth NNN.json: {side, fields, conditions: {card_width_px}}.
Prints for each folder, and for its cards of 600 px and more, the share of exact fields, wrong accepted numbers, and the
processor's seconds for a card (loading of the models not counted). Nothing is gated on time.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ocr.engines import ENGINES, open_engine
from ocr.engines.second import open_second_opinion
from ocr.read import read_card
from ocr.readings import CardUnreadable

CHINA = timezone(timedelta(hours=8))
FRONT = ("name", "sex", "ethnicity", "birth", "address", "id_number")
BACK = ("authority", "valid")


@dataclass(frozen=True)
class Trial:
    """One photo: the truth, what was read, and the processor's seconds."""

    photo: Path
    truth: dict[str, Any]
    card: dict[str, Any]
    seconds: float

    @property
    def names(self) -> Sequence[str]:
        return FRONT if self.truth["side"] == "front" else BACK

    @property
    def width_px(self) -> float:
        return float(self.truth.get("conditions", {}).get("card_width_px", 0))

    def value(self, name: str) -> str | None:
        field = self.card["fields"].get(name)
        return field and field["value"]

    def is_exact(self, name: str) -> bool:
        return self.value(name) == self.truth["fields"].get(name)

    @property
    def is_all_exact(self) -> bool:
        return all(self.is_exact(name) for name in self.names)

    @property
    def has_wrong_number(self) -> bool:
        number = self.value("id_number")
        return number is not None and number != self.truth["fields"].get("id_number")


def try_folder(folder: Path, read: Callable[[bytes], dict[str, Any]], limit: int | None) -> list[Trial]:
    trials = []
    for truth_file in sorted(folder.glob("*.json"))[:limit]:
        photo = truth_file.with_suffix(".jpg")
        data = photo.read_bytes()
        start = time.process_time()
        try:
            card = read(data)
        except CardUnreadable as error:
            card = {"side": None, "fields": {}, "problems": [str(error)]}
        seconds = time.process_time() - start
        trials.append(Trial(photo, json.loads(truth_file.read_text(encoding="utf-8")), card, seconds))
    return trials


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def report(title: str, trials: Sequence[Trial]) -> str:
    """One line: shares of exact fields, wrong numbers, seconds."""
    if not trials:
        return f"{title}: no photos"
    names = trials[0].names
    shares = "  ".join(f"{name} {sum(t.is_exact(name) for t in trials) / len(trials):6.1%}" for name in names)
    whole = sum(t.is_all_exact for t in trials) / len(trials)
    wrong = sum(t.has_wrong_number for t in trials)
    seconds = [t.seconds for t in trials]
    return (
        f"{title:24} n={len(trials):<4} all {whole:6.1%}  {shares}  wrong numbers {wrong}  "
        f"CPU s p50 {statistics.median(seconds):.2f} p95 {percentile(seconds, 0.95):.2f}"
    )


def describe_failures(trials: Sequence[Trial]) -> list[str]:
    lines = []
    for trial in trials:
        wrong = [
            f"{n}: {trial.value(n)!r} != {trial.truth['fields'].get(n)!r}" for n in trial.names if not trial.is_exact(n)
        ]
        if wrong:
            codes = [problem.split(":", 1)[0] for problem in trial.card["problems"]]
            lines.append(
                f"  {trial.photo.parent.name}/{trial.photo.stem} {trial.width_px:.0f}px {'; '.join(wrong)} {codes}"
            )
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--engine", choices=ENGINES, default="")
    parser.add_argument("--limit", type=int, help="only the first photos of each folder")
    parser.add_argument("--failures", action="store_true", help="list what was read wrongly")
    options = parser.parse_args()
    engine = open_engine(options.engine)
    other = open_second_opinion(engine)
    today = datetime.now(CHINA).date()
    everything: list[Trial] = []
    for folder in options.folders:
        trials = try_folder(folder, lambda data: read_card(data, engine, today, other), options.limit)
        everything += trials
        print(report(folder.name, trials), flush=True)
        wide = [trial for trial in trials if trial.width_px >= 600]
        if trials and len(wide) < len(trials):
            print(report("  card >= 600 px", wide), flush=True)
        if options.failures:
            print("\n".join(describe_failures(trials)), flush=True)
    print(f"engine {engine.name}, second opinion {other.name if other else 'none'}; ", end="")
    print(f"wrong accepted numbers in all: {sum(trial.has_wrong_number for trial in everything)} of {len(everything)}")


if __name__ == "__main__":
    main()

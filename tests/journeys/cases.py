"""Invented patients for the journeys, and times as a family would say them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def citizen_number(area: str, birth: str, sequence: str) -> str:
    """A number that passes every rule of GB 11643, of nobody."""
    body = area + birth + sequence
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]


NAME = "周建国"
NUMBER = citizen_number("320481", "19540302", "001")
FAST_ED = [1, 1, 1, 0, 0]
NIHSS = [0, 1, 0, 1, 2, 1, 3, 0, 2, 0, 0, 1, 1, 1, 0]


@dataclass(frozen=True)
class Stated:
    """A clock time that somebody says, as the keypad wants it and as the instant that it means."""

    digits: str
    days_ago: int
    at: datetime


def hours_ago(hours: float) -> Stated:
    """The whole minute so many hours before now, said in China's time."""
    now = datetime.now(CHINA)
    at = (now - timedelta(hours=hours)).replace(second=0, microsecond=0)
    return Stated(at.strftime("%H%M"), (now.date() - at.date()).days, at)

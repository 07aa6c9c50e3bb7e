"""How much is to go wrong, and for whom."""

from __future__ import annotations

from dataclasses import dataclass

from county import PASSWORD

DRAWER = "phone4"


@dataclass(frozen=True)
class Owner:
    """Who holds the device, and what it belongs to."""

    name: str
    username: str
    password: str
    own: str  # its mailbox, text lane
    is_newer: bool = False

    @property
    def is_crew(self) -> bool:
        return self.own.startswith("unit_")


@dataclass(frozen=True)
class Plan:
    """How much is to go wrong."""

    seed: int
    kills: int
    cuts: int
    disk_megabytes: int = 512
    fills: int = 3
    days: int = 4
    longest_minutes: float = 120.0
    settle_seconds: float = 120.0
    has_app: bool = False
    # Break the hub on purpose (broken_hub.py) and end at the first fault: the check itself is what is tried.
    sabotage: str | None = None


def owners() -> list[Owner]:
    def one(name: str, username: str, own: str, is_newer: bool = False) -> Owner:
        return Owner(name, username, PASSWORD.format(username), own, is_newer)

    return [
        one("phone1", "paramedic", "unit_a101"),
        one("phone2", "partner", "unit_a101", is_newer=True),
        one("phone3", "paramedic2", "unit_a102"),
        one(DRAWER, "paramedic2", "unit_a102"),
        one("tablet1", "nurse", "site_county"),
        one("tablet2", "nurse2", "site_east", is_newer=True),
    ]

"""Every main screen in Chinese and in English, at the three widths: no missing word, nothing wider than the screen."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import crew
import ward
from devices import PHONE, TABLET, WALL, Device
from playwright.sync_api import expect
from words_on_screen import Data, faults
from world import World

WIDTHS = (PHONE, TABLET, WALL)
CREW_SCREENS = (
    ["/list", "/new", "/scan", "/delivery", "/settings", "/status", "/e/{0}"]
    + [f"/e/{{0}}/{name}" for name in ("patient", "complaint", "onset", "triage", "vitals", "times", "scores")]
    + [f"/e/{{0}}/scores/{score}" for score in ("fast_ed", "nihss", "gcs")]
    + [
        f"/e/{{0}}/{name}"
        for name in (
            "drugs",
            "drugs/alteplase_stroke",
            "drugs/aspirin",
            "cpr",
            "examination",
            "trend",
            "link",
            "note",
            "photos",
            "destination",
            "prealert",
            "entries",
            "wristband",
            "handover",
            "close",
        )
    ]
)
WARD_SCREENS = ["/board", "/finished", "/record/{0}", "/wall", "/settings", "/status", "/scan", "/wristbands/print"]
WARD_SCREENS += ["/e/{0}/wristband", "/e/{0}/handover"]
ADMIN_SCREENS = ["/badges", "/settings"]
# Screens that need the id of a second encounter as well.
COMPARE = "/e/{{0}}/compare/{other}"


def county_data(world: World) -> tuple[str, str, Data]:
    """The stroke that ambulance a101 brings, another of its patients, and every name and text that people wrote."""
    nurse, paramedic = world.hub.sign_in("nurse"), world.hub.sign_in("paramedic")
    rows = world.hub.get("/api/board/county", nurse)["encounters"]
    encounter = next(
        row["encounter"] for row in rows if row["pathway"] == "stroke" and row["unit"] == "a101" and row["prealert"]
    )
    other = next(row["encounter"] for row in rows if row["unit"] == "a101" and row["encounter"] != encounter)
    everything = "_all_docs?include_docs=true"
    values: list[Any] = [
        world.hub.get(f"/db/site_county/{everything}", nurse),
        world.hub.get(f"/db/unit_a101/{everything}", paramedic),
        world.hub.get(f"/db/roster/{everything}", nurse),
    ]
    # Walls mask names: only the first and the last character are left.
    names = [row["doc"]["body"].get("name") for row in values[0]["rows"] if row["doc"].get("kind") == "patient"]
    values += [part for name in names if name for part in (name[0], name[-1])]
    return str(encounter), str(other), Data(values)


def check_screens(world: World, device: Device, who: str, screens: list[str], encounter: str, data: Data) -> list[str]:
    """Walk through the screens in both languages and all widths; returns what is wrong."""
    wrong: list[str] = []
    for language in ("zh", "en"):
        device.page.evaluate("(chosen) => localStorage.setItem('greenlane.language', chosen)", language)
        for screen in screens:
            device.open(screen.format(encounter))
            settle(device)
            wrong += [f"{language} {screen}: {fault}" for fault in faults(device.page, language, data)]
            name = re.sub(r"/[0-9A-Z]{26}$", "", screen).strip("/")
            name = name.replace("e/{0}", "encounter").replace("/{0}", "").replace("/", "-")
            for width, height in WIDTHS:
                device.page.set_viewport_size({"width": width, "height": height})
                device.page.wait_for_timeout(120)
                if (over := device.overflow_px()) > 0:
                    wrong.append(f"{language} {screen}: {over} px wider than {width}")
                wrong += [f"{language} {screen} at {width}: {text}" for text in device.cut_off()]
                if (width, height) == device.viewport:
                    world.screen(device, f"{who}-{name}-{language}")
            device.page.set_viewport_size({"width": device.viewport[0], "height": device.viewport[1]})
    return wrong


def settle(device: Device) -> None:
    """The screen stands: its chunk and what it reads have come, and nothing moves."""
    device.wait_for("document.body.innerText.trim().length > 10")
    device.page.wait_for_load_state("load")
    device.page.wait_for_timeout(500)


def test_the_crews_screens_are_complete_in_both_languages_at_every_width(make_world: Callable[..., World]) -> None:
    world = make_world(demo=True)
    encounter, other, data = county_data(world)
    phone, _ = world.device("phone")
    phone.open("/signin")
    wrong = check_screens(world, phone, "crew", ["/signin"], encounter, data)
    crew.sign_in(phone, "paramedic", world.hub.passwords["paramedic"])
    expect(crew.by(phone.page, f"encounter-{encounter}")).to_be_visible(timeout=40_000)
    wrong += check_screens(world, phone, "crew", [*CREW_SCREENS, COMPARE.format(other=other)], encounter, data)
    assert not wrong, "\n".join(wrong)


def test_the_hospitals_screens_are_complete_in_both_languages_at_every_width(
    make_world: Callable[..., World],
) -> None:
    world = make_world(demo=True)
    encounter, other, data = county_data(world)
    tablet, _ = world.device("tablet", viewport=TABLET)
    ward.sign_in(tablet, "nurse", world.hub.passwords["nurse"])
    expect(ward.row(tablet, encounter)).to_be_visible(timeout=40_000)
    screens = [screen for screen in WARD_SCREENS if screen != "/wall"]
    wrong = check_screens(world, tablet, "ward", [*screens, COMPARE.format(other=other)], encounter, data)
    office, _ = world.device("office", viewport=TABLET)
    crew.sign_in(office, "admin", world.hub.passwords["admin"])
    office.open("/badges")
    expect(office.page.locator('[data-testid^="badges-of-"]').first).to_be_visible(timeout=40_000)
    wrong += check_screens(world, office, "admin", ADMIN_SCREENS, encounter, data)
    wall, _ = world.device("wall", viewport=WALL)
    ward.sign_in(wall, "nurse", world.hub.passwords["nurse"])
    # A new device shows ids until the roster has come.
    wall.open("/wall")
    expect(ward.by(wall.page, f"wall-row-{encounter}")).to_be_visible(timeout=40_000)
    expect(wall.page.get_by_role("heading", level=1)).to_contain_text("县人民医院", timeout=40_000)
    wrong += check_screens(world, wall, "ward", ["/wall"], encounter, data)
    assert not wrong, "\n".join(wrong)

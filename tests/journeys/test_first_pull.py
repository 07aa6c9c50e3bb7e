"""A new board at a busy hospital: patients who left long ago must not ring while the records come in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import ward
from devices import TABLET, WALL, Device
from playwright.sync_api import expect
from world import World
from written import Writer

PATIENTS = 60

# What stood on the screen at any moment, also for one frame only.
NOTE_SCREEN = """
(() => {
  const seen = (globalThis.__seen = { fetching: [], banners: [], heads: [], shown: '' });
  const note = (list, text) => text && list.at(-1) !== text && list.push(text);
  const find = (id) => document.querySelector(`[data-testid="${id}"]`);
  const look = () => {
    const fetching = find('board-fetching') ?? find('wall-fetching');
    note(seen.fetching, fetching?.textContent);
    note(seen.banners, find('alert-banner')?.querySelector('.name b')?.textContent ?? find('wall-speech')?.textContent);
    note(seen.heads, document.querySelector('h1')?.textContent);
    if (fetching) seen.shown += document.body.innerText;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
"""


def fill_hospital(world: World) -> str:
    """Many patients of today, each alerted and then taken over or answered; one alert still waits. Returns its name."""
    crew = Writer(world.hub)
    now = datetime.now(UTC)
    for n in range(PATIENTS):
        began_at = now - timedelta(minutes=400 - 5 * n)
        encounter, alert = crew.alerted(f"孙走{n}", began_at)
        later = began_at + timedelta(minutes=3)
        crew.write(encounter, [("acknowledgement", {"of": alert, "seen": []})], later)
        if n % 2:
            crew.write(encounter, [("closure", {"state": "closed", "reason": "handed_over"})], later)
    # Among the old ones, so that it comes in the middle of the pull.
    crew.alerted("钱等等", now - timedelta(minutes=200))
    return "钱等等"


def open_new_device(world: World, viewport: tuple[int, int]) -> Device:
    """A device that holds the app and nothing else, on a slow line."""
    tablet, network = world.device("tablet", viewport=viewport)
    tablet.context.add_init_script(NOTE_SCREEN)
    tablet.open("/signin")
    tablet.wait_for_service_worker()
    network.throttle(30_000, latency_seconds=0.2)
    return tablet


def test_nothing_rings_on_a_new_board_until_all_is_here_and_the_screen_says_how_far_it_is(world: World) -> None:
    name = fill_hospital(world)
    tablet = open_new_device(world, TABLET)
    ward.sign_in(tablet, "nurse", world.hub.passwords["nurse"])
    expect(ward.by(tablet.page, "alert-banner")).to_contain_text(name, timeout=90_000)
    seen = tablet.page.evaluate("globalThis.__seen")
    assert any("/" in text for text in seen["fetching"]), seen
    assert all(name in banner for banner in seen["banners"]), seen["banners"]
    assert not any("county" in head for head in seen["heads"]), seen["heads"]
    assert "s-" not in seen["shown"], "an id stands where a name belongs"


def test_a_new_wall_says_how_far_it_is_and_speaks_of_nobody_who_was_answered(world: World) -> None:
    name = fill_hospital(world)
    wall = open_new_device(world, WALL)
    ward.sign_in(wall, "nurse", world.hub.passwords["nurse"])
    wall.open("/wall/county")
    # Four rows are shown at a time, in the order of arrival: the unanswered one stays while the others turn.
    unanswered = wall.page.locator("article").filter(has=ward.by(wall.page, "wall-waiting"))
    expect(unanswered.filter(has_text=name[0])).to_have_count(1, timeout=90_000)
    expect(unanswered).to_have_count(1)
    expect(ward.by(wall.page, "wall-speech")).to_contain_text("卒中", timeout=60_000)

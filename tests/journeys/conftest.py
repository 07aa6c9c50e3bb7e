"""Fixtures of the journeys: a real hub, a network that can be cut, and real browsers.

Run them with `pytest tests/journeys`; `GREENLANE_SCREENS=1` also writes the pictures into docs/screens/.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from app_build import copy_build
from county import make_county
from hub_process import HubProcess
from playwright.sync_api import Playwright, expect, sync_playwright
from world import World

HERE = Path(__file__).parent
expect.set_options(timeout=15_000)  # how long a shared test machine may take; nothing is measured by it


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.journey)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep each phase's report on the item, so that the world can tell its story when a journey failed."""
    report = yield
    setattr(item, f"report_{report.when}", report)
    return report


@pytest.fixture(scope="session")
def built_app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The app that the hubs serve: a copy, so that a build in between does not pull it away under a journey."""
    if given := os.environ.get("GREENLANE_APP"):
        return Path(given)
    return copy_build(tmp_path_factory.mktemp("app") / "dist")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """An instance with people, hospitals and ambulances, to be copied; and the passwords."""
    instance = tmp_path_factory.mktemp("county") / "instance"
    return instance, make_county(instance)


@pytest.fixture
def make_world(
    built_app: Path,
    county: tuple[Path, dict[str, str]],
    playwright: Playwright,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Iterator[Callable[..., World]]:
    """Build a world with the hub's settings overridden by keyword: `make_world(GREENLANE_SESSION_HOURS="1")`."""
    worlds: list[World] = []

    def make(*, demo: bool = False, **env: str) -> World:
        folder = tmp_path / f"world-{len(worlds)}"
        folder.mkdir()
        template, passwords = county
        if not demo:
            shutil.copytree(template, folder / "instance")
        settings = {"GREENLANE_APP": str(built_app)} | env
        hub = HubProcess(folder / "instance", settings, None if demo else dict(passwords))
        world = World(folder, playwright, hub)
        worlds.append(world)
        hub.start()
        return world

    yield make
    report = getattr(request.node, "report_call", None)
    for world in worlds:
        if report is not None and report.failed:
            world.picture_failure()
            print(f"pictures in {world.folder}\n{world.tell()}")
        world.close()


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world()

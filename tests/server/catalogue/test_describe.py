"""The page about the catalogue is current, and says what a clinician must check."""

from pathlib import Path

from server.catalogue import Catalogue
from server.catalogue.describe import PAGE, describe

CATALOGUE = Catalogue.load(Path(__file__).parents[3] / "static/catalogue")


def test_the_page_is_current() -> None:
    assert PAGE.read_text("utf-8") == describe(CATALOGUE), "run: python -m server.catalogue.describe"


def test_every_item_band_and_source_of_every_score_is_on_the_page() -> None:
    page = describe(CATALOGUE)
    for score in CATALOGUE.scores.values():
        section = page.split(f"### {score['id']}\n")[1].split("\n### ")[0]
        for item in score["items"]:
            assert f"`{item['id']}`" in section
        for band in score.get("bands") or []:
            assert f"| {band['id']} |" in section
        for source in score["sources"]:
            assert (source.get("title") or source["id"]) in section


def test_an_unsigned_definition_is_not_shown_as_signed() -> None:
    assert describe(CATALOGUE).count("| no |") == len(CATALOGUE.scores)

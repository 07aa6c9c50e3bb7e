"""Loading the catalogue: complete, checked, and still there when one file is broken."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from server.catalogue import Catalogue
from server.catalogue.canonical import canonical_json, definition_hash
from server.catalogue.schemas import FOLDERS

ROOT = Path(__file__).parents[3]
SHELF = ROOT / "static/catalogue"


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    shutil.copytree(SHELF, tmp_path / "catalogue")
    return tmp_path / "catalogue"


def change(path: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    entry = json.loads(path.read_text("utf-8"))
    edit(entry)
    path.write_text(json.dumps(entry), "utf-8")


def test_the_catalogue_is_whole_and_nothing_is_withheld() -> None:
    catalogue = Catalogue.load(SHELF)
    assert catalogue.withheld == []
    counts = {folder: len(entries) for folder, entries in catalogue.entries.items()}
    assert (counts["scores"], counts["time_nodes"], counts["indicators"], counts["drugs"]) == (30, 77, 42, 23)
    assert set(catalogue.pathways) == {"chest_pain", "stroke", "trauma", "general"}


def test_every_folder_on_the_shelf_is_known() -> None:
    assert {path.name for path in SHELF.iterdir() if path.is_dir()} == set(FOLDERS)


def test_nothing_is_signed_off_that_nobody_signed() -> None:
    entries = Catalogue.load(SHELF).entries
    assert all(entry["signed_off"] is None for folder in entries.values() for entry in folder.values())


@pytest.mark.parametrize(
    ("file", "text", "reason"),
    [
        ("scores/gcs.json", "{", "is not readable JSON"),
        ("scores/gcs.json", "[]", "must hold one JSON object"),
        ("scores/gcs.json", '{"schema": NaN}', "is not readable JSON: NaN"),
        ("vitals/sbp.json", "{}", "does not fit the schema"),
        ("identity/resident_card.json", "[" * 100_000, "is not readable JSON"),
    ],
)
def test_a_broken_file_is_withheld_by_name_and_the_rest_stays(shelf: Path, file: str, text: str, reason: str) -> None:
    (shelf / file).write_text(text, "utf-8")
    catalogue = Catalogue.load(shelf)
    fault = next(one for one in catalogue.withheld if one["file"] == file)
    assert reason in fault["reason"]
    assert "nihss" in catalogue.scores
    assert "stroke" in catalogue.pathways


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (lambda entry: entry.update(id="gsc"), "must have its file's name"),
        (lambda entry: entry.update(kind="magic"), "kind"),
        (lambda entry: entry["names"].pop("zh"), "names.zh"),
        (lambda entry: entry.pop("sources"), "sources"),
        (lambda entry: entry["items"][0].pop("options"), "has no options"),
        (lambda entry: entry["items"][0]["options"][0].pop("points"), "cannot be evaluated"),
        (lambda entry: entry["bands"].pop(1), "no band holds a total of 9"),
        (lambda entry: entry["items"][0].update(required=False), "cannot be evaluated"),
        (lambda entry: entry["items"][2]["special_values"][0].update(points=0), "cannot be evaluated"),
        (lambda entry: entry.pop("evaluation"), "evaluation"),
    ],
)
def test_a_score_that_could_mislead_is_withheld_with_the_reason(
    shelf: Path, edit: Callable[[dict[str, Any]], object], reason: str
) -> None:
    change(shelf / "scores/gcs.json", edit)
    catalogue = Catalogue.load(shelf)
    assert "gcs" not in catalogue.scores
    fault = next(one for one in catalogue.withheld if one["file"] == "scores/gcs.json")
    assert reason in fault["reason"]


def test_a_pathway_goes_on_without_a_withheld_score_and_says_so(shelf: Path) -> None:
    (shelf / "scores/nihss.json").write_text("{", "utf-8")
    catalogue = Catalogue.load(shelf)
    assert "stroke" in catalogue.pathways
    assert any("scores/nihss" in one["reason"] and "stroke" in one["file"] for one in catalogue.withheld)


def test_an_interval_without_its_end_is_withheld(shelf: Path) -> None:
    (shelf / "time_nodes/needle.json").unlink()
    catalogue = Catalogue.load(shelf)
    assert "st_dnt" not in catalogue.indicators
    assert "stroke" in catalogue.pathways


def test_a_site_replaces_a_definition_by_a_version_of_its_own(shelf: Path, tmp_path: Path) -> None:
    override = tmp_path / "site/scores"
    override.mkdir(parents=True)
    shutil.copy(shelf / "scores/ti.json", override)
    change(override / "ti.json", lambda entry: entry.update(version="1.0.0+county.1", default_variant="k1346"))
    catalogue = Catalogue.load(shelf, tmp_path / "site")
    assert catalogue.withheld == []
    assert catalogue.scores["ti"]["default_variant"] == "k1346"
    named = {"folder": "scores", "id": "ti", "version": "1.0.0+county.1"}
    assert catalogue.overridden == [{"file": "override scores/ti.json", **named}]
    assert catalogue.definition("ti")["hash"] != Catalogue.load(shelf).definition("ti")["hash"]


def test_a_broken_override_leaves_the_definition_that_it_meant_to_replace(shelf: Path, tmp_path: Path) -> None:
    override = tmp_path / "site/scores"
    override.mkdir(parents=True)
    shutil.copy(shelf / "scores/ti.json", override)
    catalogue = Catalogue.load(shelf, tmp_path / "site")
    assert catalogue.overridden == []
    assert "a version of its own" in catalogue.withheld[0]["reason"]
    assert catalogue.scores["ti"]["default_variant"] == "cn_1356"


def test_an_empty_folder_gives_an_empty_catalogue(tmp_path: Path) -> None:
    assert Catalogue.load(tmp_path / "nowhere").scores == {}


def test_canonical_json_is_the_same_for_any_order_and_for_whole_floats() -> None:
    assert canonical_json({"b": [1.5, 15.0], "a": {"d": None, "c": "中"}}) == '{"a":{"c":"中","d":null},"b":[1.5,15]}'
    assert definition_hash({"a": 1, "b": 2}) == definition_hash({"b": 2.0, "a": 1})


def test_the_published_hashes_are_those_of_the_files() -> None:
    published = json.loads((ROOT / "tests/vectors/catalogue_hashes.json").read_text("utf-8"))
    assert Catalogue.load(SHELF).hashes["scores"] == published


def test_a_chip_means_the_same_wherever_its_id_is_shown() -> None:
    labels: dict[str, dict[str, str]] = {}
    for chips in Catalogue.load(SHELF).chips.values():
        for chip in chips["chips"]:
            assert labels.setdefault(chip["id"], chip["label"]) == chip["label"], chip["id"]

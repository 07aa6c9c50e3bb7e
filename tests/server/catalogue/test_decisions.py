"""A site chooses a variant and signs definitions off; what no longer fits is said, and changes nothing."""

import json
from pathlib import Path
from typing import Any

import pytest

from server.catalogue import Catalogue
from server.catalogue.decisions import FILE, write_decisions
from server.catalogue.evaluate_score import evaluate_score

SHELF = Path(__file__).parents[3] / "static/catalogue"
K1346 = {
    "region": "head_neck",
    "injury_type": "stab",
    "circulation": "normal",
    "external_bleeding": "no",
    "respiration": "normal",
    "consciousness": "alert",
}


def decided(folder: Path, **decisions: Any) -> Catalogue:
    write_decisions(folder, {"variants": {}, "signed_off": [], **decisions})
    return Catalogue.load(SHELF, folder)


def signature(**changes: Any) -> dict[str, Any]:
    nihss = Catalogue.load(SHELF).hashes["scores"]["nihss"]
    return {"folder": "scores", "id": "nihss", "hash": nihss, "by": "王主任", "role": "", "at": "2026-11-20"} | changes


def test_a_chosen_variant_is_evaluated_and_has_a_version_and_hash_of_its_own(tmp_path: Path) -> None:
    catalogue = decided(tmp_path, variants={"ti": "k1346"})
    assert catalogue.withheld == []
    assert catalogue.scores["ti"]["version"] == "1.0.0+k1346"
    assert catalogue.definition("ti") != Catalogue.load(SHELF).definition("ti")
    # The other variant has no item of external bleeding, and would be complete without it.
    without = {name: value for name, value in K1346.items() if name != "external_bleeding"}
    assert evaluate_score(catalogue.scores["ti"], without)["status"] == "incomplete"


def test_choosing_what_is_chosen_already_changes_nothing(tmp_path: Path) -> None:
    catalogue = decided(tmp_path, variants={"ti": "cn_1356"})
    assert catalogue.overridden == []
    assert catalogue.definition("ti") == Catalogue.load(SHELF).definition("ti")


@pytest.mark.parametrize(
    ("variants", "reason"),
    [({"ti": "k9"}, "there is: cn_1356, k1346"), ({"gcs": "k9"}, "there is: none"), ({"nix": "k9"}, "not in the cata")],
)
def test_a_choice_that_fits_nothing_is_reported(tmp_path: Path, variants: dict[str, str], reason: str) -> None:
    catalogue = decided(tmp_path, variants=variants)
    assert [one["file"] for one in catalogue.withheld] == [FILE]
    assert reason in catalogue.withheld[0]["reason"]
    assert catalogue.hashes == Catalogue.load(SHELF).hashes


def test_a_signature_counts_for_the_definition_as_it_was_signed(tmp_path: Path) -> None:
    catalogue = decided(tmp_path, signed_off=[signature()])
    assert catalogue.withheld == []
    assert (catalogue.signed_off("scores", "nihss") or {})["by"] == "王主任"
    assert catalogue.signed_off("scores", "gcs") is None


def test_a_signature_of_another_version_does_not_count_and_is_said(tmp_path: Path) -> None:
    catalogue = decided(tmp_path, signed_off=[signature(hash="0123456789abcdef"), signature(id="gone")])
    assert catalogue.signed_off("scores", "nihss") is None
    reasons = [one["reason"] for one in catalogue.withheld]
    assert any("have it signed again" in reason for reason in reasons)
    assert any("scores/gone, which is not in the catalogue" in reason for reason in reasons)


@pytest.mark.parametrize("text", ["{", "[]", '{"variants": 3}', '{"signed_off": [{"id": "nihss"}]}'])
def test_broken_decisions_are_named_and_the_catalogue_stays(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, "utf-8")
    catalogue = Catalogue.load(SHELF, tmp_path)
    assert [one["file"] for one in catalogue.withheld] == [FILE]
    assert len(catalogue.scores) == 30


def test_devices_are_told_replaced_definitions_whole_and_signatures(tmp_path: Path) -> None:
    catalogue = decided(tmp_path, variants={"ti": "k1346"}, signed_off=[signature()])
    document = json.loads(json.dumps(catalogue.site_document()))
    assert [(one["folder"], one["id"]) for one in document["definitions"]] == [("scores", "ti")]
    assert document["definitions"][0]["definition"]["default_variant"] == "k1346"
    assert document["definitions"][0]["hash"] == catalogue.hashes["scores"]["ti"]
    assert document["signed_off"] == [signature()]
    assert Catalogue.load(SHELF).site_document() == {"definitions": [], "signed_off": []}

"""The hub's second reading of a card's photograph: a suggestion by the hub, delivered like everything else."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from server.cards.second_reader import MOST_ATTEMPTS, PAGE, SecondReader
from server.cards.second_reading import differences, read_fields
from server.encounters.fold import fold
from server.encounters.rules import check_envelope
from server.replication.router import RELEASE_AFTER
from server.replication.turn import Turn
from sync.store import ARCHIVE
from tests.server.replication.county import CREW, STORES, County, new_county
from tests.server.replication.encounters import closure, destination, document, header, ulid, vitals

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "cards" / "second_readings.json").read_text("utf-8"))
CARD = {
    "side": "front",
    "fields": {
        "name": {"value": "潘凯建", "confidence": 0.99},
        "address": {"value": "西安市雁塔区和平路2号", "confidence": 0.6},
        "id_number": None,
    },
    "problems": [],
}
MEDIA = f"encounter:{ulid(1)}:media:{ulid(10)}"
Read = Callable[[bytes], "dict[str, Any] | None"]


@pytest.fixture(params=STORES)
def county(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[County]:
    yield from new_county(request, tmp_path)


def photograph(purpose: str = "card", rendition: str = "original", number: int = 11) -> dict[str, Any]:
    data = base64.b64encode(b"picture").decode()
    attachments = {"bytes": {"content_type": "image/jpeg", "data": data}}
    body = {"of": MEDIA, "rendition": rendition, "purpose": purpose}
    return {**document(1, "rendition", number, body), "_attachments": attachments}


def bring(county: County, name: str | None = "酒凯建", **of_photo: str) -> None:
    """A crew's record with a claim (or none) and a card's photograph, destined for the county hospital."""
    claims = [] if name is None else [document(1, "patient", 3, {"name": name, "sex": "male", "source": "card"})]
    media = document(1, "media", 10, {"media": "photo", "purpose": of_photo.get("purpose", "card")})
    assert set(county.push(CREW, "unit_a101", header(1, 1), destination(1, 2, "county"), *claims, media)) == {None}
    assert county.push(CREW, "unit_a101-media", photograph(**of_photo)) == [None]


def reader(county: County, read: Read = lambda picture: CARD) -> SecondReader:
    turn = Turn(county.store, "second-readings", 0)  # nobody waits for a hub that is gone
    return SecondReader(county.store, county.delivery, county, read, turn)  # type: ignore[arg-type]


def suggestions(county: County, mailbox: str = ARCHIVE) -> list[dict[str, Any]]:
    prefix = f"encounter:{ulid(1)}:card_reading:"
    return county.store.read_range(mailbox, prefix, prefix + "\uffff")


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["why"])
def test_a_difference_is_what_both_sides_agreed_on(vector: dict[str, Any]) -> None:
    assert differences(vector["fields"], vector["claim"]) == vector["differs"]


def test_only_what_was_read_surely_is_told() -> None:
    assert list(read_fields(CARD)) == ["name"]


def test_what_differs_reaches_the_crew_and_the_hospital_in_the_hubs_name(county: County) -> None:
    bring(county)
    pictures: list[bytes] = []
    assert reader(county, lambda picture: pictures.append(picture) or CARD).run() == 1
    assert pictures == [b"picture"]
    for mailbox in (ARCHIVE, "unit_a101", "site_county"):
        (found,) = suggestions(county, mailbox)
        assert found["author"] == {"staff": "hub", "role": "hub", "badge": None}
        assert found["body"] == {
            "of": MEDIA,
            "state": "suggested",
            "side": "front",
            "fields": {"name": {"value": "潘凯建", "confidence": 0.99}},
            "differs": ["name"],
            "patient": f"encounter:{ulid(1)}:patient:{ulid(3)}",
        }
        assert check_envelope(found) == []
    receipt = county.store.receipts([found["_id"]])[found["_id"]][0]
    assert (receipt.staff, receipt.mailbox) == ("hub", "unit_a101")


def test_a_suggestion_does_not_become_the_patient(county: County) -> None:
    bring(county)
    reader(county).run()
    folded = fold(county.store.read_range(ARCHIVE, f"encounter:{ulid(1)}:", f"encounter:{ulid(1)}:\uffff"))
    assert folded["patient"]["name"] == "酒凯建"
    assert len(folded["patients"]) == 1
    assert [one["state"] for one in folded["card_readings"]] == ["suggested"]
    assert folded["problems"] == []


@pytest.mark.parametrize(
    "brought", [{"name": "潘凯建"}, {"purpose": "wound"}, {"rendition": "thumbnail"}], ids=["alike", "no card", "small"]
)
def test_nothing_is_suggested_without_need(county: County, brought: dict[str, Any]) -> None:
    bring(county, **brought)
    assert reader(county).run() == 0
    assert suggestions(county) == []


def test_an_open_claim_is_filled(county: County) -> None:
    bring(county, name=None)
    reader(county).run()
    (found,) = suggestions(county)
    assert (found["body"]["differs"], found["body"]["patient"]) == (["name"], None)


def test_a_picture_without_a_card_or_a_damaged_one_suggests_nothing(county: County) -> None:
    bring(county)
    assert reader(county, lambda picture: {"error": "the picture is damaged"}).run() == 0
    assert suggestions(county) == []


def test_each_photograph_is_read_once_also_after_a_restart(county: County) -> None:
    bring(county)
    assert [reader(county).run(), reader(county).run()] == [1, 0]
    again = reader(county)
    county.push(CREW, "unit_a101-media", photograph(number=12))  # the same photograph, brought once more
    assert again.run() == 0
    assert len(suggestions(county)) == 1


def test_a_busy_reader_is_asked_again_and_one_that_dies_of_a_picture_is_not(county: County) -> None:
    bring(county)
    answers: list[dict[str, Any] | None] = [None, CARD]
    one = reader(county, lambda picture: answers.pop(0))
    assert [one.run(), one.run()] == [0, 1]
    assert answers == []

    bring_other = document(1, "media", 20, {"media": "photo", "purpose": "card"})
    county.push(CREW, "unit_a101", bring_other)
    county.push(CREW, "unit_a101-media", {**photograph(number=21), **rendition_of(bring_other["_id"])})
    asked: list[bytes] = []
    dying = reader(county, lambda picture: asked.append(picture))  # type: ignore[func-returns-value]
    for _ in range(MOST_ATTEMPTS + 3):
        assert dying.run() == 0
    assert len(asked) == MOST_ATTEMPTS


def rendition_of(media: str) -> dict[str, Any]:
    return {"body": {"of": media, "rendition": "original", "purpose": "card"}}


def test_a_retracted_photograph_is_not_read(county: County) -> None:
    bring(county)
    county.push(CREW, "unit_a101", document(1, "retraction", 12, {"of": MEDIA, "reason": "wrong_patient"}))
    assert reader(county).run() == 0
    assert suggestions(county) == []


def test_a_record_that_nobody_holds_any_more_is_left_alone(county: County) -> None:
    bring(county)
    county.push(CREW, "unit_a101", closure(1, 30))
    county.later(seconds=RELEASE_AFTER.total_seconds() + 60)
    assert reader(county).run() == 0
    assert suggestions(county) == []


def test_of_two_hubs_one_reads(county: County) -> None:
    bring(county)
    assert Turn(county.store, "second-readings").take()
    other = SecondReader(county.store, county.delivery, county, lambda picture: CARD)  # type: ignore[arg-type]
    assert other.run() == 0
    assert reader(county).run() == 1


def test_a_feed_longer_than_a_page_is_followed_to_its_end(county: County) -> None:
    county.push(CREW, "unit_a101", header(2, 100), *(vitals(2, 101 + n) for n in range(PAGE + 20)))
    bring(county)
    one = reader(county)
    assert [one.run(), one.run()] == [1, 0]

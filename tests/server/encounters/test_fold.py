"""The fold against the shared vectors, and against chance: any order and any repetition gives the same record."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.encounters.fold import fold

FOLDER = Path(__file__).parents[2] / "vectors" / "fold"
VECTORS = [json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))]
ENCOUNTER = "01JD8Z0000000000000000000A"


def assert_holds(claim: Any, found: Any, where: str = "") -> None:
    """Every key of the claim is found with the claimed value; lists are of equal length."""
    if isinstance(claim, dict):
        assert isinstance(found, dict), where
        for key, value in claim.items():
            assert key in found, f"{where}.{key}"
            assert_holds(value, found[key], f"{where}.{key}")
    elif isinstance(claim, list):
        assert isinstance(found, list) and len(claim) == len(found), where
        for index, value in enumerate(claim):
            assert_holds(value, found[index], f"{where}[{index}]")
    else:
        assert claim == found and type(claim) is type(found), where


def test_there_are_enough_vectors() -> None:
    assert len(VECTORS) >= 25


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_vector_gives_what_both_sides_agreed_on(vector: dict[str, Any]) -> None:
    folded = fold(vector["documents"])
    assert folded == vector["expected"]
    assert list(folded) == list(vector["expected"])
    assert_holds(vector["claims"], folded)


def test_documents_are_left_as_they_were() -> None:
    for vector in VECTORS:
        before = copy.deepcopy(vector["documents"])
        fold(vector["documents"])
        assert vector["documents"] == before


NUMBERS = st.integers(1, 9)
TIMES = st.integers(0, 59).map(lambda minute: f"2026-11-21T09:{minute:02d}:00.000Z") | st.sampled_from(
    ["", "2026-02-30T00:00:00Z", "2026-11-21T17:31:00+08:00"]
)
KINDS = [
    "vitals",
    "time_node",
    "retraction",
    "closure",
    "acknowledgement",
    "prealert",
    "note",
    "history",
    "hologram",
    "patient",
]


def document_id(kind: str, number: int) -> str:
    return f"encounter:{ENCOUNTER}:{kind}:01JD8Z{number:020d}"


def body_of(kind: str, target: str, value: int) -> Any:
    return {
        "vitals": {"sbp": value, "not_measurable": {"hr": "refused"}} if value % 2 else {"sbp": value, "hr": value},
        "time_node": {"node": "last_known_well" if value % 2 else "onset"},
        "retraction": {"of": target},
        "closure": {"state": "closed" if value % 2 else "reopened"},
        "acknowledgement": {"of": target, "seen": [target]} if value % 2 else {"of": target},
        "prealert": {"site": "county"},
        "note": {"text": "x"} if value % 3 else [],
        "history": {"onset": "unknown"},
        "patient": {"settles": [target]},
    }.get(kind, {})


@st.composite
def documents(draw: st.DrawFn) -> list[dict[str, Any]]:
    kinds = draw(st.lists(st.sampled_from(KINDS), max_size=9))
    ids = [document_id(kind, number) for number, kind in enumerate(kinds, start=1)]
    listed = []
    for number, kind in enumerate(kinds, start=1):
        target = draw(st.sampled_from(ids))
        clock = {
            "session": draw(st.sampled_from("ab")),
            "mono_ms": draw(st.integers(0, 5)) * 1000,
            "offset_ms": draw(st.sampled_from([None, -3600000, 0, 0.5])),
            "error_ms": 20,
        }
        listed.append(
            {
                "_id": document_id(kind, number),
                "kind": kind,
                "schema": 1,
                "occurred_at": draw(TIMES),
                "recorded_at": draw(TIMES),
                "time_basis": draw(st.sampled_from(["device", "stated"])),
                "clock": draw(st.sampled_from([clock, None])),
                "device": draw(st.sampled_from(["d-1", "d-2"])),
                "author": {"staff": "s-1", "role": "paramedic"},
                "supersedes": draw(st.sampled_from([None, target])),
                "body": body_of(kind, target, draw(NUMBERS)),
            }
        )
    return listed


@settings(max_examples=200, deadline=None)
@given(documents(), st.data())
def test_any_order_and_any_repetition_gives_the_same_record(listed: list[dict[str, Any]], data: st.DataObject) -> None:
    repeated = listed + data.draw(st.lists(st.sampled_from(listed), max_size=4) if listed else st.just([]))
    arrived = data.draw(st.permutations(repeated))
    assert json.dumps(fold(arrived)) == json.dumps(fold(listed))


@settings(max_examples=200, deadline=None)
@given(documents())
def test_nothing_disappears(listed: list[dict[str, Any]]) -> None:
    """Every document is a head that is shown, or is named as superseded or as retracted."""
    folded = fold(listed)
    gone = set(folded["superseded"]) | {item["id"] for item in folded["retracted"]}
    shown = json.dumps({k: v for k, v in folded.items() if k not in ("superseded", "retracted", "newer", "problems")})
    for document in listed:
        # A retraction shows in what it retracts; one in force whose target is absent has nothing to show.
        if document["kind"] != "retraction" and document["_id"] not in gone:
            assert f'"id": "{document["_id"]}"' in shown


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(KINDS + ["media", "score", "patient", "triage", "encounter", "rendition"]), ANYTHING, ANYTHING)
def test_the_fold_never_raises_for_what_a_document_contains(kind: str, body: Any, rest: Any) -> None:
    broken = dict.fromkeys(("occurred_at", "recorded_at", "clock", "author", "device", "supersedes"), rest)
    folded = fold([{"_id": document_id(kind, 1), "kind": kind, "body": body, **broken}, {"_id": rest}])
    assert folded["documents"] == (0 if kind == "rendition" else 1)

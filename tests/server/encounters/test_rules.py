"""The envelope refuses what cannot be kept in order; clinical content is flagged and never refused."""

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.encounters.rules import KINDS, check_envelope, document_problems, parse_document_id

ENCOUNTER = "01JD8Z0000000000000000000A"
ULID = "01JD8Z00000000000000000001"
NUMBER = "330000199003070010"


def document(kind: str = "vitals", body: Any = None, **changes: Any) -> dict[str, Any]:
    return {
        "_id": f"encounter:{ENCOUNTER}:{kind}:{ULID}",
        "kind": kind,
        "schema": 1,
        "occurred_at": "2026-11-21T09:31:05.120Z",
        "time_basis": "device",
        "recorded_at": "2026-11-21T09:31:07.400Z",
        "clock": {"session": "run", "mono_ms": 1, "offset_ms": None, "error_ms": None},
        "author": {"staff": "s-1", "role": "paramedic", "badge": None},
        "device": "d-1",
        "supersedes": None,
        "body": {"sbp": 92} if body is None else body,
        **changes,
    }


def test_a_whole_document_fits() -> None:
    assert check_envelope(document()) == []


def test_only_six_fields_are_required_of_other_programs() -> None:
    lean = {key: document()[key] for key in ("_id", "kind", "schema", "occurred_at", "author", "body")}
    assert check_envelope({**lean, "author": {"staff": "s-1", "role": "nurse"}}) == []
    for field in lean:
        assert check_envelope({key: value for key, value in lean.items() if key != field}), field


def test_an_unknown_kind_and_unknown_fields_fit() -> None:
    assert "hologram" not in KINDS
    assert check_envelope(document("hologram", {"any": 1}, later_field=[1])) == []


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"_id": "encounter:short:vitals:x"}, "_id"),
        ({"_id": f"encounter:{ENCOUNTER.lower()}:vitals:{ULID}"}, "_id"),
        ({"_id": f"encounter:{ENCOUNTER}:vitals:{ULID[:-1]}U"}, "_id"),
        ({"kind": "note"}, "kind"),
        ({"schema": 0}, "schema"),
        ({"schema": "1"}, "schema"),
        ({"schema": True}, "schema"),
        ({"occurred_at": "2026-11-21T09:31:05"}, "occurred_at"),
        ({"occurred_at": 1795253465}, "occurred_at"),
        ({"recorded_at": "yesterday"}, "recorded_at"),
        ({"time_basis": "guessed"}, "time_basis"),
        ({"clock": "12:00"}, "clock"),
        ({"clock": {"offset_ms": "5"}}, "clock.offset_ms"),
        ({"clock": {"session": 5}}, "clock.session"),
        ({"author": None}, "author"),
        ({"author": {"staff": "", "role": "nurse"}}, "author.staff"),
        ({"device": 7}, "device"),
        ({"supersedes": ["x"]}, "supersedes"),
        ({"body": [1]}, "body"),
    ],
)
def test_a_broken_envelope_is_named_by_its_field(changes: dict[str, Any], word: str) -> None:
    reasons = check_envelope({**document(), **changes})
    assert any(reason.startswith(word) for reason in reasons)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)


@given(st.sampled_from(sorted(document())), ANYTHING)
def test_whatever_a_field_holds_the_answer_is_reasons_not_a_fault(field: str, value: Any) -> None:
    assert all(isinstance(reason, str) for reason in check_envelope({**document(), field: value}))


@given(st.sampled_from(sorted(KINDS)), ANYTHING)
def test_whatever_a_body_holds_the_answer_is_problems_not_a_fault(kind: str, body: Any) -> None:
    assert all(isinstance(problem, str) for problem in document_problems(document(kind, body)))


def test_an_id_names_encounter_kind_and_document() -> None:
    parts = parse_document_id(document()["_id"])
    assert parts is not None
    assert (parts.encounter, parts.kind, parts.document) == (ENCOUNTER, "vitals", ULID)


VITALS = SimpleNamespace(vitals={"sbp": {"hard_range": {"min": 0, "max": 320}}}, scores={})


def test_a_value_outside_the_hard_range_is_flagged_not_refused() -> None:
    high = document(body={"sbp": 999})
    assert check_envelope(high) == []
    assert document_problems(high, VITALS) == ["vitals.sbp: 999 is outside 0 to 320"]
    assert document_problems(document(), VITALS) == []


def test_a_systolic_pressure_below_the_diastolic_is_flagged() -> None:
    assert document_problems(document(body={"sbp": 60, "dbp": 90})) == ["vitals.sbp: not above dbp"]


def test_a_wrong_identity_number_is_flagged_without_repeating_it() -> None:
    problems = document_problems(document("patient", {"id_number": NUMBER[:-1] + "1"}))
    assert problems == ["patient.id_number: check_digit"]
    assert document_problems(document("patient", {"id_number": NUMBER})) == []


def test_birth_and_sex_that_differ_from_the_number_are_flagged() -> None:
    body = {"id_number": NUMBER, "birth_date": "1990-03-08", "sex": "female"}
    assert document_problems(document("patient", body)) == [
        "patient.birth_date: differs from the identity number",
        "patient.sex: differs from the identity number",
    ]


def test_a_stated_time_is_not_measured_by_an_unmeasured_clock() -> None:
    stated = {"time_basis": "stated", "occurred_at": "2026-11-21T11:00:00Z"}
    node = {"node": "onset", "precision": "exact"}
    assert document_problems(document("time_node", node, **stated)) == []
    measured = {"session": "run", "mono_ms": 1, "offset_ms": 0, "error_ms": 20}
    assert document_problems(document("time_node", node, clock=measured, **stated)) == [
        "occurred_at: lies after recorded_at"
    ]

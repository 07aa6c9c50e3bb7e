"""Badge tokens, verified alike here and in pwa/src/badges/shared_vectors.test.ts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from server.accounts.tokens import is_signed_by_raw
from server.badges import rules

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "badges" / "tokens.json").read_text(encoding="utf-8"))
KEYS = {key["id"]: key for key in VECTORS["keys"]}
# A text record "en" on an NTAG213: TLV 3 (with its end), record head 3, type 1, status 1, language 2.
NTAG213_BYTES, NDEF_BYTES = 144, 10


def refusal(token: str) -> str | None:
    claims = rules.read_token(token)
    if claims is None:
        return "unreadable"
    if claims.key not in KEYS:
        return "unknown_key"
    if not is_signed_by_raw(KEYS[claims.key], claims.signed, claims.signature):
        return "forged"
    revoked = dict.fromkeys(VECTORS["revoked"])
    return rules.refusal_of(claims, VECTORS["today"], revoked, VECTORS["staff"].get(claims.staff))


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_a_token_is_judged_as_the_vectors_say(case: dict[str, Any]) -> None:
    assert refusal(case["token"]) == case["refusal"]


def test_a_token_says_what_was_written_into_it() -> None:
    wanted = dict(VECTORS["claims"])
    claims = rules.read_token(wanted.pop("token"))
    assert claims is not None
    assert {name: getattr(claims, name) for name in wanted} == wanted


def test_the_longest_token_fits_the_smallest_tag() -> None:
    payload = rules.payload_of("00" * 4, "b-" + "00" * 6, "s" * rules.LONGEST_STAFF_BYTES, 0, 65535)
    token = rules.token_of(payload, bytes(rules.SIGNATURE_BYTES))
    assert len(token.encode()) + NDEF_BYTES <= NTAG213_BYTES
    assert rules.read_token(token) is not None
    with pytest.raises(ValueError, match="18 bytes"):
        rules.payload_of("00" * 4, "b-" + "00" * 6, "s" * (rules.LONGEST_STAFF_BYTES + 1), 0, 1)


def test_days_turn_at_midnight_in_china() -> None:
    assert [rules.day_of(one["at_ms"]) for one in VECTORS["days"]] == [one["day"] for one in VECTORS["days"]]
    assert rules.date_of(20780) == "2026-11-23"


def test_a_proof_is_for_one_act() -> None:
    act = dict(VECTORS["proof"])
    claims = rules.read_token(act["token"])
    assert claims is not None

    def proof(**changes: str) -> str:
        said = {**act, **changes}
        return rules.proof_of(claims.signature, claims.badge, claims.staff, said["of"], said["action"], said["verdict"])

    assert proof() == act["proof"]
    assert len({proof(), proof(of="other"), proof(action="handover"), proof(verdict="disputed")}) == 4

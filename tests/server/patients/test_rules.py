"""By what a patient may be known in another record."""

from __future__ import annotations

from server.encounters.fold import fold
from server.patients.rules import identifiers_of
from tests.server.encounters.hospital import document, document_id

CODE = "GLW1CSD1P6T9SC65W"


def test_a_wristband_counts_while_it_is_worn_and_not_after_it_was_taken_off() -> None:
    header = document("encounter", 1, {"unit": "a101", "pathway": "general"})
    on = document("wristband", 2, {"code": CODE, "state": "attached"})
    assert identifiers_of(fold([header, on])) == [f"wristband:{CODE}"]
    off = document("wristband", 3, {"code": CODE, "state": "removed"}, supersedes=document_id("wristband", 2))
    assert identifiers_of(fold([header, on, off])) == []

"""Corrected times: rules 1 to 5 of "Time" in docs/record.md.

Twin of pwa/src/encounters/folding/corrected_times.ts.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from server.encounters.folding.instants import as_measure, parse_instant, within_calendar


@dataclass(frozen=True, slots=True)
class CorrectedTimes:
    at: int | None
    recorded_at: int | None
    basis: str
    error_ms: float | int | None


@dataclass(frozen=True, slots=True)
class _Stamp:
    id: str
    is_stated: bool
    occurred: int | None
    recorded: int | None
    session: str | None
    mono: float | None
    offset: float | None
    error: float | int | None
    device: str | None


@dataclass(frozen=True, slots=True)
class _Shift:
    basis: str
    error_ms: float | int | None
    offset: float  # what to add to a time of this document's device


_UNMEASURED = _Shift("unmeasured", None, 0)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _read_stamp(document: dict[str, Any]) -> _Stamp:
    clock = document.get("clock")
    clock = clock if isinstance(clock, dict) else {}
    is_stated = document.get("time_basis") == "stated"
    occurred = parse_instant(document.get("occurred_at"))
    has_recorded = document.get("recorded_at") is not None
    # Another program may leave recorded_at out: a tap was then recorded when it happened; of a stated time none knows.
    recorded = parse_instant(document.get("recorded_at")) if has_recorded else None if is_stated else occurred
    return _Stamp(
        id=document["_id"],
        is_stated=is_stated,
        occurred=occurred,
        recorded=recorded,
        session=_text(clock.get("session")),
        mono=as_measure(clock.get("mono_ms")),
        offset=as_measure(clock.get("offset_ms")),
        error=clock.get("error_ms") if as_measure(clock.get("error_ms")) is not None else None,
        device=_text(document.get("device")),
    )


def _group_by(stamps: Iterable[_Stamp], key: Callable[[_Stamp], str | None]) -> dict[str | None, list[_Stamp]]:
    groups: dict[str | None, list[_Stamp]] = defaultdict(list)
    for stamp in stamps:
        if key(stamp) is not None:
            groups[key(stamp)].append(stamp)
    return groups


def _session_shift(stamp: _Stamp, measured: list[_Stamp]) -> _Shift | None:
    mono, recorded = stamp.mono, stamp.recorded
    if mono is None or recorded is None:
        return None
    # Ties go to the smallest id, so that order of arrival never matters.
    nearest = min(
        ((abs(s.mono - mono), s.id, s) for s in measured if s.mono is not None and s.recorded is not None),
        key=lambda found: found[:2],
        default=None,
    )
    if nearest is None:
        return None
    reference = nearest[2]
    assert reference.mono is not None and reference.recorded is not None and reference.offset is not None
    corrected_recorded = reference.recorded + reference.offset + (mono - reference.mono)
    return _Shift("session", reference.error, corrected_recorded - recorded)


def _device_shift(stamp: _Stamp, measured: list[_Stamp]) -> _Shift | None:
    recorded = stamp.recorded
    if recorded is None:
        return None
    nearest = min(
        ((abs(s.recorded - recorded), s.id, s) for s in measured if s.recorded is not None),
        key=lambda found: found[:2],
        default=None,
    )
    if nearest is None or nearest[2].offset is None:
        return None
    return _Shift("device", None, nearest[2].offset)


def _shifted(milliseconds: int | None, shift: _Shift) -> int | None:
    return None if milliseconds is None else within_calendar(milliseconds + shift.offset)


def corrected_times(documents: Iterable[dict[str, Any]]) -> dict[str, CorrectedTimes]:
    """Corrected times of every document, by id. The documents are those of one encounter, each given once."""
    stamps = [_read_stamp(document) for document in documents]
    measured = [stamp for stamp in stamps if stamp.offset is not None]
    by_session = _group_by(measured, lambda stamp: stamp.session)
    by_device = _group_by(measured, lambda stamp: stamp.device)
    times = {}
    for stamp in stamps:
        if stamp.offset is not None:
            shift = _Shift("measured", stamp.error, stamp.offset)
        else:
            shift = (
                _session_shift(stamp, by_session.get(stamp.session, []))
                or _device_shift(stamp, by_device.get(stamp.device, []))
                or _UNMEASURED
            )
        recorded_at = _shifted(stamp.recorded, shift)
        times[stamp.id] = (
            CorrectedTimes(stamp.occurred, recorded_at, "stated", None)
            if stamp.is_stated
            else CorrectedTimes(_shifted(stamp.occurred, shift), recorded_at, shift.basis, shift.error_ms)
        )
    return times

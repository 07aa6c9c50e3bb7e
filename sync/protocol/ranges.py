"""`Range` requests on attachments: one range of bytes."""

from __future__ import annotations

import re

from sync.errors import RangeNotSatisfiable

# Eighteen digits: longer ones are no offset but an attack on the number parser.
ONE_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


def parse_range_header(header: str | None, length: int) -> tuple[int, int] | None:
    """[start, stop) of a Range header; None for no range, or one that is not understood (all bytes then).

    Raises RangeNotSatisfiable for a range that lies behind the end.
    """
    match = ONE_RANGE.fullmatch(header.strip()) if header else None
    if match is None or (not match[1] and not match[2]):
        return None
    if not match[1]:
        start, stop = max(0, length - int(match[2])), length
    else:
        start, stop = int(match[1]), length
        if match[2]:
            if int(match[2]) < start:
                return None
            stop = min(length, int(match[2]) + 1)
    if start >= length or start == stop:
        raise RangeNotSatisfiable(f"the attachment has {length} bytes; ask within them")
    return start, stop

"""Sequences on the wire: "<number>-<nonce of the database>".

The nonce is new whenever a database is made, so that a checkpoint of a database that no longer exists starts again at
the beginning instead of skipping what it never saw.
"""

from __future__ import annotations

from sync.errors import BadRequest


def write_seq(number: int, nonce: str) -> str:
    return f"{number}-{nonce}"


def read_seq(since: str | int | None, nonce: str, last: int) -> int:
    """The number after which a feed goes on. Raises BadRequest for what was never a sequence.

    A sequence of another database, or one that this database has not reached (its file was put back), starts at the
    beginning: what is read twice is known, what is skipped is lost.
    """
    if since is None or since == "":
        return 0
    text = str(since).strip('"')
    if text == "now":
        return last
    number, dash, of = text.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 19) or (dash and not of):
        raise BadRequest("Malformed sequence supplied in 'since' parameter; use a last_seq that the server gave")
    if (dash and of != nonce) or int(number) > last:
        return 0
    return int(number)

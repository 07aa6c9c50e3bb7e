"""The hub's log: one line of JSON for each event, on standard error. It carries ids, never patient content."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, MutableMapping
from types import TracebackType
from typing import Any

import apsw
import structlog

# What these say is written by Python, SQLite or the system. Others (ValueError, KeyError…) quote the data they met.
SAFE_TO_QUOTE = (OSError, apsw.Error, ImportError, AttributeError, NameError, TypeError, AssertionError)


def configure_logging() -> None:
    """Set structlog up, once for the process."""
    if structlog.is_configured():
        return
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            without_quoting,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_names: structlog.PrintLogger(sys.stderr),
    )


def without_quoting(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Put an exception as its types and places; its words only where they cannot hold a patient's data."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["exception"] = [described(one) for one in chain_of(error)]
    return event


def chain_of(error: BaseException | None) -> Iterator[BaseException]:
    """An exception and those that led to it."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def described(error: BaseException) -> dict[str, Any]:
    answer: dict[str, Any] = {"type": type(error).__name__, "places": list(places_of(error.__traceback__))}
    if isinstance(error, SAFE_TO_QUOTE):
        answer["says"] = str(error)
    return answer


def places_of(trace: TracebackType | None) -> Iterator[str]:
    while trace is not None:
        code = trace.tb_frame.f_code
        yield f"{code.co_filename}:{trace.tb_lineno} {code.co_name}"
        trace = trace.tb_next

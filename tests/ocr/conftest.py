"""Engines are loaded once: their models take seconds."""

from __future__ import annotations

import pytest

from ocr.engines import ENGINES, Engine, open_engine
from ocr.readings import EngineMissing


@pytest.fixture(scope="session")
def rapid() -> Engine:
    return open_engine("rapid")


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine that this machine can run; `make setup` installs them all."""
    try:
        return open_engine(request.param)
    except EngineMissing as error:
        pytest.skip(str(error))

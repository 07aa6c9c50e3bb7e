"""Integrations, one module each, found by scanning this folder. A broken one is reported by its name and left out."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from server.integrations.contract import IntegrationType


@cache
def load_integrations() -> tuple[dict[str, IntegrationType], dict[str, str]]:
    """All integrations by name, and module name -> reason of those that cannot be used."""
    found: dict[str, IntegrationType] = {}
    withheld: dict[str, str] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda one: one.name):
        try:
            integration = import_module(f"{__name__}.{module.name}").INTEGRATION
            if not isinstance(integration, IntegrationType) or integration.name in found:
                raise TypeError("INTEGRATION must be an IntegrationType with a name of its own")
        except Exception as error:  # noqa: BLE001 - whatever a broken module does, the others must serve
            withheld[module.name] = f"{type(error).__name__}: {error}"
        else:
            found[integration.name] = integration
    return found, withheld

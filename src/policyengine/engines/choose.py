"""Engines by name."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policyengine.engines.findings import Engine

# Imported on demand, so that choosing one engine does not load the machinery of another.
_ENGINES = {
    "reference": ("policyengine.engines.reference.judge", "Reference"),
    "durable": ("policyengine.engines.durable.judge", "Durable"),
    "columnar": ("policyengine.engines.columnar.judge", "Columnar"),
}
NAMES = tuple(_ENGINES)


def engine_named(name: str) -> Engine:
    """Make an engine.

    Raises:
        KeyError: if there is none of that name.

    """
    module, kind = _ENGINES[name]
    made: Engine = getattr(import_module(module), kind)()
    return made

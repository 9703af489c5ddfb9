"""What may be known of Spark without importing it."""

from __future__ import annotations

from policyengine.diagnostics import RefusedError


class SparkUnusableError(RefusedError):
    """Spark is not installed, not reachable, or its workers failed; the message is for people."""

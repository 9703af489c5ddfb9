"""Wishes that cannot be met. What is wrong with an input is a diagnostic; this is not."""

from __future__ import annotations


class InfeasibleWishError(Exception):
    """What was asked for is impossible with this input; the message is Chinese and says what would be possible."""

"""Units of products: `人/个 × 个 = 人`."""

from __future__ import annotations


def multiply(left: str, right: str) -> str:
    """Give the unit of a product; empty for a plain number."""
    above, below = [], []
    for unit in (left, right):
        over, _, under = unit.partition("/")
        above += [part for part in over.split("·") if part and part != "1"]
        below += [part for part in under.split("·") if part]
    for part in list(below):
        if part in above:
            above.remove(part)
            below.remove(part)
    numerator = "·".join(sorted(above))
    return f"{numerator or '1'}/{'·'.join(sorted(below))}" if below else numerator

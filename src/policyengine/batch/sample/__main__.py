"""Rebuild the shipped sample: `python -m policyengine.batch.sample OUT` (see data/samples/README.md)."""

from __future__ import annotations

import sys
from pathlib import Path

from policyengine.batch.sample.generate import generate
from policyengine.diagnostics import Problems
from policyengine.vocabulary.load import load_vocabulary

# 浙江省台州市 took part in drafting the standard.
CITY, OUTLETS, SEED, CASES = "331000", 620, 2026, 5.0


def rebuild(out: Path) -> None:
    """Write the sample city into an empty folder."""
    problems = Problems()
    root = Path(__file__).resolve().parents[4]
    vocabulary = load_vocabulary(root / "rules" / "vocabulary", problems)
    problems.stop_if_any()
    generate(OUTLETS, SEED, out, vocabulary, city=CITY, form="csv", cases=CASES)


if __name__ == "__main__":
    rebuild(Path(sys.argv[1]))

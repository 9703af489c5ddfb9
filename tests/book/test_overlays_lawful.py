"""Every overlay of the rule book is proved lawful, on every day from its first effect on."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from policyengine.overlays.layers import above
from policyengine.proofs.answers import Answer, Proved
from policyengine.proofs.lawful import lawful
from policyengine.proofs.overlay import lawful_overlay
from policyengine.proofs.stretches import stretches
from policyengine.rulebook.shelf import Shelf, read_shelf

ROOT = Path(__file__).parents[2]
CODES = sorted(path.stem[:6] for path in (ROOT / "rules" / "overlays").glob("*.yaml"))


@cache
def shelf() -> Shelf:
    return read_shelf(ROOT)


@pytest.mark.parametrize("code", CODES)
def test_the_overlay_is_lawful(code: str) -> None:
    """Nothing that fails above stops failing, nothing undetermined above passes: proved, not sampled."""
    proof = lawful_overlay(shelf(), code)
    assert proof.answer is Answer.PROVED, [one for one in proof.rules if not isinstance(one.outcome, Proved)]


@pytest.mark.parametrize("code", CODES)
def test_what_is_left_out_of_a_proof_means_the_same(code: str) -> None:
    """The books cut down to what an overlay touches have every rule that the whole books would have proved."""
    for one in stretches(shelf(), code):
        upper = shelf().book(one.first_day, above(code, shelf().overlays))
        whole = lawful(upper, shelf().book(one.first_day, code))
        assert {rule.rule for rule in whole.rules} == {
            rule.rule for rule in lawful(one.above, one.below).rules
        }
